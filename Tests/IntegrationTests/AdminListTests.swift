import Foundation
import Platform
import TestSupport
import Testing

/// Events, deliveries, identity, status and the audit log as operators ask for them, against a whole gateway.
@Suite(.timeLimit(.minutes(5))) struct AdminListTests {
    private func object(_ gateway: GatewayHarness, _ target: String) throws -> [String: Any] {
        let reply = try gateway.admin("GET", target)
        #expect(reply.status == 200, "\(target): \(reply.text)")
        return try #require(try JSONSerialization.jsonObject(with: Data(reply.response.body)) as? [String: Any])
    }

    private func entries(_ gateway: GatewayHarness, _ target: String, _ member: String) throws -> [[String: Any]] {
        try #require(try object(gateway, target)[member] as? [[String: Any]])
    }

    private func ids(_ gateway: GatewayHarness, _ query: String) throws -> [String] {
        try entries(gateway, "/api/events\(query)", "events").compactMap { $0["event_id"] as? String }
    }

    /// Four purchases of two people, of which one came again, one came again with other content, and one was refused.
    private func shop() throws -> GatewayHarness {
        let gateway = try GatewayHarness(answer: { request in
            request.text.contains(#""o-3""#) ? .status(422) : .status(200)
        })
        for number in 1...4 {
            let user = number < 4 ? "user-1" : "user-2"
            _ = try gateway.postRudderStack(Samples.purchase(order: "o-\(number)", message: "m-\(number)", user: user))
        }
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1", message: "m-1"))
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-2", message: "m-5", revenue: "1.00"))
        _ = try gateway.postRudderStack(Samples.track("Product Viewed", message: "m-view"))
        let staging = Samples.purchase(order: "o-9", message: "m-9")
        _ = try gateway.postRudderStack(staging, secret: GatewayYAML.stagingSecret)
        #expect(eventually { try ids(gateway, "?status=dropped") == ["o-3"] })
        #expect(eventually { try ids(gateway, "?status=queued").isEmpty && ids(gateway, "?status=failed").isEmpty })
        return gateway
    }

    @Test func eventsAreFiltered() throws {
        let gateway = try shop()
        let all = ["o-9", "m-view", "o-4", "o-3", "o-2", "o-1"]
        for (query, expected) in [
            ("", all), ("?event_name=purchase", ["o-9", "o-4", "o-3", "o-2", "o-1"]),
            ("?event_name=view_content", ["m-view"]), ("?environment=staging", ["o-9"]),
            ("?source=rudderstack-staging", ["o-9"]), ("?source=rudderstack&event_id=o-9", []),
            ("?account=acct_1", all), ("?verdict=duplicate", ["o-1"]), ("?verdict=conflict", ["o-2"]),
            ("?verdict=accepted&event_name=purchase", ["o-9", "o-4", "o-3"]), ("?status=dropped", ["o-3"]),
            ("?event_id=o-2", ["o-2"]), ("?message_id=m-4", ["o-4"]), ("?message_id=m-4&event_name=refund", []),
            ("?event_id=nobody", []), ("?from=2099-01-01T00:00:00Z", []), ("?to=2020-01-01T00:00:00Z", []),
            ("?from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z", all), ("?limit=2", ["o-9", "m-view"]),
        ] {
            #expect(try ids(gateway, query) == expected, "\(query)")
        }
        let third = try #require(try entries(gateway, "/api/events?event_id=o-3", "events").first)
        let time = try #require(third["received_at"] as? String)
        let after = try ids(gateway, "?from=\(time)")
        #expect(after.contains("o-3") && !after.contains("o-1"), "the time itself is within")
        #expect(try !ids(gateway, "?to=\(time)").contains("o-3"), "the end is not")
        let deliveries = try #require(third["deliveries"] as? [[String: Any]])
        #expect(deliveries.first?["reason"] as? String == "rejected")
        #expect(third["message_id"] as? String == "m-3")
        let first = try #require(try entries(gateway, "/api/events?event_id=o-1", "events").first)
        #expect(first["repetitions"] as? Int == 1)
        #expect(first["identity_state"] as? String == "new")
    }

    @Test func anEventIsShownWhole() throws {
        let gateway = try shop()
        let entry = try #require(try entries(gateway, "/api/events?event_id=o-1", "events").first)
        let sequence = try #require(entry["sequence"] as? String)
        let shown = try object(gateway, "/api/events/\(sequence)")
        #expect((shown["event"] as? [String: Any])?["event_id"] as? String == "o-1")
        #expect((shown["sightings"] as? [Any])?.count == 1)
        #expect((shown["deliveries"] as? [[String: Any]])?.first?["status"] as? String == "delivered")
        for (target, status, code) in [
            ("/api/events/1", 404, "event_not_found"), ("/api/events/x", 400, "bad_parameter"),
            ("/api/events?account=nobody", 404, "account_not_found"),
            ("/api/events?cursor=zz", 400, "bad_cursor"), ("/api/events?evnt_name=x", 400, "bad_parameter"),
            ("/api/deliveries/\(sequence)/nobody", 404, "delivery_not_found"),
            ("/api/deliveries?destination=nobody", 404, "destination_not_found"),
            ("/api/identity/prf_1", 400, "bad_parameter"),
            ("/api/identity/prf_\(String(repeating: "0", count: 32))", 404, "profile_not_found"),
            ("/api/identity?type=user_id&value=nobody", 404, "identifier_not_found"),
            ("/api/identity?type=email&value=ada@example.com", 400, "bad_parameter"),
            ("/api/identity?type=user_id&value=ada@example.com", 400, "bad_parameter"),
            ("/api/identity?type=shoe_size&value=43", 400, "bad_parameter"),
        ] {
            let reply = try gateway.admin("GET", target)
            #expect(reply.status == status, "\(target): \(reply.text)")
            #expect(try reply.body.code == code, "\(target)")
            #expect(!reply.text.contains("ada@example.com"), "\(target)")
        }
    }

    @Test func pagesStayTrueWhileEventsArrive() throws {
        let gateway = try GatewayHarness()
        let events = (1...50).map { Samples.purchase(order: "o-\($0)") }.joined(separator: ",")
        _ = try gateway.postRudderStack("[\(events)]")
        for (target, member) in [("/api/events", "events"), ("/api/deliveries", "deliveries")] {
            var (found, cursor, pages) = ([String](), "", 0)
            repeat {
                let page = try object(gateway, "\(target)?limit=7&to=2099-01-01T00:00:00Z\(cursor)")
                found += (page[member] as? [[String: Any]] ?? []).compactMap { $0["event_id"] as? String }
                cursor = (page["next_cursor"] as? String).map { "&cursor=\($0)" } ?? ""
                pages += 1
                _ = try gateway.postRudderStack(Samples.purchase(order: "\(member)-\(pages)"))
            } while !cursor.isEmpty && pages < 30
            let known = found.filter { $0.hasPrefix("o-") }
            #expect(known == (1...50).reversed().map { "o-\($0)" }, "\(target)")
            #expect(Set(found).count == found.count)
        }
        let page = try object(gateway, "/api/events?limit=3")
        let cursor = try #require(page["next_cursor"] as? String)
        #expect(try gateway.admin("GET", "/api/deliveries?cursor=\(cursor)").text.contains("bad_cursor"))
    }

    @Test func deliveriesAreFilteredAndShown() throws {
        let gateway = try shop()
        func found(_ query: String) throws -> [String] {
            try entries(gateway, "/api/deliveries\(query)", "deliveries").compactMap { $0["event_id"] as? String }
        }
        let all = ["o-9", "m-view", "o-4", "o-3", "o-2", "o-1"]
        let sequence = try #require(
            try entries(gateway, "/api/events?event_id=o-3", "events").first?["sequence"] as? String)
        for (query, expected) in [
            ("", all), ("?destination=hook", all), ("?status=delivered", all.filter { $0 != "o-3" }),
            ("?status=dropped", ["o-3"]), ("?reason=rejected", ["o-3"]), ("?reason=exhausted", []),
            ("?event_name=view_content", ["m-view"]), ("?event_id=o-4", ["o-4"]), ("?event_id=o-4&status=dropped", []),
            ("?sequence=\(sequence)", ["o-3"]), ("?account=acct_1&limit=1", ["o-9"]),
            ("?from=2099-01-01T00:00:00Z", []), ("?to=2020-01-01T00:00:00Z", []),
            ("?from=2020-01-01T00:00:00Z", all),
        ] {
            #expect(try found(query) == expected, "\(query)")
        }
        let shown = try object(gateway, "/api/deliveries/\(sequence)/hook")
        #expect(shown["reason"] as? String == "rejected")
        let attempts = try #require(shown["attempts"] as? [[String: Any]])
        #expect(attempts.first?["status"] as? Int == 422)
        #expect((attempts.first?["request_body"] as? String)?.contains("o-3") == true)
    }

    @Test func aProfileIsFoundAndExplained() throws {
        let gateway = try GatewayHarness()
        let traits = #"{"email":"Ada@Example.com"}"#
        _ = try gateway.postRudderStack(
            Samples.identify(message: "m-1", user: "user-1", anonymous: "anon-1", traits: traits))
        _ = try gateway.postRudderStack(
            Samples.identify(message: "m-2", user: "user-2", anonymous: nil, traits: traits))
        let found = try entries(gateway, "/api/identity?type=anonymous_id&value=anon-1", "profiles")
        #expect(found.count == 1)
        #expect(found.first?["environment"] as? String == "production")
        let profile = try #require(found.first?["profile_id"] as? String)
        let node = try #require(found.first?["node"] as? String)
        let reply = try gateway.admin("GET", "/api/identity/\(node)")
        #expect(!reply.text.lowercased().contains("example.com"), "values are shown as stored")
        let whole = try object(gateway, "/api/identity/\(node)")
        #expect(whole["profile_id"] as? String == profile, "an identifier's node names its profile")
        #expect(whole["size"] as? Int == 3)
        #expect(whole["complete"] as? Bool == true)
        let members = try #require(whole["members"] as? [[String: Any]])
        #expect(members.compactMap { $0["type"] as? String } == ["user_id", "email", "anonymous_id"])
        let edges = try #require(whole["edges"] as? [[String: Any]])
        #expect(edges.allSatisfy { $0["refused"] == nil && $0["authority"] as? String == "observed" })
        let refused = try #require(whole["refused"] as? [[String: Any]])
        #expect(refused.compactMap { $0["refused"] as? String } == ["unique_conflict"])
        let other = try #require(
            try entries(gateway, "/api/identity?type=user_id&value=user-2", "profiles").first?["node"] as? String)
        #expect(try object(gateway, "/api/identity/\(node)/path?to=\(profile)")["verdict"] as? String == "connected")
        #expect(try object(gateway, "/api/identity/\(node)/path?to=\(other)")["verdict"] as? String == "separate")
        let email = try #require(members[1]["value"] as? String)
        #expect(
            try entries(gateway, "/api/identity?type=email&value=\(email)", "profiles").first?["profile_id"] as? String
                == profile)
    }

    @Test func theStatusCounts() throws {
        let gateway = try shop()
        #expect(eventually { (try object(gateway, "/api/status")["deliveries"] as? [String: Int])?["delivered"] == 5 })
        let status = try object(gateway, "/api/status")
        #expect(status["ready"] as? Bool == true)
        #expect((status["ingest"] as? [String: Int])?["accepted"] == 6)
        #expect((status["ingest"] as? [String: Int])?["duplicate"] == 2)
        #expect((status["commit"] as? [String: Int])?["queue_weight"] == 0)
        #expect((status["destinations"] as? [String: Int])?["running"] == 1)
    }

    // MARK: - The audit log

    @Test func everyOrderIsInTheAuditLogAcrossRestarts() throws {
        let gateway = try GatewayHarness()
        #expect(try gateway.admin("POST", "/api/destinations/hook/hold").status == 200)
        #expect(try gateway.admin("POST", "/api/destinations/nobody/hold").status == 404)
        #expect(try gateway.admin("POST", "/api/destinations/hook/hold", token: GatewayYAML.readToken).status == 403)
        #expect(try gateway.admin("POST", "/api/dead/drop?reason=rejected").status == 200)
        #expect(try gateway.admin("POST", "/api/dead/drop?reason=nothing").status == 400)
        try gateway.reload { GatewayYAML(receiverPort: $0).text }
        #expect(throws: (any Error).self) {
            try gateway.reload {
                var yaml = GatewayYAML(receiverPort: $0)
                yaml.destinationLines = #"    template: '{"a": {{#if}}'"#
                return yaml.text
            }
        }
        try gateway.reload { GatewayYAML(receiverPort: $0).text }
        try gateway.restart()
        let log = try entries(gateway, "/api/audit", "entries")
        let lines = log.map { entry in
            ["actor", "action", "subject", "outcome", "detail"].map { entry[$0] as? String ?? "-" }.joined(
                separator: "|")
        }
        let file = gateway.configurationFile
        #expect(
            lines == [
                "SIGHUP|reload_configuration|\(file)|done|-",
                "SIGHUP|reload_configuration|\(file)|failed|configuration",
                "SIGHUP|reload_configuration|\(file)|done|-",
                "token-1|drop_dead_letters|reason=rejected|done|dropped 0",
                "token-1|hold_destination|name=nobody|failed|destination_not_found",
                "token-1|hold_destination|name=hook|done|-",
            ])
        #expect(log.last?["remote_address"] as? String == "127.0.0.1")
        #expect(log.first?["remote_address"] == nil)
        for (query, count) in [
            ("?actor=token-1", 3), ("?action=hold_destination", 2), ("?outcome=failed", 2),
            ("?actor=token-1&outcome=failed", 1), ("?from=2099-01-01T00:00:00Z", 0), ("?to=2099-01-01T00:00:00Z", 6),
        ] {
            #expect(try entries(gateway, "/api/audit\(query)", "entries").count == count, "\(query)")
        }
        var (found, cursor) = (0, "")
        for _ in 0..<10 {
            let page = try object(gateway, "/api/audit?limit=2\(cursor)")
            found += (page["entries"] as? [Any])?.count ?? 0
            guard let next = page["next_cursor"] as? String else { break }
            cursor = "&cursor=\(next)"
        }
        #expect(found == 6)
        #expect(!gateway.log.lines.contains { $0.contains(GatewayYAML.adminToken) })
    }

    @Test func tokensChangeWithAReload() throws {
        let gateway = try GatewayHarness()
        let next = "admin_token_of_tomorrow"
        try gateway.reload {
            GatewayYAML(receiverPort: $0).text.replacing(
                "[\(GatewayYAML.adminToken),",
                with: "[{name: ada, role: operate, value: \(next)}, "
                    + "{name: old, role: operate, value: \(GatewayYAML.adminToken), until: 2020-01-01T00:00:00Z},")
        }
        #expect(try gateway.admin("GET", "/api/status").status == 401, "it is over")
        #expect(try gateway.admin("POST", "/api/destinations/hook/hold", token: next).status == 200)
        let reply = try gateway.admin("GET", "/api/audit?actor=ada", token: next)
        #expect(reply.text.contains(#""action":"hold_destination""#))
    }
}
