import Crypto
public import EventModel
public import JSON
public import Platform

/// One advertising platform's conversion API: what it is sent and what its answers mean.
///
/// Pure, and called on the delivery engine's thread only. Everything that platforms share is in
/// ``PlatformDestination``; see docs/adr/0019-ad-platforms.md.
public protocol PlatformAPI: Sendable {
    /// Whose API it is.
    static var platform: AdPlatform { get }

    /// The settings beside those that all platforms have, in the order in which documentation shows them.
    static var settings: [PlatformSetting] { get }

    /// What each event is called there.
    static var events: PlatformEventTable { get }

    /// What the platform demands of time, and which id it is sent unless configured otherwise.
    static var rules: PlatformRules { get }

    /// How old an event may be when it is sent, where the configuration does not say.
    static func ageLimit(_ settings: PlatformSettings) -> Duration

    /// What several settings have wrong together; each alone has been checked.
    static func faults(_ settings: PlatformSettings) -> [DestinationConfigurationError.Fault]

    /// What an operator should look at soon, such as a token that is about to expire; the settings are used.
    static func warnings(
        _ settings: PlatformSettings, at now: Timestamp
    ) -> [DestinationConfigurationError.Fault]

    /// An API as configured, from settings without faults.
    init(_ settings: PlatformSettings)

    /// How many events one request carries.
    var batchLimits: BatchLimits { get }

    /// Where events are posted, without secrets; parts of different URLs never share a request.
    var url: String { get }

    /// The headers of answers that ``outcomes(on:to:at:)`` and ``pause(after:at:)`` read, `Retry-After` aside.
    var responseHeaders: [String] { get }

    /// Writes one event as it stands in a request.
    ///
    /// - Returns: What the parts of a request must have in common; the text reaches ``request(_:key:token:at:)``.
    /// - Throws: Why the platform could not take the event; nothing is sent then.
    func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String

    /// The request that carries parts, in the order given.
    ///
    /// - Parameters:
    ///   - parts: What ``write(_:to:)`` wrote, at least one.
    ///   - key: What it returned, the same for all.
    ///   - token: The access token, for platforms with ``tokens``; nil for the others.
    ///   - time: The time of day.
    /// - Returns: The request, its headers and signature good for one attempt.
    func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest

    /// What an answer means for each part, in the order of the parts.
    func outcomes(on response: HTTPResponse, to parts: [[UInt8]], at time: Timestamp) -> [PartOutcome]

    /// How long the platform asks to be left alone; nil if it does not.
    func pause(after response: HTTPResponse, at time: Timestamp) -> Duration?

    /// Where access tokens come from, for platforms that hand them out for an hour or so.
    var tokens: TokenKeeper? { get }

    /// How the credentials can be tried without sending a conversion.
    func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck

    /// What must never be kept or shown.
    var secrets: [String] { get }

    /// A copy of a request's or an answer's body, fit to be kept: without people in plain, where the platform takes them so.
    func redacted(_ body: [UInt8]) -> [UInt8]

    /// Whether the settings ask for names or addresses in plain, which only sources with `hashing: false` keep.
    var wantsPlainUserData: Bool { get }
}

extension PlatformAPI {
    /// As ``rules`` say, whatever the settings.
    public static func ageLimit(_ settings: PlatformSettings) -> Duration { rules.ageLimit }
    /// None: each setting speaks for itself.
    public static func faults(_ settings: PlatformSettings) -> [DestinationConfigurationError.Fault] { [] }
    /// None.
    public static func warnings(
        _ settings: PlatformSettings, at now: Timestamp
    ) -> [DestinationConfigurationError.Fault] { [] }
    /// None but `Retry-After`.
    public var responseHeaders: [String] { [] }
    /// Nil: the platform asks for nothing.
    public func pause(after response: HTTPResponse, at time: Timestamp) -> Duration? { nil }
    /// Nil: the platform's tokens last.
    public var tokens: TokenKeeper? { nil }
    /// False: hashes are enough.
    public var wantsPlainUserData: Bool { false }
    /// As it is: nobody is in it in plain.
    public func redacted(_ body: [UInt8]) -> [UInt8] { body }
}

