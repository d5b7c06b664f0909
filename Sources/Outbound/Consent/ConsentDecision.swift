public import EventModel
public import Platform

/// Everything of an event and its person that a decision about consent looks at.
public struct ConsentFacts: Sendable {
    /// What the event says.
    public var state: ConsentState
    /// The person's country, ISO 3166-1 in lower case.
    public var country: String?
    /// When the event happened; a stored denial said later counts whatever the event says.
    public var occurredAt: Timestamp
    /// What the person said, if anything.
    public var stored: ProfileConsent?

    /// Facts from their parts.
    public init(
        state: ConsentState, country: String? = nil, occurredAt: Timestamp, stored: ProfileConsent? = nil
    ) {
        self.state = state
        self.country = country
        self.occurredAt = occurredAt
        self.stored = stored
    }

    /// The answer for a purpose: the event's, unless a stored denial counts (7.3 rule 9).
    func answer(for purpose: ConsentPurpose) -> (answer: ConsentAnswer, origin: ConsentFinding.Origin) {
        let own = state[purpose]
        guard own != .denied, let said = stored?[purpose], said.isDenied,
            own == .unknown || said.saidAt > occurredAt
        else { return (own, .event) }
        return (.denied, .profile)
    }
}

/// Why consent keeps an event from a destination.
public enum ConsentRefusal: Sendable, Equatable {
    /// The person, or what cannot be read, denies a demanded purpose.
    case denied(ConsentPurpose)
    /// Nobody answered for a demanded purpose, and the destination does not take that.
    case unknown(ConsentPurpose)
    /// Categories of the list are denied; the first one.
    case category(String)
    /// The destination goes by categories alone, and the event has none.
    case categoriesUnknown
    /// Nothing of the consent can be read, so that the categories count as denied.
    case categoriesUnreadable
    /// TCF does not consent to Google.
    case googleVendor

    /// The reason in records; a contract.
    public var text: String {
        switch self {
        case .denied(let purpose): "consent_denied:\(purpose.rawValue)"
        case .unknown(let purpose): "consent_unknown:\(purpose.rawValue)"
        case .category(let id): "consent_denied:category:\(id)"
        case .categoriesUnknown: "consent_unknown:categories"
        case .categoriesUnreadable: "consent_denied:categories"
        case .googleVendor: "consent_denied:tcf_vendor_755"
        }
    }
}

/// Whether consent lets an event go to a destination: a pure function of policy and facts (reference inbound, 7.4).
public struct ConsentDecision: Sendable, Equatable {
    /// Nil when the event may be sent.
    public private(set) var refusal: ConsentRefusal?
    /// What decided.
    public private(set) var finding = ConsentFinding()

    /// Decides.
    public init(_ policy: ConsentPolicy, _ facts: ConsentFacts) {
        guard policy.isDemanding else { return }
        switch policy.mode {
        case .gateway: decide(policy, facts)
        case .rudderstack:
            refuse(RudderStackConsentRules(policy).deniedCategories(facts.state.vendorSignals))
        case .segment:
            refuse(SegmentConsentRules(policy).deniedCategories(facts.state.vendorSignals))
        }
    }

    private mutating func refuse(_ deniedCategories: [String]) {
        finding.deniedCategories = deniedCategories
        refusal = deniedCategories.first.map(ConsentRefusal.category)
    }

    private mutating func decide(_ policy: ConsentPolicy, _ facts: ConsentFacts) {
        if !policy.categories.isEmpty { decideCategories(policy, facts) }
        for purpose in policy.purposes { decide(purpose, policy, facts) }
        if refusal == nil, policy.demandsGoogleVendor, facts.state.tcfGoogleVendor == false { refusal = .googleVendor }
        guard refusal == nil else { return }
        if facts.answer(for: .adsPersonalization).answer == .denied {
            finding.transformation.insert(.nonPersonalized)
        }
        if !policy.purposes.contains(.adsUserData), facts.answer(for: .adsUserData).answer == .denied {
            finding.transformation.insert(.stripUserData)
        }
    }

