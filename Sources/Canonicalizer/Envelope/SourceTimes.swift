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
        var json = JSONWriter(capacity: 256)
        json.beginObject()
        json.time("timestamp", asSent: timestamp)
        json.time("original_timestamp", asSent: originalTimestamp)
        json.time("occurred_at", asSent: occurredAt)
        if sentAt != nil {
            json.time("sent_at", asSent: sentAt)
        } else if let sentAtHeader, DateReader.read(Array(sentAtHeader.utf8).span) != nil {
            json.member("sent_at", sentAtHeader)
        }
        json.time("cdp_received_at", asSent: receivedAt)
        json.endObject()
        return json.bytes.count > 2 ? json.bytes : []
    }
}

extension JSONWriter {
    fileprivate mutating func time(_ name: StaticString, asSent value: JSONValue?) {
        guard let value, DateReader.read(value) != nil else { return }
        key(name)
        raw(value)
    }
}