/// What a platform demands of every event.
public struct PlatformRules: Sendable {
    /// Which of an event's ids a platform is told.
    public enum IDRule: String, Sendable, CaseIterable {
        /// The canonical `event_id` (reference inbound, 6.6).
        case canonical
        /// An explicit `properties.event_id`, else the `messageId`: what a CDP's pixel in the browser sends.
        case messageID = "message_id"
    }

    /// Which id is sent unless the configuration says otherwise.
    public var idRule: IDRule
    /// How old an event may be when it is sent, unless configured otherwise.
    public var ageLimit: Duration
    /// The most that can be configured.
    public var ageLimitMax: Duration
    /// How old an event of a shop (`properties.action_source: physical_store`) may be, where that is longer.
    public var storeAgeLimit: Duration?
    /// Whether the time of any event from ahead is set to now; otherwise only up to ``skewLimit``.
    public var clampsFuture: Bool
    /// How many requests a destination is sent that has no rate of its own; nil for as many as come.
    public var requestRate: SendingRate?
    /// How far ahead an event may be for its time to be set to now; beyond, it is dropped unless ``clampsFuture``.
    ///
    /// What is more than ten minutes ahead of its arrival was set to that already (reference inbound, 4.4).
    public static let skewLimit = Duration.seconds(300)

    /// Rules from their parts.
    public init(
        idRule: IDRule = .canonical, ageLimit: Duration, ageLimitMax: Duration? = nil, storeAgeLimit: Duration? = nil,
        clampsFuture: Bool = false, requestRate: SendingRate? = nil
    ) {
        self.idRule = idRule
        self.ageLimit = ageLimit
        self.ageLimitMax = ageLimitMax ?? ageLimit
        self.storeAgeLimit = storeAgeLimit
        self.clampsFuture = clampsFuture
        self.requestRate = requestRate
    }
}

/// Why a platform is not sent an event.
public struct PlatformDrop: Error, Sendable, Equatable {
    /// The class of the reason.
    public let reason: DropReason
    /// The reason in words, without personal data: what is missing, and what to do.
    public let message: String

    /// A reason.
    public init(_ reason: DropReason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    /// Nothing in the event tells the platform who it was.
    public static func noIdentifier(_ needed: String) -> PlatformDrop {
        PlatformDrop(.noIdentifier, "nobody to match: the platform needs \(needed)")
    }

    /// The platform would refuse the event.
    public static func unsuitable(_ message: String) -> PlatformDrop { PlatformDrop(.unsuitable, message) }
}

/// A request as a platform wants it; the destination adds how it is carried.
public struct PlatformRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// The URL, query included.
    public var url: String
    /// All headers.
    public var headers: [HTTPHeader]
    /// The body.
    public var body: [UInt8]

    /// A request from its parts.
    public init(method: HTTPMethod = .post, url: String, headers: [HTTPHeader], body: [UInt8]) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// How a platform's credentials can be tried without sending a conversion.
public enum CredentialCheck: Sendable {
    /// What an answer says.
    public enum Finding: Sendable, Equatable {
        /// The credentials are good.
        case valid
        /// They are refused, in the platform's words.
        case invalid(String)
        /// The answer does not tell.
        case unknown(String)
    }

    /// Send this and read the answer.
    case request(PlatformRequest, @Sendable (HTTPResponse) -> Finding)
    /// Send each of these in turn and read its answer; the credentials are good if all of them say so.
    case requests([(PlatformRequest, @Sendable (HTTPResponse) -> Finding)])
    /// The platform has no way to tell; why, and where to look instead.
    case impossible(String)

    /// The hash of an address that nobody has, for events that are sent to be looked at only.
    static let nobody = SHA256.digest(of: "check@example.com").hex
}
