import Canonicalizer
import EventModel
public import Outbound

/// Which events can reach which destinations, by their names alone: what an operator looks at before any event came.
///
/// What needs the event itself (account, environment, platform, domain, consent, bots, quality) stands as a condition
/// above its column.
public struct RouteMatrix: Sendable {
    /// One destination, or one way to fill a platform's list.
    public struct Column: Sendable, Equatable {
        /// The destination's name, or the list.
        public let name: String
        /// What else an event must be, one condition an entry.
        public let conditions: [String]
    }

    /// One event.
    public struct Row: Sendable, Equatable {
        /// The canonical name; `custom.*` stands for the custom events that nobody lists.
        public let name: String
        /// TrackStack's name, if it has one.
        public let trackStackName: String?
        /// Where in the funnel it stands; `custom` for custom events.
        public let stage: String
        /// What a list must say.
        public let routingClass: String
        /// One entry a column: nil where the event may go, else the reason.
        public let refusals: [String?]
    }

    /// The destinations in the order of the configuration.
    public let columns: [Column]
    /// Every event of the registry by stage, then custom events.
    public let rows: [Row]

    /// The matrix of a configuration.
    public init(_ configuration: GatewayConfiguration) {
        let listed = configuration.destinations.flatMap { destination -> [String] in
            guard case .names(let names) = destination.events else { return [] }
            return names.filter { $0.hasPrefix("custom.") && $0 != Self.customEvents }
        }
        self.init(configuration.destinations.map(\.routeRule), custom: Set(listed).sorted()) {
            Self.conditions(of: $0)
        }
    }

    /// What a filter asks beyond the name of the event.
    private static func conditions(of filter: RouteFilter) -> [String] {
        var conditions: [String] = []
        if let names = filter.platforms.words { conditions.append("platform \(names)") }
        if let names = filter.segments.words { conditions.append("segment \(names)") }
        return conditions + filter.conditions.map { "\($0.path.text) \($0.words)" }
    }

    /// The matrix of a platform that nobody has configured: one column for each way to fill its list.
    public init(_ platform: AdPlatform) {
        let ways: [(String, Allowlist)] = [
            ("defaults", .defaults(Set(platform.defaultEvents))), ("blank", .blank), ("all", .all),
            ("[\"*\"]", .listed(NamePatternSet(["*"]))),
        ]
        let rules = ways.map { name, allowlist in
            var policy = RoutingPolicy(platform)
            policy.allowlist = allowlist
            return RouteRule(destination: name, policy: policy)
        }
        self.init(rules) { _ in [] }
    }

    /// What a platform demands beyond its list.
    public static func conditions(of platform: AdPlatform) -> [String] {
        conditions(of: RouteRule(destination: platform.rawValue, policy: RoutingPolicy(platform)))
    }

    private init(_ rules: [RouteRule], custom: [String] = [], _ conditions: (RouteRule) -> [String]) {
        let router = Router(rules, catalog: EventRegistry.catalog)
        columns = rules.map { Column(name: $0.destination, conditions: conditions($0)) }
        rows =
            EventRegistry.definitions.map { event in
                Row(
                    name: event.name.text, trackStackName: event.trackStackName, stage: event.stage.rawValue,
                    routingClass: event.routing.rawValue,
                    refusals: router.reasons(forEventNamed: event.name.text).map { $0?.text })
            }
            + (custom + [Self.customEvents]).map { name in
                Row(
                    name: name, trackStackName: nil, stage: "custom", routingClass: RoutingClass.namedOnly.rawValue,
                    refusals: router.reasons(forEventNamed: name).map { $0?.text })
            }
    }

    /// Stands for custom events that no list names; the pattern `custom.*` matches it.
    private static let customEvents = "custom.*"

    // MARK: - Conditions

    private static func conditions(of rule: RouteRule) -> [String] {
        let policy = rule.policy
        var conditions: [String] = []
        if !rule.isEnabled { conditions.append("switched off") }
        conditions.append("events: \(list(policy))")
        if let account = rule.account { conditions.append("account \(account)") }
        if let environment = rule.environment { conditions.append("environment \(environment)") }
        conditions += Self.conditions(of: rule.filter)
        if policy.domains != nil { conditions.append("pages on its domains only") }
        conditions.append("consent: \(consent(policy.consent))")
        if policy.suppressesBots { conditions.append("no bots") }
        if policy.destinationClass == .adPlatform {
            conditions.append("quality: required fields, an identity signal, event_id")
        }
        return conditions
    }

    private static func list(_ policy: RoutingPolicy) -> String {
        switch (policy.allowlist, policy.destinationClass) {
        case (.blank, .everything), (.all, .everything): "every one"
        case (.blank, .adPlatform): "no list, so the 66 and TrackLayer's own, less the warehouse-only"
        case (.all, .adPlatform): "all, less what only its own name lets through"
        case (.defaults, _): "the platform's default list"
        case (.listed, _): "those listed"
        }
    }

    private static func consent(_ policy: ConsentPolicy) -> String {
        guard policy.isDemanding else { return "none demanded" }
        let categories = policy.categories.joined(separator: ", ")
        switch policy.mode {
        case .rudderstack: return "as RudderStack decides, categories \(categories)"
        case .segment: return "as Segment decides, categories \(categories)"
        case .gateway: break
        }
        var parts: [String] = []
        if !policy.purposes.isEmpty { parts.append(policy.purposes.map(\.rawValue).joined(separator: ", ")) }
        if !policy.categories.isEmpty { parts.append("categories \(categories)") }
        if policy.demandsGoogleVendor { parts.append("TCF vendor 755") }
        return parts.joined(separator: " and ") + "; unknown: \(policy.onUnknown.rawValue)"
    }
}
