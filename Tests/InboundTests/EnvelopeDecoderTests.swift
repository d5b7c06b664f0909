import EventModel
import JSON
import Testing

@testable import Inbound

/// Reference inbound, 1.7 and section 9, rows 43-47, 49, 68-72, 92, 107 and 108.
@Suite struct EnvelopeDecoderTests {
    /// A decoded body in a form that can be compared.
    private struct Summary: Equatable, CustomStringConvertible {
        var form: DecodedBody.Form?
        /// For each item the text of its event and its notes, or the code of its rejection.
        var items: [String]
        var fault: RequestFault.Code?
        var description: String { fault?.rawValue ?? "\(form.map { "\($0)" } ?? "") \(items)" }
    }

    private func decode(
        _ text: String, _ route: EventRoute = EventRoute(.rudderstack),
        coverage: Authentication.Coverage = .full, writeKey: String? = nil
    ) throws -> Summary {
        let document = JSONDocument()
        let root = try document.parse(text, limits: route.jsonLimits)
        let authentication = Authentication(
            sourceIndex: 0, coverage: coverage, notes: NoteList(), writeKey: writeKey.map { SecretBytes($0) })
        do {
            let body = try EnvelopeDecoder.decode(root, route: route, authentication: authentication)
            return Summary(
                form: body.form,
                items: body.items.map { item in
                    switch item {
                    case .success(let envelope):
                        let notes = envelope.notes.notes.map { " +\($0.rawValue)" }.joined()
                        return String(decoding: envelope.body.rawBytes, as: UTF8.self) + notes
                    case .failure(let refused): return refused.rejection.code.rawValue
                    }
                })
        } catch {
            return Summary(items: [], fault: error.code)
        }
    }

    private func single(_ item: String) -> Summary { Summary(form: .single, items: [item]) }
    private func batch(_ items: String...) -> Summary { Summary(form: .webhookBatch, items: items) }
    private func fault(_ code: RequestFault.Code) -> Summary { Summary(items: [], fault: code) }

    // MARK: - Webhook dialects

