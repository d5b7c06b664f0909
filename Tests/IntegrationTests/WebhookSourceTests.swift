import EventModel
import Foundation
import TestSupport
import Testing

/// RudderStack's webhook source over real sockets (reference inbound, 3.1): payloads of anybody's become events.
@Suite(.timeLimit(.minutes(5))) struct WebhookSourceTests {
    private static let filteredKey = "write_key_of_filtered_55555"
    private static let path = "/v1/webhook?writeKey=\(GatewayYAML.writeKey)"

    private static func makeGateway() throws -> GatewayHarness {
        try GatewayHarness(configuration: { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.sourceLines =
                "  - {name: picky, kind: native, account: acct_1, environment: production, write_keys: [\(filteredKey)], "
                + "exclude: [webhook_source_event]}"
            return yaml.text
        })
    }

    private static func get(_ gateway: GatewayHarness, _ target: String, method: String = "GET") throws -> Reply {
        let client = try RawHTTPClient(port: gateway.port)
        try client.send(method, target, headers: [])
        return Reply(try client.readResponse(hasBody: method != "HEAD"))
    }

    /// What the destination got, by message id.
    private static func delivered(_ gateway: GatewayHarness, _ count: Int) throws -> [String: [String: Any]] {
        try #require(gateway.receiver.waitForRequests(count))
        let events = try gateway.receiver.requests.map { request in
            try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        }
        return Dictionary(events.map { ($0["message_id"] as? String ?? "", $0) }, uniquingKeysWith: { one, _ in one })
    }

    @Test("an object is the properties of one event, whatever its members are called, and once")
    func object() throws {
        let gateway = try Self.makeGateway()
        let payload =
            #"{"type":"page","event":"x","messageId":"theirs","batch":[1],"properties":{"a":1},"#
            + #""order":{"id":"o-7","lines":[{"n":2}]},"context":"here"}"#
        let reply = try gateway.post(Self.path, Array(payload.utf8))
        #expect(reply.status == 200)
        let item = try reply.item
        #expect(item.status == "accepted" && item.canonicalEvent == "custom.webhook_source_event")
        #expect(item.notes?.contains("anonymous_id_generated") == true)
        #expect(item.notes?.contains("message_id_generated") == true)
        let id = try #require(item.messageId)
        #expect(try gateway.post(Self.path, Array(payload.utf8)).item.status == "duplicate")
        // Another payload is another nobody.
        let other = try gateway.post(Self.path, Array((payload.dropLast() + #","more":1}"#).utf8)).item
        #expect(other.status == "accepted")

        let events = try Self.delivered(gateway, 2)
        let event = try #require(events[id])
        let expected = try JSONSerialization.jsonObject(with: Data(payload.utf8)) as? NSDictionary
        #expect(event["properties"] as? NSDictionary == expected)
        #expect(event["type"] as? String == "track")
        let nobody = (event["user_data"] as? [String: Any])?["anonymous_id"] as? String
        #expect(nobody?.hasPrefix("gen-") == true)
        let second = try #require(events[other.messageId ?? ""])
        #expect((second["user_data"] as? [String: Any])?["anonymous_id"] as? String != nobody)
    }

    @Test("each object of an array is an event, and what is none is told")
    func array() throws {
        let gateway = try Self.makeGateway()
        let reply = try gateway.post(Self.path, Array(#"[{"a":1},7,{"a":2},[{"a":3}],{"a":1}]"#.utf8))
        #expect(reply.status == 200)
        let items = try reply.body.results ?? []
        #expect(items.map(\.status) == ["accepted", "rejected", "accepted", "rejected", "duplicate"])
        #expect(items.map(\.code) == [nil, "not_an_object", nil, "nested_batch", nil])
        let values = try Self.delivered(gateway, 2).values.compactMap { ($0["properties"] as? [String: Int])?["a"] }
        #expect(values.sorted() == [1, 2])
    }

    @Test("a form's fields are lists, packed or not, and the person in them is found and hashed")
    func form() throws {
        let gateway = try Self.makeGateway()
        let form = "name=J%C3%BCrgen+D&tag=a&tag=b&email=ada%40example.com&empty="
        let type = ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
        let item = try gateway.post(Self.path, Array(form.utf8), [type]).item
        #expect(item.status == "accepted" && item.notes?.contains("anonymous_id_generated") == false)
        let packed = try Gzip.pack(Array((form + "&more=1").utf8))
        #expect(try gateway.post(Self.path, packed, [type, ("Content-Encoding", "gzip")]).item.status == "accepted")

        let event = try #require(try Self.delivered(gateway, 2)[item.messageId ?? ""])
        let properties = try #require(event["properties"] as? [String: Any])
        #expect(properties["tag"] as? [String] == ["a", "b"] && properties["empty"] as? [String] == [""])
        let user = try #require(event["user_data"] as? [String: Any])
        #expect(user["anonymous_id"] == nil)
        #expect(String(decoding: try JSONSerialization.data(withJSONObject: user), as: UTF8.self).contains("email"))
        #expect(try !gateway.inspect().contains("ada@example.com"))
    }

    @Test("a query's parameters are the properties, the key is not among them")
    func query() throws {
        let gateway = try Self.makeGateway()
        let reply = try Self.get(gateway, "\(Self.path)&a=1&b=2&b=3&note=caf%C3%A9+au+lait")
        #expect(reply.status == 200)
        let item = try reply.item
        #expect(item.status == "accepted")
        let event = try #require(try Self.delivered(gateway, 1)[item.messageId ?? ""])
        let expected: NSDictionary = ["a": "1", "b": ["2", "3"], "note": "café au lait"]
        #expect(event["properties"] as? NSDictionary == expected)
        #expect(try !gateway.inspect().contains(GatewayYAML.writeKey))
    }

    @Test("what cannot be taken is refused with its reason")
    func refusals() throws {
        let gateway = try Self.makeGateway()
        let form = ("Content-Type", "application/x-www-form-urlencoded")
        let cases: [(String, String, [(String, String)], Int, String)] = [
            ("/v1/webhook", #"{"a":1}"#, [], 401, "write_key_missing"),
            ("/v1/webhook", #"{"writeKey":"\#(GatewayYAML.writeKey)"}"#, [], 401, "write_key_missing"),
            ("/v1/webhook?writeKey=nobody", #"{"a":1}"#, [], 401, "write_key_invalid"),
            (Self.path, "", [], 400, "empty_body"), (Self.path, "{", [], 400, "invalid_json"),
            (Self.path, "7", [], 400, "not_an_object"), (Self.path, "[]", [], 400, "batch_empty"),
            (Self.path, #"{"email":"a","email":"b"}"#, [], 400, "duplicate_key"),
            (Self.path, "a=%4", [form], 400, "bad_request"), (Self.path, "", [form], 400, "empty_body"),
            (Self.path, "a=1", [("Content-Type", "multipart/form-data; boundary=x")], 415, "unsupported_media_type"),
            ("/v1/track?writeKey=\(GatewayYAML.writeKey)", "a=1", [form], 415, "unsupported_media_type"),
            (Self.path, "[" + String(repeating: "{},", count: 5000) + "{}]", [], 413, "too_many_items"),
            (Self.path, #"{"a":""# + String(repeating: "x", count: 8 << 20) + "\"}", [], 413, "body_too_large"),
        ]
        for (path, body, headers, status, code) in cases {
            let reply = try gateway.post(path, Array(body.utf8), headers)
            #expect(reply.status == status, "\(path) \(body.prefix(40)): \(reply.text)")
            #expect(try reply.body.code == code, "\(path) \(body.prefix(40))")
        }
        #expect(try Self.get(gateway, Self.path).body.code == "empty_body")
        #expect(try Self.get(gateway, "/v1/webhook?a=1").status == 401)
        #expect(try Self.get(gateway, Self.path, method: "HEAD").status == 405)
        #expect(try Self.get(gateway, Self.path, method: "PUT").header("Allow") == "GET, POST, OPTIONS")
        #expect(try gateway.postNative("/v1/track", #"{"event":"E","messageId":"m"}"#).body.code == "no_identity")
        #expect(try gateway.inspect().entries().isEmpty)
    }

    @Test("the key comes by Basic authentication, too; browsers may read the answer; a source may not want it")
    func senders() throws {
        let gateway = try Self.makeGateway()
        let origin = ("Origin", GatewayYAML.origin)
        let basic = ("Authorization", GatewayYAML.basic(GatewayYAML.writeKey))
        let reply = try gateway.post("/v1/webhook/", Array(#"{"writeKey":"a property","n":1}"#.utf8), [basic, origin])
        #expect(try reply.item.status == "accepted")
        #expect(reply.header("Access-Control-Allow-Origin") == GatewayYAML.origin)
        let filtered = try gateway.post("/v1/webhook?writeKey=\(Self.filteredKey)", Array(#"{"n":1}"#.utf8))
        #expect(try filtered.item.status == "ignored" && filtered.item.code == "filtered")
        #expect(try gateway.inspect().entries().count == 1)
    }
}
