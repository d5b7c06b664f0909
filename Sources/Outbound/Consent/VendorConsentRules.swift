import EventModel

/// Decides as RudderStack's server does (reference inbound, 7.2; processor/consent.go).
///
/// Fails open: an event without usable `deniedConsentIds` goes everywhere. What a person said before does not count.
struct RudderStackConsentRules {
    /// The destination's list for one provider, by its exact name.
    struct List {
        let provider: String
        let ids: [String]
        /// Whether only all ids denied block; counts for the provider `custom` only, else the event says so.
        let isOr: Bool
    }

    var lists: [List] = []
    /// The list that older versions kept for OneTrust.
    var legacyOneTrust: [String] = []
    /// The list that older versions kept for Ketch.
    var legacyKetch: [String] = []

    /// The rules that follow from one list of categories: for OneTrust and Ketch it is the older versions' list, too.
    init(_ policy: ConsentPolicy) {
        let ids = policy.categories.filter { !$0.isEmpty }
        let provider = policy.provider ?? ""
        if !ids.isEmpty, !provider.isEmpty {
            lists = [List(provider: provider, ids: ids, isOr: policy.strategy == .or)]
        }
        if provider == Self.oneTrust { legacyOneTrust = ids }
        if provider == Self.ketch { legacyKetch = ids }
    }

    /// Rules from all the lists that a destination of RudderStack can have.
    init(lists: [List], legacyOneTrust: [String] = [], legacyKetch: [String] = []) {
        self.lists = lists
        self.legacyOneTrust = legacyOneTrust
        self.legacyKetch = legacyKetch
    }

    private static let oneTrust = "oneTrust"
    private static let ketch = "ketch"
    private static let custom = "custom"

    /// The denied ids that block; empty to deliver.
    func deniedCategories(_ signals: [VendorSignal]) -> [String] {
        guard let consent = signals.lazy.compactMap(\.rudderstack).first, !consent.deniedIDs.isEmpty else { return [] }
        func blocked(_ ids: [String], onlyIfAll: Bool) -> [String] {
            let denied = ids.filter(consent.deniedIDs.contains)
            return onlyIfAll && denied.count < ids.count ? [] : denied
        }
        if let list = lists.first(where: { $0.provider == consent.provider }) {
            let isOr = consent.provider == Self.custom ? list.isOr : consent.resolutionStrategy == "or"
            return blocked(list.ids, onlyIfAll: isOr)
        }
        if consent.provider.isEmpty || consent.provider == Self.oneTrust {
            let denied = blocked(legacyOneTrust, onlyIfAll: false)
            if !denied.isEmpty { return denied }
        }
        if consent.provider.isEmpty || consent.provider == Self.ketch {
            return blocked(legacyKetch, onlyIfAll: true)
        }
        return []
    }
}

/// Decides as Segment does (reference inbound, 7.2; "Consent in Segment Connections").
///
/// An event without a consent object goes everywhere, and so does every event to a destination without categories; else
/// every category of the destination must be `true`. What a person said before does not count.
struct SegmentConsentRules {
    let categories: [String]

    init(_ policy: ConsentPolicy) { categories = policy.categories }

    /// The categories that block; empty to deliver.
    func deniedCategories(_ signals: [VendorSignal]) -> [String] {
        guard let consent = signals.lazy.compactMap(\.segment).first else { return [] }
        return categories.filter { !consent.grantedIDs.contains($0) }
    }
}

extension VendorSignal {
    fileprivate var rudderstack: RudderStackConsent? {
        if case .rudderstack(let consent) = self { consent } else { nil }
    }
    fileprivate var segment: SegmentConsent? { if case .segment(let consent) = self { consent } else { nil } }
}
