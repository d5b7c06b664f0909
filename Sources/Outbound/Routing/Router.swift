public import EventModel

/// Decides which destinations an event goes to.
///
/// Pure and cheap: run once an event on the committer's thread. The first gate that says no is the reason, in the order
/// of ``RouteGate``.
public struct Router: Sendable {
    private let rules: [CompiledRule]
    private let catalog: EventCatalog

    /// Whether some destination asks what people said before, so that it is worth reading.
    public let readsStoredConsent: Bool
    /// Whether some destination completes events with what is known of their persons.
    public let enriches: Bool
    /// Whether some filter asks for segments.
    public let readsSegments: Bool
    /// Whether some filter has conditions, so that verdicts need the whole event.
    public let readsValues: Bool
    /// Whether some condition asks what the identity graph decided.
    public let readsIdentity: Bool

    /// A router for these destinations; verdicts come in their order.
    ///
    /// - Parameters:
    ///   - rules: One for each destination.
    ///   - catalog: What is known of events by name; only destinations of class `ads` ask.
    public init(_ rules: [RouteRule], catalog: EventCatalog = EventCatalog()) {
        self.rules = rules.map(CompiledRule.init)
        self.catalog = catalog
        let enabled = rules.filter(\.isEnabled)
        readsStoredConsent = enabled.contains { $0.policy.consent.readsStoredConsent }
        enriches = enabled.contains { $0.policy.enriches }
        readsSegments = enabled.contains { !$0.filter.segments.takesAll }
        readsValues = enabled.contains { !$0.filter.conditions.isEmpty }
        readsIdentity = enabled.contains { $0.filter.conditions.contains { $0.path.isAboutIdentity } }
    }

    /// One verdict a destination.
    ///
    /// - Parameters:
    ///   - subject: What is known of the event.
    ///   - event: The event itself, for conditions on its values; without it none of them holds.
    /// - Returns: Verdicts in the order of the rules.
    public func verdicts(for subject: RouteSubject, event: EventView? = nil) -> [RouteVerdict] {
        rules.map { rule in
            var finding: ConsentFinding?
            let reason = nameReason(subject.eventName, rule, subject) ?? eventReason(subject, event, rule, &finding)
            return RouteVerdict(
                destination: rule.rule.destination, refusal: reason?.text, detail: reason?.detail, consent: finding)
        }
    }

    /// Why events of a name never go to each destination; nil where they may.
    ///
    /// Looks at what the name alone decides: switch, credentials, list, class and the filter's names.
    public func reasons(forEventNamed name: String) -> [RouteReason?] {
        rules.map { nameReason(name, $0, nil) }
    }

    /// The gates before those that need the whole event; without a subject those that the name alone decides.
    private func nameReason(_ name: String, _ compiled: CompiledRule, _ subject: RouteSubject?) -> RouteReason? {
        let (rule, policy) = (compiled.rule, compiled.rule.policy)
        guard rule.isEnabled else { return .disabled }
        // Reference inbound, row 105.
        if name == "privacy_delete" { return .privacyRequest }
        if let subject {
            if let account = rule.account, account != subject.account { return .account }
            if let environment = rule.environment, environment != subject.environment { return .environment }
        }
        guard policy.hasValidCredentials else { return .credentials }
        if let reason = listReason(name, policy) { return reason }
        if !rule.filter.eventNames.takes(name) { return .filterEventName }
        return nil
    }

    private func listReason(_ name: String, _ policy: RoutingPolicy) -> RouteReason? {
        let isOnList: Bool
        var isNamed = false
        switch policy.allowlist {
        case .blank, .all: isOnList = true
        case .defaults(let names):
            isOnList = names.contains(name)
            isNamed = isOnList
        case .listed(let names):
            isOnList = names.contains(name)
            isNamed = names.containsExactly(name)
        }
        guard isOnList else { return .allowlist }
        guard policy.destinationClass == .adPlatform, !isNamed else { return nil }
        let routingClass = catalog[name]?.routing ?? .namedOnly
        if routingClass.isInBlankList { return nil }
        switch policy.allowlist {
        case .all where routingClass == .namedOnly && policy.takesAllCustomEvents: return nil
        case .listed(let names) where routingClass.canBeNamedByPattern && names.describes(name): return nil
        case .blank, .all, .defaults, .listed: return .routingClass(routingClass)
        }
    }

    private func filterReason(_ subject: RouteSubject, _ event: EventView?, _ filter: RouteFilter) -> RouteReason? {
        if !filter.platforms.takes(subject.platform) { return .filterPlatform }
        if !filter.segments.takesAll, !filter.segments.takes(oneOf: subject.segments) { return .filterSegment }
        for condition in filter.conditions {
            guard let event, condition.holds(of: event) else {
                return .filterPath(condition.path.text, wants: condition.words)
            }
        }
        return nil
    }

    private func eventReason(
        _ subject: RouteSubject, _ event: EventView?, _ compiled: CompiledRule, _ finding: inout ConsentFinding?
    ) -> RouteReason? {
        let (rule, policy) = (compiled.rule, compiled.rule.policy)
        if let reason = filterReason(subject, event, rule.filter) { return reason }
        if let domains = policy.domains, let url = subject.pageURL {
            guard let host = PageHost.host(of: url), domains.contains(host) else { return .domain }
        }
        if !subject.integrations.isEmpty, subject.integrations.refuse(destinationNamed: compiled.integrationNames) {
            return .integrationsOptOut
        }
        if policy.consent.isDemanding {
            let decision = ConsentDecision(policy.consent, subject.consent)
            finding = decision.finding
            if let refusal = decision.refusal { return .consent(refusal) }
        }
        if policy.suppressesBots, subject.isBot { return .bot }
        guard policy.destinationClass == .adPlatform else { return nil }
        return qualityReason(subject, policy).map(RouteReason.quality)
    }

    private func qualityReason(_ subject: RouteSubject, _ policy: RoutingPolicy) -> RouteReason.Quality? {
        let entry = catalog[subject.eventName]
        // Lists that got an unknown name this far know it; `all` knows custom events.
        if entry == nil, case .all = policy.allowlist, !subject.eventName.hasPrefix("custom.") { return .eventName }
        let missing = (entry?.requirement ?? []).subtracting(subject.present)
        if subject.hasNegativeValue { return .value }
        if policy.demandsMoney {
            if missing.contains(.value) { return .value }
            if missing.contains(.currency), !policy.assumesCurrency { return .currency }
        }
        if missing.contains(.orderReference) { return .orderReference }
        return hasIdentity(subject, policy) ? subject.hasEventID ? nil : .eventID : .identity
    }

    private func hasIdentity(_ subject: RouteSubject, _ policy: RoutingPolicy) -> Bool {
        subject.hasIdentitySignal || policy.enriches && subject.isPersonKnown
            || policy.matchesAnonymousIDs && subject.hasAnonymousID
            || policy.matchesBrowsers && subject.hasBrowser
    }
}

/// A rule with what would otherwise be computed for every event.
private struct CompiledRule: Sendable {
    let rule: RouteRule
    let integrationNames: [String]

    init(_ rule: RouteRule) {
        self.rule = rule
        integrationNames = [IntegrationChoices.folded(rule.destination)] + rule.policy.integrationNames
    }
}

/// The host of a page's address.
enum PageHost {
    /// The host of an `http` or `https` URL as canonical events have it, lower-case and without port; nil if there is none.
    static func host(of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last?.prefix { $0 != ":" } ?? ""
        return host.isEmpty ? nil : host.lowercased()
    }
}
