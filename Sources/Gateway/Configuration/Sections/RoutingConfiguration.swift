import Canonicalizer
import EventModel
public import Outbound

/// Whether events that the sender marked as a bot's are sent.
public enum BotHandling: String, Sendable, CaseIterable {
    case send, suppress
}

/// What a destination has to obey beyond its account, list and filter.
public struct RoutingConfiguration: Sendable, Equatable {
    /// How much it has to obey.
    public let destinationClass: DestinationClass
    /// What it demands of consent; nil for what its class demands.
    public let consent: ConsentConfiguration?
    /// Whose rules decide about consent.
    public let consentMode: ConsentPolicy.Mode
    /// Hosts that an event's page may be on; empty for any.
    public let domains: [String]
    /// What becomes of bots' events; nil for what its class does.
    public let bots: BotHandling?

    /// Reads the keys beside the others of a destination.
    init(_ section: ConfigurationReader) {
        destinationClass = section.value(
            "routing", .choice(DestinationClass.self), default: .everything,
            "`everything`, or every gate of an advertising platform; see docs/routing.md.")
        consent = section.optional(
            "consent", .section(), absence: "what `routing` demands", "What it demands of consent; see docs/consent.md."
        )
        consentMode = section.value(
            "consent_mode", .choice(ConsentPolicy.Mode.self), default: .gateway,
            "Whose rules decide about consent: the gateway's own, or exactly those of a vendor.")
        domains = section.value(
            "domains", .oneOrMore(of: .domain), default: [],
            "Hosts that an event's page may be on, such as `shop.example.com` or `*.example.com`; omitted: any.")
        bots = section.optional(
            "bots", .choice(BotHandling.self), absence: "`send` with `routing: everything`, else `suppress`",
            "What becomes of events that the sender marked as a bot's.")
        check(section)
    }

    private func check(_ section: ConfigurationReader) {
        guard consentMode != .gateway else { return }
        let categories = consent?.categories ?? []
        if categories.isEmpty {
            section.warn(
                "without `consent.categories` \(consentMode.vendorName) maps the destination to nothing: every event is sent, whatever people said",
                at: "consent_mode")
        } else if consentMode == .rudderstack, consent?.provider == nil {
            section.report(
                "needs `consent.provider`: RudderStack's lists belong to one provider by its exact name",
                at: "consent_mode")
        }
        if consent?.purposes != nil {
            section.warn("`consent.purposes` has no effect in this mode", at: "consent_mode")
        }
    }

    /// The policy that follows for a list of events; an advertising platform's is its own unless a setting says otherwise.
    func policy(events: EventSelection, platform: AdPlatform? = nil) -> RoutingPolicy {
        var policy = platform.map(RoutingPolicy.init) ?? RoutingPolicy(destinationClass)
        if let consent { policy.consent = consent.policy(over: policy.consent) }
        policy.consent.mode = consentMode
        if !domains.isEmpty { policy.domains = NamePatternSet(domains) }
        if let bots { policy.suppressesBots = bots == .suppress }
        switch events {
        case .blank: policy.allowlist = .blank
        case .all: policy.allowlist = .all
        // The configuration refuses it for kinds without a list of their own.
        case .defaults: policy.allowlist = .defaults(Set(platform?.defaultEvents ?? []))
        case .names(let names): policy.allowlist = .listed(NamePatternSet(names.map(EventListing.canonicalName)))
        }
        return policy
    }
}

extension ConsentPolicy.Mode {
    fileprivate var vendorName: String {
        switch self {
        case .gateway: "the gateway"
        case .rudderstack: "RudderStack"
        case .segment: "Segment"
        }
    }
}

extension ConfigurationFormat where Value == String {
    /// The name of a host, with `*.` before it for its subdomains.
    fileprivate static var domain: ConfigurationFormat {
        text("host", byteCount: 1...255).checked { name in
            let host = name.hasPrefix("*.") ? name.dropFirst(2) : name[...]
            guard HostName.isValid(host), host == host.lowercased() else {
                return "is no host in lower case, such as shop.example.com or *.example.com"
            }
            return nil
        }
    }
}

/// Events as lists name them: canonical names, TrackStack's, and patterns.
enum EventListing {
    /// The canonical name of an entry; one that no event has, and a pattern, as it is.
    static func canonicalName(_ entry: String) -> String {
        EventRegistry.definition(listedAs: entry)?.name.text ?? entry
    }

    /// What is doubtful about an entry: nobody will ever have that name.
    static func fault(_ entry: String) -> String? {
        let isOpen = entry.hasPrefix("custom.") || entry.utf8.contains(UInt8(ascii: "*"))
        guard !isOpen, EventRegistry.definition(listedAs: entry) == nil else { return nil }
        let names = EventRegistry.definitions.flatMap { [$0.name.text] + ($0.trackStackName.map { [$0] } ?? []) }
        let hint = Spelling.nearest(to: entry, among: names).map { "; did you mean \($0)?" }
        return "\"\(entry)\" is no event of the registry" + (hint ?? "; custom events begin with custom.")
    }
}
