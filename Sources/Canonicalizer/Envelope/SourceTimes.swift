import JSON

/// The times an envelope carries, as sent.
struct SourceTimes {
    var timestamp: JSONValue?
    var originalTimestamp: JSONValue?
    var occurredAt: JSONValue?
    /// The item's, else the batch's.
    var sentAt: JSONValue?
    var receivedAt: JSONValue?
    /// Whether the body is the thinned template's, which has lost the event's own time.
    var isThin = false

    /// What is kept of them beside the time that was found to be right: one JSON object (reference inbound, 4.1 and 4.4).
    ///
    /// Only what reads as a time: anything else may be anything, a person's address too.
    ///
    /// - Parameter sentAtHeader: The `SentAt` header, which counts when the body has none.
    /// - Returns: An object with each value as it was sent, or nothing if none can be kept.
    func kept(sentAtHeader: String?) -> [UInt8] {
        var json: [UInt8] = []
        Self.append(timestamp, Self.timestampMember, to: &json)
        Self.append(originalTimestamp, Self.originalTimestampMember, to: &json)
        Self.append(occurredAt, Self.occurredAtMember, to: &json)
        if sentAt != nil {
            Self.append(sentAt, Self.sentAtMember, to: &json)
        } else if let sentAtHeader, DateReader.read(Array(sentAtHeader.utf8).span) != nil {
            var text = JSONWriter(capacity: 64)
            text.value(sentAtHeader)
            Self.append(Self.sentAtMember, to: &json)
            json.append(contentsOf: text.bytes)
        }
        Self.append(receivedAt, Self.receivedAtMember, to: &json)
        if !json.isEmpty { json.append(UInt8(ascii: "}")) }
        return json
    }

    private static func append(_ value: JSONValue?, _ member: [UInt8], to json: inout [UInt8]) {
        guard let value, DateReader.read(value) != nil else { return }
        append(member, to: &json)
        value.sourceText.append(to: &json)
    }

    private static func append(_ member: [UInt8], to json: inout [UInt8]) {
        if json.isEmpty {
            json.reserveCapacity(usualByteCount)
            json.append(UInt8(ascii: "{"))
        } else {
            json.append(UInt8(ascii: ","))
        }
        json.append(contentsOf: member)
    }

    /// What four usual times and their names take.
    private static let usualByteCount = 192
    private static let timestampMember = Array(#""timestamp":"#.utf8)
    private static let originalTimestampMember = Array(#""original_timestamp":"#.utf8)
    private static let occurredAtMember = Array(#""occurred_at":"#.utf8)
    private static let sentAtMember = Array(#""sent_at":"#.utf8)
    private static let receivedAtMember = Array(#""cdp_received_at":"#.utf8)
}
