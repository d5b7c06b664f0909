import Outbound
import TestSupport
import Testing

/// Reference pinterest, sections 1, 5 and 6.
@Suite struct PinterestAnswerTests {
    static let settings = ["ad_account_id=549755885175", "access_token=example-access-token"]

    private static let mixed =
        #"{"num_events_received":2,"num_events_processed":1,"events":[{"status":"processed","error_message":"","#
        + #""warning_message":"old"},{"status":"failed","error_message":"bad em","warning_message":null}]}"#

    @Test(
        "each event has a status of its own",
        arguments: [
            PlatformAnswerCase(
                "all processed", 200, #"{"events":[{"status":"processed"},{"status":"processed"}]}"#, "accepted",
                "accepted"),
            PlatformAnswerCase("one failed, one warned of", 200, mixed, "accepted old", "rejected bad em"),
            PlatformAnswerCase(
                "the same below details", 422, #"{"code":4198,"message":"Not all","details":\#(mixed)}"#,
                "accepted old",
                "rejected bad em"),
            PlatformAnswerCase("no list", 200, #"{"num_events_received":2}"#, "accepted", "accepted"),
            PlatformAnswerCase("a list of other length, with a failure", 200, mixed, "apart", "apart", "apart"),
            PlatformAnswerCase(
                "a key that is not known", 400, #"{"code":4196,"message":"Additional properties are not allowed"}"#,
                "apart [4196] Additional properties are not allowed",
                "apart [4196] Additional properties are not allowed"),
            PlatformAnswerCase("a bad event alone", 400, #"{"code":1,"message":"No"}"#, "rejected [1] No"),
            PlatformAnswerCase("a refusal without a list", 422, #"{"code":1,"message":"No"}"#, "rejected [1] No"),
            PlatformAnswerCase(
                "a bad token", 401, #"{"code":2,"message":"Authentication failed."}"#,
                "refused [2] Authentication failed."),
            PlatformAnswerCase("no role", 403, #"{"code":29,"message":"Not permitted"}"#, "refused [29] Not permitted"),
            PlatformAnswerCase("no such account", 404, #"{"code":50,"message":"Not found"}"#, "refused [50] Not found"),
            PlatformAnswerCase(
                "too many", 429, #"{"code":8,"message":"Slow"}"#, retryAfter: "9", "throttled(9) [8] Slow"),
            PlatformAnswerCase("ramped down", 503, #"{"code":4197,"message":"Later"}"#, "transient [4197] Later"),
            PlatformAnswerCase("a page of a gateway", 502, "<html>", "transient"),
            PlatformAnswerCase("a page with status 200", 200, "<html>", "transient"),
        ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try PinterestAPI.configured(Self.settings)) == answer.expected)
    }

    @Test func credentialsAreTriedWithATest() throws {
        let api = try PinterestAPI.configured(Self.settings)
        guard case .request(let request, _) = api.credentialCheck(token: nil, at: PlatformAnswerCase.now) else {
            throw NoCheck()
        }
        #expect(request.url.hasSuffix("/events?test=true"))
        #expect(try api.finding(200, #"{"events":[{"status":"processed"}]}"#) == .valid)
        #expect(try api.finding(403, #"{"code":29,"message":"No"}"#) == .invalid("[29] No"))
        #expect(try api.finding(500, "") == .unknown("Pinterest did not say"))
    }

    @Test(arguments: [
        (["access_token=t0ken-t0ken"], "ad_account_id: is required"),
        (["access_token=t0ken-t0ken", "ad_account_id=a1"], "ad_account_id: \"a1\" is no ad account id"),
        (["ad_account_id=549755885175"], "access_token: is required"),
        (settings + ["send_test=yes"], "send_test: use true or false"),
        (settings + ["default_currency=eur"], "default_currency: \"eur\" is no currency code"),
    ])
    func wrongSettingsAreTold(_ words: [String], _ fault: String) {
        #expect(PinterestAPI.faultTexts(words).contains { $0.hasPrefix(fault) }, "\(PinterestAPI.faultTexts(words))")
    }
}
