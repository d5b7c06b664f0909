import EventModel
import JSON
public import Platform

/// A destination that delivers to an advertising platform's conversion API, in batches.
///
/// Does what all platforms share; the ``PlatformAPI`` has what is the platform's own.
public struct PlatformDestination: BatchDestination {
    /// How a destination is treated beside what its platform says.
    public struct Configuration: Sendable {
        /// What the engine obeys.
        public var policy: DeliveryPolicy
        /// How requests are carried.
        public var options: TransferOptions

        /// A configuration from its parts.
        public init(policy: DeliveryPolicy, options: TransferOptions) {
            self.policy = policy
            self.options = options
        }
    }

    /// The configured name.
    public let name: String
    /// How the engine treats it.
    public let policy: DeliveryPolicy
    /// Nil: what is sent is the program's to decide.
    public var templateVersion: String? { nil }
    /// The platform's own part.
    public let api: any PlatformAPI

    private let common: PlatformCommonSettings
    private let table: PlatformEventTable
    private let options: TransferOptions
    private let mask: SecretMask
    /// What every part is until it is written: the same for all, so made once.
    private let blankPart: OutboundRequest

    /// A destination from checked settings.
    public init(_ api: any PlatformAPI.Type, _ settings: PlatformSettings, _ configuration: Configuration) {
        var settings = settings
        settings.options = configuration.options
        self.api = api.init(settings)
        name = settings.name
        var policy = configuration.policy
        if policy.rate == nil { policy.requestRate = api.rules.requestRate }
        self.policy = policy
        var options = configuration.options
        options.responseHeaders += self.api.responseHeaders
        self.options = options
        blankPart = OutboundRequest(url: self.api.url, options: options)
        common = PlatformCommonSettings(settings, api)
        table = api.events
        mask = SecretMask(self.api.secrets)
    }

    /// A destination from checked settings, one with tokens if the platform hands them out.
    public static func make(
        _ api: any PlatformAPI.Type, _ settings: PlatformSettings, _ configuration: Configuration
    ) -> any Destination {
        let destination = PlatformDestination(api, settings, configuration)
        guard let tokens = destination.api.tokens else { return destination }
        return AuthorizedPlatformDestination(destination, tokens)
    }

    /// Whether a destination asks for names or addresses in plain; false for those that are no platform's.
    public static func wantsPlainUserData(_ destination: any Destination) -> Bool {
        let platform =
            destination as? PlatformDestination ?? (destination as? AuthorizedPlatformDestination)?.platform
        return platform?.api.wantsPlainUserData ?? false
    }

    /// As the platform and the configuration say.
    public var batchLimits: BatchLimits {
        var limits = api.batchLimits
        if let count = common.batchSize { limits.count = min(limits.count, count) }
        return limits
    }

    /// The event as a part of a request, or why the platform is not sent it.
    public func prepare(_ event: EventView, at time: Timestamp) -> Preparation {
        do throws(PlatformDrop) {
            let event = try read(event, at: time)
            var json = JSONWriter(capacity: 2048)
            let key = try api.write(event, to: &json)
            var part = blankPart
            part.body = json.bytes
            part.batchKey = key
            return .send(part)
        } catch {
            return .drop(error.reason, error.message)
        }
    }

    /// The request that carries parts.
    public func joined(_ parts: [OutboundRequest], at time: Timestamp) -> OutboundRequest {
        // Without a token nothing is sent; a preview shows where it would be.
        let token = api.tokens.map { $0.accessToken(at: time) ?? "{access_token}" }
        let request = api.request(
            parts.map(\.body), key: parts.first?.batchKey ?? "", token: token, at: time)
        return OutboundRequest(
            method: request.method, url: request.url, headers: request.headers, body: request.body, options: options)
    }

    /// What an answer means for each part.
    public func outcomes(on response: HTTPResponse, to parts: [OutboundRequest], at time: Timestamp) -> [PartOutcome] {
        api.outcomes(on: response, to: parts.map(\.body), at: time)
    }

    /// How long the platform asks to be left alone.
    public func pause(after response: HTTPResponse, at time: Timestamp) -> Duration? {
        api.pause(after: response, at: time)
    }

    /// A copy without tokens, secrets and people in plain.
    public func masked(_ bytes: [UInt8]) -> [UInt8] { mask.masked(api.redacted(bytes)) }
}

/// A platform's destination whose requests need an access token that has to be fetched first.
struct AuthorizedPlatformDestination: BatchDestination, AuthorizedDestination {
    let platform: PlatformDestination
    /// Where tokens come from.
    let tokens: TokenKeeper

    init(_ platform: PlatformDestination, _ tokens: TokenKeeper) {
        self.platform = platform
        self.tokens = tokens
    }

    var name: String { platform.name }
    var policy: DeliveryPolicy { platform.policy }
    var templateVersion: String? { nil }
    var batchLimits: BatchLimits { platform.batchLimits }

    func prepare(_ event: EventView, at time: Timestamp) -> Preparation { platform.prepare(event, at: time) }

    func joined(_ parts: [OutboundRequest], at time: Timestamp) -> OutboundRequest {
        platform.joined(parts, at: time)
    }

    func outcomes(on response: HTTPResponse, to parts: [OutboundRequest], at time: Timestamp) -> [PartOutcome] {
        platform.outcomes(on: response, to: parts, at: time)
    }

    func pause(after response: HTTPResponse, at time: Timestamp) -> Duration? {
        platform.pause(after: response, at: time)
    }

    func masked(_ bytes: [UInt8]) -> [UInt8] { tokens.masked(platform.masked(bytes)) }
}

// MARK: - What every platform wants to know

extension PlatformDestination {

