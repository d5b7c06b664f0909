import EventModel
import Outbound
import Platform
import TestSupport

/// The event that most tests are about.
enum Fixture {
    static let canonical = #"""
        {"event_name":"purchase","event_id":"A-10293","message_id":"m-1","type":"track","source_event":"Order Completed",
        "occurred_at":"2026-04-23T14:12:33.481Z","received_at":"2026-04-23T14:12:34.000Z","account":"acct_live_123",
        "environment":"production","source":"rudderstack","platform":"shopify","action_source":"website",
        "user_data":{"email_hash":"973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b","external_id":"u-1",
        "fbp":"fb.1.2.3"},
        "custom_data":{"value":129.99,"currency":"USD","order_id":"A-10293","num_items":2,"items":[
        {"product_id":"p1","sku":"s1","name":"Shirt \"L\"","price":50,"quantity":2},
        {"product_id":"p2","name":"Hat","price":29.99,"quantity":1}]},
        "properties":{"value":"129,99","revenue":129.99,"note":"line\nbreak","zero":0,"empty":"","none":null,"no":false,
        "list":[],"my key":1,"template":"{{secrets.token}} {{event_name}}","emoji":"é😀","when":"2026-04-23","path":"../a b"},
        "context":{"page":{"url":"https://shop.example.com/?a=1&b=2"},"ip":"203.0.113.7"},
        "consent":{"ads":"granted"},"notes":["currency_defaulted"]}
        """#

    static let decisions = #"{"identity":{"state":"merged","profile_id":"prf_1"},"routes":[]}"#

    static let time = Timestamp(seconds: 1_776_953_553)

    static func event(canonical: String = canonical, decisions: String = decisions) -> StoredEvent {
        StoredEvent(
            account: AccountNumber(1), sequence: EventSequence(1), canonical: Array(canonical.utf8),
            decisions: Array(decisions.utf8))
    }

    /// Renders a template for an event.
    static func render(
        _ text: String, _ kind: TemplateKind = .json, missing: MissingFieldPolicy = .empty,
        secrets: [String: String] = [:], canonical: String = canonical
    ) throws -> String {
        let template = try Template(text, kind: kind, missingFields: missing, secrets: secrets)
        let view = try EventViewReader().view(of: event(canonical: canonical))
        return String(decoding: try template.render(view), as: UTF8.self)
    }
}

/// A seeded source of numbers, so that a failure can be repeated from its seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
