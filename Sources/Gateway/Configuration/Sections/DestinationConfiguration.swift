public import Outbound

/// What only destinations of one kind have.
public enum DestinationSettings: Sendable, Equatable {
    /// Of an HTTP endpoint.
    case http(HTTPDestinationSettings)
    /// Of an advertising platform.
    case platform(PlatformDestinationSettings)

    /// Reads the keys of a kind.
    init?(_ kind: DestinationKind, _ section: ConfigurationReader) {
        if let api = kind.platform.flatMap(PlatformCatalog.api) {
            guard let settings = PlatformDestinationSettings(api, section) else { return nil }
            self = .platform(settings)
        } else {
            guard let settings = HTTPDestinationSettings(section) else { return nil }
            self = .http(settings)
        }
    }

    /// The platform, if it is one's.
    var platform: AdPlatform? {
        if case .platform(let settings) = self { settings.platform } else { nil }
    }
}

/// One receiver: which events it gets, and how they are delivered.
public struct DestinationConfiguration: Sendable, Equatable {
    /// Distinct among the destinations; stands in keys, logs and metrics.
    public let name: String
    /// What only its kind has.
    public let settings: DestinationSettings
    /// Whether it gets events now.
    public let isEnabled: Bool
    /// Only events of this account; nil for all.
    public let account: String?
    /// Only events of this environment; nil for all.
    public let environment: String?
    /// The events it is meant for, by canonical name.
    public let events: EventSelection
    /// What else an event must be.
    public let filter: DestinationFilter
    /// What it has to obey: consent, domains, and with `routing: ads` every gate.
    public let routing: RoutingConfiguration
    /// Whether its events are completed with what is known of their persons, and how long they wait for it.
    public let enrichment: EnrichmentConfiguration
    /// How often and when a failed delivery is tried again.
    public let retry: RetryConfiguration
    /// How long one attempt may take.
    public let timeout: Duration
    /// Attempts in flight at once.
    public let concurrency: Int
    /// Events that may be sent in a time, retries included; nil for as many as come.
    public let rate: RateConfiguration?
    /// Dead letters that a replay may put back in a time; nil for a quarter of ``rate``, or the usual.
    public let replayRate: RateConfiguration?
    /// Which events must not overtake each other.
    public let ordering: DeliveryOrdering
    /// When it is left alone because it only fails.
    public let breaker: BreakerConfiguration
    /// Whether loopback and private networks may be reached.
    public let allowsPrivateAddresses: Bool
}

extension DestinationConfiguration: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        let name = section.required("name", .name(), "Names the destination in logs, metrics and records; distinct.")
        let kind = section.required("kind", .choice(DestinationKind.self), "What kind of receiver it is.")
        isEnabled = section.value(
            "enabled", .flag, default: true,
            "Whether it gets events; if not, new ones are recorded as not meant for it, and what is queued waits.")
        account = section.optional(
            "account", .name(byteLimit: 128), absence: "every account", "Only events of this account.")
        environment = section.optional(
            "environment", .name(), absence: "every environment", "Only events of this environment.")
        events =
            section.optional(
                "events", .eventSelection, absence: "all that its kind takes", "Which events, by canonical name.")
            ?? .blank
        filter = section.group("filter", DestinationFilter.self, "What else an event must be; all of it must hold.")
        routing = RoutingConfiguration(section)
        enrichment = EnrichmentConfiguration(section, isPlatform: kind?.platform != nil)
        let retry = section.group(
            "retry", RetryConfiguration.self,
            "How a failed delivery is tried again; platforms: after 2m30s, 10m, 40m and 2h40m unless told.")
        self.retry = kind?.platform == nil || section.has("retry") ? retry : .platformDefault
        timeout = section.value(
            "timeout", .duration(in: .milliseconds(100) ... .seconds(300)), default: .seconds(10),
            "How long one attempt may take, from connecting to the last byte of the answer.")
        concurrency = section.value("concurrency", .integer(in: 1...1024), default: 16, "Attempts in flight at once.")
        rate = section.optional(
            "rate", .rate, absence: "as fast as it answers, or its platform's requests a second",
            "Events that may be sent in a second or minute, retries included; see docs/delivery.md.")
        replayRate = section.optional(
            "replay_rate", .rate, absence: "a quarter of `rate`, else 50/s",
            "Dead letters that a replay puts back in a second or minute; see docs/delivery.md.")
        ordering = section.value(
            "ordering", .choice(DeliveryOrdering.self), default: .none,
            "`profile` sends the events of one profile one after the other, in the order in which they came.")
        breaker = section.group(
            "breaker", BreakerConfiguration.self, "When it is left alone because it only fails.")
        allowsPrivateAddresses = section.value(
            "allow_private_addresses", .flag, default: false,
            "Whether loopback and private networks may be reached; refused otherwise.")
        let settings = section.variant(of: kind) { DestinationSettings($0, section) }
        guard let name, let settings else { return nil }
        self.name = name
        self.settings = settings
        check(section)
    }

    private func check(_ section: ConfigurationReader) {
        if let owner = section.context.claim(name, in: ClaimScope.destinationName, by: section.field.path) {
            section.report("\"\(name)\" is already the name of \(owner)", at: "name")
        }
        if let account, !section.context.isClaimed(account, in: ClaimScope.account) {
            section.warn("no source sends for this account", at: "account")
        }
        if case .names(let names) = events {
            for fault in names.compactMap(EventListing.fault) { section.warn(fault, at: "events") }
        }
        switch settings {
        case .http(let http):
            if http.url.hasPrivateHost, !allowsPrivateAddresses {
                section.report(
                    "\(http.url.host) is a private address; set `allow_private_addresses: true` to reach it", at: "url")
            }
            if !http.url.isSecure, !allowsPrivateAddresses {
                section.warn("http sends events readable for everybody on the way; use https", at: "url")
            }
            if events == .defaults {
                section.report("\"defaults\" is not allowed for kind http, which has no list of its own", at: "events")
            }
        case .platform(let settings):
            if section.has("routing") {
                section.report(
                    "has no effect for kind \(settings.platform.rawValue), which obeys every gate; remove it",
                    at: "routing")
            }
        }
    }
}
