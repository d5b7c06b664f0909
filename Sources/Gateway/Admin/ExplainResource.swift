import EventModel
import Inbound

/// `GET /api/explain/ID`: what became of an event.
struct ExplainResource<Store: KeyValueStore>: AdminResource {
    let explanation: EventExplanation<Store>
    /// Where events may have come in, asked for each request so that a reload counts at once.
    let places: @Sendable () -> [EventPlace]

    func answer(_ request: AdminRequest) throws -> [UInt8] {
        try request.demand(.get)
        let query = try request.query(["event"])
        // An id may hold slashes that were not encoded.
        let id = request.path.joined(separator: "/")
        guard let body = try explanation.explain(id, name: query["event"], in: places()) else {
            throw AdminFailure(
                404, "event_not_found",
                "no event has this event_id, messageId or sequence, or retention has removed it")
        }
        return body
    }
}
