/// A custom HTTP destination as an operator configures it.
public struct HTTPDestinationConfiguration: Sendable {
    /// The name that deliveries carry.
    public var name: String
    /// Whether the router sends anything there.
    public var isEnabled = true
    /// The account whose events it gets; nil for every account's.
    public var account: String?
    /// The environment whose events it gets; nil for every environment's.
    public var environment: String?
    /// Which events it wants.
    public var filter = RouteFilter()

    /// A template of kind ``TemplateKind/url``.
    public var url: String
    /// POST, PUT or PATCH.
    public var method = HTTPMethod.post
    /// Values are templates of kind ``TemplateKind/header``; one that renders empty is left out.
    public var headers: [HTTPHeader] = []
    /// The `Content-Type`, which also says what kind of template the body is; see ``TemplateKind``.
    public var contentType = "application/json"
    /// The body's template; nil sends the canonical event with `identity` added.
    public var template: String?
    /// What the body writes for a missing value.
    public var missingFields = MissingFieldPolicy.empty
    /// What `{{secrets.NAME}}` stands for in URL, headers and, by itself, the body.
    public var secrets: [String: String] = [:]
    /// What requests are signed with, newest first; see ``RequestSigner``.
    public var signingSecrets: [String] = []
    /// Whether requests carry the headers of Standard Webhooks, too.
    public var sendsStandardWebhooks = false

    /// When to try again.
    public var retry = RetrySchedule.customDefault
    /// How long connecting may take, TLS included.
    public var connectTimeout = Duration.seconds(5)
    /// How long a request may take altogether.
    public var totalTimeout = Duration.seconds(10)
    /// Requests that may be under way at once, from 1 to ``concurrencyLimitMax``.
    public var concurrencyLimit = 16
    /// Whether the host may be on loopback or in a private network.
    public var allowsPrivateAddresses = false
    /// Events that may be sent in a time, retries included; nil for as many as come.
    public var rate: SendingRate?
    /// When the destination is left alone because it only fails; nil for never.
    public var breaker: BreakerPolicy? = BreakerPolicy()
    /// Which events must not overtake each other.
    public var ordering = DeliveryOrdering.none
    /// Certificates and a proxy of its own.
    public var route: TransferRoute?

    /// The most requests at once that can be configured.
    public static let concurrencyLimitMax = 1024

    /// A destination with the defaults for everything but name and URL.
    public init(name: String, url: String) {
        self.name = name
        self.url = url
    }

    /// What the router needs to know.
    public var routeRule: RouteRule {
        RouteRule(
            destination: name, isEnabled: isEnabled, account: account, environment: environment, filter: filter)
    }
}

extension HTTPDestinationConfiguration: CustomStringConvertible {
    /// The name alone, as the settings hold secrets.
    public var description: String { "HTTP destination \(name)" }
}

/// What is wrong with a destination's configuration: all faults, not only the first.
public struct DestinationConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One fault.
    public struct Fault: Sendable, Equatable {
        /// The setting at fault, as a path below the destination (`headers.Authorization`).
        public let setting: String
        /// What is wrong and what to write instead.
        public let message: String
    }

    /// All faults, in the order of the settings.
    public let faults: [Fault]

    /// All faults in one line.
    public var description: String { faults.map { "\($0.setting): \($0.message)" }.joined(separator: "; ") }
}
