import EventModel
import Inbound
import JSON
import Storage

/// `/api/alerts`: lists alerts and shows one (docs/alerts.md).
struct AlertResource<Store: KeyValueStore>: AdminResource {
    let store: AlertStore<Store>

    /// Alerts of a page that nobody asked for in other numbers, and at most.
    private static var listLimit: (usual: Int, most: Int) { (100, 1000) }

    func answer(_ request: AdminRequest) throws -> [UInt8] {
        try request.demand(.get)
        switch request.path.count {
        case 0: return try list(try request.query(["status", "kind", "limit", "cursor"]))
        case 1:
            _ = try request.query([])
            return try show(request.path[0])
        default: throw AdminFailure(404, "not_found", "try /api/alerts or /api/alerts/ID")
        }
    }

    private func list(_ query: AdminQuery) throws -> [UInt8] {
        let limit = try query.integer("limit", in: 1...Self.listLimit.most) ?? Self.listLimit.usual
        let status = try choice("status", query, AlertStore<Store>.Status.self)
        let kind = try choice("kind", query, AlertKind.self)
        let cursor = try query["cursor"].map { text in
            guard let id = AlertID(text) else {
                throw AdminFailure.parameter("cursor", "give next_cursor of the page before as it is")
            }
            return id
        }
        // One more tells whether there is another page.
        let found = try store.alerts(status: status, kind: kind, after: cursor, limit: limit + 1)
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.key("alerts")
            json.array { json in
                for alert in found.prefix(limit) { json.object { json in alert.writeMembers(to: &json) } }
            }
            json.member("next_cursor", found.count > limit ? found[limit - 1].id.description : nil)
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

    private func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ query: AdminQuery, _: Value.Type
    ) throws -> Value? {
        try query[name].map { text in
            guard let value = Value(rawValue: text) else {
                throw AdminFailure.parameter(
                    name, "known are \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return value
        }
    }
}
