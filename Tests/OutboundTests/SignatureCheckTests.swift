import Crypto
import Outbound
import Platform
import Testing

@Suite struct SignatureCheckTests {
    private static let body = Array(#"{"event_id":"A-10293","value":129.99}"#.utf8)
    private static let time = Timestamp(seconds: 1_776_953_553)
    private static let encoded = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func secrets(_ texts: [String]) throws -> [SigningSecret] {
        try texts.map { try #require(SigningSecret($0)) }
    }

    /// The headers of a request that was signed with these secrets.
    private func signed(_ texts: [String], standardWebhooks: Bool = false, body: [UInt8] = Self.body) throws
        -> [HTTPHeader]
    {
        RequestSigner(secrets: try secrets(texts), sendsStandardWebhooks: standardWebhooks)
            .headers(body: body, eventID: "A-10293", time: Self.time)
    }

    /// What is found, a line a finding.
    private func check(
        _ headers: [HTTPHeader], _ texts: [String], body: [UInt8] = Self.body, after seconds: Int64 = 0
    ) throws -> (lines: [String], isVerified: Bool) {
        let findings = SignatureCheck(secrets: try secrets(texts))
            .findings(headers: headers, body: body, now: Timestamp(seconds: Self.time.seconds + seconds))
        return (findings.map { "\($0.header) \($0.code) \($0.secrets)" }, SignatureCheck.isVerified(findings))
    }

    @Test("says which secret made which signature", arguments: [false, true])
    func positions(standardWebhooks: Bool) throws {
        let headers = try signed(["new", "old"], standardWebhooks: standardWebhooks)
        let both = try check(headers, ["new", "old"])
        let expected = [
            "X-TrackLayer-Signature verified [1]", "X-TrackLayer-Signature-Previous verified [2]",
            "webhook-signature verified [1, 2]",
        ]
        #expect(both.lines == Array(expected.prefix(standardWebhooks ? 3 : 2)))
        #expect(both.isVerified)
        // A receiver that was not told of the rotation yet, with a secret of somebody else's before its own.
        let late = try check(headers, ["other", "old"])
        #expect(
            late.lines.prefix(2) == [
                "X-TrackLayer-Signature differs []", "X-TrackLayer-Signature-Previous verified [2]",
            ])
        #expect(late.isVerified)
        #expect(try !check(headers, ["other"]).isVerified)
    }

    @Test func namesOfHeadersAreInAnyCase() throws {
        let headers = try signed([Self.encoded], standardWebhooks: true).map {
            HTTPHeader($0.name.uppercased(), $0.value)
        }
        #expect(try check(headers, [Self.encoded]).isVerified)
    }

    @Test(
        "a signature is out of time when it is more than 5 minutes from now",
        arguments: [(0, true), (300, true), (-300, true), (301, false), (-301, false), (86_400, false)]
            as [(Int64, Bool)])
    func tolerance(_ seconds: Int64, _ isVerified: Bool) throws {
        let headers = Array(try signed([Self.encoded], standardWebhooks: true).dropFirst())
        let found = try check(headers, [Self.encoded], after: seconds)
        #expect(found.isVerified == isVerified)
        #expect(found.lines == ["webhook-signature \(isVerified ? "verified" : "out_of_time") [1]"])
        // The gateway's own header has no time, and does not make up for one that is off.
        let all = try signed([Self.encoded], standardWebhooks: true)
        #expect(try check(all, [Self.encoded], after: seconds).isVerified == isVerified)
    }

    @Test func anUnsignedRequestIsNotVerified() throws {
        let found = try check([HTTPHeader("Content-Type", "application/json")], ["a"])
        #expect(found.lines.isEmpty && !found.isVerified)
    }

    @Test("a changed byte of the body, the id or the time is noticed")
    func changes() throws {
        let headers = try signed([Self.encoded], standardWebhooks: true)
        var body = Self.body
        body[3] ^= 1
        #expect(
            try check(headers, [Self.encoded], body: body).lines == [
                "X-TrackLayer-Signature differs []", "webhook-signature differs []",
            ])
        for (name, value) in [("webhook-id", "A-10294"), ("webhook-timestamp", "1776953554")] {
            let changed = headers.map { $0.name == name ? HTTPHeader(name, value) : $0 }
            let found = try check(changed, [Self.encoded])
            #expect(found.lines.last == "webhook-signature differs []" && !found.isVerified)
        }
    }

