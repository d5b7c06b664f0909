import EventModel
import Platform
import TestSupport
import Testing

@testable import Outbound

/// Reference google_ads, 1.1, 1.4, 2.2 and 2.3.
@Suite struct GoogleAdsAnswerTests {
    static let settings = [
        "customer_id=123-456-7890", "conversion_actions.purchase=778899001", "client_id=example-client-id",
        "client_secret=example-client-secret", "refresh_token=example-refresh-token",
    ]
    static let olderSettings = settings + ["mode=google_ads_api"]
    private static let result = #"{"gclid":"g","conversionAction":"a","conversionDateTime":"t"}"#

    /// An error of the Data Manager with its violations.
    private static func error(_ violations: (field: String, reason: String)...) -> String {
        let list = violations.map { #"{"field":"\#($0.field)","reason":"\#($0.reason)","description":"no"}"# }
        return #"""
            {"error":{"code":400,"status":"INVALID_ARGUMENT","message":"There was a problem.","details":[
            {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INVALID_ARGUMENT"},
            {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[\#(list.joined(separator: ","))]}]}}
            """#
    }

    /// A failure of the Google Ads API; `index` is the member's JSON, empty for the 0 that is left out.
    private static func failure(_ kind: String, _ reason: String, _ place: String) -> String {
        #"{"errorCode":{"\#(kind)":"\#(reason)"},"message":"no","location":{"fieldPathElements":[\#(place)]}}"#
    }

    private static func event(_ index: String, of list: String = "conversions") -> String {
        #"{"fieldName":"\#(list)"\#(index)},{"fieldName":"gclid"}"#
    }

    private static func partial(_ failures: String..., results: String) -> String {
        #"""
        {"partialFailureError":{"code":3,"message":"bad","details":[{"errors":[\#(failures.joined(separator: ","))]}]},
        "results":[\#(results)]}
        """#
    }

    @Test(
        "the Data Manager takes all or nothing",
        arguments: [
            PlatformAnswerCase("accepted", 200, #"{"requestId":"r"}"#, "accepted", "accepted"),
            PlatformAnswerCase("accepted without a word", 200, "", "accepted"),
            PlatformAnswerCase(
                "one bad event is named", 400, error((field: "events[1].user_data", reason: "INVALID_SHA256_FORMAT")),
                "apart", "rejected INVALID_SHA256_FORMAT events[1].user_data no"),
            PlatformAnswerCase(
                "in another spelling", 400,
                error((field: "events.events[0].eventTimestamp", reason: "EVENT_TIME_INVALID")),
                "rejected EVENT_TIME_INVALID events.events[0].eventTimestamp no", "apart"),
            PlatformAnswerCase(
                "a bad event that is not named is looked for", 400, error(),
                "apart INVALID_ARGUMENT There was a problem.", "apart INVALID_ARGUMENT There was a problem."),
            PlatformAnswerCase("a bad event alone", 400, error(), "rejected INVALID_ARGUMENT There was a problem."),
            PlatformAnswerCase(
                "a young action is waited for by all", 400,
                error(
                    (field: "destinations[0].product_destination_id", reason: "CONVERSION_ACTION_TOO_RECENTLY_CREATED")),
                "transient(21600) CONVERSION_ACTION_TOO_RECENTLY_CREATED destinations[0].product_destination_id no",
                "transient(21600) CONVERSION_ACTION_TOO_RECENTLY_CREATED destinations[0].product_destination_id no"),
            PlatformAnswerCase(
                "a young action that is said of one event", 400,
                error((field: "events[0].x", reason: "CONVERSION_ACTION_TOO_RECENTLY_CREATED")),
                "transient(21600) CONVERSION_ACTION_TOO_RECENTLY_CREATED events[0].x no", "apart"),
            PlatformAnswerCase(
                "a wrong action", 400,
                error((field: "destinations[0].product_destination_id", reason: "INVALID_CONVERSION_ACTION_ID")),
                "refused INVALID_CONVERSION_ACTION_ID destinations[0].product_destination_id no"),
            PlatformAnswerCase(
                "no permission", 403, #"{"error":{"code":403,"status":"PERMISSION_DENIED","message":"scopes"}}"#,
                "refused PERMISSION_DENIED scopes"),
            PlatformAnswerCase(
                "an old token", 401, #"{"error":{"code":401,"status":"UNAUTHENTICATED","message":"old"}}"#,
                "unauthorized UNAUTHENTICATED old"),
            PlatformAnswerCase(
                "too many a minute", 429,
                #"{"error":{"status":"RESOURCE_EXHAUSTED","message":"q","details":[{"metadata":{"quota_limit":"RequestsPerMinutePerProject"}}]}}"#,
                retryAfter: "7", "throttled(7) RESOURCE_EXHAUSTED q"),
            PlatformAnswerCase(
                "a fault of its own", 503, #"{"error":{"status":"UNAVAILABLE","message":"later"}}"#,
                "transient UNAVAILABLE later"),
            PlatformAnswerCase("a page of a gateway", 502, "<html>", "transient"),
            PlatformAnswerCase("no such version", 404, "<html>", "refused"),
            PlatformAnswerCase(
                "an address in the words", 403, #"{"error":{"status":"DENIED","message":"for zoe@example.com"}}"#,
                "refused DENIED for ***"),
        ])
    func meaningAtTheDataManager(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try GoogleAdsAPI.configured(Self.settings)) == answer.expected)
    }

    @Test(
        "the Google Ads API answers for each event",
        arguments: [
            PlatformAnswerCase(
                "accepted", 200, #"{"results":[\#(result),\#(result)]}"#, "accepted", "accepted"),
            PlatformAnswerCase(
                "one failed", 200,
                partial(
                    failure("conversionUploadError", "EXPIRED_EVENT", event(#","index":1"#)), results: "\(result),{}"),
                "accepted", "rejected EXPIRED_EVENT no"),
            PlatformAnswerCase(
                "the first one's place is left out", 200,
                partial(failure("conversionUploadError", "UNPARSEABLE_GCLID", event("")), results: "{},\(result)"),
                "rejected UNPARSEABLE_GCLID no", "accepted"),
            PlatformAnswerCase(
                "neither a result nor a fault", 200,
                partial(failure("conversionUploadError", "EXPIRED_EVENT", event("")), results: "{},{}"),
                "rejected EXPIRED_EVENT no", "transient no result for this event"),
            PlatformAnswerCase(
                "an empty result and no fault at all", 200, #"{"results":[{},\#(result)]}"#,
                "transient no result for this event", "accepted"),
            PlatformAnswerCase(
                "fewer results than events", 200, #"{"results":[\#(result)]}"#, "accepted",
                "transient no result for this event"),
            PlatformAnswerCase(
                "a failure without details", 200, #"{"partialFailureError":{"code":13,"message":"Internal."}}"#,
                "transient Internal.", "transient Internal."),
            PlatformAnswerCase(
                "a failure of no event in particular", 200,
                partial(failure("internalError", "INTERNAL_ERROR", ""), results: "{},\(result)"),
                "transient INTERNAL_ERROR no", "accepted"),
            PlatformAnswerCase(
                "a refusal of no event in particular", 200,
                partial(failure("notAllowlistedError", "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE", ""), results: "{}"),
                "refused CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE no"),
            PlatformAnswerCase(
                "what Google had, or found nobody for", 200,
                partial(
                    failure("conversionUploadError", "CLICK_CONVERSION_ALREADY_EXISTS", event("")),
                    failure("conversionUploadError", "CLICK_NOT_FOUND", event(#","index":1"#)), results: "{},{}"),
                "accepted CLICK_CONVERSION_ALREADY_EXISTS no", "accepted CLICK_NOT_FOUND no"),
            PlatformAnswerCase(
                "too recent, by hours", 200,
                partial(
                    failure("conversionUploadError", "TOO_RECENT_EVENT", event("")),
                    failure(
                        "conversionAdjustmentUploadError", "TOO_RECENT_CONVERSION",
                        event(#","index":1"#, of: "conversion_adjustments")), results: "{},{}"),
                "transient(21600) TOO_RECENT_EVENT no", "transient(86400) TOO_RECENT_CONVERSION no"),
            PlatformAnswerCase(
                "twice in one request", 200,
                partial(failure("conversionUploadError", "DUPLICATE_ORDER_ID", event("")), results: "{}"),
                "apart DUPLICATE_ORDER_ID no"),
            PlatformAnswerCase(
                "a revoked token", 401,
                #"{"error":{"code":401,"status":"UNAUTHENTICATED","details":[{"errors":[{"errorCode":{"authenticationError":"OAUTH_TOKEN_REVOKED"},"message":"no"}]}]}}"#,
                "refused OAUTH_TOKEN_REVOKED no"),
        ])
    func meaningAtTheGoogleAdsAPI(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try GoogleAdsAPI.configured(Self.olderSettings)) == answer.expected)
    }

    @Test func whatIsOnlyCheckedHasNoResults() throws {
        let api = try GoogleAdsAPI.configured(Self.olderSettings + ["validate_only=true"])
        let failure = Self.failure("conversionUploadError", "EXPIRED_EVENT", Self.event(""))
        let answers = [
            PlatformAnswerCase("nothing wrong", 200, "{}", "accepted", "accepted"),
            PlatformAnswerCase(
                "one is wrong", 200, Self.partial(failure, results: ""), "rejected EXPIRED_EVENT no", "accepted"),
        ]
        for answer in answers { #expect(answer.outcomes(api) == answer.expected) }
    }

    /// Midnight in California, as 8:00 UTC: the test's day is November 18.
    @Test func aDailyQuotaIsThereAgainTomorrow() throws {
        let api = try GoogleAdsAPI.configured(Self.olderSettings)
        let tomorrow = RetryAfter.date(try #require(RFC3339.timestamp("2026-11-19T08:00:00Z")))
        let exhausted = Self.failure("quotaError", "RESOURCE_EXHAUSTED", "")
        let row = Self.failure("quotaError", "RESOURCE_EXHAUSTED", Self.event(""))
        let answers: [(Int, String, AttemptVerdict)] = [
            (200, Self.partial(row, results: "{}"), .transient(retryAfter: tomorrow)),
            (200, Self.partial(exhausted, results: "{}"), .transient(retryAfter: tomorrow)),
            (
                429, #"{"error":{"status":"RESOURCE_EXHAUSTED","details":[{"errors":[\#(exhausted)]}]}}"#,
                .throttled(retryAfter: tomorrow)
            ),
            (
                429,
                #"{"error":{"status":"RESOURCE_EXHAUSTED","details":[{"metadata":{"quota_limit":"RequestsPerDay"}}]}}"#,
                .throttled(retryAfter: tomorrow)
            ),
            (
                429,
                #"{"error":{"details":[{"errors":[{"errorCode":{"quotaError":"RESOURCE_TEMPORARILY_EXHAUSTED"}}]}]}}"#,
                .throttled(retryAfter: nil)
            ),
        ]
        for (status, body, verdict) in answers {
            let response = HTTPResponse(statusCode: status, headers: [], body: Array(body.utf8))
            let outcomes = api.outcomes(on: response, to: [Array("{}".utf8)], at: PlatformAnswerCase.now)
            #expect(outcomes.map(\.verdict) == [verdict], "\(body)")
        }
    }

    @Test func credentialsAreTriedAtTheDataManager() throws {
        let api = try GoogleAdsAPI.configured(Self.settings)
        guard case .request(let request, _) = api.credentialCheck(token: "t", at: PlatformAnswerCase.now) else {
            throw NoCheck()
        }
        #expect(request.url == "https://datamanager.googleapis.com/v1/events:ingest")
        #expect(try JSONTree(request.body)["validateOnly"] == .bool(true))
        #expect(try api.finding(200, #"{"requestId":"r"}"#) == .valid)
        #expect(
            try api.finding(400, Self.error((field: "events[0].ad_identifiers", reason: "INVALID_GCLID"))) == .valid)
        #expect(
            try api.finding(403, #"{"error":{"status":"PERMISSION_DENIED","message":"no"}}"#)
                == .invalid("PERMISSION_DENIED no"))
        #expect(try api.finding(503, "") == .unknown(""))
    }

    @Test func credentialsOfTheOlderAPIAreTriedThere() throws {
        let api = try GoogleAdsAPI.configured(
            Self.olderSettings + ["developer_token=example-developer-token", "login_customer_id=9876543210"])
        guard case .request(let request, _) = api.credentialCheck(token: "t", at: PlatformAnswerCase.now) else {
            throw NoCheck()
        }
        #expect(request.url == "https://googleads.googleapis.com/v25/customers/1234567890:uploadClickConversions")
        #expect(request.headers.contains(HTTPHeader("developer-token", "example-developer-token")))
        #expect(request.headers.contains(HTTPHeader("login-customer-id", "9876543210")))
        let body = try JSONTree(request.body)
        #expect(body["validateOnly"] == .bool(true))
        #expect(
            body.at("conversions.0.conversionAction") == .string("customers/1234567890/conversionActions/778899001"))
        #expect(body.at("conversions.0.conversionDateTime") == .string("2026-11-18 14:05:31+00:00"))
        #expect(try api.finding(200, "{}") == .valid)
        let click = Self.failure("conversionUploadError", "UNPARSEABLE_GCLID", Self.event(""))
        #expect(try api.finding(200, Self.partial(click, results: "")) == .valid)
        let closed = Self.failure("notAllowlistedError", "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE", Self.event(""))
        #expect(
            try api.finding(200, Self.partial(closed, results: ""))
                == .invalid("CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE no"))
        #expect(try api.finding(404, "<html>") == .invalid("HTTP 404"))
        #expect(try api.finding(503, "") == .unknown(""))
    }

    @Test(arguments: [
        (
            olderSettings + ["refund_mode=restate_data_manager"],
            "refund_mode: restate_data_manager needs mode data_manager"
        ),
        (olderSettings + ["custom_variables.plan=plan_kind"], "custom_variables: \"plan_kind\" is no number"),
        (settings + ["custom_variables.plan=plan kind"], "custom_variables.plan: \"plan kind\" is no custom variable"),
        (settings + ["customer_id=AW-123"], "customer_id: \"AW-123\" is no customer id"),
        (settings + ["refund_mode=maybe"], "refund_mode: \"maybe\" is not allowed"),
    ])
    func wrongSettingsAreTold(_ words: [String], _ fault: String) {
        #expect(GoogleAdsAPI.faultTexts(words).contains { $0.hasPrefix(fault) }, "\(GoogleAdsAPI.faultTexts(words))")
    }

    @Test(arguments: [
        settings + ["refund_mode=restate_data_manager", "custom_variables.plan=plan_kind"],
        olderSettings + ["refund_mode=retract_google_ads_api", "custom_variables.plan=4711"],
    ])
    func settingsThatGoTogetherAreTaken(_ words: [String]) {
        #expect(GoogleAdsAPI.faultTexts(words) == [])
    }

    /// Settings that were not checked, such as a replay's, do not make a conversion of a refund either.
    @Test func aRefundIsNeverUploadedAsAConversion() throws {
        let ads = try PlatformCases.of(GoogleAdsAPI.self)
        var settings = try PlatformSettings(GoogleAdsAPI.self, name: "test", words: Self.olderSettings)
        settings.values["refund_mode"] = .text("restate_data_manager")
        let refund = JSONTree.object([
            "event": .string("Order Refunded"), "properties": .object(["remaining_value": .number("0")]),
        ])
        let preparation = try ads.prepared(ads.envelope.merged(with: refund), settings)
        #expect(
            preparation
                == .drop(
                    .unsuitable,
                    "the Google Ads API would count a refund as a conversion; use retract_google_ads_api"))
    }
}
