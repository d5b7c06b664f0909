/// When a destination that only fails is left alone.
public struct BreakerConfiguration: Sendable, Equatable {
    /// Whether it ever is.
    public let isEnabled: Bool
    /// Failures in a row after which it is.
    public let failureLimit: Int
    /// For how long the first time.
    public let cooldown: Duration
    /// For how long at most.
    public let cooldownLimit: Duration
}

extension BreakerConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        isEnabled = section.value(
            "enabled", .flag, default: true, "Whether a destination that only fails is left alone for a while.")
        failureLimit = section.value(
            "failures", .integer(in: 1...10_000), default: 20,
            "Failures in a row that open the breaker: no answer, or one of 5xx.")
        cooldown = section.value(
            "cooldown", .duration(in: .milliseconds(100) ... .seconds(3600)), default: .seconds(30),
            "How long it stays open before one delivery tries; doubled after each that fails.")
        cooldownLimit = section.value(
            "max_cooldown", .duration(in: .milliseconds(100) ... .seconds(86_400)), default: .seconds(600),
            "How long it stays open at most.")
        if cooldown > cooldownLimit { section.report("is shorter than `cooldown`", at: "max_cooldown") }
    }
}
