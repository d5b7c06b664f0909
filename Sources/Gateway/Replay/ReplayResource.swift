import EventModel
import Inbound
import JSON
import Platform
import Storage

/// `/api/replays`: replays of many dead letters; begins, lists, shows and cancels them (docs/delivery.md).
struct ReplayResource<Store: KeyValueStore>: AdminResource {
    let service: ReplayService<Store>
    let queries: DeadLetterQueries

    func answer(_ request: AdminRequest) throws -> [UInt8] {
        switch (request.path.count, request.path.last, request.method) {
        case (0, _, .post): return try begin(try request.query(DeadLetterQueries.filters + ["all", "original"]))
        case (0, _, _):
            guard request.method == .get else {
                throw AdminFailure(405, "method_not_allowed", "use GET or POST", allow: "GET, POST")
            }
            _ = try request.query([])
            return list()
        case (1, let id?, _):
            try request.demand(.get)
            _ = try request.query([])
            return try show(service.replay(id))
        case (2, "cancel"?, _):
            try request.demand(.post)
            _ = try request.query([])
            return try show(service.cancel(request.path[0]))
        default:
            throw AdminFailure(404, "not_found", "try /api/replays, /api/replays/ID or POST /api/replays/ID/cancel")
        }
    }

    private func begin(_ query: AdminQuery) throws -> [UInt8] {
        let filters = query.names.subtracting(["all", "original"])
        guard try query.flag("all") == filters.isEmpty else {
            throw AdminFailure(
                400, "bad_parameter",
                "say which: one or more of \(DeadLetterQueries.filters.joined(separator: ", ")), or all=true by itself")
        }
        let order = ReplayOrder(
            selection: try queries.selection(query), eventName: query["event"],
            sendsKeptBodies: try query.flag("original"))
        guard let replay = try service.begin(order) else {
            throw AdminFailure(409, "too_many_replays", "8 replays are running; wait for one to end, or cancel one")
        }
        return try show(replay)
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

    /// The parameters' names.
    static let filters = ["destination", "reason", "event", "from", "to"]

    /// The dead letters that all parameters but `event` mean.
    func selection(_ query: AdminQuery) throws -> DeadLetterSelection {
        var selection = DeadLetterSelection()
        if let name = query["destination"] {
            guard registry.knownDestination(name) != nil else {
                let known = registry.destinationNames.joined(separator: ", ")
                throw AdminFailure(
                    404, "destination_not_found", "no destination ever had this name; known are: \(known)")
            }
            selection.destination = name
        }
        if let text = query["reason"] {
            guard let reason = DropReason(rawValue: text), reason.isDeadLetter else {
                let known = DropReason.allCases.filter(\.isDeadLetter).map(\.rawValue).joined(separator: ", ")
                throw AdminFailure.parameter("reason", "known are \(known)")
            }
            selection.reason = reason
        }
        selection.from = try time(query, "from")
        selection.until = try time(query, "to")
        return selection
    }

    private func time(_ query: AdminQuery, _ name: String) throws -> Timestamp? {
        try query[name].map { text in
            guard let time = RFC3339.timestamp(text) else {
                throw AdminFailure.parameter(name, "write a time as 2026-01-31T12:00:00Z or with %2B01:00")
            }
            return time
        }
    }
}
