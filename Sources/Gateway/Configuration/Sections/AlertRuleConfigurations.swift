/// Spans of time that alerts may take to open and clear.
private let spans = Duration.zero...Duration.seconds(86_400)

/// When a destination is down.
public struct PlatformDownConfiguration: Sendable, Equatable {
    /// How long it must only have failed, and for how long work again.
    public var after: Duration
    /// Attempts that a share of failures must rest on.
    public var attempts: Int
}

extension PlatformDownConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        after = section.value(
            "after", .duration(in: spans), default: .seconds(300),
            "How long nothing, or less than a tenth, must have been delivered; it clears when it works for as long.")
        attempts = section.value(
            "attempts", .integer(in: 1...100_000), default: 10,
            "Attempts within that time on which \"less than a tenth\" must rest; three will do if all of them failed.")
    }
}

/// When a queue is too long.
public struct QueueBacklogConfiguration: Sendable, Equatable {
    /// How late the first delivery in the queue may be.
    public var age: Duration
    /// For how long it must be later.
    public var after: Duration
}

extension QueueBacklogConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        age = section.value(
            "age", .duration(in: .milliseconds(100) ... .seconds(7 * 86_400)), default: .seconds(300),
            "How late the first delivery in a destination's queue may be; it clears below half of it.")
        after = section.value(
            "after", .duration(in: spans), default: .seconds(60),
            "For how long it must be later than that, or the commit queue more than 80 % full.")
    }
}

/// When a source has gone quiet.
public struct TrackingStoppedConfiguration: Sendable, Equatable {
    /// For how long it must be quiet.
    public var after: Duration
    /// Events that must be missing.
    public var expected: Int
    /// Weeks of which an hour must be known.
    public var weeks: Int
}

extension TrackingStoppedConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        after = section.value(
            "after", .duration(in: spans), default: .seconds(900), "For how long so many events must be missing.")
        expected = section.value(
            "expected", .integer(in: 1...1_000_000), default: 20,
            "Events that usually would have come in the silence; fewer are no sign.")
        weeks = section.value(
            "weeks", .integer(in: 1...4), default: 2,
            "In how many weeks an hour of the week must have been seen before anything is expected in it.")
    }
}

/// When a destination takes less than usual.
public struct DeliveryRateDropConfiguration: Sendable, Equatable {
    /// For how long its share must be too small.
    public var after: Duration
    /// Percentage points below its usual share.
    public var points: Int
    /// Attempts that the share must rest on.
    public var attempts: Int
    /// Weeks of which an hour must be known.
    public var weeks: Int
}

extension DeliveryRateDropConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        after = section.value(
            "after", .duration(in: spans), default: .seconds(300),
            "For how long the share of attempts that deliver must be too small.")
        points = section.value(
            "points", .integer(in: 1...100), default: 15,
            "Percentage points below the usual share; it clears at half of them.")
        attempts = section.value(
            "attempts", .integer(in: 1...100_000), default: 20,
            "Attempts within 15 minutes on which the share must rest, and within an hour for it to be learned.")
        weeks = section.value(
            "weeks", .integer(in: 1...4), default: 2,
            "In how many weeks an hour of the week must have been seen before its share counts as usual.")
    }
}

/// When the store is in trouble.
public struct StoreTroubleConfiguration: Sendable, Equatable {
    /// How long the trouble must last.
    public var after: Duration
    /// How long a sync may take.
    public var slowSync: Duration
    /// Bytes that the disk must have left.
    public var freeByteCount: Int
}

extension StoreTroubleConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        after = section.value(
            "after", .duration(in: spans), default: .seconds(30),
            "How long the trouble must last, and be over before it clears.")
        slowSync = section.value(
            "slow_sync", .duration(in: .milliseconds(10) ... .seconds(60)), default: .seconds(1),
            "A sync that takes longer is slow; most of those between two looks must be.")
        freeByteCount = section.value(
            "free", .size(in: 0...1 << 40), default: 1 << 30,
            "Bytes that the disk of the data directory must have left; it clears a quarter above.")
    }
}
