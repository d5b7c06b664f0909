import EventModel
import Identity
import Storage

/// What is kept of people, by the profile that they have today; for the delivery engine and for who asks.
struct StoredProfileReader<Store: KeyValueStore>: ProfileConsentReader, KnownPersonReader {
    private let store: Store

    init(_ store: Store) { self.store = store }

    /// What was said under the profile's name of today.
    func consent(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> ProfileConsent? {
        try record(of: profile, account)
    }

    /// What is known under the profile's name of today.
    func person(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> KnownPerson? {
        try record(of: profile, account)
    }

    private func record<Record: ProfileRecord>(
        of profile: ProfileID, _ account: AccountNumber
    ) throws(StoreError) -> Record? {
        let reader = StoredIdentityReader(store, account)
        let today = try ProfileMembers.profile(of: profile.node, reader: reader) ?? profile
        return try ProfileRecords<Record, Store>(store).record(ProfileKey(account, today))
    }
}
