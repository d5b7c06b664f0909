import Outbound
import Testing

/// How many requests a platform is sent that says how many it wants.
@Suite struct PlatformRateTests {
    private static let rates: [String: SendingRate] = [
        "linkedin": SendingRate(5, per: .seconds(1)), "quora": SendingRate(5, per: .seconds(1)),
        "microsoft": SendingRate(10, per: .seconds(1)), "google_ads": SendingRate(300, per: .seconds(60)),
        "pinterest": SendingRate(5000, per: .seconds(60)),
    ]

    private func policy(_ cases: PlatformCases, rate: SendingRate?) throws -> DeliveryPolicy {
        let settings = try PlatformSettings(cases.api, name: "test", words: cases.settings)
        return PlatformDestination.make(
            cases.api, settings,
            PlatformDestination.Configuration(
                policy: DeliveryPolicy(retry: .platformDefault, rate: rate), options: TransferOptions())
        ).policy
    }

    @Test(arguments: PlatformCases.all.indices)
    func aDestinationWithoutARateHasThePlatforms(_ index: Int) throws {
        let cases = PlatformCases.all[index]
        let own = try policy(cases, rate: nil)
        #expect(own.requestRate == Self.rates[cases.api.platform.rawValue])
        #expect(own.rate == nil)
        let configured = try policy(cases, rate: SendingRate(50, per: .seconds(1)))
        #expect(configured.requestRate == nil)
        #expect(configured.rate == SendingRate(50, per: .seconds(1)))
    }
}
