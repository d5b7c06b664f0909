import EventModel

/// Rows 49, 65, 68 to 72 and 104 on the SDKs' own paths, and 3.1 and 3.3 of the reference.
enum NativeBodies {
    static let cases = calls + types + numbers + batches + bodies

    private static func post(
        _ path: String, _ body: String, _ headers: [(String, String)] = []
    ) -> BadInput.Request {
        .post(path, [NativeProofs.basic("\(GatewayYAML.writeKey):")] + headers, Array(body.utf8))
    }

    private static func isNamed(_ name: String) -> @Sendable (Reply) -> Bool {
        { (try? $0.item.canonicalEvent) == name }
    }

    /// Every path with a body that says no type, and what becomes of it.
    private static let calls: [BadInput] =
        [
            ("track", #""event":"Odd""#, "custom.odd"), ("t", #""event":"Odd""#, "custom.odd"),
            ("identify", #""traits":{}"#, "profile_update"), ("i", #""traits":{}"#, "profile_update"),
            ("page", #""name":"Home""#, "page_view"), ("p", #""name":"Home""#, "page_view"),
            ("screen", #""name":"Home""#, "screen_view"), ("s", #""name":"Home""#, "screen_view"),
            ("group", #""groupId":"g""#, "group_update"), ("g", #""groupId":"g""#, "group_update"),
            ("alias", #""previousId":"p""#, "identity_link"), ("a", #""previousId":"p""#, "identity_link"),
            ("merge", #""mergeProperties":[{"type":"email","value":"a@example.com"}]"#, "identity_link"),
        ].map { path, members, name in
            BadInput(
                "65 type from /v1/\(path)",
                post("/v1/\(path)", #"{"messageId":"65-\#(path)","userId":"u65",\#(members)}"#),
                .taken(), also: isNamed(name))
        }
        + ["batch", "b", "import"].map { path in
            BadInput(
                "65 batch on /v1/\(path)",
                post("/v1/\(path)", #"{"batch":[{"type":"page","messageId":"65-\#(path)","userId":"u65"}]}"#), .taken(),
                also: isNamed("page_view"))
        }

    private static func batch(_ items: String...) -> BadInput.Request {
        post("/v1/batch", "{\"batch\":[\(items.joined(separator: ","))]}")
    }

    private static func item(_ id: String, _ type: String?) -> String {
        #"{"messageId":"\#(id)",\#(type.map { "\"type\":\($0)," } ?? "")"event":"Odd","userId":"u65"}"#
    }

    private static let types: [BadInput] = [
        BadInput(
            "65 the path wins over the body", post("/v1/page", item("65x", "\"track\"")), .taken(),
            also: isNamed("page_view")),
        BadInput("65 capitals", batch(item("65u", "\" TRACK \"")), .taken(), also: isNamed("custom.odd")),
        BadInput("65 missing in a batch", batch(item("65m", nil)), .items([("rejected", "type_missing")])),
        BadInput("65 null in a batch", batch(item("65n", "null")), .items([("rejected", "type_missing")])),
        BadInput("65 unknown in a batch", batch(item("65p", "\"purchase\"")), .ignored("type_unsupported")),
    ]

    private static func odd(_ id: String, _ number: String) -> String {
        #"{"type":"track","event":"Odd","messageId":"\#(id)","userId":"u49","properties":{"n":\#(number)}}"#
    }

    private static let numbers: [BadInput] = [
        BadInput("49 NaN", post("/v1/track", odd("49a", "NaN")), .taken([.nonFiniteNumber])),
        BadInput("49 Infinity", post("/v1/t", odd("49b", "Infinity")), .taken([.nonFiniteNumber])),
        BadInput(
            "49 -Infinity in one item of a batch", batch(odd("49c", "1"), odd("49d", "-Infinity")),
            .items([("accepted", nil), ("accepted", nil)])
        ) { reply in
            let notes = (try? reply.body.results?.map { $0.notes ?? [] }) ?? []
            return notes.count == 2 && !notes[0].contains("non_finite_number")
                && notes[1].contains("non_finite_number")
        },
        BadInput(
            "49 NaN by beacon",
            .post(
                "/beacon/v1/batch?writeKey=\(GatewayYAML.writeKey)", [("Content-Type", "text/plain;charset=UTF-8")],
                Array("{\"batch\":[\(odd("49e", "NaN"))]}".utf8)), .taken([.nonFiniteNumber])),
        BadInput("49 other words", post("/v1/track", odd("49f", "nan")), .refused(400, "invalid_json")),
        BadInput("49 half a word", post("/v1/track", odd("49g", "Infinit")), .refused(400, "invalid_json")),
        BadInput(
            "49 NaN in a capture",
            .post(
                "/trackstack/events", [NativeProofs.basic("\(NativeInputTests.captureKey):")],
                Array(#"{"event":"SignUp","email":"a@example.com","value":NaN}"#.utf8)),
            .refused(400, "invalid_json")),
    ]

    private static func good(_ order: String) -> String { Samples.purchase(order: order) }
    private static let nobody = #"{"type":"page","messageId":"nobody"}"#

    private static let batches: [BadInput] = [
        BadInput("68 nothing", post("/v1/batch", "{}"), .refused(400, "batch_missing")),
        BadInput("68 an object", post("/v1/b", #"{"batch":{}}"#), .refused(400, "batch_missing")),
        BadInput("68 null", post("/v1/import", #"{"batch":null}"#), .refused(400, "batch_missing")),
        BadInput("68 no items", post("/v1/batch", #"{"batch":[]}"#), .refused(400, "batch_empty")),
        BadInput("68 an empty list", post("/v1/batch", "[]"), .refused(400, "batch_empty")),
        BadInput("68 a list for one event", post("/v1/track", "[]"), .refused(400, "not_an_object")),
        BadInput(
            "69 good, bad and known", batch(good("69n"), nobody, good("69n"), "42", item("69i", "\"record\"")),
            .items([
                ("accepted", nil), ("rejected", "no_identity"), ("duplicate", nil), ("rejected", "not_an_object"),
                ("ignored", "type_unsupported"),
            ])
        ) { reply in
            guard let body = try? reply.body else { return false }
            return body.accepted == 1 && body.duplicates == 1 && body.ignored == 1 && body.rejected == 2
        },
        BadInput(
            "70 5000 items",
            post("/v1/batch", "{\"batch\":[\(Array(repeating: "1", count: 5000).joined(separator: ","))]}"),
            .items(Array(repeating: ("rejected", "not_an_object"), count: 5000))),
        BadInput(
            "70 5001 items",
            post("/v1/batch", "{\"batch\":[\(Array(repeating: "1", count: 5001).joined(separator: ","))]}"),
            .refused(413, "too_many_items")),
        BadInput(
            "71 all bad", batch(nobody, "{}"), .items([("rejected", "no_identity"), ("rejected", "type_missing")])
        ) { (try? $0.body.success) == true },
        BadInput("71 one bad event alone", post("/v1/page", nobody), .refused(400, "no_identity")),
        BadInput(
            "72 a batch in a batch", batch("{\"batch\":[\(good("72n"))]}", "[\(good("72m"))]", good("72o")),
            .items([("rejected", "nested_batch"), ("rejected", "nested_batch"), ("accepted", nil)])),
    ]

    private static func beacon(_ id: String, byteCount: Int) -> BadInput.Request {
        let text = String(repeating: "x", count: byteCount / 2)
        let items = ["a", "b"].map {
            #"{"type":"page","messageId":"\#(id)\#($0)","userId":"u104","properties":{"text":"\#(text)"}}"#
        }
        return .post(
            "/beacon/v1/batch?writeKey=\(GatewayYAML.writeKey)", [("Content-Type", "text/plain;charset=UTF-8")],
            Array("{\"batch\":[\(items.joined(separator: ","))]}".utf8))
    }

    private static let bodies: [BadInput] = [
        BadInput(
            "104 beacon of 100 KiB", beacon("104a", byteCount: 100 << 10),
            .items([("accepted", nil), ("accepted", nil)])),
        BadInput(
            "104 beacon of 1 MiB", beacon("104b", byteCount: 1 << 20), .items([("accepted", nil), ("accepted", nil)])),
        BadInput("104 beyond the limit", beacon("104c", byteCount: (8 << 20) + 1), .refused(413, "body_too_large")),
        BadInput(
            "20 text/plain on an SDK's path",
            post("/v1/t", odd("20a", "1"), [("Content-Type", "text/plain")]), .taken()),
        BadInput(
            "20 no type at all",
            .raw(
                "POST /v1/track HTTP/1.1\r\nHost: test\r\nAuthorization: \(GatewayYAML.basic(GatewayYAML.writeKey))\r\n"
                    + "Content-Length: \(odd("20b", "1").utf8.count)\r\n\r\n" + odd("20b", "1")), .taken()),
        BadInput(
            "20 HTML on an SDK's path", post("/v1/t", odd("20c", "1"), [("Content-Type", "text/html")]),
            .refused(415, "unsupported_media_type")),
    ]
}
