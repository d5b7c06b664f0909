public import Crypto
public import EventModel
public import Platform

/// The first byte of every record; a later layout gets a later number.
enum RecordVersion {
    static let current: UInt8 = 1
    /// The second layout of those kinds that have one.
    static let second: UInt8 = 2
    /// The third layout of those kinds that have one.
    static let third: UInt8 = 3
}

extension ByteReader {
    /// A reader behind the version byte of a record.
    init(record bytes: [UInt8]) throws(MalformedRecord) {
        self.init(bytes)
        guard try integer(UInt8.self) == RecordVersion.current else {
            throw MalformedRecord(reason: "its layout has an unknown version")
        }
    }

    /// A reader behind the version byte of a record that has several layouts, with the version.
    static func reader(
        of bytes: [UInt8], upTo newest: UInt8
    ) throws(MalformedRecord) -> (reader: ByteReader, version: UInt8) {
        var reader = ByteReader(bytes)
        let version = try reader.integer(UInt8.self)
        guard (RecordVersion.current...newest).contains(version) else {
            throw MalformedRecord(reason: "its layout has an unknown version")
        }
        return (reader, version)
    }
}

/// What dedup remembers of the first event with a key.
public struct DedupRecord: Sendable, Equatable {
    /// The event that was first.
    public let sequence: EventSequence
    /// When it was received; the window counts from here.
    public let time: Timestamp
    /// The digest of its content, which tells a duplicate from a conflict.
    public let fingerprint: Digest

    /// A record of a first event.
    public init(sequence: EventSequence, time: Timestamp, fingerprint: Digest) {
        self.sequence = sequence
        self.time = time
        self.fingerprint = fingerprint
    }

    // version · time · sequence · fingerprint, all of fixed size: compaction reads the time where it lies.
    private static let byteCount = 1 + 8 + 8 + 32

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = try ByteReader(record: bytes)
        time = try reader.time()
        sequence = try reader.sequence()
        fingerprint = try reader.digest()
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendTime(time)
        bytes.appendInteger(sequence.value)
        bytes.appendDigest(fingerprint)
    }

    /// The time in a record's bytes, or nil for bytes that are no such record.
    static func time(of bytes: UnsafeRawBufferPointer) -> Timestamp? {
        guard bytes.count == byteCount, bytes[0] == RecordVersion.current else { return nil }
        let word = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
        return Timestamp(milliseconds: Int64(bitPattern: word ^ (1 << 63)))
    }
}

/// An event as it lies in the store.
public struct EventRecord: Sendable, Equatable {
    /// The canonical event, one JSON object.
    public var canonical: [UInt8]
    /// What the committer decided, one JSON object.
    public var decisions: [UInt8]
    /// What the sender sent, if it is kept.
    public var envelope: [UInt8]?

    /// A record of these parts.
    public init(canonical: [UInt8], decisions: [UInt8], envelope: [UInt8]? = nil) {
        self.canonical = canonical
        self.decisions = decisions
        self.envelope = envelope
    }

    // version · canonical · decisions · envelope if kept, each behind its length.

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = try ByteReader(record: bytes)
        canonical = try reader.section()
        decisions = try reader.section()
        envelope = try reader.optional { reader throws(MalformedRecord) in try reader.section() }
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendSection(canonical)
        bytes.appendSection(decisions)
        bytes.appendOptional(envelope) { $0.appendSection($1) }
    }
}

extension ByteReader {
    /// The next value, if its mark says that there is one.
    mutating func optional<Value>(
        _ read: (inout ByteReader) throws(MalformedRecord) -> Value
    ) throws(MalformedRecord) -> Value? {
        try flag() ? try read(&self) : nil
    }

    /// The next Boolean.
    mutating func flag() throws(MalformedRecord) -> Bool {
        switch try integer(UInt8.self) {
        case 0: false
        case 1: true
        default: throw MalformedRecord(reason: "a mark is neither 0 nor 1")
        }
    }
}

extension [UInt8] {
    /// Appends a Boolean.
    mutating func appendFlag(_ value: Bool) { append(value ? 1 : 0) }

    /// Appends a value behind a mark that says whether there is one.
    mutating func appendOptional<Value>(_ value: Value?, _ write: (inout [UInt8], Value) -> Void) {
        appendFlag(value != nil)
        if let value { write(&self, value) }
    }
}

extension ByteReader {
    /// The next elements, which their number precedes.
    mutating func list<Element>(
        _ read: (inout ByteReader) throws(MalformedRecord) -> Element
    ) throws(MalformedRecord) -> [Element] {
        let count = try varint()
        var elements: [Element] = []
        // No reservation: the number may be damaged, and the bytes run out long before a wrong one does harm.
        for _ in 0..<count { elements.append(try read(&self)) }
        return elements
    }
}

extension [UInt8] {
    /// Appends elements behind their number.
    mutating func appendList<Item>(_ elements: [Item], _ write: (inout [UInt8], Item) -> Void) {
        appendVarint(UInt(elements.count))
        for element in elements { write(&self, element) }
    }
}
