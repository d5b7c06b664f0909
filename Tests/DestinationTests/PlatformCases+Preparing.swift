import EventModel
import Gateway
import Platform
import TestSupport
import Testing

@testable import Outbound

extension PlatformCases {
    /// The cases of one platform.
    static func of(_ api: any PlatformAPI.Type) throws -> PlatformCases {
        try #require(all.first { $0.api == api })
    }

    /// What becomes of an envelope before it is put into a request, by settings that nobody has checked.
    func prepared(_ envelope: JSONTree, _ settings: PlatformSettings) throws -> Preparation {
        let destination = PlatformDestination(
            api, settings,
            PlatformDestination.Configuration(
                policy: DeliveryPolicy(retry: .platformDefault), options: TransferOptions()))
        let now = try #require(RFC3339.timestamp(now))
        let profile = SourceProfile(name: "test", kind: .rudderstack, tenant: .offline)
        let lines = CanonicalizeFilter(profile: profile, now: now).lines(for: Array(envelope.text.utf8))
        let event = StoredEvent(
            account: AccountNumber(1), sequence: EventSequence(1), canonical: lines[0].bytes, decisions: [])
        let reader = EventViewReader()
        return destination.prepare(try reader.view(of: event), at: now)
    }
}
