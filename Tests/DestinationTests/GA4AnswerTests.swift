import EventModel
import Platform
import TestSupport
import Testing

@testable import Outbound

/// Reference ga4, sections 1 to 3 and 7.
@Suite struct GA4AnswerTests {
    static let settings = ["measurement_id=G-ABCDE12345", "api_secret=example-api-secret"]
    static let appSettings = [
        "stream_type=app", "firebase_app_id=1:925731738562:ios:a9c393108115c5581abc5b", "api_secret=example-api-secret",
    ]
    private static let taken = "accepted (not verified by GA4)"

    @Test(arguments: [
        PlatformAnswerCase("accepted", 204, "", "accepted \(taken)", "accepted \(taken)"),
        PlatformAnswerCase("unreadable, so one of them is", 400, "bad", "apart bad", "apart bad"),
        PlatformAnswerCase("unreadable by itself", 400, "bad", "rejected bad"),
        PlatformAnswerCase("too large together", 413, "big", "apart big", "apart big"),
        PlatformAnswerCase("too large by itself", 413, "big", "rejected big"),
        PlatformAnswerCase("blocked", 403, "no", "refused no"),
        PlatformAnswerCase("another path", 404, "<html>", "refused <html>"),
        PlatformAnswerCase("too many", 429, "", retryAfter: "7", "throttled(7)"),
        PlatformAnswerCase("a fault of its own", 503, "", "transient", "transient"),
        PlatformAnswerCase("a fault that will take a while", 503, "", retryAfter: "60", "transient(60)"),
        PlatformAnswerCase("too slow", 408, "", "transient"),
        PlatformAnswerCase("a redirect", 302, "", "rejected "),
        PlatformAnswerCase("an address in the words", 403, "for zoe@example.com", "refused for ***"),
    ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try GA4API.configured(Self.settings)) == answer.expected)
    }

    @Test(arguments: [
        PlatformAnswerCase(
            "nothing wrong", 200, #"{"validationMessages":[]}"#, "accepted checked by GA4 and not counted"),
        PlatformAnswerCase(
            "all that is wrong", 200,
            #"{"validationMessages":[{"fieldPath":"events","validationCode":"NAME_INVALID","description":"no"},{"validationCode":"INTERNAL_ERROR"}]}"#,
            "rejected debug: NAME_INVALID events no; INTERNAL_ERROR"),
        PlatformAnswerCase("a fault of its own", 500, "", "transient"),
    ])
    func meaningOfTheValidator(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try GA4API.configured(Self.settings + ["validate_only=true"])) == answer.expected)
    }

    @Test func credentialsCannotBeTried() throws {
        let check = try GA4API.configured(Self.settings).credentialCheck(token: nil, at: PlatformAnswerCase.now)
        guard case .impossible(let words) = check else { throw NoCheck() }
        #expect(words.contains("DebugView"))
    }

    // MARK: - Limits

    /// What an event of the reference's worked example, changed, is as a part of a request.
    private func part(_ change: JSONTree, _ settings: [String] = []) throws -> Preparation {
        let ga4 = try PlatformCases.of(GA4API.self)
        return try ga4.prepared(
            ga4.envelope.merged(with: change),
            PlatformSettings(GA4API.self, name: "test", words: Self.settings + settings))
    }

    private func sent(_ change: JSONTree, _ settings: [String] = []) throws -> (JSONTree, note: String?) {
        guard case .send(let part) = try part(change, settings) else {
            Issue.record("the event was not sent")
            return (.null, nil)
        }
        let api = try GA4API.configured(Self.settings + settings)
        let response = HTTPResponse(statusCode: 204, headers: [], body: [])
        let outcomes = api.outcomes(on: response, to: [part.body], at: PlatformAnswerCase.now)
        let request = api.request([part.body], key: part.batchKey, token: nil, at: PlatformAnswerCase.now)
        #expect(request.body.count < 130_000)
        let body = try JSONTree(request.body)
        #expect(body["timestamp_micros"] != nil)
        return (try #require(body.at("events.0")), outcomes[0].message)
    }

    private static func items(_ count: Int, nameLength: Int) -> JSONTree {
        .array(
            (0..<count).map { index in
                let name = JSONTree.string(String(repeating: "n", count: nameLength))
                return .object([
                    "product_id": .string("\(index)"), "name": name, "brand": name, "category": name, "variant": name,
                    "coupon": name, "price": .number("1"), "quantity": .number("1"),
                ])
            })
    }

    @Test func noMoreThan25ParametersAreSentAndTheAnswerTellsSo() throws {
        let properties = JSONTree.object(
            Dictionary(uniqueKeysWithValues: (10..<40).map { ("p\($0)", JSONTree.number("\($0)")) }))
        let forwarding = ["forward_custom_properties=true"]
        let (event, note) = try sent(.object(["properties": properties]), forwarding)
        #expect(event["params"]?.members.count == 25)
        #expect(event.at("params.p10") == .number("10"))
        #expect(event.at("params.p39") == nil)
        #expect(note == "\(Self.taken), cut to 25 parameters, 200 items and 130 kB")
        let (small, nothing) = try sent(.object(["properties": .object(["p10": .number("10")])]), forwarding)
        #expect(small.at("params.p10") == .number("10"))
        #expect(nothing == Self.taken)
    }

    @Test func noMoreThan200ItemsAreSentAndTheAnswerTellsSo() throws {
        let (event, note) = try sent(
            .object(["properties": .object(["products": Self.items(201, nameLength: 3)])]))
        #expect(event.at("params.items")?.elements.count == 200)
        #expect(note?.contains("cut to") == true)
        let (whole, nothing) = try sent(
            .object(["properties": .object(["products": Self.items(200, nameLength: 3)])]))
        #expect(whole.at("params.items")?.elements.count == 200)
        #expect(nothing == Self.taken)
    }

    @Test func longItemsAreCutSoThatTheBodyIsSmallEnough() throws {
        let (event, note) = try sent(
            .object(["properties": .object(["products": Self.items(200, nameLength: 120)])]))
        let count = event.at("params.items")?.elements.count ?? 0
        #expect(100..<200 ~= count, "\(count) items")
        #expect(event.at("params.transaction_id") == .string("ORD-10045"))
        #expect(event.at("params.page_title") == .string("Thank you"))
        #expect(note?.contains("cut to") == true)
    }

    @Test func whatIsTooLargeAllTheSameIsNotSent() throws {
        let browser = String(repeating: "x", count: 130_000)
        let preparation = try part(.object(["context": .object(["userAgent": .string(browser)])]))
        guard case .drop(let reason, let message) = preparation else {
            Issue.record("the event was sent")
            return
        }
        #expect(reason == .unsuitable)
        #expect(message.hasPrefix("validation: the event takes 13"))
    }

    // MARK: - Settings

    /// The cases of an app's stream.
    private func app(_ change: JSONTree, _ settings: [String]) throws -> JSONTree {
        let ga4 = try PlatformCases.of(GA4API.self)
        let words = JSONTree.array((Self.appSettings + settings).map(JSONTree.string))
        let platform = PlatformCases(api: ga4.api, tree: ga4.tree.merged(with: .object(["set": words])))
        let id = JSONTree.object(["appInstanceId": .string("0123456789abcdef0123456789abcdef")])
        let base = JSONTree.object(["integrations": .object(["GA4": id])])
        return try platform.preview(platform.envelope.merged(with: base).merged(with: change))
    }

    @Test func aScreenIsAnAppsOwnEvent() throws {
        let name = ["event_names.page_view=screen_view"]
        let screen = JSONTree.object([
            "type": .string("screen"), "event": .null, "name": .string("Basket"), "properties": .null,
        ])
        let line = try app(screen, name)
        #expect(line.at("body.events.0.name") == .string("screen_view"), "\(line)")
        #expect(line.at("body.events.0.params.firebase_screen") == .string("Basket"))
        let own = screen.merged(with: .object(["properties": .object(["firebase_screen": .string("Cart")])]))
        #expect(try app(own, name).at("body.events.0.params.firebase_screen") == .string("Cart"))
        let nameless = JSONTree.object(["type": .string("screen"), "event": .null, "properties": .null])
        let reason = try app(nameless, name)["skipped"]?.string
        #expect(reason?.hasPrefix("unsuitable: validation: screen_view without a screen") == true, "\(reason ?? "")")
    }

    @Test(arguments: [
        (["api_secret=example"], "measurement_id: is required with stream_type web"),
        (settings + ["firebase_app_id=1:9:ios:a"], "firebase_app_id: has no place with stream_type web"),
        (["measurement_id=G-ABCDE12345", "api_secret=a&b"], "api_secret: has one of"),
        (["measurement_id=G-ABCDE12345", "api_secret=a#b"], "api_secret: has one of"),
        (["measurement_id=UA-12345-1", "api_secret=example"], "measurement_id: \"UA-12345-1\" is no measurement id"),
        (settings + ["user_property_map.plan=user_id"], "user_property_map.plan: \"user_id\" is no name Google takes"),
        (
            settings + ["user_property_map.plan=first_open_time"],
            "user_property_map.plan: \"first_open_time\" is no name Google takes"
        ),
        (
            settings + ["user_property_map.plan=abcdefghijklmnopqrstuvwxy"],
            "user_property_map.plan: \"abcdefghijklmnopqrstuvwxy\" is no name Google takes"
        ),
        (settings + ["custom_dimensions.plan=ga_plan"], "custom_dimensions.plan: \"ga_plan\" is no name Google takes"),
        (
            settings + (0..<26).map { "user_property_map.t\($0)=t\($0)" },
            "user_property_map: has 26 properties; Google takes 25"
        ),
        (settings + ["backdate_policy=keep"], "backdate_policy: \"keep\" is not allowed"),
    ])
    func wrongSettingsAreTold(_ words: [String], _ fault: String) {
        #expect(GA4API.faultTexts(words).contains { $0.hasPrefix(fault) }, "\(GA4API.faultTexts(words))")
    }

    @Test func aMeasurementIDMayBeInSmallLetters() {
        #expect(GA4API.faultTexts(["measurement_id=g-abcde12345", "api_secret=example"]) == [])
    }
}
