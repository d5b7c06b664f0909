import TestSupport
import Testing

@testable import Outbound

/// Reference microsoft, section 1.4.
@Suite struct MicrosoftAnswerTests {
    static let settings = ["tag_id=187012345", "api_token=example-token"]

    private static func details(_ details: String) -> String {
        #"{"error":{"code":"ValidationError","message":"bad","details":[\#(details)]},"traceId":"t1"}"#
    }

    @Test(
        "each listed event by itself",
        arguments: [
            PlatformAnswerCase("all well", 200, #"{"eventsReceived":2}"#, "accepted", "accepted"),
            PlatformAnswerCase(
                "one of two", 200,
                details(#"{"index":1,"propertyName":"eventTime","errorMessage":"too old","attemptedValue":"secret"}"#),
                "accepted", "rejected ValidationError eventTime: too old (trace t1)"),
            PlatformAnswerCase(
                "a warning", 200, details(#"{"index":0,"propertyName":"em","errorMessage":"hm","isWarning":true}"#),
                "accepted ValidationError em: hm (trace t1)"),
            PlatformAnswerCase(
                "a refused request goes on without the bad one", 400,
                details(#"{"index":0,"propertyName":"eventTime","errorMessage":"bad"}"#),
                "rejected ValidationError eventTime: bad (trace t1)", "apart"),
            PlatformAnswerCase(
                "a tag that is not there", 404, "", "refused there is no such tag", "refused there is no such tag"),
            PlatformAnswerCase(
                "a token that is wrong, or too new", 401, "",
                "doubtful(1800) Unauthorized: make a new token for the tag (a new one takes 15 minutes)"),
            PlatformAnswerCase("too many", 429, "", retryAfter: "3", "throttled(3)"),
            PlatformAnswerCase("a fault of its own", 500, "", "transient"),
        ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try MicrosoftAPI.configured(Self.settings)) == answer.expected)
    }
}
