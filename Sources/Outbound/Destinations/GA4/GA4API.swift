import EventModel
import JSON
import Platform

/// Google Analytics 4 by its Measurement Protocol (reference ga4).
struct GA4API: PlatformAPI {
    static let platform = AdPlatform.ga4

    static let settings: [PlatformSetting] = [
        PlatformSetting("stream_type", .choice(["web", "app"]), "Which kind of data stream events go to."),
        PlatformSetting(
            "measurement_id", .text(TextRule("measurement id", \.measurementIDFault)),
            "`web`: the stream, `G-ABCDE12345`."),
        PlatformSetting(
            "firebase_app_id", .text(TextRule("Firebase app id", \.firebaseAppIDFault)),
            "`app`: the app, `1:925731738562:android:a9c393108115c5581abc5b`."),
        PlatformSetting(required: "api_secret", .secret, "A Measurement Protocol API secret of the stream."),
        PlatformSetting("region", .choice(["default", "eu"]), "`eu` keeps processing in the EU."),
        PlatformSetting("send_user_data", .flag(false), "Whether hashed user-provided data goes along with a user id."),
        PlatformSetting("send_ip_override", .flag(false), "Whether the person's address goes along, for geography."),
        PlatformSetting(
            "client_id_fallback", .choice(["anonymous_id", "drop"]),
            "What stands in for Google's client id on the web when the event has none."),
        PlatformSetting(
            "custom_dimensions", .map(of: .parameterName, keys: "property"),
            "Properties that are sent as parameters, by their names."),
        PlatformSetting(
            "forward_custom_properties", .flag(false),
            "Whether the sender's other properties are sent as parameters, as far as there is room."),
        PlatformSetting(
            "user_property_map", .map(of: .userPropertyName, keys: "trait"),
            "Traits that are sent as user properties, by their names there."),
        PlatformSetting(
            "backdate_policy", .choice(["drop", "clamp"]),
            "What becomes of events older than 72 hours: dropped, or sent as if they were of 72 hours ago."),
        PlatformSetting("debug_mode", .flag(false), "Whether events show in DebugView."),
        PlatformSetting(
            "validate_only", .flag(false),
            "Whether events are only checked by Google's debug endpoint, and never counted."),
    ]

    /// Google rewrites what is older than 72 hours in silence (section 5).
    static let rules = PlatformRules(ageLimit: GA4Event.Options.ageLimit, clampsFuture: true)

    /// None where older events are sent with a younger time.
    static func ageLimit(_ settings: PlatformSettings) -> Duration {
        settings.text("backdate_policy") == "clamp" ? .seconds(100 * 365 * 86_400) : rules.ageLimit
    }

    /// Each kind of stream has its own id.
    static func faults(_ settings: PlatformSettings) -> [DestinationConfigurationError.Fault] {
        let isApp = settings.text("stream_type") == "app"
        let (needed, other) = isApp ? ("firebase_app_id", "measurement_id") : ("measurement_id", "firebase_app_id")
        var faults: [DestinationConfigurationError.Fault] = []
        if settings.text(needed) == nil {
            faults.append(.init(setting: needed, message: "is required with stream_type \(isApp ? "app" : "web")"))
        }
        if settings.text(other) != nil {
            faults.append(.init(setting: other, message: "has no place with stream_type \(isApp ? "app" : "web")"))
        }
        // The secret stands in the URL.
        if settings.text("api_secret")?.utf8.contains(where: "&#%+".utf8.contains) == true {
            faults.append(
                .init(setting: "api_secret", message: "has one of & # % +, which no secret has; copy it again"))
        }
        let count = settings.map("user_property_map").count
        if count > GA4Names.parameterLimit {
            faults.append(
                .init(
                    setting: "user_property_map",
                    message: "has \(count) properties; Google takes \(GA4Names.parameterLimit)"))
        }
        return faults
    }

    private let reading: GA4Event.Options
    private let user: GA4User.Options
    private let apiSecret: String
    private let stream: String
    private let validatesOnly: Bool
    /// Where events are posted, without the secret.
    let url: String

