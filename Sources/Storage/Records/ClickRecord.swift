public import EventModel
public import Platform

/// Names what is remembered of a person's clicks: account · node of a user id or an anonymous id.
public struct ClickKey: StoreKey, Hashable {
    package static let family = Family.clicks
    /// The account whose identifier it is.
    public let account: AccountNumber
    /// The identifier's node in the graph.
    public let node: NodeID

    /// The key of an identifier's memory.
    public init(_ account: AccountNumber, _ node: NodeID) {
        self.account = account
        self.node = node
    }

    /// Feeds the node: one person is seldom known to two accounts.
    public func hash(into hasher: inout Hasher) { hasher.combine(node) }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(account.value)
        bytes.appendNode(node)
    }
}

/// The click and browser ids that were seen last with one identifier (docs/adr/0011).
public struct ClickRecord: Sendable, Equatable {
    /// An id of a platform.
    public struct Seen: Sendable, Equatable {
        /// Which platform's id it is.
        public var kind: ClickIDKind
        /// The id, byte for byte.
        public var value: String
        /// When the first event with this value happened.
        public var seenAt: Timestamp

        /// An id and the time of the first event with it.
        public init(_ kind: ClickIDKind, _ value: String, _ seenAt: Timestamp) {
            self.kind = kind
            self.value = value
            self.seenAt = seenAt
        }
    }

    /// A click of Meta, which keeps the `fbc` that was made of it.
    public struct FacebookClick: Sendable, Equatable {
        /// The `fbclid`.
        public var click: String
        /// The `fbc` with that click in it.
        public var fbc: String
        /// When the first event with this click happened.
        public var seenAt: Timestamp

        /// A click, its cookie and the time of the first event with it.
        public init(click: String, fbc: String, seenAt: Timestamp) {
            self.click = click
            self.fbc = fbc
            self.seenAt = seenAt
        }
    }

    /// Meta's clicks that are kept, the newest ones; one browser hardly has more within the platform's window.
    public static let facebookClickLimit = 4

    /// Each kind once; without `fbclid` and `fbc`.
    public var ids: [Seen] = []
    /// At most ``facebookClickLimit``, in the order in which they were seen.
    public var facebookClicks: [FacebookClick] = []

    /// Nothing seen yet.
    public init() {}

    /// Whether there is nothing to remember.
    public var isEmpty: Bool { ids.isEmpty && facebookClicks.isEmpty }

    /// When the newest of all was seen; what expiry goes by.
    var newest: Timestamp {
        (ids.map(\.seenAt) + facebookClicks.map(\.seenAt)).max() ?? Timestamp(milliseconds: 0)
    }

    // version · newest time · ids · Meta's clicks; compaction reads the time where it lies.
    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = try ByteReader(record: bytes)
        _ = try reader.time()
        ids = try reader.list { reader throws(MalformedRecord) in
            let name = try reader.text()
            guard let kind = ClickIDKind(rawValue: name) else {
                throw MalformedRecord(reason: "it has an unknown kind of click id")
            }
            return Seen(kind, try reader.text(), try reader.time())
        }
        facebookClicks = try reader.list { reader throws(MalformedRecord) in
            FacebookClick(click: try reader.text(), fbc: try reader.text(), seenAt: try reader.time())
        }
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendTime(newest)
        bytes.appendList(ids) {
            $0.appendText($1.kind.rawValue)
            $0.appendText($1.value)
            $0.appendTime($1.seenAt)
        }
        bytes.appendList(facebookClicks) {
            $0.appendText($1.click)
            $0.appendText($1.fbc)
            $0.appendTime($1.seenAt)
        }
    }

    /// The newest time in a record's bytes, or nil for bytes that are no such record.
    static func time(of bytes: UnsafeRawBufferPointer) -> Timestamp? {
        guard bytes.count >= 11, bytes[0] == RecordVersion.current else { return nil }
        let word = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
        return Timestamp(milliseconds: Int64(bitPattern: word ^ (1 << 63)))
    }
}

extension WriteBatch {
    /// Stores what is remembered of an identifier's clicks.
    public mutating func putClicks(_ key: ClickKey, _ record: ClickRecord) { put(key, record.append) }
}

extension EventReader {
    /// What is remembered of identifiers' clicks, in the order of the keys.
    public func clicks(_ keys: [ClickKey]) throws(StoreError) -> [ClickRecord?] {
        try store.records(keys) { _, bytes throws(MalformedRecord) in try ClickRecord(reading: bytes) }
    }

    /// Whether anything is remembered of anybody's clicks.
    public func hasClicks() throws(StoreError) -> Bool {
        try !store.entries(.clicks, KeyRange(prefix: []), limit: 1) { _, _ throws(MalformedRecord) in true }.isEmpty
    }
}