    @Test("an object is one event, whichever names its fields have")
    func objects() throws {
        let texts = [
            #"{"type":"track","messageId":"1"}"#, #"{"message_id":"1","type":"track"}"#, "{}", #"{"a":1,"json":{}}"#,
            #"{"json":[]}"#, #"{"json":1}"#, #"{"body":{"JSON":{}},"endpoint":"x"}"#,
            #"{"body":{"JSON":[]},"endpoint":"x","method":"POST"}"#,
            #"{"type":"track","batch":{}}"#,
        ]
        for text in texts { #expect(try decode(text) == single(text)) }
    }

    @Test("an array is a batch, each element detected again")
    func arrays() throws {
        #expect(try decode(#"[{"a":1},{"b":2}]"#) == batch(#"{"a":1}"#, #"{"b":2}"#))
        #expect(try decode(#"[{"a":1}]"#) == batch(#"{"a":1}"#))
        #expect(
            try decode(#"[1,"x",null,true,[],[{"a":1}],{"a":1}]"#)
                == batch(
                    "not_an_object", "not_an_object", "not_an_object", "not_an_object", "nested_batch", "nested_batch",
                    #"{"a":1}"#))
    }

    @Test("row 108: Segment's Extensible Webhook wrapper is taken off")
    func extensible() throws {
        let inner = #"{"type":"track"}"#
        #expect(
            try decode("[{\"json\":\(inner)},{\"json\":\(inner)},\(inner)]")
                == batch("\(inner) +unwrapped_extensible", "\(inner) +unwrapped_extensible", inner))
        #expect(try decode("{\"json\":\(inner)}") == single("\(inner) +unwrapped_extensible"))
    }

    @Test("row 107: a transformer payload copied from Live Events is unwrapped")
    func transformer() throws {
        let inner = #"{"type":"track","messageId":"1"}"#
        let wrapped =
            "{\"body\":{\"JSON\":\(inner),\"XML\":{},\"FORM\":{}},\"endpoint\":\"https://x\",\"method\":\"POST\",\"userId\":\"u\"}"
        #expect(try decode(wrapped) == single("\(inner) +unwrapped_transformer_payload"))
        #expect(try decode("[\(wrapped)]") == batch("\(inner) +unwrapped_transformer_payload"))
    }

    @Test("an object with a batch array carries values for its items")
    func batchEnvelope() throws {
        let document = JSONDocument()
        let root = try document.parse(
            #"{"batch":[{"a":1},{"sentAt":"own"}],"context":{"ip":"1"},"integrations":{"All":false},"sentAt":"then"}"#)
        var notes = NoteList()
        notes.add(.rotatedSecretUsed)
        for route in [EventRoute(.rudderstack), EventRoute(native: .batch)] {
            let body = try EnvelopeDecoder.decode(
                root, route: route,
                authentication: Authentication(sourceIndex: 0, coverage: .full, notes: notes, writeKey: nil))
            #expect(body.form == (route.isNative ? .nativeBatch : .webhookBatch))
            for item in body.items {
                let envelope = try item.get()
                #expect(envelope.batchContext?["ip"]?.string == "1")
                #expect(envelope.batchIntegrations?["All"]?.bool == false)
                #expect(envelope.batchSentAt?.string == "then")
                #expect(envelope.routeType == nil)
                #expect(envelope.notes.notes == [.rotatedSecretUsed])
            }
        }
    }

    @Test("batch-level values of the wrong kind are passed over")
    func batchEnvelopeKinds() throws {
        let document = JSONDocument()
        let root = try document.parse(#"{"batch":[{}],"context":[],"integrations":"x","sent_at":"then"}"#)
        let body = try EnvelopeDecoder.decode(
            root, route: EventRoute(.segment),
            authentication: Authentication(sourceIndex: 0, coverage: .full, notes: NoteList(), writeKey: nil))
        let envelope = try body.items[0].get()
        #expect(envelope.batchContext == nil)
        #expect(envelope.batchIntegrations == nil)
        #expect(envelope.batchSentAt?.string == "then")
    }

    @Test("row 68: no batch, no array, nothing in it")
    func emptyBatches() throws {
        for text in ["[]", #"{"batch":[]}"#] {
            #expect(try decode(text) == fault(.batchEmpty))
            #expect(try decode(text, EventRoute(native: .batch)) == fault(.batchEmpty))
        }
        for text in [#"{"batch":{}}"#, #"{"batch":null}"#, #"{"batch":"x","context":{}}"#] {
            #expect(try decode(text) == fault(.batchMissing))
            #expect(try decode(text, EventRoute(native: .batch)) == fault(.batchMissing))
        }
        #expect(try decode("{}", EventRoute(native: .batch)) == fault(.batchMissing))
        #expect(try decode(#"{"type":"track"}"#, EventRoute(native: .batch)) == fault(.batchMissing))
    }

    @Test("row 72: a batch in a batch")
    func nestedBatch() throws {
        #expect(try decode(#"{"batch":[{"batch":[{}]},{"a":1}]}"#) == batch("nested_batch", #"{"a":1}"#))
        #expect(try decode(#"[{"batch":[]},{"json":{"batch":[]}}]"#) == batch("nested_batch", "nested_batch"))
        let native = Summary(form: .nativeBatch, items: ["nested_batch", "nested_batch"])
        #expect(try decode(#"{"batch":[{"batch":[{}]},[]]}"#, EventRoute(native: .batch)) == native)
        #expect(try decode(#"{"batch":[{}]}"#, EventRoute(native: .single(.track))) == single("nested_batch"))
    }

    // MARK: - Native paths

    @Test("a typed path gives its type, and unwraps nothing")
    func typedPath() throws {
        let document = JSONDocument()
        for text in [#"{"type":"page"}"#, #"{"json":{}}"#, #"{"body":{"JSON":{}},"endpoint":"","method":""}"#] {
            let body = try EnvelopeDecoder.decode(
                try document.parse(text), route: EventRoute(native: .single(.identify)),
                authentication: Authentication(sourceIndex: 0, coverage: .full, notes: NoteList(), writeKey: nil))
            let envelope = try body.items[0].get()
            #expect(body.form == .single)
            #expect(envelope.routeType == .identify)
            #expect(String(decoding: envelope.body.rawBytes, as: UTF8.self) == text)
            #expect(envelope.notes.isEmpty)
        }
        #expect(try decode("[{}]", EventRoute(native: .single(.track))) == fault(.notAnObject))
    }

    @Test("row 43: a body that is no object and no array", arguments: ["1", "\"x\"", "null", "true"])
    func scalars(_ text: String) throws {
        for route in [EventRoute(.rudderstack), EventRoute(native: .batch), EventRoute(native: .single(.page))] {
            #expect(try decode(text, route) == fault(.notAnObject))
        }
    }

    @Test("items that name another write key are refused, the others are not")
    func writeKeys() throws {
        let text = #"{"batch":[{"writeKey":"wk"},{"writeKey":"other"},{"a":1},{"writeKey":""},{"writeKey":5}]}"#
        let route = EventRoute(native: .batch)
        let codes = try decode(text, route, writeKey: "wk").items.map { $0 == "write_key_conflict" }
        #expect(codes == [false, true, false, false, false])
        #expect(try !decode(text, route).items.contains("write_key_conflict"))
    }

    @Test("row 11: behind a signature over the first item the others are unsigned")
    func unsigned() throws {
        #expect(
            try decode(#"[{"a":1},{"b":2},3]"#, EventRoute(.segment), coverage: .firstItem)
                == batch(#"{"a":1}"#, "unsigned_item", "unsigned_item"))
    }

    // MARK: - Limits

    @Test("row 70: five thousand items are taken, one more is not, nor a million")
    func itemLimit() throws {
        func batch(_ count: Int) -> String { "[" + repeatElement("{}", count: count).joined(separator: ",") + "]" }
        #expect(try decode(batch(5000)).items.count == 5000)
        for count in [5001, 70_000, 1_000_000] {
            #expect(try decode(batch(count)) == fault(.tooManyItems))
            #expect(try decode("{\"batch\":\(batch(count))}", EventRoute(native: .batch)) == fault(.tooManyItems))
        }
    }

    @Test("row 46: many values in one event are too many, in a large batch they are not")
    func valueLimit() throws {
        func array(_ count: Int) -> String { "[" + repeatElement("1", count: count).joined(separator: ",") + "]" }
        #expect(try decode("{\"a\":\(array(199_997))}").fault == nil)
        #expect(try decode("{\"a\":\(array(199_998))}") == fault(.tooManyValues))
        // 1000 events of 400 values and keys each: more than the flat limit, and quite usual for Segment.
        let event = "{\"type\":\"track\",\"products\":\(array(396))}"
        let items = repeatElement(event, count: 1000).joined(separator: ",")
        #expect(try decode("[\(items)]").items.count == 1000)
    }

    @Test("row 46: ten thousand members in an item are taken, one more is not")
    func memberLimit() throws {
        func object(_ count: Int) -> String { "{" + (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",") + "}" }
        #expect(try decode("[\(object(10_000))]").items[0].hasPrefix("{"))
        #expect(try decode("[\(object(10_001)),{}]") == batch("too_many_properties", "{}"))
        let nested = "{\"a\":\(object(5000)),\"b\":[\(object(4999))]}"
        #expect(try decode(nested) == single("too_many_properties"))
    }

    @Test("row 47: an item of a MiB is taken, a byte more is not; large ones are noted")
    func byteLimit() throws {
        func item(_ byteCount: Int) -> String { "{\"a\":\"" + String(repeating: "x", count: byteCount - 8) + "\"}" }
        #expect(try decode("[\(item(32 << 10))]").items[0].hasSuffix("}"))
        #expect(try decode("[\(item((32 << 10) + 1))]").items[0].hasSuffix("} +event_large"))
        #expect(try decode("[\(item(1 << 20))]").items[0].hasSuffix("} +event_large"))
        #expect(try decode("[\(item((1 << 20) + 1)),{}]") == batch("event_too_large", "{}"))
        #expect(try decode(item((1 << 20) + 1)) == single("event_too_large"))
    }

    @Test("what a batch says for its items counts once for each of them")
    func sharedLimit() throws {
        func batch(_ context: String, _ count: Int) -> String {
            let items = repeatElement("{}", count: count).joined(separator: ",")
            return #"{"context":\#(context),"batch":[\#(items)]}"#
        }
        // 500 values and keys for each item, but never less than 200 000: a name with its value is two.
        func members(_ count: Int) -> String { "{" + (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",") + "}" }
        #expect(try decode(batch(members(240), 1000)).items.count == 1000)
        #expect(try decode(batch(members(260), 1000)) == fault(.tooManyValues))
        #expect(try decode(batch(members(900), 100)).items.count == 100)
        // 32 MiB of text for all of them together, 1 MiB for one.
        func text(_ byteCount: Int) -> String { "{\"a\":\"" + String(repeating: "x", count: byteCount - 8) + "\"}" }
        #expect(try decode(batch(text(1 << 18), 128)).items.count == 128)
        #expect(try decode(batch(text(1 << 18), 129)) == fault(.tooManyValues))
        #expect(try decode(batch(text((1 << 20) - 2), 1)).items == ["{}"])
        #expect(try decode(batch(text((1 << 20) - 1), 1)).items == ["event_too_large"])
        let own = #"{"context":{"a":1},"integrations":\#(members(9_999)),"batch":[{},{"b":1}]}"#
        #expect(try decode(own).items == ["{}", "too_many_properties"])
    }

    @Test("an item that is refused is known by its message id")
    func refusedID() throws {
        let document = JSONDocument()
        let root = try document.parse(#"[{"messageId":"m1","batch":[]},{"message_id":"m2","batch":[]},{"batch":[]},7]"#)
        let body = try EnvelopeDecoder.decode(
            root, route: EventRoute(.segment),
            authentication: Authentication(sourceIndex: 0, coverage: .full, notes: NoteList(), writeKey: nil))
        let ids = body.items.map { item -> String? in
            if case .failure(let refused) = item { refused.messageID } else { "taken" }
        }
        #expect(ids == ["m1", "m2", nil, nil])
    }

    // MARK: - Fields

    @Test(
        "row 44: a repeated key is refused where it decides something, and noted elsewhere",
        arguments: [
            (#"{"event":"a","event":"b"}"#, "duplicate_key"),
            (#"{"anything":1,"anything":1}"#, "duplicate_key"),
            (#"{"traits":{"plan":1,"plan":2}}"#, "duplicate_key"),
            (#"{"context":{"traits":{"x":1,"x":2}}}"#, "duplicate_key"),
            (#"{"context":{"traits":1,"traits":2}}"#, "duplicate_key"),
            (#"{"context":{"ip":1,"ip":2}}"#, "duplicate_key"),
            (#"{"properties":{"revenue":1,"revenue":2}}"#, "duplicate_key"),
            (#"{"properties":{"Order_ID":1,"Order_ID":2}}"#, "duplicate_key"),
            (#"{"properties":{"products":[{"a":1},{"price":1,"pri\u0063e":2}]}}"#, "duplicate_key"),
            (#"{"context":{"consent":{"categoryPreferences":{"C0001":true,"C0001":false}}}}"#, "duplicate_key"),
            (#"{"context":{"consentManagement":{"provider":1,"provider":2}}}"#, "duplicate_key"),
            (#"{"mergeProperties":[{"a":1,"a":2}]}"#, "duplicate_key"),
            (#"{"properties":{"color":1,"color":2}}"#, #"{"properties":{"color":1,"color":2}} +duplicate_key"#),
            (#"{"context":{"library":{"x":1,"x":2}}}"#, #"{"context":{"library":{"x":1,"x":2}}} +duplicate_key"#),
            (#"{"a":{"color":1},"b":{"color":2}}"#, #"{"a":{"color":1},"b":{"color":2}}"#),
        ])
    func repeatedKeys(_ text: String, expected: String) throws {
        #expect(try decode(text) == single(expected))
        #expect(try decode("[{},\(text)]") == batch("{}", expected))
    }

    @Test("row 44: paths name fields, and never data used as a key")
    func repeatedKeyPaths() throws {
        let document = JSONDocument()
        let cases = [
            (#"{"properties":{"products":[{"price":1,"price":2}]}}"#, "properties.products.price"),
            (#"{"traits":{"jane@example.com":1,"jane@example.com":2}}"#, "traits.*"),
            (#"{"event":1,"event":2}"#, "event"), (#"{"":1,"":2}"#, "*"),
        ]
        for (text, path) in cases {
            #expect(RepeatedKeys.rejection(of: try document.parse(text))?.field == path)
        }
    }

    @Test("row 44: a batch envelope that repeats a key is refused whole")
    func repeatedBatch() throws {
        #expect(try decode(#"{"batch":[{"a":1}],"batch":[{"b":1}]}"#) == fault(.duplicateKey))
        #expect(
            try decode(#"{"batch":[{"a":1}],"writeKey":"a","writeKey":"b"}"#, EventRoute(native: .batch))
                == fault(.duplicateKey))
    }

    @Test("row 49: non-finite numbers are noted on the item that has them")
    func nonFinite() throws {
        let summary = try decode(#"{"batch":[{"a":NaN},{"a":1}]}"#, EventRoute(native: .batch))
        #expect(summary.items == [#"{"a":NaN} +non_finite_number"#, #"{"a":1}"#])
    }

    @Test(
        "row 92: a field under both names with different values is noted",
        arguments: [
            (#"{"message_id":"a","messageId":"b"}"#, true), (#"{"message_id":"a","messageId":"a"}"#, false),
            (#"{"message_id":"a","messageId":"\u0061"}"#, false), (#"{"message_id":null,"messageId":"b"}"#, false),
            (#"{"user_id":1,"userId":"1"}"#, true), (#"{"user_id":17,"userId":17}"#, false),
            (#"{"user_id":"a"}"#, false),
            (#"{"sent_at":"x","sentAt":"y"}"#, true), (#"{"original_timestamp":"x","originalTimestamp":"y"}"#, true),
            (#"{"order_id":"x","orderId":"y"}"#, false), (#"{"properties":{"message_id":"a"},"messageId":"b"}"#, false),
        ])
    func fieldConflict(_ text: String, isConflict: Bool) throws {
        #expect(try decode(text) == single(text + (isConflict ? " +field_conflict" : "")))
    }
}