    private func read(_ view: EventView, at now: Timestamp) throws(PlatformDrop) -> PlatformEvent {
        let fields = view.reader.platformFields
        fields.read(view.canonical)
        let canonicalName = fields[.event, .eventName]?.string ?? ""
        let name = try name(of: canonicalName)
        let isOfStore = fields[.properties, .actionSource]?.isText("physical_store") == true
        let time = try time(
            fields[.event, .occurredAt], at: now, ageLimit: isOfStore ? common.storeAgeLimit : common.ageLimit)
        return PlatformEvent(
            view, fields, canonicalName: canonicalName, name: name, id: id(in: fields), time: time, now: now,
            defaultCurrency: common.defaultCurrency)
    }

    private func name(of event: String) throws(PlatformDrop) -> PlatformEventName {
        if let name = common.eventNames[event] { return PlatformEventName(name, isCustom: !table.hasStandard(name)) }
        switch table[event] {
        case .standard(let name): return PlatformEventName(name)
        case .custom(let name): return PlatformEventName(name, isCustom: true)
        case .never(let reason): throw .unsuitable("\(event) is not sent there: \(reason)")
        case nil:
            guard common.passesCustomEvents else {
                throw .unsuitable("\(event) has no name there and custom_events is skip")
            }
            let name = event.hasPrefix("custom.") ? String(event.dropFirst("custom.".count)) : event
            return PlatformEventName(name, isCustom: true)
        }
    }

    private func time(
        _ value: JSONValue?, at now: Timestamp, ageLimit: Duration
    ) throws(PlatformDrop) -> Timestamp {
        guard let bytes = value?.utf8Bytes, let time = TimestampText.parse(bytes) else {
            throw .unsuitable("the event has no time")
        }
        let age = now - time
        guard age <= ageLimit else {
            throw PlatformDrop(
                .tooOld, "the event is \(Self.days(age)) old; the platform takes at most \(Self.days(ageLimit))")
        }
        guard common.clampsFuture || .zero - age <= PlatformRules.skewLimit else {
            throw .unsuitable("the event is from \(Self.days(.zero - age)) ahead; check the sender's clock")
        }
        return min(time, now)
    }

    /// `3 days`, `75 h`, `12 min`.
    private static func days(_ duration: Duration) -> String {
        let minutes = duration.wholeMilliseconds / 60_000
        if minutes >= 2 * 24 * 60 { return "\(minutes / (24 * 60)) days" }
        if minutes >= 2 * 60 { return "\(minutes / 60) h" }
        return "\(minutes) min"
    }

    private func id(in fields: PlatformFields) -> JSONValue? {
        let sendsMessageID = common.idRule == .messageID && fields[.event, .eventIDSource]?.isText("event_id") != true
        if sendsMessageID, let id = fields[.event, .messageID].ifText { return id }
        return fields[.event, .eventID]
    }
}

extension PlatformEventTable {
    /// Whether one of the platform's own events has this name.
    func hasStandard(_ name: String) -> Bool { standardNames.contains(name) }
}

/// The settings that all platforms have.
struct PlatformCommonSettings: Sendable {
    let idRule: PlatformRules.IDRule
    let passesCustomEvents: Bool
    let ageLimit: Duration
    /// Of events of a shop.
    let storeAgeLimit: Duration
    let clampsFuture: Bool
    let defaultCurrency: String?
    let batchSize: Int?
    /// Names of the operator's own, by canonical name.
    let eventNames: [String: String]

    init(_ settings: PlatformSettings, _ api: any PlatformAPI.Type) {
        let rules = api.rules
        idRule = settings.text("event_id").flatMap(PlatformRules.IDRule.init(rawValue:)) ?? rules.idRule
        passesCustomEvents = settings.text("custom_events") != "skip"
        ageLimit = settings.duration("max_event_age") ?? api.ageLimit(settings)
        storeAgeLimit = settings.duration("max_event_age") ?? rules.storeAgeLimit ?? ageLimit
        clampsFuture = rules.clampsFuture
        defaultCurrency = settings.assumedCurrency
        let size = settings.number("batch_size")
        batchSize = size > 0 ? size : nil
        eventNames = settings.map("event_names").compactMapValues(\.first)
    }

    /// The descriptions of these settings for one platform.
    static func descriptions(_ api: any PlatformAPI.Type) -> [PlatformSetting] {
        let rules = api.rules
        let ids = rules.idRule == .canonical ? ["canonical", "message_id"] : ["message_id", "canonical"]
        return [
            PlatformSetting(
                "event_names", .map(of: .line, keys: "canonical name"), absence: "the platform's table",
                "Other names for events, by canonical name."),
            PlatformSetting(
                "event_id", .choice(ids),
                "Which id goes out: the canonical `event_id`, or an explicit one, else the sender's `messageId`; it must be what the pixel in the browser sends."
            ),
            PlatformSetting(
                "custom_events", .choice(["pass", "skip"]),
                "Whether events that the platform has no name for are sent under their own."),
            PlatformSetting(
                "max_event_age", .duration(.seconds(60)...rules.ageLimitMax),
                absence: "`\(rules.ageLimit.wholeMilliseconds / 86_400_000)d`",
                "How old an event may be when it is sent; older ones are dropped."),
            PlatformSetting(
                "default_currency", .text(.currency), absence: "none: never invented",
                "The currency of values that come without one."),
            PlatformSetting(
                "batch_size", .number(0...5000, 0), "Events in one request at most; 0 for as many as is sensible there."
            ),
            PlatformSetting(
                "base_url", .text(.baseURL), absence: "the platform's own",
                "Where the API's paths begin, for a proxy or a stand-in."),
        ]
    }
}
