import EventModel
import Inbound
import JSON
import Outbound
import Platform
import Storage

/// `/api/destinations`: how each destination fares, and holding and resuming one.
struct DestinationResource<Store: KeyValueStore>: AdminResource {
    let store: DeliveryRecordStore<Store>
    /// The destinations of the configuration in force.
    let configured: @Sendable () -> [DestinationConfiguration]
    /// What the engine said last.
    let statuses: @Sendable () -> [DestinationStatus]
    /// False if the engine cannot be told now.
    let perform: @Sendable (DeliveryCommand, _ destination: String) -> Bool

    /// What waits is counted so far and no further, so that an answer never takes long.
    private static var countLimit: Int { 100_000 }

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/destinations", name: "list_destinations", role: .read,
                summary: "How each destination of the configuration fares, in its order.",
                answer: .object(
                    "DestinationList", [AdminField("destinations", .list(Self.schema))]),
                perform: { _ in AdminReply(try list(configured())) }),
            AdminRoute(
                method: .get, path: "/api/destinations/{name}", name: "show_destination", role: .read,
                summary: "How one destination fares.", parameters: [Self.name], answer: Self.schema,
                failures: [AdminFailureKind(404, "destination_not_found")],
                perform: { AdminReply(try entry(of: try find($0.part("name"), in: configured()))) }),
            order(
                .hold, "hold", "Sends a destination nothing until it is resumed; what is meant for it waits."),
            order(
                .resume, "resume",
                "Lifts a hold and what an answer of 410 brought, closes the circuit breaker, forgets pauses."),
        ]
    }

    private static var name: AdminParameter { .text("name", "The destination's name.") }

    private func order(_ command: DeliveryCommand, _ word: String, _ summary: String) -> AdminRoute {
        AdminRoute(
            method: .post, path: "/api/destinations/{name}/\(word)", name: "\(word)_destination", role: .operate,
            summary: summary, parameters: [Self.name],
            answer: .object(
                "DestinationOrder",
                [AdminField("success", .flag), AdminField("name", .text()), AdminField("command", .text())]),
            failures: [
                AdminFailureKind(404, "destination_not_found"), AdminFailureKind(409, "destination_disabled"),
                AdminFailureKind(503, "reloading"),
            ],
            perform: { AdminReply(try order(command, to: try find($0.part("name"), in: configured()))) })
    }

    private static var schema: AdminSchema {
        .object(
            "Destination",
            [
                AdminField("name", .text()),
                AdminField("state", .choice(DestinationStatus.State.allCases.map(\.rawValue) + ["starting"])),
                .maybe("stopped_at", .time),
                .maybe("reason", .text("Why it is sent nothing, in the destination's or the token issuer's words.")),
                .maybe("next_step", .text("What an operator can do about it.")),
                .maybe("breaker_open_until", .time), .maybe("paused_until", .time),
                AdminField("waiting", .integer), .maybe("next_due_at", .time), AdminField("dead", .integer),
                AdminField("counted_to", .integer), AdminField("in_flight", .integer),
                AdminField("concurrency_limit", .integer),
                AdminField(
                    "since_start",
                    .object(
                        "DeliveryTally",
                        [
                            AdminField("delivered", .integer), AdminField("failed", .integer),
                            AdminField("dropped", .integer),
                        ])),
            ])
    }

    private func find(
        _ name: String, in destinations: [DestinationConfiguration]
    ) throws -> DestinationConfiguration {
        guard let destination = destinations.first(where: { $0.name == name }) else {
            let known = destinations.map(\.name).joined(separator: ", ")
            throw AdminFailure(404, "destination_not_found", "no destination has this name; known are: \(known)")
        }
        return destination
    }

    private func list(_ destinations: [DestinationConfiguration]) throws -> [UInt8] {
        let entries = try destinations.map(entry)
        var json = JSONWriter(capacity: 1024)
        json.object { json in
            json.key("destinations")
            json.array { json in for entry in entries { json.raw(entry) } }
        }
        return json.bytes
    }

    private func entry(of destination: DestinationConfiguration) throws -> [UInt8] {
        let name = destination.name
        let waiting = try store.waitingCount(destination: name, limit: Self.countLimit)
        let dead = try store.deadCount(destination: name, limit: Self.countLimit)
        let next = try store.nextDueTime(destination: name)
        let status = statuses().first { $0.name == name }
        var json = JSONWriter(capacity: 512)
        json.object { json in
            json.member("name", name)
            // Right after the start the engine has said nothing yet.
            json.member("state", status?.state.rawValue ?? "starting")
            json.time("stopped_at", status?.stoppedAt)
            json.member("reason", status?.reason)
            json.member("next_step", status.flatMap(Self.nextStep))
            json.time("breaker_open_until", status?.breakerOpenUntil)
            json.time("paused_until", status?.pausedUntil)
            json.member("waiting", waiting)
            json.time("next_due_at", next)
            json.member("dead", dead)
            json.member("counted_to", Self.countLimit)
            json.member("in_flight", status?.inFlightCount ?? 0)
            json.member("concurrency_limit", status?.concurrencyLimit ?? destination.concurrency)
            json.key("since_start")
            json.object { json in
                json.member("delivered", status?.tally.delivered ?? 0)
                json.member("failed", status?.tally.failed ?? 0)
                json.member("dropped", status?.tally.dropped ?? 0)
            }
        }
        return json.bytes
    }

    /// What an operator can do about a destination that is sent nothing.
    private static func nextStep(_ status: DestinationStatus) -> String? {
        switch status.state {
        case .refused:
            "mend its credentials or settings in the configuration and reload, or mend them at the destination and run: "
                + "tracklayer destinations resume \(status.name)"
        case .gone: "make sure that the receiver is back, then run: tracklayer destinations resume \(status.name)"
        case .held: "run: tracklayer destinations resume \(status.name)"
        case .disabled: "set enabled: true in the configuration and reload"
        case .running, .broken, .paused: nil
        }
    }

    private func order(_ command: DeliveryCommand, to destination: DestinationConfiguration) throws -> [UInt8] {
        guard destination.isEnabled else {
            throw AdminFailure(
                409, "destination_disabled", "the configuration disables it; set enabled: true and reload")
        }
        guard perform(command, destination.name) else {
            throw AdminFailure(503, "reloading", "a reload is under way and nothing was changed; try again")
        }
        var json = JSONWriter()
        json.object { json in
            json.member("success", true)
            json.member("name", destination.name)
            json.member("command", command == .hold ? "hold" : "resume")
        }
        return json.bytes
    }
}
