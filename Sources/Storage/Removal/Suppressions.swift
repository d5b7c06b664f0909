import Crypto
public import EventModel

/// Identifiers of people whose data was erased, so that later events do not bring them back.
///
/// Kept is a hash of each identifier's node under a secret of this store alone: nothing in the record says who it was.
/// A value over the store; may be used from any thread.
public struct Suppressions<Store: KeyValueStore>: Sendable {
    private let store: Store
    private let secret: [UInt8]
    private let hasher = SHA256()

    /// Names an identifier: account · 16 bytes of SHA-256 over secret and node.
    private struct Key: StoreKey {
        static var family: Family { .suppressions }
        let account: AccountNumber
        let hash: (UInt64, UInt64)

        func append(to bytes: inout [UInt8]) {
            bytes.appendInteger(account.value)
            bytes.appendInteger(hash.0)
            bytes.appendInteger(hash.1)
        }
    }

    /// Where the secret is in `meta`.
    private static var secretKey: [UInt8] { Array("erasure/secret".utf8) }
    private static var secretByteCount: Int { 32 }

    private init(_ store: Store, secret: [UInt8]) {
        self.store = store
        self.secret = secret
    }

    /// The suppressions of a store, or nil if nobody was ever erased.
    public static func load(_ store: Store) throws(StoreError) -> Suppressions? {
        guard let secret = try store.value(.meta, secretKey) else { return nil }
        guard secret.count == secretByteCount else {
            throw StoreError(.corrupt, "the secret of erasures is damaged; restore the data directory from a backup")
        }
        return Suppressions(store, secret: secret)
    }

    /// The first suppressions of a store, with a new secret that `batch` stores.
    public static func make(_ store: Store, in batch: inout WriteBatch) -> Suppressions {
        let secret = SecureRandom.bytes(secretByteCount)
        batch.put(.meta, secretKey, secret)
        return Suppressions(store, secret: secret)
    }

    /// Whether one of the nodes is a suppressed identifier's.
    ///
    /// - Complexity: One short hash and one look-up a node, which a filter answers for almost all.
    public func cover(_ identifiers: [Identifier], _ account: AccountNumber) throws(StoreError) -> Bool {
        guard !identifiers.isEmpty else { return false }
        return try store.values(.suppressions, identifiers.map { key(account, $0.node).bytes }).contains { $0 != nil }
    }

    /// Suppresses an identifier; `erasure` is the request that asked for it.
    public func add(_ node: NodeID, _ account: AccountNumber, erasure: EventSequence, to batch: inout WriteBatch) {
        batch.put(key(account, node)) { bytes in
            bytes.append(RecordVersion.current)
            bytes.appendInteger(erasure.value)
        }
    }

    private func key(_ account: AccountNumber, _ node: NodeID) -> Key {
        // The secret leads and both parts have one length: nobody can extend it, and two nodes never make one text.
        var text = secret
        text.appendNode(node)
        let digest = hasher.digest(of: text)
        return Key(account: account, hash: (digest.words.0, digest.words.1))
    }
}
