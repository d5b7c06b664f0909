import EventModel
import JSON
import Platform
import TestSupport
import Testing

@testable import Inbound

/// Whole requests from header to events: which fault is answered when several are there, and the faults of the text.
@Suite struct BodyReaderTests {
    private static let sources = [
        SourceCredentials.rudderstack(), SourceCredentials.segment(), SourceCredentials.native(),
    ]
    private static let authenticator = Authenticator(sources: sources)
    private static let webhookHeaders: HeaderLines = [
        "X-TrackLayer-Secret": "s3cret", "Content-Type": "application/json",
    ]
    private static let nativeHeaders: HeaderLines = ["Authorization": Signing.basic("wk_1:")]

    /// The code of the fault, or the codes of the items that are rejected.
    private func outcome(
        _ body: [UInt8], route: EventRoute = EventRoute(.rudderstack), headers: HeaderLines = webhookHeaders,
        reader: RequestReader = RequestReader()
    ) -> String {
        fault(body, route: route, headers: headers, reader: reader)?.code.rawValue ?? "ok"
    }

    private func fault(
        _ body: [UInt8], route: EventRoute = EventRoute(.rudderstack), headers: HeaderLines = webhookHeaders,
        reader: RequestReader = RequestReader()
    ) -> RequestFault? {
        let head = Result { () throws(RequestFault) in
            try RequestReader.admit(headers, route: route, authenticator: Self.authenticator, now: .testNow)
        }
        let read = head.flatMap { head in
            body.withUnsafeBytes { bytes in
                Result { () throws(RequestFault) in
                    try reader.read(bytes, of: head, headers: headers, authenticator: Self.authenticator)
                }
            }
        }
        if case .failure(let fault) = read { return fault }
        return nil
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String, body: [UInt8], webhook: String, native: String
        var testDescription: String { name }

        init(_ name: String, _ body: [UInt8], _ webhook: String, native: String? = nil) {
            self.name = name
            self.body = body
            self.webhook = webhook
            self.native = native ?? webhook
        }

        init(_ name: String, _ text: String, _ webhook: String, native: String? = nil) {
            self.init(name, Array(text.utf8), webhook, native: native)
        }
    }

