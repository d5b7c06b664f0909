package import EventModel

/// What is kept for a profile as a whole, one record of each kind, under the profile's smallest node.
package protocol ProfileRecord: Sendable, Equatable {
    /// Where records of this kind are.
    static var family: Family { get }

    /// A record that says nothing.
    init()

    /// A record from its bytes.
    init(reading bytes: [UInt8]) throws(MalformedRecord)

    /// Appends the record's bytes.
    func append(to bytes: inout [UInt8])

    /// Takes over what an event says; whether that changed anything.
    mutating func apply(_ newer: Self) -> Bool

    /// Takes in the record of another profile that turned out to be the same person; whether that changed anything.
    mutating func merge(_ other: Self) -> Bool
}

/// The key of a profile's record: account · node, the profile's smallest.
package struct ProfileKey<Record: ProfileRecord>: StoreKey, Hashable {
    package static var family: Family { Record.family }
    package let account: AccountNumber
    package let profile: ProfileID

    package init(_ account: AccountNumber, _ profile: ProfileID) {
        self.account = account
        self.profile = profile
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(account.value)
        bytes.appendNode(profile.node)
    }
}

/// The records of one kind, as the store has them.
///
/// A value over the store; may be used from any thread.
package struct ProfileRecords<Record: ProfileRecord, Store: KeyValueStore>: Sendable {
    private let store: Store

    /// The records in `store`.
    package init(_ store: Store) { self.store = store }

    /// What is kept under this very name of a profile, or nil.
    package func record(_ key: ProfileKey<Record>) throws(StoreError) -> Record? {
        try store.record(key) { bytes throws(MalformedRecord) in try Record(reading: bytes) }
    }

    /// Whether there is none yet.
    package func isEmpty() throws(StoreError) -> Bool {
        var isEmpty = true
        try store.scan(Record.family, from: [], to: nil, .ascending) { _, _ in
            isEmpty = false
            return false
        }
        return isEmpty
    }
}

extension WriteBatch {
    /// Stores a profile's record.
    package mutating func putProfile<Record: ProfileRecord>(_ key: ProfileKey<Record>, _ record: Record) {
        put(key, record.append)
    }

    /// Removes everything that is kept under a name of a profile.
    package mutating func deleteProfile(_ profile: ProfileID, _ account: AccountNumber) {
        delete(ProfileKey<ProfileConsent>(account, profile))
        deletePerson(profile, account)
    }

    /// Removes what is known of a profile's person.
    package mutating func deletePerson(_ profile: ProfileID, _ account: AccountNumber) {
        delete(ProfileKey<KnownPerson>(account, profile))
    }
}
