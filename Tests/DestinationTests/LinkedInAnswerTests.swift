import TestSupport
import Testing

@testable import Outbound

/// Reference linkedin, section 6.
@Suite struct LinkedInAnswerTests {
    static let settings = ["conversion_rules.purchase=1234567", "access_token=example-access-token"]

    private static let otherMethod =
        "Incorrect conversions information provided. Conversion's method should be CONVERSIONS_API"

    @Test(
        "a request that some events sank goes on without them",
        arguments: [
            PlatformAnswerCase(
                "all well", 200, #"{"elements":[{"status":201},{"status":201}]}"#, "accepted", "accepted"),
            PlatformAnswerCase(
                "each has a status", 200,
                #"{"elements":[{"status":201},{"status":400,"error":{"message":"bad"}},{"status":429},{"status":408},{"status":500}]}"#,
                "accepted", "rejected bad", "throttled status 429", "transient status 408", "transient status 500"),
            PlatformAnswerCase(
                "one wrong rule costs its own events", 400,
                #"{"message":"\#(otherMethod), indices [0] (0-indexed)","status":400}"#,
                "rejected \(otherMethod)", "apart", "apart"),
            PlatformAnswerCase(
                "a wrong rule that is not named stops everything", 400, #"{"message":"\#(otherMethod)","status":400}"#,
                "refused \(otherMethod)", "refused \(otherMethod)"),
            PlatformAnswerCase(
                "old ones are named", 400,
                #"{"message":"Conversion time should be within 90 days, indices [1, 2] (0-indexed).","status":400}"#,
                "apart", "rejected Conversion time should be within 90 days",
                "rejected Conversion time should be within 90 days"),
            PlatformAnswerCase(
                "lines belong to the index before them", 422,
                #"{"message":"Index: 1, ERROR :: /a :: one\nERROR :: /b :: two","status":422}"#,
                "apart", "rejected /a: one; /b: two"),
            PlatformAnswerCase(
                "nobody is named", 422, #"{"message":"ERROR :: /user :: bad","status":422}"#,
                "apart ERROR :: /user :: bad", "apart ERROR :: /user :: bad"),
            PlatformAnswerCase(
                "a token that is over", 401, #"{"code":"EXPIRED_ACCESS_TOKEN","message":"over","status":401}"#,
                "unauthorized EXPIRED_ACCESS_TOKEN: over"),
            PlatformAnswerCase(
                "a token that was taken back", 401, #"{"code":"REVOKED_ACCESS_TOKEN","message":"no","status":401}"#,
                "refused REVOKED_ACCESS_TOKEN: no"),
            PlatformAnswerCase("too many", 429, "{}", retryAfter: "9", "throttled(9)"),
            PlatformAnswerCase(
                "a version that is over", 426, "{}", "refused the API version is retired; raise api_version"),
        ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try LinkedInAPI.configured(Self.settings)) == answer.expected)
    }

    @Test(
        arguments: [
            ("512345678", []), ("urn:li:sponsoredAccount:512345678", []),
            (
                "urn:li:account:1",
                [
                    "ad_account_id: \"urn:li:account:1\" is no ad account id; it looks like 512345678 or urn:li:sponsoredAccount:512345678"
                ]
            ),
        ] as [(String, [String])])
    func anAccountIsDigitsOrAURN(_ account: String, faults: [String]) {
        #expect(LinkedInAPI.faultTexts(Self.settings + ["ad_account_id=\(account)"]) == faults)
    }
}