    init(_ settings: PlatformSettings) {
        let isApp = settings.text("stream_type") == "app"
        let dimensions = settings.map("custom_dimensions").sorted { $0.key < $1.key }.compactMap { property, names in
            names.first.map { (JSONKey(property), $0) }
        }
        reading = GA4Event.Options(
            isApp: isApp, isDebugging: settings.flag("debug_mode"), dimensions: dimensions,
            forwardsProperties: settings.flag("forward_custom_properties"),
            dimensionNames: Set(dimensions.map(\.1)))
        user = GA4User.Options(
            isApp: isApp, fallsBack: settings.text("client_id_fallback") != "drop",
            sendsUserData: settings.flag("send_user_data"), sendsAddress: settings.flag("send_ip_override"),
            properties: settings.map("user_property_map").sorted { $0.key < $1.key }.compactMap { trait, names in
                names.first.map { (JSONKey(trait), $0) }
            })
        apiSecret = settings.text("api_secret") ?? ""
        // The colons of a Firebase app id must not be encoded.
        stream =
            isApp
            ? "firebase_app_id=\(settings.text("firebase_app_id") ?? "")"
            : "measurement_id=\(settings.text("measurement_id")?.uppercased() ?? "")"
        validatesOnly = settings.flag("validate_only")
        let host =
            settings.text("region") == "eu"
            ? "https://region1.google-analytics.com" : "https://www.google-analytics.com"
        url = (settings.text("base_url") ?? host) + (validatesOnly ? "/debug/mp/collect" : "/mp/collect")
    }

    var secrets: [String] { [apiSecret] }

    /// 25 events and 130 kB (section 3); they must be one person's, see ``write(_:to:)``.
    var batchLimits: BatchLimits { BatchLimits(count: 25, byteCount: 110_000, age: .milliseconds(500)) }

    // MARK: - One event

    /// Writes the event; what it returns is the beginning of the body, which all events of a request share.
    func write(_ event: PlatformEvent, to json: inout JSONWriter) throws(PlatformDrop) -> String {
        let head = try GA4User(event, user).head(event)
        try GA4Event(event, reading).write(to: &json)
        let byteCount = head.utf8.count + json.withBytes { $0.count } + 16
        guard byteCount < GA4Names.byteLimit else {
            throw .unsuitable("validation: the event takes \(byteCount) bytes; Google takes fewer than 130000")
        }
        return head
    }

    // MARK: - One request

    func request(_ parts: [[UInt8]], key: String, token: String?, at time: Timestamp) -> PlatformRequest {
        var body = Array(key.utf8.dropLast())
        var events = parts
        if parts.count == 1, let (time, rest) = GA4Event.split(parts[0]) {
            // One event's time stands before all of them.
            body += Array(",".utf8) + time
            events = [rest]
        }
        body += Array(",\"events\":[".utf8)
        body += events.joined(separator: Array(",".utf8))
        body += Array("]}".utf8)
        return PlatformRequest(
            url: "\(url)?\(stream)&api_secret=\(apiSecret)", headers: [.jsonBody],
            body: body)
    }

    /// Neither endpoint looks at the secret or the stream (section 1).
    func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        .impossible("Google accepts any secret in silence; send an event and look at Reports, Realtime or DebugView")
    }
}

extension TextRule {
    /// What a parameter or a user property may be called (section 3).
    fileprivate static let parameterName = TextRule("parameter name") { name in
        GA4Names.isParameter(name) ? nil : "is no name Google takes: a letter, then letters, digits and _, 40 at most"
    }

    /// What a user property may be called (2.3).
    fileprivate static let userPropertyName = TextRule("user property name") { name in
        GA4Names.isUserProperty(name) ? nil : "is no name Google takes: as a parameter's, 24 at most, and not reserved"
    }
}

extension String {
    /// What is wrong with a measurement id, in any case.
    fileprivate var measurementIDFault: String? {
        let id = uppercased()
        let rest = id.dropFirst(2).utf8
        let isID =
            id.hasPrefix("G-") && rest.count >= 4 && rest.allSatisfy { $0.isASCIIDigit || $0.isASCIIUpper }
        return isID ? nil : "is no measurement id; it looks like G-ABCDE12345"
    }

    /// What is wrong with a Firebase app id.
    fileprivate var firebaseAppIDFault: String? {
        let parts = split(separator: ":", omittingEmptySubsequences: false)
        let isDigits = { (part: Substring) in !part.isEmpty && part.utf8.allSatisfy(\.isASCIIDigit) }
        let isID =
            parts.count == 4 && isDigits(parts[0]) && isDigits(parts[1])
            && ["android", "ios", "web"].contains(parts[2])
            && !parts[3].isEmpty && parts[3].utf8.allSatisfy { $0.isASCIIDigit || (97...102).contains($0) }
        return isID ? nil : "is no Firebase app id; it looks like 1:925731738562:android:a9c393108115c5581abc5b"
    }
}
