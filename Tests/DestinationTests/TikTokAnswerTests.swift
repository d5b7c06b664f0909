import Outbound
import TestSupport
import Testing

/// Reference tiktok, sections 1, 5 and 6.
@Suite struct TikTokAnswerTests {
    static let settings = ["pixel_code=CEXAMPLE0PIXELCODE1", "access_token=example-access-token"]

    private static func json(_ code: Int, _ message: String, data: String = "{}") -> String {
        #"{"code":\#(code),"message":"\#(message)","request_id":"2026","data":\#(data)}"#
    }

    @Test(
        "the code decides, whatever the status",
        arguments: [
            PlatformAnswerCase("accepted", 200, json(0, "OK"), "accepted", "accepted"),
            PlatformAnswerCase(
                "some rows failed", 200,
                json(20_001, "Partial success", data: #"{"failed":[{"index":1,"message":"bad"}]}"#),
                "accepted [20001] Partial success", "rejected [20001] bad"),
            PlatformAnswerCase(
                "rows that are not told are warnings", 200, json(20_001, "Partial success"),
                "accepted [20001] Partial success"),
            PlatformAnswerCase(
                "one bad event is named by its place", 200,
                json(40_002, "Batch.1.properties.contents.0.content_id: Not a valid string."),
                "apart [40002] Batch.1.properties.contents.0.content_id: Not a valid string.",
                "rejected [40002] Batch.1.properties.contents.0.content_id: Not a valid string.",
                "apart [40002] Batch.1.properties.contents.0.content_id: Not a valid string."),
            PlatformAnswerCase(
                "a bad event that is not named is looked for", 200, json(40_002, "Invalid"), "apart [40002] Invalid",
                "apart [40002] Invalid"),
            PlatformAnswerCase(
                "a place beyond the request names nothing", 200, json(40_002, "Batch.9.event"),
                "apart [40002] Batch.9.event",
                "apart [40002] Batch.9.event"),
            PlatformAnswerCase("a bad event alone", 200, json(40_000, "Invalid"), "rejected [40000] Invalid"),
            PlatformAnswerCase("not hashed", 200, json(40_062, "Not hashed"), "rejected [40062] Not hashed"),
            PlatformAnswerCase(
                "too large", 200, json(40_061, "Too large"), "apart [40061] Too large", "apart [40061] Too large"),
            PlatformAnswerCase("a partner it does not know", 200, json(40_063, "Partner"), "refused [40063] Partner"),
            PlatformAnswerCase("no permission", 200, json(40_001, "No permission"), "refused [40001] No permission"),
            PlatformAnswerCase(
                "a revoked token", 200, json(40_105, "Access token is incorrect or has been revoked."),
                "refused [40105] Access token is incorrect or has been revoked."),
            PlatformAnswerCase(
                "too many", 200, json(40_100, "Too many requests."), "throttled [40100] Too many requests."),
            PlatformAnswerCase(
                "too many, with a time", 429, json(40_100, "Slow"), retryAfter: "7", "throttled(7) [40100] Slow"),
            PlatformAnswerCase("not ready", 200, json(40_201, "Not ready"), "transient [40201] Not ready"),
            PlatformAnswerCase("a fault of its own", 200, json(51_234, "Oops"), "transient [51234] Oops"),
            PlatformAnswerCase("another refusal", 200, json(40_999, "No"), "rejected [40999] No"),
            PlatformAnswerCase("a page of a gateway", 502, "<html>Bad gateway</html>", "transient"),
            PlatformAnswerCase("an empty body", 200, "", "transient"),
            PlatformAnswerCase("no such path", 404, "<html>", "rejected"),
            PlatformAnswerCase(
                "an address in the words", 200, json(40_999, "bad zoe@example.com"), "rejected [40999] bad ***"),
        ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try TikTokAPI.configured(Self.settings)) == answer.expected)
    }

    @Test func credentialsAreTriedWithoutEvents() throws {
        let api = try TikTokAPI.configured(Self.settings)
        guard case .request(let request, _) = api.credentialCheck(token: nil, at: PlatformAnswerCase.now) else {
            throw NoCheck()
        }
        #expect(try JSONTree(request.body)["data"] == .array([]))
        #expect(try api.finding(200, Self.json(40_002, "data: empty")) == .valid)
        #expect(try api.finding(200, Self.json(40_105, "revoked")) == .invalid("[40105] revoked"))
        #expect(try api.finding(503, "") == .unknown("TikTok did not say"))
    }

    @Test(arguments: [
        (["access_token=t0ken-t0ken"], "pixel_code: is required for event_source web"),
        (["access_token=t0ken-t0ken", "event_source=app"], "event_source_id: is required for event_source app"),
        (["access_token=t0ken-t0ken", "pixel_code=abc"], "pixel_code: \"abc\" is no pixel code"),
        (settings + ["event_source=shop"], "event_source: \"shop\" is not allowed"),
        (settings + ["max_event_age=29d"], "max_event_age: is no duration in range"),
        (settings + ["test_event_code=a b c d"], "test_event_code: \"a b c d\" is no test code"),
    ])
    func wrongSettingsAreTold(_ words: [String], _ fault: String) {
        #expect(TikTokAPI.faultTexts(words).contains { $0.hasPrefix(fault) }, "\(TikTokAPI.faultTexts(words))")
    }
}
