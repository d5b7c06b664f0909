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

    /// What `check --online` finds when the rules answer so, by id; and which were asked for.
    private func trial(_ answers: [String: (Int, String)], account: Bool = true) throws -> (
        outcome: CredentialTrial.Outcome, asked: [String]
    ) {
        let rules = ["conversion_rules.purchase=101,102", "conversion_rules.lead=102", "conversion_rules.sign_up=103"]
        let settings = try PlatformSettings(
            LinkedInAPI.self, name: "test",
            words: rules + ["access_token=example-access-token"] + (account ? ["ad_account_id=512345678"] : []))
        let destination = PlatformDestination.make(
            LinkedInAPI.self, settings,
            PlatformDestination.Configuration(
                policy: DeliveryPolicy(retry: .platformDefault), options: TransferOptions()))
        var asked: [String] = []
        let outcome = CredentialTrial(destination).outcome(at: PlatformAnswerCase.now) { request in
            let last = request.url.split(separator: "?")[0].split(separator: "/").last.map(String.init) ?? ""
            asked.append(last)
            let (status, body) = answers[last] ?? (200, #"{"conversionMethod":"CONVERSIONS_API","enabled":true}"#)
            return .response(HTTPResponse(statusCode: status, body: Array(body.utf8)))
        }
        return (outcome, asked)
    }

    @Test func everyRuleIsTriedOnce() throws {
        let good = try trial([:])
        #expect(good.outcome == .valid)
        #expect(good.asked == ["101", "102", "103"])
        let token = try trial([:], account: false)
        #expect(token.outcome == .valid)
        #expect(token.asked == ["me"])
    }

    @Test func theRulesThatFailAreNamed() throws {
        let off = try trial(["103": (200, #"{"conversionMethod":"CONVERSIONS_API","enabled":false}"#)])
        #expect(off.outcome == .invalid("rule 103 (sign_up) is switched off"))
        let two = try trial([
            "101": (200, #"{"conversionMethod":"INSIGHT_TAG","enabled":true}"#),
            "102": (404, #"{"message":"Not found","status":404}"#), "103": (500, ""),
        ])
        #expect(
            two.outcome
                == .invalid(
                    "rule 101 (purchase) is for INSIGHT_TAG, not for the Conversions API; Not found (there is no rule 102 (lead, purchase))"
                ))
        let token = (401, #"{"message":"The token expired","status":401}"#)
        let over = try trial(["101": token, "102": token, "103": token])
        #expect(over.outcome == .invalid("The token expired"))
        let unknown = try trial(["102": (500, "")])
        #expect(unknown.outcome == .unknown("500 LinkedIn did not say why (rule 102 (lead, purchase))"))
    }
}