    @Test(
        "rows 25, 34-38, 41-43, 45, 46, 49-51: what is not an event's text",
        arguments: [
            Case("row 25: gzip without the header", Gzip.member([0x7B, 0x7D]), "invalid_json"),
            Case("row 34: nothing", "", "empty_body"),
            Case("row 34: blanks", " \r\n\t", "empty_body"),
            Case("row 35: invalid UTF-8", [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], "invalid_utf8"),
            Case("row 35: invalid UTF-8 before broken JSON", [0x7B, 0xFF], "invalid_utf8"),
            Case("row 36: byte order mark", "\u{FEFF}{\"type\":\"track\"}", "ok"),
            Case("row 37: UTF-16 with mark, little end first", [0xFF, 0xFE, 0x7B, 0, 0x7D, 0], "invalid_utf8"),
            Case("row 37: UTF-16 with mark, big end first", [0xFE, 0xFF, 0, 0x7B, 0, 0x7D], "invalid_utf8"),
            Case("row 37: UTF-16 without mark", [0x7B, 0, 0x7D, 0], "invalid_utf8"),
            Case("row 37: UTF-32 without mark", [0, 0, 0, 0x7B, 0, 0, 0, 0x7D], "invalid_utf8"),
            Case("row 38: overlong", [0x22, 0xC0, 0xAF, 0x22], "invalid_utf8"),
            Case("row 38: encoded surrogate", [0x22, 0xED, 0xA0, 0x80, 0x22], "invalid_utf8"),
            Case("row 39: lone surrogate escape", #"{"type":"track","a":"\ud800"}"#, "ok"),
            Case("row 41: truncated", "{\"a\":1", "invalid_json"),
            Case("row 41: trailing comma", "{\"a\":1,}", "invalid_json"),
            Case("row 41: comment", "{/**/\"a\":1}", "invalid_json"),
            Case("row 41: single quotes", "{'a':1}", "invalid_json"),
            Case("row 41: unquoted key", "{a:1}", "invalid_json"),
            Case("row 42: NDJSON", "{}\n{}", "trailing_data"),
            Case("row 43: string", "\"text\"", "not_an_object"),
            Case("row 43: number", "17", "not_an_object"),
            Case("row 43: true", "true", "not_an_object"),
            Case("row 43: null", "null", "not_an_object"),
            Case(
                "row 45: too deep",
                "{\"a\":" + String(repeating: "[", count: 64) + String(repeating: "]", count: 64) + "}", "json_too_deep"
            ),
            Case("row 45: a million brackets", [UInt8](repeating: 0x5B, count: 1_000_000), "json_too_deep"),
            Case("row 49: NaN", "{\"type\":\"track\",\"a\":NaN}", "invalid_json", native: "ok"),
            Case("row 49: Infinity", "{\"type\":\"track\",\"a\":[-Infinity,Infinity]}", "invalid_json", native: "ok"),
            Case("row 50: five-digit exponent", "{\"a\":1e10000}", "invalid_number"),
            Case(
                "row 50: 1e400 and 400 digits", "{\"a\":1e400,\"b\":\(String(repeating: "9", count: 400)),\"c\":-0}",
                "ok"),
            Case("row 51: leading zeros", "{\"a\":007}", "invalid_json"),
            Case("row 51: plus", "{\"a\":+1}", "invalid_json"),
            Case("row 51: no digit before the point", "{\"a\":.5}", "invalid_json"),
            Case("row 51: no digit after the point", "{\"a\":1.}", "invalid_json"),
            Case("row 51: hexadecimal", "{\"a\":0x1}", "invalid_json"),
            Case("row 52: integer beyond 2^53", "{\"a\":9007199254740993}", "ok"),
        ])
    func texts(_ c: Case) {
        #expect(outcome(c.body) == c.webhook)
        #expect(outcome(c.body, route: EventRoute(native: .single(.track)), headers: Self.nativeHeaders) == c.native)
    }

    @Test("rows 25 and 91: hints name the cause and quote nothing")
    func hints() throws {
        let packed = try #require(fault(Gzip.member([0x7B, 0x7D])))
        #expect(packed.message.contains("Content-Encoding: gzip"))
        let template = #"{"message_id":"1","event":"Big "Sale" for jane@example.com"}"#
        let unescaped = try #require(fault(Array(template.utf8)))
        #expect(unescaped.code == .invalidJSON)
        #expect(unescaped.message.contains("template does not escape values"))
        #expect(unescaped.message.contains("line 1, column 33"))
        #expect(!unescaped.message.contains("jane"))
        let newline = try #require(fault(Array("{\"message_id\":\"1\",\"event\":\"a\nb\"}".utf8)))
        #expect(newline.message.contains("template does not escape values"))
        let plain = try #require(fault(Array("{\"messageId\":\"1\",}".utf8)))
        #expect(!plain.message.contains("template"))
        let encoding = try #require(fault([0x7B, 0x22, 0x41, 0x80]))
        #expect(encoding.message.contains("byte 3"))
    }

    @Test("the order of faults: secret, content type, size, signature, text, shape")
    func order() {
        let bad: [UInt8] = [0xFF]
        #expect(outcome(bad, headers: ["Content-Type": "text/html"]) == "secret_missing")
        let typed = Self.webhookHeaders.adding("Content-Encoding", "br")
        #expect(outcome(bad, headers: typed) == "unsupported_encoding")
        #expect(outcome([UInt8](repeating: 0xFF, count: (32 << 20) + 1)) == "body_too_large")
        let segment: HeaderLines = ["Content-Type": "application/json", "X-Signature": Signing.sha1("x", "x")]
        #expect(outcome(bad, route: EventRoute(.segment), headers: segment) == "signature_mismatch")
        #expect(outcome(Array("{]".utf8)) == "invalid_json")
        #expect(outcome(Array("[]".utf8)) == "batch_empty")
    }

    @Test("limits of the body: 32 MiB on webhooks, 8 MiB for SDKs, packed or not")
    func sizes() {
        func body(_ count: Int) -> [UInt8] {
            Array("{\"type\":\"track\"}".utf8) + [UInt8](repeating: 0x20, count: count - 16)
        }
        let native = EventRoute(native: .batch)
        #expect(outcome(body(32 << 20)) == "ok")
        #expect(outcome(body((32 << 20) + 1)) == "body_too_large")
        #expect(outcome(body((8 << 20) + 1), route: native, headers: Self.nativeHeaders) == "body_too_large")
        let packedHeaders = Self.nativeHeaders.adding("Content-Encoding", "gzip")
        var random = SplitMix64(seed: 5)
        let noise = (0..<(8 << 20)).map { _ in UInt8(97 + random.next() % 26) }
        let large = Gzip.member(Array("{\"batch\":[{}],\"a\":\"".utf8) + noise + Array("\"}".utf8), level: 1)
        #expect(outcome(large, route: native, headers: packedHeaders) == "body_too_large")
    }

    @Test("packed bodies are read, and signatures are over what was packed")
    func packed() {
        let text = #"{"type":"track"}"#
        let headers = Self.webhookHeaders.adding("Content-Encoding", "gzip")
        #expect(outcome(Gzip.member(Array(text.utf8)), headers: headers) == "ok")
        #expect(outcome(Array(text.utf8), headers: headers) == "gzip_invalid")
        #expect(outcome([], headers: headers) == "empty_body")
        let segment: HeaderLines = [
            "Content-Type": "application/json", "Content-Encoding": "gzip",
            "X-Signature": Signing.sha1("segment-secret", text),
        ]
        #expect(outcome(Gzip.member(Array(text.utf8)), route: EventRoute(.segment), headers: segment) == "ok")
    }

    @Test("one reader serves requests of all kinds, one after another")
    func reuse() throws {
        let reader = RequestReader()
        for round in 0..<3 {
            let head = try RequestReader.admit(
                Self.webhookHeaders, route: EventRoute(.rudderstack), authenticator: Self.authenticator, now: .testNow)
            let count = [1, 3000, 2][round]
            let items = (0..<count).map {
                "{\"type\":\"track\",\"messageId\":\"m\($0)\",\"text\":\"\(String(repeating: "x", count: 500))\"}"
            }
            let body = Array("[\(items.joined(separator: ","))]".utf8)
            let ids = try body.withUnsafeBytes { bytes in
                let request = try reader.read(
                    bytes, of: head, headers: Self.webhookHeaders, authenticator: Self.authenticator)
                #expect(request.authentication.sourceIndex == 0)
                return try request.body.items.map { try $0.get().body["messageId"]?.string }
            }
            #expect(ids == (0..<count).map { "m\($0)" })
            #expect(outcome(Array("{".utf8), reader: reader) == "invalid_json")
            #expect(
                outcome(
                    Array("{}".utf8), route: EventRoute(native: .batch), headers: Self.nativeHeaders, reader: reader)
                    == "batch_missing")
        }
    }

    @Test("random and damaged bodies are read or refused, never worse", arguments: 0..<20 as Range<UInt64>)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let reader = RequestReader()
        let shapes = [
            #"[{"json":{"type":"track"}},{"batch":[]},[1],null]"#,
            #"{"batch":[{"type":"track","writeKey":"a"}],"context":{}}"#,
            #"{"body":{"JSON":{"messageId":"1"}},"endpoint":"","method":""}"#,
            #"{"message_id":"1","messageId":2,"a":1,"a":2}"#,
        ]
        let marks = Array("{}[]\":,0e-N\u{0}".utf8)
        for round in 0..<200 {
            var body = Array(shapes[round % 4].utf8)
            for _ in 0..<random.next() % 3 {
                body[Int(random.next() % UInt64(body.count))] = marks[Int(random.next() % 12)]
            }
            _ = outcome(body, reader: reader)
            let route = EventRoute(native: .batch)
            let code = outcome(body, route: route, headers: Self.nativeHeaders, reader: reader)
            #expect(code != "internal_error")
        }
    }
}
