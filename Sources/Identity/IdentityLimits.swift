/// How far identifiers may join, for one account (reference identity, rules 2 to 5).
public struct IdentityLimits: Sendable, Equatable {
    /// Identifiers of one strong type a profile.
    public var strongPerType = 5
    /// Identifiers of one weak type a profile, of those first seen within ``weakWindow``.
    public var weakPerType = 50
    /// How long a weak identifier counts; rounded up to whole periods of nine days, the one that runs included.
    public var weakWindow: Duration = .seconds(90 * 86_400)
    /// Types of identifiers a profile, so that a sender who invents types cannot make its root grow.
    public var typesPerProfile = 32
    /// Identifiers a profile.
    public var profileSize = 1000
    /// Merges of two known profiles a profile.
    public var mergeCount = 100
    /// Distinct unique ids a value may link before it blocks itself; also how many a profile may get from explicit
    /// joins.
    public var uniqueLinksBeforeBlock = 50
    /// Per cent of ``profileSize`` and ``mergeCount`` at which an alert is raised.
    public var alertPercent = 80
    /// The version that edges record.
    ///
    /// To be raised whenever a limit or the code behind it changes.
    public var ruleVersion: UInt16 = 1

    /// The default limits.
    public init() {}
}
