import EventModel
import JSON
import Platform

/// What consent needs of a stored event.
extension EventView {
    private static let consentKey: JSONKey = "consent"
    private static let occurredAtKey: JSONKey = "occurred_at"
    private static let userDataKey: JSONKey = "user_data"
    private static let countryKey: JSONKey = "country"
    private static let profileKey: JSONKey = "profile_id"

    /// What the event says about consent; nil if the record has no such part.
    var consent: ConsentState? { canonical[Self.consentKey].map(ConsentState.init(reading:)) }

    /// When it happened.
    var occurredAt: Timestamp? {
        canonical[Self.occurredAtKey]?.withString { TimestampText.parse($0) } ?? nil
    }

    /// The country whose law counts, lower-case: of the person's address, else of where they were.
    var country: String? {
        canonical[Self.userDataKey]?[Self.countryKey]?.string ?? canonical[Self.consentKey]?[Self.countryKey]?.string
    }

    /// The profile that the event had when it was committed.
    var profile: ProfileID? { identity?[Self.profileKey]?.string.flatMap { ProfileID($0) } }

    /// The event as a destination may see it under a transformation; nil if that cannot be made.
    func transformed(by transformation: ConsentTransformation) -> EventView? {
        guard transformation.contains(.stripUserData) else {
            var view = self
            view.consentTransformation = transformation
            return view
        }
        // A text that was JSON is JSON without some of its members, so nil is for a damaged record only.
        guard var view = try? reader.view(of: UserDataStripper.strip(canonical), whileKeeping: self) else { return nil }
        view.consentTransformation = transformation
        return view
    }
}
