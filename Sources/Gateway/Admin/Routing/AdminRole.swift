/// What a token of the admin API opens; each role may do what those before it may.
///
/// Raw values are contracts.
public enum AdminRole: String, Sendable, CaseIterable, Comparable {
    /// Ask, and change nothing.
    case read
    /// Change things too; every such call is in the audit log.
    case operate

    /// Whether the left role may do less.
    public static func < (left: AdminRole, right: AdminRole) -> Bool { left == .read && right == .operate }
}
