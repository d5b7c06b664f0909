import Canonicalizer
import EventModel
import JSON
import Outbound
import Platform

/// One stored order as each advertising platform wants it, as the delivery thread does it.
///
/// Hashes are made at ingestion; the one of the user's id is made once and remembered, as between destinations.
struct PlatformBench {
    /// Settings with which each platform takes the order.
    private static let settings: [String: [String]] = [
        "meta": ["pixel_id=123456789012345", "access_token=bench-access-token"],
        "ga4": ["measurement_id=G-ABCDE12345", "api_secret=bench-api-secret"],
        "google_ads": [
            "customer_id=123-456-7890", "conversion_actions.purchase=778899001", "client_id=bench-client-id",
            "client_secret=bench-client-secret", "refresh_token=bench-refresh-token",
        ],
        "linkedin": ["conversion_rules.purchase=1234567", "access_token=bench-access-token"],
        "x": [
            "pixel_id=o8z6j", "event_ids.purchase=tw-o8z6j-ol288", "auth_mode=pixel_token",
            "pixel_token=bench-pixel-token",
        ],
        "microsoft": ["tag_id=187012345", "api_token=bench-api-token"],
        "tiktok": ["pixel_code=CEXAMPLE0PIXELCODE1", "access_token=bench-access-token"],
        "pinterest": ["ad_account_id=549755885175", "access_token=bench-access-token"],
        "snapchat": ["pixel_id=12345678-1234-1234-1234-123456789012", "access_token=bench-access-token"],
        "reddit": ["pixel_id=t2_abcdef12", "access_token=bench-access-token"],
        "quora": ["account_id=527745581653587", "access_token=bench-access-token"],
    ]

    /// Maps the order for one platform `count` times, or for none if it is not sent.
    func loop(_ platform: String, _ count: Int) throws {
        try withDestinations { name, destination, view, now in
            guard name == platform else { return }
            for _ in 0..<count { _ = destination.prepare(view, at: now) }
        }
    }

    func run() throws {
        try withDestinations { name, destination, view, now in
            guard case .send = destination.prepare(view, at: now) else {
                print("map for \(name): the event is not sent")
                return
            }
            Samples.measure(rounds: 200, roundSize: 200) { _ in _ = destination.prepare(view, at: now) }
                .report("map for \(name)")
        }
    }

    /// Calls `body` with each platform's destination and the order as it is stored.
    private func withDestinations(_ body: (String, any Destination, EventView, Timestamp) -> Void) throws {
        // The order's own time, so that no platform finds it too old.
        let now = Timestamp(CivilTime(year: 2026, month: 4, day: 23, hour: 14, minute: 12, second: 8))
        let event = try StoredEvent(
            account: AccountNumber(0), sequence: EventSequence(0),
            canonical: CanonicalizeBench().canonical(at: now), decisions: [])
        let reader = EventViewReader()
        for api in PlatformCatalog.all {
            guard let words = Self.settings[api.platform.rawValue] else { continue }
            let destination = PlatformDestination.make(
                api, try PlatformSettings(api, name: "bench", words: words),
                PlatformDestination.Configuration(
                    policy: DeliveryPolicy(retry: .platformDefault), options: TransferOptions()))
            body(api.platform.rawValue, destination, try reader.view(of: event), now)
        }
    }
}
