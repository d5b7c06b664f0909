import Outbound
import TestSupport
import Testing

/// Reference quora, sections 1, 2 and 6.
@Suite struct QuoraAnswerTests {
    static let settings = ["account_id=527745581653587", "access_token=example-access-token"]

    private static let unexplained = "transient events_errored is 2, of which 1 are listed"

    @Test(
        "status 200 is not success",
        arguments: [
            PlatformAnswerCase("all well", 200, #"{"events_received":2,"events_errored":0}"#, "accepted", "accepted"),
            PlatformAnswerCase(
                "one went wrong", 200,
                #"{"events_received":2,"events_errored":1,"events":[{"status":"OK","index":0},{"status":"ERROR","index":1,"error_code":"VALUE_OUT_OF_RANGE","error_message":"bad value"}]}"#,
                "accepted", "rejected VALUE_OUT_OF_RANGE: bad value"),
            PlatformAnswerCase(
                "what is not listed went well, if all that went wrong is", 200,
                #"{"events_errored":1,"events":[{"status":"ERROR","index":0,"error_code":"E"}]}"#, "rejected E",
                "accepted"),
            PlatformAnswerCase(
                "what is not listed goes again, if more went wrong than is", 200,
                #"{"events_errored":2,"events":[{"status":"ERROR","index":0,"error_code":"E"},{"status":"OK","index":1}]}"#,
                "rejected E", "accepted", unexplained),
            PlatformAnswerCase(
                "a single event that went wrong without a reason", 200, #"{"events_received":1,"events_errored":1}"#,
                "rejected events_errored: 1, without a reason"),
            PlatformAnswerCase("a page with status 200", 200, "<html>", "transient", "transient"),
            PlatformAnswerCase("a bad shape", 400, #"{"error":"bad"}"#, "apart bad", "apart bad"),
            PlatformAnswerCase("a bad event alone", 422, #"{"message":"bad"}"#, "rejected bad"),
            PlatformAnswerCase("a bad token", 401, "", "refused regenerate the Quora Conversion API token"),
            PlatformAnswerCase("not allowed", 403, #"{"error":{"message":"no"}}"#, "refused no"),
            PlatformAnswerCase("too many", 429, "", retryAfter: "4", "throttled(4)"),
            PlatformAnswerCase("locked", 423, "", "transient"),
            PlatformAnswerCase("a fault of its own", 503, "", "transient"),
            PlatformAnswerCase("a proxy's timeout", 598, "", "transient"),
        ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try QuoraAPI.configured(Self.settings)) == answer.expected)
    }

    @Test func oneEventHasAnEndpointOfItsOwn() throws {
        let api = try QuoraAPI.configured(Self.settings)
        let part = Array(#"{"user":{},"conversion":{}}"#.utf8)
        let one = api.request([part], key: "", token: nil, at: PlatformAnswerCase.now)
        #expect(one.url == "https://api.quora.com/ads/v0/conversion")
        #expect(
            String(decoding: one.body, as: UTF8.self) == #"{"account_id":527745581653587,"user":{},"conversion":{}}"#)
        let two = api.request([part, part], key: "", token: nil, at: PlatformAnswerCase.now)
        #expect(two.url == "https://api.quora.com/ads/v0/conversions")
        #expect(try JSONTree(two.body)["data"]?.elements.count == 2)
    }

    @Test(
        arguments: [
            (
                #"{"account_id":5,"user":{"email":"zoe@example.com","name":"Zoe"},"conversion":{"user":1}}"#,
                #"{"account_id":5,"user":{},"conversion":{"user":1}}"#
            ),
            (
                #"{"data":[{"user":{"email":"zoe@example.com"}},{"user":{}},{"device":{}},{"user":{"name":"Zoe"},"a":1}]}"#,
                #"{"data":[{"user":{}},{"user":{}},{"device":{}},{"user":{},"a":1}]}"#
            ),
            (#"{"user":"none"}"#, #"{"user":"none"}"#), ("<html>", "<html>"), ("", ""),
        ])
    func nobodyIsKeptInPlain(_ body: String, kept: String) throws {
        let api = try QuoraAPI.configured(Self.settings)
        #expect(String(decoding: api.redacted(Array(body.utf8)), as: UTF8.self) == kept)
        let destination = PlatformDestination(
            QuoraAPI.self, try PlatformSettings(QuoraAPI.self, name: "test", words: Self.settings),
            PlatformDestination.Configuration(
                policy: DeliveryPolicy(retry: .platformDefault), options: TransferOptions()))
        #expect(String(decoding: destination.masked(Array(body.utf8)), as: UTF8.self) == kept)
    }

    @Test func credentialsCannotBeTried() throws {
        #expect(throws: NoCheck.self) { try QuoraAPI.configured(Self.settings).finding(200, "{}") }
    }

    @Test(arguments: [
        (["access_token=t0ken-t0ken"], "account_id: is required"),
        (["access_token=t0ken-t0ken", "account_id=a1"], "account_id: \"a1\" is no account id"),
        (settings + ["account_currency=usd"], "account_currency: \"usd\" is no currency code"),
        (settings + ["event_names.lead=Lead"], "event_names.lead: \"Lead\" is none of Quora's events"),
    ])
    func wrongSettingsAreTold(_ words: [String], _ fault: String) {
        #expect(QuoraAPI.faultTexts(words).contains { $0.hasPrefix(fault) }, "\(QuoraAPI.faultTexts(words))")
    }
}