    @Test(
        "what is no signature is malformed",
        arguments: [
            ("X-TrackLayer-Signature", "", "sha256="), ("X-TrackLayer-Signature", "sha256=ab", "64"),
            ("X-TrackLayer-Signature", String(repeating: "a", count: 64), "sha256="),
            ("X-TrackLayer-Signature-Previous", "sha256=" + String(repeating: "g", count: 64), "hexadecimal"),
            ("webhook-signature", "v1,x", "webhook-id"), ("webhook-id", "a", "webhook-timestamp"),
        ])
    func malformed(_ name: String, _ value: String, _ word: String) throws {
        let findings = SignatureCheck(secrets: try secrets(["a"]))
            .findings(headers: [HTTPHeader(name, value)], body: Self.body, now: Self.time)
        #expect(findings.map(\.code) == ["malformed"])
        #expect(findings[0].summary.contains(word))
    }

    @Test("headers of Standard Webhooks that are doubled or no number are malformed")
    func malformedStandardWebhooks() throws {
        let headers = Array(try signed(["a"], standardWebhooks: true).dropFirst())
        for header in headers {
            #expect(try check(headers + [header], ["a"]).lines == ["webhook-signature malformed []"])
        }
        for (name, value) in [
            ("webhook-timestamp", "now"), ("webhook-signature", "v2,abc"), ("webhook-signature", "v1,ab"),
        ] {
            let changed = headers.map { $0.name == name ? HTTPHeader(name, value) : $0 }
            #expect(try check(changed, ["a"]).lines == ["webhook-signature malformed []"])
        }
    }

    @Test("tells the usual mistakes from a wrong secret, and never says a secret or a signature")
    func hints() throws {
        let newline = [UInt8(ascii: "\n")]
        let text = Array(Self.encoded.utf8)
        let key = try #require(Base64.decode(Self.encoded.utf8.dropFirst(6)))
        func own(_ key: [UInt8], _ body: [UInt8] = Self.body) -> [HTTPHeader] {
            [HTTPHeader("X-TrackLayer-Signature", "sha256=" + Hex.encode(HMAC.code(.sha256, key: key, message: body)))]
        }
        func standard(_ key: [UInt8], _ message: [UInt8]) -> [HTTPHeader] {
            [
                HTTPHeader("webhook-id", "i"), HTTPHeader("webhook-timestamp", "1776953553"),
                HTTPHeader(
                    "webhook-signature", "v1," + Base64.encode(HMAC.code(.sha256, key: key, message: message))),
            ]
        }
        let head = Array("i.1776953553.".utf8)
        let cases: [(headers: [HTTPHeader], body: [UInt8], hint: String)] = [
            (own(text), Self.body + newline, "without the newline"),
            (own(text, Self.body + newline), Self.body, "with a newline"),
            (own(key), Self.body, "`whsec_` included"), (own(text), [], "empty"),
            (standard(text, head + Self.body), Self.body, "decoded"),
            (standard(key, Self.body), Self.body, "over the body alone"),
            (standard(key, head + Self.body), Self.body + newline, "without the newline"),
        ]
        for (headers, body, hint) in cases {
            let findings = SignatureCheck(secrets: try secrets(["other", Self.encoded]))
                .findings(headers: headers, body: body, now: Self.time)
            #expect(findings.map(\.code) == ["differs"])
            #expect(findings[0].summary.contains(hint), "\(findings[0].summary)")
            #expect(hint == "empty" || findings[0].summary.contains("secret 2"))
            #expect(!findings[0].summary.contains(Self.encoded.dropFirst(6)))
        }
    }
}
