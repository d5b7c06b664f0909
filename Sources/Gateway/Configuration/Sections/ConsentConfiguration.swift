public import EventModel
public import Outbound

/// What a destination demands of consent; what is not said is as its kind has it.
public struct ConsentConfiguration: Sendable, Equatable {
    /// Each must be granted; nil for those of the kind.
    public let purposes: [ConsentPurpose]?
    /// What happens when nobody answered.
    public let onUnknown: ConsentPolicy.Unknown
    /// Categories of a consent tool that are asked, too.
    public let categories: [String]
    /// Whose categories they are; nil for any tool's.
    public let provider: String?
    /// When the categories block; nil for what the event says, else `and`.
    public let strategy: ConsentPolicy.Strategy?
    /// Whether a listed category counts as denied when the event lists only others.
    public let missingIsDenied: Bool
    /// What `by_region` takes for unknown countries.
    public let defaultRegion: ConsentRegime
}

extension ConsentConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        purposes = section.optional(
            "purposes", .list(of: .choice(ConsentPurpose.self), count: 0...4),
            absence: "none with `routing: everything`; `ads` and `ads_user_data` with `routing: ads`",
            "Each must be granted for an event to be sent.")
        onUnknown = section.value(
            "on_unknown", .choice(ConsentPolicy.Unknown.self), default: .block,
            "What happens when nobody answered for a demanded purpose; `by_region` blocks where the law of the person's country asks first."
        )
        categories = section.value(
            "categories", .oneOrMore(of: .text("category id", byteCount: 1...128)), default: [],
            "Categories of a consent tool that are asked before the purposes.")
        provider = section.optional(
            "provider", .text("name", byteCount: 1...64), absence: "any tool's",
            "Whose categories they are, such as `oneTrust`; categories without a tool's name count for every one.")
        strategy = section.optional(
            "strategy", .choice(ConsentPolicy.Strategy.self), absence: "the event's own, else `and`",
            "Whether one denied category blocks (`and`) or only all of them (`or`).")
        missingIsDenied = section.value(
            "missing_is_denied", .flag, default: false,
            "Whether a listed category counts as denied when an event lists others and not this one.")
        defaultRegion = section.value(
            "default_region", .choice(ConsentRegime.self), default: .optIn,
            "What `by_region` takes for a person whose country is unknown.")
        check(section)
    }

    private func check(_ section: ConfigurationReader) {
        for key in ["provider", "strategy", "missing_is_denied"] where section.has(key) && categories.isEmpty {
            section.warn("has no effect without `categories`", at: key)
        }
        if section.has("default_region"), onUnknown != .byRegion {
            section.warn("has no effect without `on_unknown: by_region`", at: "default_region")
        }
    }
}

extension ConsentConfiguration {
    /// The policy that follows, over what the kind demands by itself.
    func policy(over kind: ConsentPolicy) -> ConsentPolicy {
        var policy = kind
        if let purposes { policy.purposes = purposes }
        policy.onUnknown = onUnknown
        policy.categories = categories
        policy.provider = provider
        policy.strategy = strategy
        policy.missingIsDenied = missingIsDenied
        policy.defaultRegime = defaultRegion
        return policy
    }
}