    /// Goes on after a refusal, so that the finding tells of every purpose; the first refusal stays.
    private mutating func decide(_ purpose: ConsentPurpose, _ policy: ConsentPolicy, _ facts: ConsentFacts) {
        var (answer, origin) = facts.answer(for: purpose)
        var next: ConsentRefusal?
        switch answer {
        case .granted: break
        case .denied: next = .denied(purpose)
        case .unknown: next = onUnknown(policy, facts, &origin) ? nil : .unknown(purpose)
        }
        finding.answers.append(ConsentFinding.Answer(purpose, answer, from: origin))
        if refusal == nil { refusal = next }
    }

    /// Whether an unanswered question may pass.
    private func onUnknown(
        _ policy: ConsentPolicy, _ facts: ConsentFacts, _ origin: inout ConsentFinding.Origin
    ) -> Bool {
        switch policy.onUnknown {
        case .block: return false
        case .allow: return true
        case .byRegion:
            let regime = ConsentRegime(country: facts.country) ?? policy.defaultRegime
            origin = regime == .optIn ? .optInRegion : .optOutRegion
            return regime == .optOut
        }
    }

    private mutating func decideCategories(_ policy: ConsentPolicy, _ facts: ConsentFacts) {
        let answers = CategoryAnswers(policy, facts)
        guard !answers.isEmpty else {
            // 7.4 asks the purposes then. Without any, the guarantee must hold all the same: unknown is not consent.
            guard policy.purposes.isEmpty else { return }
            var origin = ConsentFinding.Origin.event
            if ConsentPurpose.allCases.allSatisfy({ facts.answer(for: $0).answer == .denied }) {
                refusal = .categoriesUnreadable
            } else if !onUnknown(policy, facts, &origin) {
                refusal = .categoriesUnknown
            }
            return
        }
        let denied = policy.categories.filter { answers.isDenied($0, missingIsDenied: policy.missingIsDenied) }
        finding.deniedCategories = denied
        let strategy = policy.strategy ?? facts.state.resolutionStrategy.flatMap(ConsentPolicy.Strategy.init(folding:))
        switch strategy ?? .and {
        case .and: refusal = denied.first.map(ConsentRefusal.category)
        case .or: if denied.count == policy.categories.count { refusal = denied.first.map(ConsentRefusal.category) }
        }
    }
}

/// The answers for the categories of one tool, from the event and from what the person said before.
private struct CategoryAnswers {
    /// By folded id: whether it is denied.
    private var isDeniedByID: [String: Bool] = [:]

    init(_ policy: ConsentPolicy, _ facts: ConsentFacts) {
        let provider = policy.provider?.lowercased()
        for category in facts.state.categories where Self.fits(category.provider, provider) {
            // Unknown is no answer, yet the tool was asked.
            let id = category.id.lowercased()
            isDeniedByID[id] = (isDeniedByID[id] ?? false) || category.answer == .denied
        }
        for category in facts.stored?.categories ?? []
        where category.isDenied && Self.fits(category.provider, provider) {
            let id = category.id.lowercased()
            if isDeniedByID[id] == nil || category.saidAt > facts.occurredAt { isDeniedByID[id] = true }
        }
    }

    var isEmpty: Bool { isDeniedByID.isEmpty }

    func isDenied(_ id: String, missingIsDenied: Bool) -> Bool { isDeniedByID[id.lowercased()] ?? missingIsDenied }

    /// A tool that the envelope did not name may be any.
    private static func fits(_ found: String, _ wanted: String?) -> Bool {
        guard let wanted else { return true }
        return found.isEmpty || found.lowercased() == wanted
    }
}

extension ConsentPolicy.Strategy {
    /// The strategy of that name in upper or lower case.
    fileprivate init?(folding text: String) { self.init(rawValue: text.lowercased()) }
}
