public import EventModel
import Platform

/// The key of what a person said about consent: account · node, the profile's smallest.
package struct ProfileConsentKey: StoreKey {
    package static let family = Family.consents
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

/// What people said about consent, as the store has it.
///
/// A value over the store; may be used from any thread.
public struct ProfileConsents<Store: KeyValueStore>: Sendable {
    private let store: Store

    /// The statements in `store`.
    public init(_ store: Store) { self.store = store }

    /// What was said under this very name of a profile, or nil.
    public func consent(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> ProfileConsent? {
        try store.record(ProfileConsentKey(account, profile)) { bytes throws(MalformedRecord) in
            try ProfileConsent(reading: bytes)
        }
    }

    /// Whether nobody has said anything yet.
    public func isEmpty() throws(StoreError) -> Bool {
        var isEmpty = true
        try store.scan(.consents, from: [], to: nil, .ascending) { _, _ in
            isEmpty = false
            return false
        }
        return isEmpty
    }
}

extension WriteBatch {
    /// Stores what a person said about consent.
    public mutating func putConsent(_ consent: ProfileConsent, of profile: ProfileID, _ account: AccountNumber) {
        put(ProfileConsentKey(account, profile), consent.append)
    }
}

extension ProfileConsent {
    // version · purposes (code · denied · time) · categories (provider · id · denied · time)
    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = try ByteReader(record: bytes)
        self.init(
            purposes: try reader.list { reader throws(MalformedRecord) in
                let code = try reader.integer(UInt8.self)
                guard let purpose = ConsentPurpose.allCases.first(where: { $0.recordCode == code }) else {
                    throw MalformedRecord(reason: "a consent purpose is unknown")
                }
                return PurposeStatement(purpose, isDenied: try reader.flag(), saidAt: try reader.time())
            },
            categories: try reader.list { reader throws(MalformedRecord) in
                CategoryStatement(
                    provider: try reader.text(), id: try reader.text(), isDenied: try reader.flag(),
                    saidAt: try reader.time())
            })
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendList(purposes) { bytes, statement in
            bytes.append(statement.purpose.recordCode)
            bytes.appendFlag(statement.isDenied)
            bytes.appendTime(statement.saidAt)
        }
        bytes.appendList(categories) { bytes, statement in
            bytes.appendText(statement.provider)
            bytes.appendText(statement.id)
            bytes.appendFlag(statement.isDenied)
            bytes.appendTime(statement.saidAt)
        }
    }
}

extension ConsentPurpose {
    /// The value in records, never renumbered.
    fileprivate var recordCode: UInt8 {
        switch self {
        case .analytics: 1
        case .ads: 2
        case .adsUserData: 3
        case .adsPersonalization: 4
        }
    }
}
