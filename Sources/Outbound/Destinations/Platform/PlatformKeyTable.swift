import Glibc
import JSON

/// Finds a member's ``PlatformKey`` by its name's hash.
///
/// Its memory lasts as long as the process, so that looking into it needs no checks of who else has it.
struct PlatformKeyTable: @unchecked Sendable {
    /// The only one.
    static let shared = PlatformKeyTable()

    /// How many keys there are.
    static let keyCount = PlatformKey.allCases.count

    /// All keys in their order.
    let names: [JSONKey]
    /// At a hash's place the ordinal of a key plus one; what has the same place follows it; zero ends.
    private let places: UnsafeMutablePointer<UInt8>
    private let hashes: UnsafeMutablePointer<UInt32>
    private let texts: UnsafeMutablePointer<UnsafeMutableBufferPointer<UInt8>>

    private static let placeCount = 1024

    private init() {
        names = PlatformKey.allCases.map { JSONKey($0.rawValue) }
        hashes = .allocate(capacity: Self.keyCount)
        texts = .allocate(capacity: Self.keyCount)
        places = .allocate(capacity: Self.placeCount)
        places.initialize(repeating: 0, count: Self.placeCount)
        for (ordinal, key) in PlatformKey.allCases.enumerated() {
            precondition(key.ordinal == ordinal, "cases are numbered in their order")
            (hashes + ordinal).initialize(to: names[ordinal].nameHash)
            let text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: key.rawValue.utf8.count)
            _ = text.initialize(from: key.rawValue.utf8)
            (texts + ordinal).initialize(to: text)
            var place = Self.place(of: hashes[ordinal])
            while places[place] != 0 { place = (place + 1) & (Self.placeCount - 1) }
            places[place] = UInt8(ordinal + 1)
        }
    }

    @inline(__always)
    private static func place(of hash: UInt32) -> Int { Int(hash) & (placeCount - 1) }

    /// The ordinal of the key that a member is named by; nil if platforms look for no such name.
    @inline(__always)
    func ordinal(of member: JSONMember) -> Int? {
        let hash = member.nameHash
        var place = Self.place(of: hash)
        while places[place] != 0 {
            let ordinal = Int(places[place]) - 1
            if hashes[ordinal] == hash, member.nameBytes.isEqual(to: UnsafeBufferPointer(texts[ordinal])) {
                return ordinal
            }
            place = (place + 1) & (Self.placeCount - 1)
        }
        return nil
    }
}

extension PlatformKey {
    /// The place among all keys.
    @inline(__always)
    var ordinal: Int {
        // An enumeration without values is numbered by its cases' order; the table checks it.
        Int(unsafeBitCast(self, to: UInt8.self))
    }

    /// The key with an ordinal of the table.
    @inline(__always)
    init(ordinal: Int) { self = unsafeBitCast(UInt8(truncatingIfNeeded: ordinal), to: PlatformKey.self) }
}

extension JSONValue {
    /// The value of a member; nil if this is no object or has no such member.
    subscript(key: PlatformKey) -> JSONValue? { self[PlatformKeyTable.shared.names[key.ordinal]] }

    /// Whether this is a string of exactly these bytes.
    func isText(_ text: StaticString) -> Bool {
        guard let bytes = utf8Bytes, bytes.count == text.utf8CodeUnitCount, let start = bytes.baseAddress else {
            return false
        }
        return memcmp(start, text.utf8Start, bytes.count) == 0
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these are the same bytes.
    @inline(__always)
    func isEqual(to other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count == other.count, let start = baseAddress, let otherStart = other.baseAddress else { return false }
        return memcmp(start, otherStart, count) == 0
    }
}
