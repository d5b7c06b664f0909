import Outbound
import TestSupport
import Testing

/// Reference reddit, sections 1, 5 and 6.
@Suite struct RedditAnswerTests {
    static let blocked =
        "a page and no JSON: Reddit's edge blocks the gateway's address, or knows the token no more"
    static let settings = ["pixel_id=a2_examplepx01", "access_token=example-access-token"]

    @Test(
        "bad events are told by their places",
        arguments: [
            PlatformAnswerCase(
                "accepted", 200, #"{"data":{"message":"Successfully processed 2 conversion events."}}"#, "accepted",
                "accepted"),
            PlatformAnswerCase(
                "two of three are bad", 400,
                #"{"error":{"code":400,"message":"m","fields":[{"field":"data.events[0].event_at","message":"old"},{"field":"data.events[2].type","message":"no"}]}}"#,
                "rejected [400] data.events[0].event_at: old",
                "apart [400] data.events[0].event_at: old; data.events[2].type: no",
                "rejected [400] data.events[2].type: no"),
            PlatformAnswerCase(
                "places may be written with points", 400,
                #"{"error":{"code":400,"fields":[{"field":"events.1.user","message":"no"}]}}"#,
                "apart [400] events.1.user: no",
                "rejected [400] events.1.user: no"),
            PlatformAnswerCase(
                "without places they are looked for", 400, #"{"error":{"code":400,"message":"bad"}}"#,
                "apart [400] bad",
                "apart [400] bad"),
            PlatformAnswerCase(
                "the older form", 400,
                #"{"message":"There were 1","invalid_events":[{"error_message":"event_at timestamp must be less than 168h0m0s old"}]}"#,
                "rejected event_at timestamp must be less than 168h0m0s old"),
            PlatformAnswerCase("unprocessable", 422, #"{"error":{"code":422,"message":"bad"}}"#, "rejected [422] bad"),
            PlatformAnswerCase("a bare text", 401, #""Authorization Required""#, "refused"),
            PlatformAnswerCase(
                "an explanation", 401,
                #"{"success":false,"error":{"reason":"UNAUTHORIZED","explanation":"could not verify"}}"#,
                "refused could not verify"),
            PlatformAnswerCase(
                "our payload", 403, #"{"success":false,"error":{"explanation":"JSON error: number"}}"#,
                "rejected JSON error: number"),
            PlatformAnswerCase("not our pixel", 403, #"{"error":{"code":403,"message":"no"}}"#, "refused [403] no"),
            PlatformAnswerCase("not our pixel, in a bare text", 403, #""Forbidden""#, "refused"),
            PlatformAnswerCase("the edge", 403, "<html>", "doubtful(once) \(blocked)", "doubtful(once) \(blocked)"),
            PlatformAnswerCase("no such pixel", 404, "{}", "refused"),
            PlatformAnswerCase("too many", 429, "", retryAfter: "3", "throttled(3)"),
            PlatformAnswerCase("a fault of its own", 500, "", "transient"),
        ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try RedditAPI.configured(Self.settings)) == answer.expected)
    }

    @Test func credentialsAreTriedByATestEventOnly() throws {
        let api = try RedditAPI.configured(Self.settings)
        guard case .impossible(let reason) = api.credentialCheck(token: nil, at: PlatformAnswerCase.now) else {
            Issue.record("an event that counts was made")
            return
        }
        #expect(reason.contains("test_id"))
        let tested = try RedditAPI.configured(Self.settings + ["test_id=t2_test"])
        guard case .request(let request, _) = tested.credentialCheck(token: nil, at: PlatformAnswerCase.now) else {
            throw NoCheck()
        }
        #expect(try JSONTree(request.body).at("data.test_id") == .string("t2_test"))
        #expect(try tested.finding(200, "{}") == .valid)
        #expect(try tested.finding(401, "") == .invalid("the token or the pixel is refused"))
        #expect(try tested.finding(400, #"{"error":{"code":400,"message":"x"}}"#) == .unknown("[400] x"))
    }

    @Test(arguments: [
        (["access_token=t0ken-t0ken"], "pixel_id: is required"),
        (["access_token=t0ken-t0ken", "pixel_id=123"], "pixel_id: \"123\" is no pixel id"),
        (["access_token=t0ken-t0ken", "pixel_id=a2_"], "pixel_id: \"a2_\" is no pixel id"),
        (settings + ["hash_ip=1"], "hash_ip: use true or false"),
        (settings + ["max_event_age=8d"], "max_event_age: is no duration in range"),
    ])
    func wrongSettingsAreTold(_ words: [String], _ fault: String) {
        #expect(RedditAPI.faultTexts(words).contains { $0.hasPrefix(fault) }, "\(RedditAPI.faultTexts(words))")
    }
}
