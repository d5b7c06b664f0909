import Crypto
public import EventModel
public import Platform

/// Names one way by which an event came again: account · sequence of the first event · 16 bytes of SHA-256 over source
/// and messageId.
public struct SightingKey: StoreKey, Hashable {
    package static let family = Family.sightings
    let event: EventKeyParts
    let way: NodeBytes

    /// The key of an event that came again.
    ///
    /// - Parameters:
    ///   - account: The account of both.
    ///   - first: The event that was stored.
    ///   - source: The configured name of the source by which it came again.
    ///   - messageID: The message id with which it came again.
    public init(_ account: AccountNumber, _ first: EventSequence, source: String, messageID: String) {
        event = EventKeyParts(account: account, sequence: first)
        let digest = SHA256.digest(of: Array(source.utf8) + [0] + Array(messageID.utf8))
        way = NodeBytes(high: digest.words.0, low: digest.words.1)
    }

    struct EventKeyParts: Hashable, Sendable {
        let account: AccountNumber
        let sequence: EventSequence
    }

    struct NodeBytes: Hashable, Sendable {
        let high: UInt64
        let low: UInt64
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(event.account.value)
        bytes.appendInteger(event.sequence.value)
        bytes.appendInteger(way.high)
        bytes.appendInteger(way.low)
    }
}

/// A known event that came again: when, how often, by which key, and whether it said something else.
///
/// One record for each way (source and message id), so that a flood of retries stays one record.
public struct Sighting: Sendable, Equatable {
    /// The configured name of the source by which the event came again.
    public var source: String
    /// The message id with which it came again.
    public var messageID: String
    /// `message_id` or `event_id`.
    public var matchedKey: String
    /// How often it came again that way.
    public var count: UInt32
    /// When it came again for the first time.
    public var firstSeenAt: Timestamp
    /// When it came again for the last time.
    public var lastSeenAt: Timestamp
    /// Whether the content ever was another than the first event's.
    public var isConflict: Bool
    /// The names of the fields that differed last.
    public var differingFields: [String]

    /// A first repetition.
    public init(source: String, messageID: String, matchedKey: String, firstSeenAt: Timestamp) {
        self.source = source
        self.messageID = messageID
        self.matchedKey = matchedKey
        self.firstSeenAt = firstSeenAt
        lastSeenAt = firstSeenAt
        count = 1
        isConflict = false
        differingFields = []
    }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = try ByteReader(record: bytes)
        source = try reader.text()
        messageID = try reader.text()
        matchedKey = try reader.text()
        count = try reader.integer(UInt32.self)
        firstSeenAt = try reader.time()
        lastSeenAt = try reader.time()
        isConflict = try reader.flag()
        differingFields = try reader.list { reader throws(MalformedRecord) in try reader.text() }
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendText(source)
        bytes.appendText(messageID)
        bytes.appendText(matchedKey)
        bytes.appendInteger(count)
        bytes.appendTime(firstSeenAt)
        bytes.appendTime(lastSeenAt)
        bytes.appendFlag(isConflict)
        bytes.appendList(differingFields) { $0.appendText($1) }
    }
}

extension WriteBatch {
    /// Stores that a known event came again.
    public mutating func putSighting(_ key: SightingKey, _ sighting: Sighting) { put(key, sighting.append) }
}

extension EventReader {
    /// What is kept of one way by which an event came again, or nil.
    public func sighting(_ key: SightingKey) throws(StoreError) -> Sighting? {
        try store.record(key) { bytes throws(MalformedRecord) in try Sighting(reading: bytes) }
    }

    /// The ways by which an event came again, in no particular order.
    public func sightings(
        of sequence: EventSequence, _ account: AccountNumber, limit: Int = 100
    ) throws(StoreError) -> [Sighting] {
        let range = KeyRange { bytes in
            bytes.appendInteger(account.value)
            bytes.appendInteger(sequence.value)
        }
        return try store.entries(.sightings, range, limit: limit) { _, value throws(MalformedRecord) in
            try Sighting(reading: value)
        }
    }
}
