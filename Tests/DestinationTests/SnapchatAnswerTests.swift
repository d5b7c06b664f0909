import Outbound
import TestSupport
import Testing

/// Reference snapchat, sections 1, 5 and 6.
@Suite struct SnapchatAnswerTests {
    static let settings = ["pixel_id=11111111-2222-4333-8444-555555555555", "access_token=example-access-token"]

    @Test(
        "the body is read, not the status alone",
        arguments: [
            PlatformAnswerCase(
                "valid", 200, #"{"status":"VALID","reason":"All events processed"}"#, "accepted", "accepted"),
            PlatformAnswerCase("the older form", 200, #"{"status":"OK","request_id":"r"}"#, "accepted"),
            PlatformAnswerCase("no status", 200, "{}", "accepted"),
            PlatformAnswerCase("no body", 204, "", "accepted"),
            PlatformAnswerCase(
                "status 200 and invalid", 200,
                #"{"status":"INVALID","event":1,"errors":{"error_msgs":["bad","worse"]}}"#,
                "apart [event 1] bad; worse", "rejected [event 1] bad; worse"),
            PlatformAnswerCase(
                "a bad event is named by its place", 400,
                #"{"status":"INVALID","event":0,"errors":{"error_msgs":["Unrecognized event type"]}}"#,
                "rejected [event 0] Unrecognized event type", "apart [event 0] Unrecognized event type"),
            PlatformAnswerCase(
                "a bad event that is not named is looked for", 400, #"{"status":"INVALID","reason":"bad"}"#,
                "apart bad",
                "apart bad"),
            PlatformAnswerCase("a bad event alone", 400, #"{"status":"INVALID","reason":"bad"}"#, "rejected bad"),
            PlatformAnswerCase(
                "a bad token, by its parameter", 400, #"{"status":"ERROR","reason":"Invalid","param":"access_token"}"#,
                "refused Invalid"),
            PlatformAnswerCase(
                "a bad token, by its words", 400, #"{"status":"ERROR","reason":"Invalid access token"}"#,
                "refused Invalid access token"),
            PlatformAnswerCase("not allowed", 401, "", "refused"),
            PlatformAnswerCase("no such pixel", 404, "", "refused"),
            PlatformAnswerCase("too many", 429, #"{"reason":"Slow"}"#, retryAfter: "5", "throttled(5) Slow"),
            PlatformAnswerCase("a page of a gateway", 502, "<html>", "transient"),
            PlatformAnswerCase("a page with status 200", 200, "<html>", "transient"),
            PlatformAnswerCase(
                "a validation tells of each event", 200,
                #"{"status":"INVALID","event_logs":[{"event":0,"status":"VALID"},{"event":1,"status":"INVALID","errors":{"error_msgs":["bad"]}}]}"#,
                "accepted", "rejected [event 1] bad"),
        ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try SnapchatAPI.configured(Self.settings)) == answer.expected)
    }

    @Test func credentialsAreTriedByValidation() throws {
        let api = try SnapchatAPI.configured(Self.settings)
        guard case .request(let request, _) = api.credentialCheck(token: nil, at: PlatformAnswerCase.now) else {
            throw NoCheck()
        }
        #expect(request.url.contains("/11111111-2222-4333-8444-555555555555/events/validate?access_token="))
        #expect(try api.finding(200, #"{"status":"VALID"}"#) == .valid)
        #expect(try api.finding(401, "") == .invalid("the token, or the pixel or app, is refused"))
        #expect(try api.finding(400, #"{"status":"INVALID","reason":"event"}"#) == .unknown("event"))
    }

    @Test(arguments: [
        (["access_token=t0ken-t0ken"], "pixel_id: is required, or snap_app_id and app_id for an app"),
        (settings + ["app_id=123"], "snap_app_id: is required for app events"),
        (settings + ["snap_app_id=11111111-2222-4333-8444-555555555555"], "app_id: is required for app events"),
        (["access_token=t0ken-t0ken", "pixel_id=11111111"], "pixel_id: \"11111111\" is no UUID"),
        (settings + ["event_names.lead=Lead"], "event_names.lead: \"Lead\" is none of Snap's events"),
        (settings + ["event_names.lead=CUSTOM_EVENT_6"], "event_names.lead: \"CUSTOM_EVENT_6\" is none"),
    ])
    func wrongSettingsAreTold(_ words: [String], _ fault: String) {
        #expect(SnapchatAPI.faultTexts(words).contains { $0.hasPrefix(fault) }, "\(SnapchatAPI.faultTexts(words))")
    }

    /// Events of the pixel and of the app never share a request.
    @Test func theTokenOfTheAddressIsASecret() throws {
        let api = try SnapchatAPI.configured([
            "pixel_id=11111111-2222-4333-8444-555555555555", "access_token=ey+J/x=12345",
        ])
        let request = api.request(
            [], key: "11111111-2222-4333-8444-555555555555", token: nil, at: PlatformAnswerCase.now)
        #expect(api.secrets.contains { request.url.hasSuffix("access_token=\($0)") })
    }
}
