import EventModel
import Inbound
import JSON
import Storage

/// `/api/alerts`: lists alerts and shows one (docs/alerts.md).
struct AlertResource<Store: KeyValueStore>: AdminResource {
    let store: AlertStore<Store>

    /// Alerts of a page that nobody asked for in other numbers, and at most.
    private static var listLimit: (usual: Int, most: Int) { (100, 1000) }

    /// The list that cursors belong to.
    private static var name: String { "alerts" }

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/alerts", name: "list_alerts", role: .read,
                summary: "The alerts, the newest first.",
                parameters: [
                    AdminParameter(
                        "status", .choice(AlertStore<Store>.Status.allCases.map(\.rawValue)), "Only those that are so."),
                    AdminParameter("kind", .choice(AlertKind.allCases.map(\.rawValue)), "Only those of this kind."),
                    .limit(Self.listLimit.usual, most: Self.listLimit.most), .cursor,
                ],
                answer: .page("AlertPage", of: Self.schema, as: "alerts"), perform: { AdminReply(try list($0)) }),
            AdminRoute(
                method: .get, path: "/api/alerts/{id}", name: "show_alert", role: .read, summary: "One alert.",
                parameters: [.text("id", "The alert's id.")], answer: Self.schema,
                failures: [AdminFailureKind(404, "alert_not_found")],
                perform: { AdminReply(try show($0.part("id"))) }),
        ]
    }

    private static var schema: AdminSchema {
        .object(
            "Alert",
            [
                AdminField("id", .text()), AdminField("kind", .choice(AlertKind.allCases.map(\.rawValue))),
                AdminField("subject", .text()), AdminField("status", .choice(["open", "cleared"])),
                AdminField("opened_at", .time), .maybe("since", .time), .maybe("cleared_at", .time),
                AdminField("summary", .text()), .maybe("next_step", .text()), .maybe("clear_note", .text()),
                AdminField("figures", .json("Numbers and texts by name.")),
                AdminField("told", .json("When each channel was told that it opened and cleared.")),
            ])
    }

    private func list(_ request: AdminRequest) throws -> [UInt8] {
        let limit = request.integer("limit") ?? Self.listLimit.usual
        let status = request["status"].flatMap { AlertStore<Store>.Status(rawValue: $0) }
        let kind = request["kind"].flatMap { AlertKind(rawValue: $0) }
        let cursor = try request.place(in: Self.name).map { place in
            guard let id = AlertID(String(decoding: place, as: UTF8.self)) else { throw AdminCursor.failure }
            return id
        }
        // One more tells whether there is another page.
        let found = try store.alerts(status: status, kind: kind, after: cursor, limit: limit + 1)
        let last = found.count > limit ? found[limit - 1].id.description : nil
        let next = last.map { AdminCursor.text(Array($0.utf8), in: Self.name) }
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.key("alerts")
            json.array { json in
                for alert in found.prefix(limit) { json.object { json in alert.writeMembers(to: &json) } }
            }
            json.member("next_cursor", next)
        }
        return json.bytes
    }

    private func show(_ text: String) throws -> [UInt8] {
        guard let id = AlertID(text), let alert = try store.alert(id) else {
            throw AdminFailure(
                404, "alert_not_found", "no alert has this id; cleared ones are kept for 90 days")
        }
        var json = JSONWriter(capacity: 2048)
        json.object { json in alert.writeMembers(to: &json) }
        return json.bytes
    }
}
