import EventModel
import Identity
import Storage

/// What people said about consent, while a batch of events is decided (reference inbound, 7.3 rule 9).
///
/// Costs nothing while nobody ever said anything: then nothing is read. Confined to the committer's thread.
struct ConsentLedger<Store: KeyValueStore> {
    private struct Owner: Hashable {
        let account: AccountNumber
        let profile: ProfileID
    }

    private let stored: ProfileConsents<Store>
    /// Whether the store or the batch in hand has any statement.
    private var hasStatements: Bool
    /// What the batch in hand writes; the store does not have it yet.
    private var pending: [Owner: ProfileConsent] = [:]

    /// A ledger over a store.
    init(_ store: Store) throws(StoreError) {
        stored = ProfileConsents(store)
        hasStatements = try !stored.isEmpty()
    }

    /// What the person of an outcome has said, after profiles that became one were joined: denied wins.
    mutating func consent(after outcome: IdentityOutcome, _ account: AccountNumber) throws(StoreError)
        -> ProfileConsent?
    {
        guard hasStatements, let profile = outcome.profile else { return nil }
        var known = try consent(of: profile, account)
        for previous in outcome.previousProfiles {
            guard let other = try consent(of: previous, account) else { continue }
            var joined = known ?? ProfileConsent()
            if joined.merge(other) { pending[Owner(account: account, profile: profile)] = joined }
            known = joined
        }
        return known
    }

    /// Adds what an event says to what its person said before.
    ///
    /// - Parameters:
    ///   - statement: The event's explicit answers.
    ///   - known: What ``consent(after:_:)`` gave.
    ///   - outcome: Whose answers they are; nobody's are not kept.
    ///   - account: The account of the event.
    /// - Returns: What the person has now said.
    mutating func add(
        _ statement: ProfileConsent, to known: ProfileConsent?, of outcome: IdentityOutcome, _ account: AccountNumber
    ) -> ProfileConsent? {
        guard let profile = outcome.profile else { return nil }
        var next = known ?? ProfileConsent()
        guard next.apply(statement) else { return next }
        pending[Owner(account: account, profile: profile)] = next
        hasStatements = true
        return next
    }

    /// Writes what changed and forgets it.
    mutating func flush(into batch: inout WriteBatch) {
        for (owner, consent) in pending { batch.putConsent(consent, of: owner.profile, owner.account) }
        pending.removeAll(keepingCapacity: true)
    }

    /// Forgets what was not written.
    mutating func discard() { pending.removeAll() }

    private func consent(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> ProfileConsent? {
        try pending[Owner(account: account, profile: profile)].orElse { () throws(StoreError) in
            try stored.consent(of: profile, account)
        }
    }
}

/// What people said, by the profile that they have today; for the delivery engine.
struct StoredProfileConsentReader<Store: KeyValueStore>: ProfileConsentReader {
    private let store: Store
    private let consents: ProfileConsents<Store>

    init(_ store: Store) {
        self.store = store
        consents = ProfileConsents(store)
    }

    /// What was said under the profile's name of today.
    func consent(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> ProfileConsent? {
        let reader = StoredIdentityReader(store, account)
        let today = try ProfileMembers.profile(of: profile.node, reader: reader) ?? profile
        return try consents.consent(of: today, account)
    }
}
