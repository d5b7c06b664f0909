import EventModel
import Testing

@testable import Inbound

/// Reference inbound, 3.2 and section 9, rows 12-15: the write keys of SDKs.
@Suite struct AuthenticationWriteKeyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String, headers: HeaderLines, query: String?, body: String, code: RequestFault.Code?
        var testDescription: String { name }

        init(
            _ name: String, _ headers: HeaderLines, query: String? = nil, body: String = "{}",
            _ code: RequestFault.Code?
        ) {
            self.name = name
            self.headers = headers
            self.query = query
            self.body = body
            self.code = code
        }
    }

    private static let basic: HeaderLines = ["Authorization": Signing.basic("wk_1:")]

    @Test(
        "where a write key may stand, and what is wrong with one",
        arguments: [
            Case("Basic", basic, nil),
            Case("Basic in any case and with blanks", ["Authorization": " bAsIc   d2tfMTo= "], nil),
            Case("row 14: Basic without a colon", ["Authorization": Signing.basic("wk_1")], nil),
            Case("row 14: Basic with a password", ["Authorization": Signing.basic("wk_1:secret:more")], nil),
            Case("row 14: not base64", ["Authorization": "Basic wk_1:"], .authorizationMalformed),
            Case("row 14: nothing after Basic", ["Authorization": "Basic"], .writeKeyMissing),
            Case("row 14: another scheme", ["Authorization": "Digest wk_1"], .authorizationMalformed),
            Case(
                "row 14: two different headers", basic.adding("Authorization", Signing.basic("wk_2:")),
                .authorizationMalformed),
            Case("bearer tokens", ["Authorization": "Bearer abc"], body: #"{"writeKey":"wk_1"}"#, .bearerNotSupported),
            Case("row 12: nowhere", [:], .writeKeyMissing),
            Case(
                "row 12: empty everywhere", ["Authorization": Signing.basic(":")], query: "", body: #"{"writeKey":""}"#,
                .writeKeyMissing),
            Case("row 12: not a text", [:], body: #"{"writeKey":17}"#, .writeKeyMissing),
            Case("row 13: unknown in Basic", ["Authorization": Signing.basic("wk_3:")], .writeKeyInvalid),
            Case("row 13: unknown in the query", [:], query: "wk_3", .writeKeyInvalid),
            Case("row 13: unknown in the body", [:], body: #"{"writeKey":"wk_3"}"#, .writeKeyInvalid),
            Case("row 13: the beginning of a key", ["Authorization": Signing.basic("wk_:")], .writeKeyInvalid),
            Case("query", [:], query: "wk_2", nil),
            Case("body", [:], body: #"{"writeKey":"wk_2"}"#, nil),
            Case("batch", [:], body: #"{"batch":[{}],"writeKey":"wk_2"}"#, nil),
            Case("first item that has one", [:], body: #"{"batch":[{},{"writeKey":"wk_2"},{"writeKey":"wk_3"}]}"#, nil),
            Case("first item of an array", [:], body: #"[{"writeKey":"wk_2"}]"#, nil),
            Case(
                "the batch's before its items'", [:], body: #"{"batch":[{"writeKey":"wk_3"}],"writeKey":"wk_1"}"#, nil),
            Case("row 15: Basic and query differ", basic, query: "wk_2", .writeKeyConflict),
            Case("row 15: Basic and body differ", basic, body: #"{"writeKey":"wk_2"}"#, .writeKeyConflict),
            Case(
                "row 15: Basic and batch differ", basic, body: #"{"batch":[{}],"writeKey":"wk_2"}"#, .writeKeyConflict),
            Case("row 15: query and body differ", [:], query: "wk_1", body: #"{"writeKey":"wk_3"}"#, .writeKeyConflict),
            Case("all the same", basic, query: "wk_1", body: #"{"writeKey":"wk_1"}"#, nil),
            Case("items that differ are no fault of the batch", basic, body: #"{"batch":[{"writeKey":"wk_2"}]}"#, nil),
            Case("no key and no JSON: the JSON is answered", [:], body: "{", .invalidJSON),
            Case(
                "a wrong key and no JSON: the key is answered", ["Authorization": Signing.basic("wk_3:")], body: "{",
                .writeKeyInvalid),
        ])
    func writeKeys(_ c: Case) {
        var run = AuthenticationRun(.native(["wk_1", "wk_2"]))
        run.queryWriteKey = c.query
        #expect(run.whole(c.headers, body: c.body).faultCode == c.code)
    }

    @Test("the key chooses the source, in the header and in the body")
    func choosesTheSource() throws {
        let disabled = SourceCredentials.native(["wk_off"]).with { $0.isEnabled = false }
        let shop = SourceCredentials.native(["wk_shop"]).with { $0.origins = [OriginRule("shop.example.com")!] }
        let run = AuthenticationRun([.native(), disabled, shop])
        #expect(try run.whole(["Authorization": Signing.basic("wk_shop:")]).get().sourceIndex == 2)
        #expect(try run.whole([:], body: #"{"writeKey":"wk_shop"}"#).get().sourceIndex == 2)
        #expect(try run.whole([:], body: #"{"writeKey":"wk_1"}"#).get().sourceIndex == 0)
        #expect(run.head(["Authorization": Signing.basic("wk_off:")]).faultCode == .sourceDisabled)
        #expect(run.whole([:], body: #"{"writeKey":"wk_off"}"#).faultCode == .sourceDisabled)
        let elsewhere: HeaderLines = ["Origin": "https://evil.example"]
        #expect(run.whole(elsewhere, body: #"{"writeKey":"wk_shop"}"#).faultCode == .originNotAllowed)
        #expect(try run.whole(elsewhere, body: #"{"writeKey":"wk_1"}"#).get().sourceIndex == 0)
    }

    @Test("a key that has ended is refused")
    func endedKey() {
        let source = SourceCredentials.native().with { $0.writeKeys.append(SourceSecret("old", validUntil: .testNow)) }
        #expect(AuthenticationRun(source).head(["Authorization": Signing.basic("old:")]).faultCode == .writeKeyInvalid)
    }

    @Test("a webhook source can demand Basic as well as its secret")
    func everyKindOfProof() {
        let run = AuthenticationRun(.rudderstack().with { $0.writeKeys = [SourceSecret("user")] })
        let secret: HeaderLines = ["X-TrackLayer-Secret": "s3cret"]
        #expect(run.whole(secret.adding("Authorization", Signing.basic("user:"))).faultCode == nil)
        #expect(run.whole(secret).faultCode == .writeKeyMissing)
        #expect(run.whole(["Authorization": Signing.basic("user:")]).faultCode == .secretMissing)
    }

    @Test("the key in force is told, so that items can be held against it")
    func keyInForce() throws {
        let run = AuthenticationRun(.native())
        let key = try run.whole(["Authorization": Signing.basic("wk_1:")]).get().writeKey
        #expect(key?.matches(Array("wk_1".utf8)) == true)
        let webhook = try AuthenticationRun(.rudderstack()).whole(["X-TrackLayer-Secret": "s3cret"]).get()
        #expect(webhook.writeKey == nil)
    }
}
