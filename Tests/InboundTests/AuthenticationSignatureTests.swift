import Crypto
import EventModel
import Platform
import Testing

@testable import Inbound

/// Reference inbound, 1.6, 2.2 and section 9, rows 8-11 and 94: signatures over the body.
@Suite struct AuthenticationSignatureTests {
    static let event = #"{"type":"track","event":"Order Completed","messageId":"m-1"}"#
    static let segmentCode = "a261e455532fdbdebce4a7fe488e5219c98d6aa9"
    static let bodyCode = "c108f187c33bc87bb8a2a53149dbadbf3ae4cac81289f1d82c26a8957161ce22"
    static let messageIDCode = "41eb974874c54e587c6f3065d021a3df1197ffb9c01ce35167265dedf1f61c22"

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String, headers: HeaderLines, body: String, code: RequestFault.Code?
        var testDescription: String { name }

        init(
            _ name: String, _ headers: HeaderLines, _ code: RequestFault.Code?,
            body: String = AuthenticationSignatureTests.event
        ) {
            self.name = name
            self.headers = headers
            self.code = code
            self.body = body
        }
    }

    // MARK: - X-Signature

    @Test(
        "Segment's X-Signature over a single event",
        arguments: [
            Case("as Segment sends it", ["X-Signature": segmentCode], nil),
            Case("row 9: upper case", ["X-Signature": segmentCode.uppercased()], nil),
            Case("row 9: prefixed", ["X-Signature": "sha1=" + segmentCode], nil),
            Case("row 8: missing", [:], .signatureMissing),
            Case("row 9: too short", ["X-Signature": String(segmentCode.dropLast())], .signatureMalformed),
            Case("row 9: not hexadecimal", ["X-Signature": "z" + segmentCode.dropFirst()], .signatureMalformed),
            Case("row 9: empty", ["X-Signature": ""], .signatureMalformed),
            Case(
                "twice and different", ["X-Signature": segmentCode, "x-signature": "b" + segmentCode.dropFirst()],
                .signatureMalformed),
            Case("row 10: another signature", ["X-Signature": "b" + segmentCode.dropFirst()], .signatureMismatch),
            Case(
                "row 10: one byte altered", ["X-Signature": segmentCode], .signatureMismatch,
                body: event.replacing("m-1", with: "m-2")),
            Case(
                "row 10: keys re-ordered", ["X-Signature": segmentCode], .signatureMismatch,
                body: #"{"event":"Order Completed","type":"track","messageId":"m-1"}"#),
            Case("an array of the signed event only", ["X-Signature": segmentCode], nil, body: "[\(event)]"),
            Case("a body that is no JSON and not signed", ["X-Signature": segmentCode], .signatureMismatch, body: "{"),
        ])
    func segmentSingle(_ c: Case) {
        #expect(AuthenticationRun(.segment()).whole(c.headers, body: c.body).faultCode == c.code)
    }

    @Test("a body that is signed but no JSON is verified all the same: its fault is that of the JSON")
    func signedNonsense() throws {
        let authentication = try AuthenticationRun(.segment()).whole(
            ["X-Signature": Signing.sha1("segment-secret", "nonsense")], body: "nonsense"
        ).get()
        #expect(authentication.coverage == .full)
    }

    @Test("the signed text is the raw slice of the first element, whatever is in it")
    func rawSlices() throws {
        let first = #"{"event":"Café 😀","v":1e+21,"s":"\ud800"}"#
        let headers: HeaderLines = ["X-Signature": "12ac7d55cbad9d4c1829c0934f20dcc944b2723f"]
        let run = AuthenticationRun(.segment())
        for body in [
            first, "[\(first)]", "[\(first),{}]", "[{\"json\":\(first)},{\"json\":{}}]", "\u{FEFF}[ \(first) ,1]",
        ] {
            #expect(run.whole(headers, body: body).faultCode == nil)
        }
        for body in ["[{},\(first)]", "[{\"json\":\(first),\"a\":1}]", "{\"batch\":[\(first)]}", "[[\(first)]]", "[]"] {
            #expect(run.whole(headers, body: body).faultCode == .signatureMismatch)
        }
    }

    @Test("row 11: a signature over the first item covers only that, unless something else proves the rest")
    func partialCoverage() throws {
        let batch = "[\(Self.event),{\"type\":\"track\"}]"
        let first: HeaderLines = ["X-Signature": Self.segmentCode]
        func coverage(
            _ headers: HeaderLines, body: String = batch, _ change: (inout SourceCredentials) -> Void = { _ in }
        ) throws -> Authentication.Coverage {
            try AuthenticationRun(SourceCredentials.segment().with(change)).whole(headers, body: body).get().coverage
        }
        #expect(try coverage(first) == .firstItem)
        #expect(try coverage(first, body: "[\(Self.event)]") == .full)
        #expect(try coverage(["X-Signature": Signing.sha1("segment-secret", batch)]) == .full)
        #expect(try coverage(first) { $0.allowsPartialSignature = true } == .full)
        #expect(
            try coverage(first.adding("X-TrackLayer-Secret", "s3cret")) { $0.secrets = [SourceSecret("s3cret")] }
                == .full)
        // A secret that the source does not name proves nothing, and neither does a write key, which browsers show.
        #expect(try coverage(first.adding("X-TrackLayer-Secret", "s3cret")) == .firstItem)
        #expect(
            try coverage(first.adding("Authorization", Signing.basic("wk:"))) { $0.writeKeys = [SourceSecret("wk")] }
                == .firstItem)
        #expect(
            try coverage(first.adding("X-TrackLayer-Signature", Signing.sha256("k", batch))) {
                $0.signature = .optional
                $0.signingSecrets = [SourceSecret("k")]
            } == .full)
    }

    @Test("both active shared secrets verify, the older one with a note")
    func sharedSecretRotation() throws {
        let run = AuthenticationRun(.segment([SourceSecret("new"), SourceSecret("segment-secret")]))
        #expect(
            try run.whole(["X-Signature": Self.segmentCode], body: Self.event).get().notes.notes == [.rotatedSecretUsed]
        )
        let batch = "[\(Self.event),{}]"
        #expect(try run.whole(["X-Signature": Self.segmentCode], body: batch).get().notes.notes == [.rotatedSecretUsed])
        #expect(
            try run.whole(["X-Signature": Signing.sha1("new", Self.event)], body: Self.event).get().notes.isEmpty)
    }

    @Test("a signature that nobody checks is noted")
    func unverified() throws {
        let secret: HeaderLines = ["X-TrackLayer-Secret": "s3cret"]
        for (name, value) in [("X-Signature", "x"), ("X-TrackLayer-Signature", "x"), ("webhook-signature", "x")] {
            let run = AuthenticationRun(.rudderstack())
            #expect(try run.whole(secret.adding(name, value)).get().notes.notes == [.signatureUnverified])
        }
    }

    @Test("row 94: a captured request verifies again; deduplication is the defence")
    func replay() {
        let run = AuthenticationRun(.segment())
        for _ in 0..<2 {
            #expect(run.whole(["X-Signature": Self.segmentCode], body: Self.event).faultCode == nil)
        }
    }

    // MARK: - X-TrackLayer-Signature

    @Test(
        "X-TrackLayer-Signature where it is optional",
        arguments: [
            Case("over the body", ["X-TrackLayer-Signature": "sha256=" + bodyCode], nil),
            Case("over the body, upper case", ["X-TrackLayer-Signature": "SHA256=" + bodyCode.uppercased()], nil),
            Case("over the body, without prefix and with blanks", ["X-TrackLayer-Signature": " \(bodyCode) "], nil),
            Case("over the message id", ["X-TrackLayer-Signature": "v1=" + messageIDCode], nil),
            Case(
                "over the message id of a thin body", ["X-TrackLayer-Signature": "v1=" + messageIDCode], nil,
                body: #"{"message_id":"m-1"}"#),
            Case(
                "over the message id of a wrapped event", ["X-TrackLayer-Signature": "v1=" + messageIDCode], nil,
                body: #"{"body":{"JSON":{"messageId":"m-1"}},"endpoint":"x","method":"POST"}"#),
            Case(
                "over a numeric message id", ["X-TrackLayer-Signature": "v1=" + Signing.sha256("signing-secret", "17")],
                nil, body: #"{"messageId":17}"#),
            Case("absent", [:], nil),
            Case(
                "row 10: altered body", ["X-TrackLayer-Signature": "sha256=" + bodyCode], .signatureMismatch,
                body: event + " "),
            Case(
                "another message id", ["X-TrackLayer-Signature": "v1=" + messageIDCode], .signatureMismatch,
                body: #"{"messageId":"m-2"}"#),
            Case("no message id", ["X-TrackLayer-Signature": "v1=" + messageIDCode], .signatureMismatch, body: "{}"),
            Case(
                "message id of no text", ["X-TrackLayer-Signature": "v1=" + messageIDCode], .signatureMismatch,
                body: #"{"messageId":["m-1"]}"#),
            Case("the message id's code as the body's", ["X-TrackLayer-Signature": messageIDCode], .signatureMismatch),
            Case("unknown form", ["X-TrackLayer-Signature": "v2=" + bodyCode], .signatureMalformed),
            Case("too short", ["X-TrackLayer-Signature": "sha256=abcd"], .signatureMalformed),
            Case("empty", ["X-TrackLayer-Signature": ""], .signatureMalformed),
            Case(
                "twice and different", ["X-TrackLayer-Signature": bodyCode, "x-tracklayer-signature": messageIDCode],
                .signatureMalformed),
        ])
    func optionalSignature(_ c: Case) {
        let source = SourceCredentials.rudderstack().with {
            $0.signature = .optional
            $0.signingSecrets = [SourceSecret("signing-secret")]
        }
        let headers = c.headers.adding("X-TrackLayer-Secret", "s3cret")
        #expect(AuthenticationRun(source).whole(headers, body: c.body).faultCode == c.code)
    }

    @Test(
        "where a signature is required it must be over the body",
        arguments: [
            Case("over the body", ["X-TrackLayer-Signature": "sha256=" + bodyCode], nil),
            Case("absent", [:], .signatureMissing),
            Case("over the message id only", ["X-TrackLayer-Signature": "v1=" + messageIDCode], .signatureMalformed),
            Case("wrong", ["X-TrackLayer-Signature": "sha256=" + messageIDCode], .signatureMismatch),
            Case(
                "over the body, but the webhook headers are wrong",
                [
                    "X-TrackLayer-Signature": bodyCode, "webhook-id": "a", "webhook-timestamp": "1",
                    "webhook-signature": "v1,x",
                ],
                .signatureMalformed),
        ])
    func requiredSignature(_ c: Case) {
        var source = SourceCredentials(name: "own", kind: .rudderstack, account: "a", environment: "e")
        source.signature = .required
        source.signingSecrets = [SourceSecret("signing-secret")]
        #expect(AuthenticationRun(source).whole(c.headers, body: c.body).faultCode == c.code)
    }

    @Test("every bit of body and signature counts")
    func everyBitCounts() {
        let source = SourceCredentials.rudderstack().with {
            $0.signature = .required
            $0.signingSecrets = [SourceSecret("signing-secret")]
        }
        let run = AuthenticationRun(source)
        let secret: HeaderLines = ["X-TrackLayer-Secret": "s3cret"]
        let body = Array(Self.event.utf8)
        for index in body.indices {
            var altered = body
            altered[index] ^= 1 << UInt8(index % 8)
            let headers = secret.adding("X-TrackLayer-Signature", Self.bodyCode)
            #expect(run.whole(headers, body: altered).faultCode == .signatureMismatch)
        }
        let code = Hex.decode(Self.bodyCode.utf8)!
        for bit in 0..<256 {
            var altered = code
            altered[bit / 8] ^= 1 << UInt8(bit % 8)
            let headers = secret.adding("X-TrackLayer-Signature", Hex.encode(altered))
            #expect(run.whole(headers, body: body).faultCode == .signatureMismatch)
        }
    }

    @Test("v1= on a batch of several proves only the first item")
    func messageIDOfBatch() throws {
        let source = SourceCredentials.segment().with {
            $0.signature = .optional
            $0.signingSecrets = [SourceSecret("signing-secret")]
            $0.sharedSecrets = []
            $0.writeKeys = [SourceSecret("wk")]
        }
        let headers: HeaderLines = [
            "Authorization": Signing.basic("wk:"), "X-TrackLayer-Signature": "v1=" + Self.messageIDCode,
        ]
        let run = AuthenticationRun(source)
        #expect(try run.whole(headers, body: "[\(Self.event)]").get().coverage == .full)
        #expect(try run.whole(headers, body: "[\(Self.event),{}]").get().coverage == .firstItem)
    }

    // MARK: - Standard Webhooks

    private static let webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let webhookBody = #"{"test": 2432232314}"#
    private static let webhookTime = Timestamp(seconds: 1_614_265_330)
    private static let webhookHeaders: HeaderLines = [
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ]

    private static func webhookRun(secret: String = webhookSecret, at now: Timestamp = webhookTime) -> AuthenticationRun
    {
        var source = SourceCredentials(name: "hooks", kind: .trackstack, account: "a", environment: "e")
        source.signature = .required
        source.signingSecrets = [SourceSecret(secret)]
        var run = AuthenticationRun(source)
        run.now = now
        return run
    }

    @Test("the specification's own example verifies")
    func standardWebhook() throws {
        let authentication = try Self.webhookRun().whole(Self.webhookHeaders, body: Self.webhookBody).get()
        #expect(authentication.coverage == .full)
    }

    @Test(
        "the timestamp may be five minutes off, either way",
        arguments: [(-300, true), (300, true), (-301, false), (301, false)])
    func standardWebhookTolerance(_ seconds: Int, isRight: Bool) {
        let run = Self.webhookRun(at: Self.webhookTime + .seconds(seconds))
        #expect(
            run.whole(Self.webhookHeaders, body: Self.webhookBody).faultCode == (isRight ? nil : .signatureMismatch))
    }

    @Test("one right code in the list is enough, unknown versions are passed over")
    func standardWebhookList() {
        let right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        let wrong = "v1," + Base64.encode([UInt8](repeating: 7, count: 32))
        func code(_ list: String) -> RequestFault.Code? {
            var headers = Self.webhookHeaders
            headers.lines[2].value = list
            return Self.webhookRun().whole(headers, body: Self.webhookBody).faultCode
        }
        #expect(code("\(wrong) \(right)") == nil)
        #expect(code("\(right) \(wrong) v1a,abc") == nil)
        #expect(code(wrong) == .signatureMismatch)
        for list in ["", "v1,", "v1,!!", "v2,abc", "v1," + Base64.encode([1, 2, 3])] {
            #expect(code(list) == .signatureMalformed)
        }
    }

    @Test("all three headers belong together, and each is signed")
    func standardWebhookHeaders() {
        for missing in 0..<3 {
            var headers = Self.webhookHeaders
            headers.lines.remove(at: missing)
            #expect(Self.webhookRun().whole(headers, body: Self.webhookBody).faultCode == .signatureMalformed)
        }
        for (index, value) in [(0, "msg_other"), (1, "1614265331")] {
            var headers = Self.webhookHeaders
            headers.lines[index].value = value
            #expect(Self.webhookRun().whole(headers, body: Self.webhookBody).faultCode == .signatureMismatch)
        }
        for value in ["", "now", "1614265330.5", "99999999999999999999"] {
            var headers = Self.webhookHeaders
            headers.lines[1].value = value
            #expect(Self.webhookRun().whole(headers, body: Self.webhookBody).faultCode == .signatureMalformed)
        }
        #expect(Self.webhookRun().whole(Self.webhookHeaders, body: "{}").faultCode == .signatureMismatch)
    }

    @Test(
        "extreme timestamps are far off, and nothing overflows",
        arguments: ["9223372036854775807", "-9223372036854775808", "-1"])
    func standardWebhookExtremes(_ value: String) {
        var headers = Self.webhookHeaders
        headers.lines[1].value = value
        #expect(Self.webhookRun().whole(headers, body: Self.webhookBody).faultCode == .signatureMismatch)
    }

    @Test("a secret without the prefix is the key itself")
    func plainWebhookSecret() {
        let signed = "msg.1614265330.{}"
        let code = Base64.encode(HMAC.code(.sha256, key: Array("plain".utf8), message: Array(signed.utf8)))
        let headers: HeaderLines = [
            "webhook-id": "msg", "webhook-timestamp": "1614265330", "webhook-signature": "v1,\(code)",
        ]
        #expect(Self.webhookRun(secret: "plain").whole(headers, body: "{}").faultCode == nil)
        #expect(Self.webhookRun(secret: "whsec_%%%").whole(headers, body: "{}").faultCode == .signatureMismatch)
    }
}
