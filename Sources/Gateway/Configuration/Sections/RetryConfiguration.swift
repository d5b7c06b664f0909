/// The waits between attempts.
public enum Backoff: Sendable, Equatable {
    /// These waits, one after the other; the last repeats.
    case schedule([Duration])
    /// Each wait a number of times the one before, up to a maximum.
    ///
    /// `jitterPercent` is how far each is moved either way, so that what failed together is not tried again together.
    case exponential(initial: Duration, factor: Int, maximum: Duration, jitterPercent: Int)
}

/// How a failed delivery is tried again.
public struct RetryConfiguration: Sendable, Equatable {
    /// Every try counts, the first one too.
    public let attemptLimit: Int
    /// How long to wait after each failed one.
    public let backoff: Backoff
    /// How long after the event came the last try may begin.
    public let deadline: Duration
}

extension RetryConfiguration {
    /// What advertising platforms have unless told otherwise (design, section 10).
    static let platformDefault = RetryConfiguration(
        attemptLimit: 5,
        backoff: .exponential(initial: .seconds(150), factor: 4, maximum: .seconds(9600), jitterPercent: 10),
        deadline: .seconds(86_400))
}

extension RetryConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        attemptLimit = section.value(
            "attempts", .integer(in: 1...100), default: 5, "Tries in all, the first one included.")
        backoff = section.value(
            "backoff", .backoff,
            default: .schedule([.seconds(2), .seconds(10), .seconds(30), .seconds(120), .seconds(600)]),
            "Waits after failed tries: a list, of which the last repeats, or a mapping for exponential growth.")
        deadline = section.value(
            "deadline", .duration(in: .seconds(1) ... .seconds(30 * 86_400)), default: .seconds(86_400),
            "How long after an event came it is tried again; `Retry-After` is honoured up to then.")
    }
}

/// The keys of an exponential backoff.
private struct ExponentialBackoff: ConfigurationSection {
    let initial: Duration
    let factor: Int
    let maximum: Duration
    let jitterPercent: Int

    init?(_ section: ConfigurationReader) {
        let initial = section.required("initial", .duration(in: waits), "The first wait.")
        factor = section.value("factor", .integer(in: 1...10), default: 2, "How many times longer each wait gets.")
        maximum = section.value("max", .duration(in: waits), default: .seconds(600), "The longest wait.")
        jitterPercent = section.value(
            "jitter", .integer(in: 0...50), default: 10, "By how many percent each wait is moved either way at most.")
        guard let initial else { return nil }
        if initial > maximum { section.report("is shorter than `initial`", at: "max") }
        self.initial = initial
    }
}

private let waits: ClosedRange<Duration> = .milliseconds(1) ... .seconds(7 * 86_400)

extension ConfigurationFormat where Value == Backoff {
    /// A list of waits, or `initial`, `factor` and `max`.
    fileprivate static var backoff: ConfigurationFormat {
        let list = ConfigurationFormat<[Duration]>.list(of: .duration(in: waits), count: 1...100)
        let exponential = ConfigurationFormat<ExponentialBackoff>.section()
        return ConfigurationFormat(
            "list of durations, or mapping", show: show, describe: exponential.describe
        ) { field in
            guard case .mapping = field.node.content else { return list.read(field).map(Backoff.schedule) }
            return exponential.read(field).map {
                .exponential(
                    initial: $0.initial, factor: $0.factor, maximum: $0.maximum, jitterPercent: $0.jitterPercent)
            }
        }
    }

    private static func show(_ backoff: Backoff) -> ConfigurationSetting.Value? {
        switch backoff {
        case .schedule(let waits): .plain("[\(waits.map(Quantity.text).joined(separator: ", "))]")
        case .exponential(let initial, let factor, let maximum, let jitter):
            .plain(
                "{initial: \(Quantity.text(initial)), factor: \(factor), max: \(Quantity.text(maximum)), "
                    + "jitter: \(jitter)}")
        }
    }
}
