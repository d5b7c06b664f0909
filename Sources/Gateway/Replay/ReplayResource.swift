import EventModel
import Inbound
import JSON
import Platform
import Storage

/// `/api/replays`: replays of many dead letters; begins, lists, shows and cancels them (docs/delivery.md).
struct ReplayResource<Store: KeyValueStore>: AdminResource {
    let service: ReplayService<Store>
    let queries: DeadLetterQueries

    var routes: [AdminRoute] {
        let id = AdminParameter.text("id", "The replay's id.")
        return [
            AdminRoute(
                method: .get, path: "/api/replays", name: "list_replays", role: .read,
                summary: "The last 100 replays of many dead letters since the gateway started.",
                answer: .object("ReplayList", [AdminField("replays", .list(Self.schema))]),
                perform: { _ in AdminReply(list()) }),
            AdminRoute(
                method: .get, path: "/api/replays/{id}", name: "show_replay", role: .read,
                summary: "How far a replay is.", parameters: [id], answer: Self.schema,
                failures: [AdminFailureKind(404, "replay_not_found")],
                perform: { AdminReply(try show(service.replay($0.part("id")))) }),
            AdminRoute(
                method: .post, path: "/api/replays", name: "begin_replay", role: .operate,
                summary: "Begins to put dead letters back in the queue, beside live traffic.",
                parameters: DeadLetterQueries.filters + [
                    AdminParameter("all", .flag, "`true` for all there are; given without filters."),
                    AdminParameter("original", .flag, "`true` for the bodies that were sent before."),
                ],
                answer: Self.schema,
                failures: [AdminFailureKind(404, "destination_not_found"), AdminFailureKind(409, "too_many_replays")],
                perform: { try begin($0) }),
            AdminRoute(
                method: .post, path: "/api/replays/{id}/cancel", name: "cancel_replay", role: .operate,
                summary: "Ends a replay: nothing more is put back.", parameters: [id], answer: Self.schema,
                failures: [AdminFailureKind(404, "replay_not_found")],
                perform: { AdminReply(try show(service.cancel($0.part("id")))) }),
        ]
    }

    private static var schema: AdminSchema {
        let counts = ["put_back", "waiting", "delivered", "failed", "dropped", "unsendable"].map {
            AdminField($0, .integer)
        }
        let part = [AdminField("name", .text()), .maybe("total", .integer)] + counts
        var fields: [AdminField] = [
            AdminField("id", .text()), AdminField("state", .choice(Replay.State.allCases.map(\.rawValue))),
            .maybe("error", .text()), AdminField("started_at", .time), .maybe("ended_at", .time),
            AdminField("original", .flag), .maybe("total", .integer),
        ]
        fields += counts
        fields.append(AdminField("destinations", .list(.object("ReplayedDestination", part))))
        fields.append(AdminField("gone_destinations", .list(.text())))
        return .object("Replay", fields)
    }

    private func begin(_ request: AdminRequest) throws -> AdminReply {
        let filters = request.names.subtracting(["all", "original"])
        guard request.flag("all") == filters.isEmpty else {
            throw AdminFailure(
                400, "bad_parameter",
                "say which: one or more of \(DeadLetterQueries.filterNames), or all=true by itself")
        }
        let order = ReplayOrder(
            selection: try queries.selection(request), eventName: request["event"],
            sendsKeptBodies: request.flag("original"))
        guard let replay = try service.begin(order) else {
            throw AdminFailure(409, "too_many_replays", "8 replays are running; wait for one to end, or cancel one")
        }
        return AdminReply(try show(replay), summary: "replay \(replay.id)")
    }

    private func list() -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.object { json in
            json.key("replays")
            json.array { json in
                for replay in service.replays { json.object { json in replay.write(to: &json) } }
            }
        }
        return json.bytes
    }

    private func show(_ replay: Replay?) throws -> [UInt8] {
        guard let replay else {
            throw AdminFailure(
                404, "replay_not_found", "no such replay; they are forgotten when the gateway ends, and after 100 more")
        }
        var json = JSONWriter(capacity: 512)
        json.object { json in replay.write(to: &json) }
        return json.bytes
    }
}

/// What the parameters mean that say which dead letters.
struct DeadLetterQueries: Sendable {
    let registry: NumberRegistry

    /// The parameters.
    static var filters: [AdminParameter] {
        let reasons = DropReason.allCases.filter(\.isDeadLetter).map(\.rawValue)
        return [
            .text("destination", "Only those of this destination."),
            AdminParameter("reason", .choice(reasons), "Only those given up for this reason."),
            .text("event", "Only events of this canonical name."),
            AdminParameter("from", .time, "Only those given up at this time or later."),
            AdminParameter("to", .time, "Only those given up before this time."),
        ]
    }

    /// Their names, for messages.
    static var filterNames: String { filters.map(\.name).joined(separator: ", ") }

    /// The dead letters that all parameters but `event` mean.
    func selection(_ request: AdminRequest) throws -> DeadLetterSelection {
        var selection = DeadLetterSelection()
        if let name = request["destination"] {
            guard registry.knownDestination(name) != nil else {
                let known = registry.destinationNames.joined(separator: ", ")
                throw AdminFailure(
                    404, "destination_not_found", "no destination ever had this name; known are: \(known)")
            }
            selection.destination = name
        }
        selection.reason = request["reason"].flatMap { DropReason(rawValue: $0) }
        selection.from = request.time("from")
        selection.until = request.time("to")
        return selection
    }
}
