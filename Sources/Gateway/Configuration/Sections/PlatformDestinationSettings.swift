public import Outbound

/// The kinds of destinations that exist: custom endpoints, and the platforms of ``PlatformCatalog``.
///
/// Raw values are contracts.
public struct DestinationKind: Sendable, Hashable, RawRepresentable, CaseIterable {
    /// As the configuration has it.
    public let rawValue: String

    /// A kind that exists.
    public init?(rawValue: String) {
        guard Self.allCases.contains(where: { $0.rawValue == rawValue }) else { return nil }
        self.init(existing: rawValue)
    }

    private init(existing rawValue: String) { self.rawValue = rawValue }

    /// A signed request to any HTTP endpoint.
    public static let http = DestinationKind(existing: "http")

    /// Custom endpoints first, then the platforms.
    public static let allCases =
        [http] + PlatformCatalog.all.map { DestinationKind(existing: $0.platform.rawValue) }

    /// The platform, if it is one's.
    public var platform: AdPlatform? { AdPlatform(rawValue: rawValue) }
}

/// What only destinations of an advertising platform have.
public struct PlatformDestinationSettings: Sendable, Equatable {
    /// Whose API it is.
    public let platform: AdPlatform
    /// By key, checked.
    public let values: [String: PlatformSettings.Value]
    /// Certificates and proxy.
    public let transport: TransportConfiguration

    /// The API.
    var api: any PlatformAPI.Type {
        guard let api = PlatformCatalog.api(of: platform) else {
            preconditionFailure("\(platform.rawValue) is configured and not in the catalogue")
        }
        return api
    }

    /// The settings as the platform reads them.
    func settings(name: String) -> PlatformSettings { PlatformSettings(name: name, values: values) }
}

extension PlatformDestinationSettings {
    /// Reads the keys of a platform's destination.
    init?(_ api: any PlatformAPI.Type, _ section: ConfigurationReader) {
        var values: [String: PlatformSettings.Value] = [:]
        var isComplete = true
        for setting in api.settings {
            if let value = Self.value(setting, section) {
                values[setting.name] = value
            } else if setting.isRequired {
                isComplete = false
            }
        }
        platform = api.platform
        // What all platforms have is described once.
        if section.context.isDescribing, api != PlatformCatalog.all[0] {
            transport = TransportConfiguration()
        } else {
            transport = section.shared(by: "platforms") {
                for setting in api.commonSettings { values[setting.name] = Self.value(setting, section) }
                return TransportConfiguration(section)
            }
        }
        self.values = values
        guard isComplete else { return nil }
        let settings = PlatformSettings(name: "", values: values)
        for fault in api.faults(settings) { section.report(fault.message, at: fault.setting) }
        for warning in api.warnings(settings, at: section.context.now) {
            section.warn(warning.message, at: warning.setting)
        }
    }

    private static func value(
        _ setting: PlatformSetting, _ section: ConfigurationReader
    ) -> PlatformSettings.Value? {
        func read<Value>(_ format: ConfigurationFormat<Value>) -> Value? {
            setting.isRequired
                ? section.required(setting.name, format, setting.summary)
                : section.optional(setting.name, format, absence: setting.absence, setting.summary)
        }
        func read<Value>(_ format: ConfigurationFormat<Value>, default fallback: Value) -> Value {
            section.value(setting.name, format, default: fallback, setting.summary)
        }
        switch setting.form {
        case .text(let rule): return read(.ruled(rule)).map(PlatformSettings.Value.text)
        case .secret: return read(ConfigurationFormat<Secret>.issuedSecret).map { .text($0.revealed) }
        case .flag(let flag): return .flag(read(.flag, default: flag))
        case .choice(let words): return words.first.map { .text(read(.word(of: words), default: $0)) }
        case .number(let range, let number): return .number(read(.integer(in: range), default: number))
        case .duration(let range): return read(.duration(in: range)).map(PlatformSettings.Value.duration)
        case .list(let rule): return read(.oneOrMore(of: .ruled(rule))).map(PlatformSettings.Value.texts)
        case .map(let rule, let keys):
            let map = read(ConfigurationFormat.dictionary(of: .oneOrMore(of: .ruled(rule)), keys: keys))
            return map.map { .map(canonical($0, setting, section)) }
        }
    }

    /// A map with TrackStack's names of events made canonical; what is doubtful about a key is a warning.
    private static func canonical(
        _ map: [String: [String]], _ setting: PlatformSetting, _ section: ConfigurationReader
    ) -> [String: [String]] {
        guard case .map(_, "canonical name") = setting.form else { return map }
        for fault in map.keys.sorted().compactMap(EventListing.fault) { section.warn(fault, at: setting.name) }
        return Dictionary(map.map { (EventListing.canonicalName($0.key), $0.value) }) { first, _ in first }
    }
}

extension ConfigurationFormat where Value == String {
    /// Text by a platform's rule.
    fileprivate static func ruled(_ rule: TextRule) -> ConfigurationFormat {
        text(rule.name, byteCount: 1...4096, rule: rule.fault)
    }

    /// One of some words.
    fileprivate static func word(of words: [String]) -> ConfigurationFormat {
        scalar(Phrase.list(words.map { "`\($0)`" }), words: words, show: { $0 }) {
            (found) throws(ConfigurationComplaint) in
            guard words.contains(found.text) else {
                throw ConfigurationComplaint("is not allowed; use \(Phrase.list(words))")
            }
            return found.text
        }
    }
}
