import EventModel
import JSON

extension Answer {
    /// The answer to a request whose body could be read (reference inbound, section 0, and the top of section 9).
    ///
    /// 200 with one verdict an item, but 400 when a single event is rejected or every item of a CDP's batch is, so that its
    /// operator sees it. An SDK's batch is always 200, as an SDK that is refused may send the same batch for ever.
    ///
    /// - Parameters:
    ///   - items: What became of the items, in the order in which they came.
    ///   - form: How the body came.
    ///   - requestID: Names the request in logs and records.
    public init(_ items: [AnswerItem], form: DecodedBody.Form, requestID: String) {
        var counts = Counts()
        for item in items { counts.add(item.verdict) }
        let isRefused = counts.rejected == items.count && form != .nativeBatch
        guard isRefused, let first = items.lazy.compactMap(\.rejection).first else {
            self.init(status: 200, body: Self.successBody(items, counts, requestID: requestID))
            return
        }
        let isSingle = form == .single
        let summary = "none of the \(items.count) items could be taken; the first: \(first.message)"
        self.init(
            status: 400,
            body: Self.failureBody(
                code: isSingle ? first.code.rawValue : Self.allRejectedCode,
                message: isSingle ? first.message : summary,
                requestID: requestID, errors: Self.errors(of: items)))
    }

    static let allRejectedCode = "all_items_rejected"

    private struct Counts {
        var accepted = 0
        var duplicates = 0
        var ignored = 0
        var rejected = 0

        mutating func add(_ verdict: AnswerItem.Verdict) {
            switch verdict {
            case .accepted: accepted += 1
            case .duplicate: duplicates += 1
            case .ignored: ignored += 1
            case .rejected: rejected += 1
            }
        }
    }

    private static func successBody(_ items: [AnswerItem], _ counts: Counts, requestID: String) -> [UInt8] {
        var writer = JSONWriter(capacity: 192 + items.count * 320)
        writer.beginObject()
        writer.member("success", true)
        writer.member("request_id", requestID)
        writer.member("accepted", counts.accepted)
        writer.member("duplicates", counts.duplicates)
        writer.member("ignored", counts.ignored)
        writer.member("rejected", counts.rejected)
        writer.key("results")
        writer.beginArray()
        for (index, item) in items.enumerated() { write(item, at: index, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ item: AnswerItem, at index: Int, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("index", index)
        writer.member("message_id", item.messageID)
        writer.member("status", item.verdict.rawValue)
        if let rejection = item.rejection {
            writer.member("code", rejection.code.rawValue)
            writer.member("field", rejection.field)
            writer.member("message", rejection.message)
        }
        writer.member("event_id", item.eventID)
        writer.member("canonical_event", item.canonicalEvent)
        if let state = item.identityState { writer.member("identity_state", state.rawValue) }
        if let isReady = item.isDownstreamReady { writer.member("downstream_ready", isReady) }
        writer.member("duplicate_of", item.duplicateOf)
        if let key = item.matchedKey { writer.member("matched_key", key.rawValue) }
        if item.isConflict { writer.member("conflict", true) }
        if !item.notes.isEmpty {
            writer.key("notes")
            writer.array { for note in item.notes.notes { $0.value(note.rawValue) } }
        }
        writer.endObject()
    }

    private static func errors(of items: [AnswerItem]) -> [ItemError] {
        items.lazy.enumerated().compactMap { index, item in
            item.rejection.map {
                ItemError(index: index, field: $0.field, code: $0.code.rawValue, message: $0.message)
            }
        }.prefix(errorLimit).map { $0 }
    }
}
