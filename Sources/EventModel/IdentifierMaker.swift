public import Crypto

/// Makes identifiers of one tenant.
///
/// Their nodes are hashes of account, environment, type and value, each but the last followed by a zero byte: all but
/// the value is put together once.
@safe public final class IdentifierMaker: @unchecked Sendable {
    // @safe and Sendable: nothing changes after the initializer; there is a place for every rank, within `namespaces`.
    private let hasher: SHA256
    /// Account and environment.
    private let tenant: [UInt8]
    /// The same with each type's name, one after the other.
    private let namespaces: UnsafeMutablePointer<UInt8>
    /// Where the namespace of a type lies, by the type's rank.
    private let places: UnsafeMutablePointer<Place>

    private struct Place {
        var start = 0
        var count = 0
    }

    /// A maker for a tenant.
    public init(tenant: Tenant, hasher: SHA256) {
        self.hasher = hasher
        let tenantBytes = Array(tenant.account.utf8) + [0] + Array(tenant.environment.utf8) + [0]
        var namespaces: [UInt8] = []
        unsafe places = .allocate(capacity: Int(UInt8.max) + 1)
        unsafe places.initialize(repeating: Place(), count: Int(UInt8.max) + 1)
        for type in IdentifierType.fixed {
            let namespace = tenantBytes + Array(type.name.utf8) + [0]
            unsafe places[Int(type.trustRank)] = Place(start: namespaces.count, count: namespace.count)
            namespaces += namespace
        }
        self.tenant = tenantBytes
        unsafe self.namespaces = .allocate(capacity: namespaces.count)
        for (index, byte) in namespaces.enumerated() { unsafe self.namespaces[index] = byte }
    }

    deinit {
        unsafe namespaces.deallocate()
        unsafe places.deallocate()
    }

    /// An identifier with a normalized value.
    public func identifier(_ type: IdentifierType, _ value: String) -> Identifier {
        let found = unsafe value.utf8.withContiguousStorageIfAvailable {
            unsafe makeNode(type, UnsafeRawBufferPointer($0))
        }
        // Only strings that came from elsewhere than Swift are not contiguous.
        let node = unsafe found ?? Array(value.utf8).withUnsafeBytes { unsafe makeNode(type, $0) }
        return Identifier(type: type, node: node, content: .text(value))
    }

    /// An identifier whose value is a digest in hexadecimal.
    public func identifier(_ type: IdentifierType, _ digest: Digest) -> Identifier {
        let node = unsafe digest.withHex { unsafe makeNode(type, $0) }
        return Identifier(type: type, node: node, content: .digest(digest))
    }

    private func makeNode(_ type: IdentifierType, _ value: UnsafeRawBufferPointer) -> NodeID {
        guard case .external = type else {
            let place = unsafe places[Int(type.trustRank)]
            return unsafe makeNode(
                type, namespace: UnsafeRawBufferPointer(start: namespaces + place.start, count: place.count), value)
        }
        return unsafe (tenant + Array(type.name.utf8) + [0]).withUnsafeBytes {
            unsafe makeNode(type, namespace: $0, value)
        }
    }

    private func makeNode(
        _ type: IdentifierType, namespace: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
    ) -> NodeID {
        // On the stack: this runs for every identifier of every event.
        let digest = unsafe withUnsafeTemporaryAllocation(
            byteCount: namespace.count + value.count, alignment: 1
        ) { bytes in
            unsafe bytes.copyMemory(from: namespace)
            unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[namespace.count...]).copyMemory(from: value)
            return unsafe hasher.digest(of: UnsafeRawBufferPointer(bytes))
        }
        let (first, second) = (digest.words.0, digest.words.1)
        return NodeID(
            high: UInt64(type.trust.rawValue) << 56 | UInt64(type.trustRank) << 48 | first >> 16, low: second)
    }
}
