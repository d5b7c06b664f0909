import EventModel
import Inbound

/// `GET /api/explain/ID`: what became of an event.
struct ExplainResource<Store: KeyValueStore>: AdminResource {
    let explanation: EventExplanation<Store>
    /// Where events may have come in, asked for each request so that a reload counts at once.
    let places: @Sendable () -> [EventPlace]

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/explain/{id}", name: "explain_event", role: .read,
                summary: "Everything that is known of the events with an `event_id`, `messageId` or sequence.",
                parameters: [
                    AdminParameter(
                        "id", .text(limit: 1000), "`event_id`, `messageId`, the value of a business id, or sequence.",
                        takesRest: true),
                    .text("event", "Only events of this canonical name."),
                ],
                answer: .object("Explanation", [AdminField("events", .list(EventSchemas.explained))]),
                failures: [AdminFailureKind(404, "event_not_found")],
                perform: { AdminReply(try explain($0)) })
        ]
    }

    private func explain(_ request: AdminRequest) throws -> [UInt8] {
        guard let body = try explanation.explain(request.part("id"), name: request["event"], in: places()) else {
            throw AdminFailure(
                404, "event_not_found",
                "no event has this event_id, messageId or sequence, or retention has removed it")
        }
        return body
    }
}
