import EventModel
import Platform
import Testing

@testable import Inbound

/// Reference inbound, section 9, rows 1-7 and 16-17: what the header alone decides.
@Suite struct AuthenticationHeadTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String, headers: HeaderLines, code: RequestFault.Code?
        var testDescription: String { name }

        init(_ name: String, _ headers: HeaderLines, _ code: RequestFault.Code?) {
            self.name = name
            self.headers = headers
            self.code = code
        }
    }

    @Test(
        "a webhook's header secret, account and environment",
        arguments: [
            Case("right secret", ["X-TrackLayer-Secret": "s3cret"], nil),
            Case("right secret, header lower-cased by the transformer", ["x-tracklayer-secret": "s3cret"], nil),
            Case("row 1: wrong secret", ["X-TrackLayer-Secret": "S3cret"], .secretInvalid),
            Case("row 1: secret with more behind it", ["X-TrackLayer-Secret": "s3cret2"], .secretInvalid),
            Case("row 1: beginning of the secret", ["X-TrackLayer-Secret": "s3cre"], .secretInvalid),
            Case("row 2: no secret", [:], .secretMissing),
            Case("row 2: empty secret", ["X-TrackLayer-Secret": ""], .secretMissing),
            Case("row 2: blank secret", ["X-TrackLayer-Secret": " \t "], .secretMissing),
            Case("row 3: blanks around the secret", ["X-TrackLayer-Secret": " \ts3cret\t "], nil),
            Case(
                "row 4: two different secrets", ["X-TrackLayer-Secret": "s3cret", "x-tracklayer-secret": "other"],
                .secretConflict),
            Case(
                "row 4: the same secret twice", ["X-TrackLayer-Secret": "s3cret", "x-tracklayer-secret": "s3cret "], nil
            ),
            Case(
                "account and environment right",
                [
                    "X-TrackLayer-Secret": "s3cret", "X-TrackLayer-Account": "acct_live_123",
                    "X-TrackLayer-Environment": "production",
                ], nil),
            Case(
                "row 6: another account",
                ["X-TrackLayer-Secret": "s3cret", "X-TrackLayer-Account": "acct_live_124"], .accountMismatch),
            Case(
                "row 6: empty account", ["X-TrackLayer-Secret": "s3cret", "X-TrackLayer-Account": ""], .accountMismatch),
            Case(
                "row 7: another environment",
                ["X-TrackLayer-Secret": "s3cret", "X-TrackLayer-Environment": "staging"], .environmentMismatch),
            Case(
                "a wrong secret hides what else is wrong",
                ["X-TrackLayer-Secret": "x", "X-TrackLayer-Account": "y", "X-TrackLayer-Environment": "z"],
                .secretInvalid),
            Case(
                "an Authorization that nobody asks for is not read",
                [
                    "X-TrackLayer-Secret": "s3cret", "Authorization": "Bearer x",
                ], nil),
        ])
    func webhook(_ c: Case) {
        #expect(AuthenticationRun(.rudderstack()).head(c.headers).faultCode == c.code)
    }

    @Test("row 5: a previous secret is taken until it ends, with a note")
    func rotation() throws {
        let ends = Timestamp.testNow
        var run = AuthenticationRun(
            .rudderstack([SourceSecret("new"), SourceSecret("old", validUntil: ends), SourceSecret("older")]))
        func notes(_ secret: String) throws -> [Note] {
            try run.whole(["X-TrackLayer-Secret": secret]).get().notes.notes
        }
        run.now = ends - .milliseconds(1)
        #expect(try notes("new") == [])
        #expect(try notes("old") == [.rotatedSecretUsed])
        #expect(try notes("older") == [.rotatedSecretUsed])
        run.now = ends
        #expect(run.head(["X-TrackLayer-Secret": "old"]).faultCode == .secretInvalid)
        #expect(try notes("new") == [])
    }

    @Test("a first secret that ends is a previous one already")
    func endingFirstSecret() throws {
        let run = AuthenticationRun(.rudderstack([SourceSecret("old", validUntil: .testNow + .seconds(1))]))
        #expect(try run.whole(["X-TrackLayer-Secret": "old"]).get().notes.notes == [.rotatedSecretUsed])
    }

    @Test("row 16: a disabled source says so, and only to who has its secret")
    func disabled() {
        let run = AuthenticationRun(.rudderstack().with { $0.isEnabled = false })
        #expect(run.head(["X-TrackLayer-Secret": "s3cret"]).faultCode == .sourceDisabled)
        #expect(run.head(["X-TrackLayer-Secret": "wrong"]).faultCode == .secretInvalid)
    }

    @Test(
        "row 17: origins are held against the list",
        arguments: [
            ("https://shop.example.com", true), ("https://SHOP.example.com:8443", true),
            ("https://shop.example.com.evil.com", false),
            ("https://example.com", false), ("https://www.example.org", true), ("http://a.b.example.org", true),
            ("https://example.org", false), ("https://badexample.org", false), ("null", false), ("", false),
            ("https://", false),
            ("http://secure.example.net", false), ("https://secure.example.net", true), ("shop.example.com", false),
        ])
    func origins(_ origin: String, isAllowed: Bool) {
        let source = SourceCredentials.native().with {
            $0.origins = ["shop.example.com", "*.example.org", "https://secure.example.net"].compactMap {
                OriginRule($0)
            }
        }
        let headers: HeaderLines = ["Authorization": Signing.basic("wk_1:"), "Origin": origin]
        #expect(AuthenticationRun(source).head(headers).faultCode == (isAllowed ? nil : .originNotAllowed))
        #expect(AuthenticationRun(.native()).head(headers).faultCode == nil)
    }

    @Test("a call without Origin is from a server, and allowed unless the source says otherwise")
    func missingOrigin() {
        let headers: HeaderLines = ["Authorization": Signing.basic("wk_1:")]
        var source = SourceCredentials.native().with { $0.origins = [] }
        #expect(AuthenticationRun(source).head(headers).faultCode == nil)
        source.requiresOrigin = true
        #expect(AuthenticationRun(source).head(headers).faultCode == .originNotAllowed)
    }

    @Test(
        "what is no origin rule is refused",
        arguments: ["", "*", "*.", "a.*.b", "https://a.com/", "https://", "a b", "*.*.a"])
    func malformedRule(_ text: String) {
        #expect(OriginRule(text) == nil)
    }

    @Test("a path without a source is not found, and a source without a proof is none")
    func noSource() {
        var run = AuthenticationRun(.rudderstack())
        run.kind = .segment
        #expect(run.head([:]).faultCode == .notFound)
        let open = SourceCredentials(name: "open", kind: .segment, account: "a", environment: "e")
        #expect(!open.demandsProof)
        #expect(AuthenticationRun(open).head([:]).faultCode == .notFound)
        #expect(
            AuthenticationRun(
                open.with {
                    $0.signature = .optional; $0.signingSecrets = [SourceSecret("x")]
                }
            ).head([:]).faultCode == .notFound)
        #expect(
            AuthenticationRun(
                open.with {
                    $0.signature = .required; $0.signingSecrets = [SourceSecret("x")]
                }
            ).head([:]).faultCode == nil)
    }

    @Test("no fault of authentication quotes what was sent")
    func messagesAreSilent() {
        let probes: [HeaderLines] = [
            ["X-TrackLayer-Secret": "probe-value"], ["Authorization": "Basic probe-value"],
            ["Authorization": Signing.basic("probe-value")],
            ["X-TrackLayer-Secret": "s3cret", "X-TrackLayer-Account": "probe-value"],
            ["X-TrackLayer-Secret": "s3cret", "X-TrackLayer-Environment": "probe-value"],
            ["X-TrackLayer-Secret": "s3cret", "X-TrackLayer-Signature": "probe-value"],
        ]
        let sources = [
            SourceCredentials.rudderstack().with {
                $0.signature = .required; $0.signingSecrets = [SourceSecret("k")]
            },
            SourceCredentials.native().with { $0.kind = .rudderstack },
        ]
        for source in sources {
            for probe in probes {
                guard case .failure(let fault) = AuthenticationRun(source).whole(probe) else {
                    Issue.record("\(probe.lines) was let in")
                    continue
                }
                #expect(!fault.message.contains("probe-value"))
                #expect((401...403).contains(fault.status))
            }
        }
    }

    @Test("secrets print nothing in any way of printing")
    func secretsAreSilent() {
        let secret = SecretBytes("hunter2")
        let source = SourceCredentials.rudderstack([SourceSecret(secret)])
        var dumped = ""
        dump(source, to: &dumped)
        for text in [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(source)",
            String(reflecting: source), dumped,
        ] {
            #expect(!text.contains("hunter2"))
            #expect(!text.contains("104"))  // its first byte, as an array would print it
        }
        #expect("\(secret)" == "***")
        #expect(SecretBytes("").isEmpty)
        #expect(!secret.isEmpty)
    }
}
