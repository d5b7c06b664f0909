public import EventModel

/// What resolving one event's identifiers came to.
public struct IdentityOutcome: Sendable, Equatable {
    /// How the identifiers met the graph.
    public var state: IdentityState
    /// Whom the event is about; nil when no identifier is usable.
    public var profile: ProfileID?
    /// Profiles that the event's identifiers had before and that another name took over, those of stronger identifiers
    /// first.
    ///
    /// They stay valid for ever: a profile id is a node, and ``ProfileMembers/profile(of:reader:)`` leads from any node
    /// to the profile of today.
    public var previousProfiles: [ProfileID] = []
    /// Joins that were refused, now or before: explicit ones first, then in order of trust.
    public var refusals: [IdentityRefusal] = []
    /// The event's strongest usable identifier.
    public var primaryNode: NodeID?
    /// What an operator should hear of, once each.
    public var alerts: [IdentityAlert] = []

    /// An outcome without refusals and alerts.
    public init(state: IdentityState, profile: ProfileID? = nil) {
        self.state = state
        self.profile = profile
    }
}

/// A join that the event asked for and did not get.
public struct IdentityRefusal: Sendable, Equatable {
    /// The type of the weaker identifier.
    public var type: IdentifierType
    /// Why.
    public var reason: EdgeRefusal

    /// A refusal of a join with an identifier of this type.
    public init(type: IdentifierType, reason: EdgeRefusal) {
        self.type = type
        self.reason = reason
    }
}

/// Something in the identity graph that an operator should look at.
public enum IdentityAlert: Sendable, Equatable {
    /// A profile reached the alert level of its size; at the limit nothing more joins it.
    case profileNearSizeLimit(ProfileID, size: Int, limit: Int)
    /// A profile reached the alert level of its merges; at the limit nothing more merges with it.
    case profileNearMergeLimit(ProfileID, merges: Int, limit: Int)
    /// A value came to link too many unique ids and joins nothing any more.
    case valueBlocked(NodeID, IdentifierType)
}

/// Two identifiers that somebody named as one person, beyond travelling in one event.
public struct ExplicitJoin: Sendable, Equatable {
    /// Who names two identifiers as one person.
    public enum Origin: Sendable, CaseIterable {
        /// An operator: lifts the unique rule whatever the two are.
        case operatorAction
        /// An `alias` or `merge` call: lifts the unique rule when the two are unique ids themselves.
        case linkCall

        var authority: EdgeAuthority {
            switch self {
            case .operatorAction: .operatorAction
            case .linkCall: .linkCall
            }
        }
    }

    /// One of them.
    public var first: Identifier
    /// The other one.
    public var second: Identifier
    /// Who named them.
    public var origin: Origin

    /// A join of two identifiers on somebody's word.
    public init(_ first: Identifier, _ second: Identifier, by origin: Origin) {
        self.first = first
        self.second = second
        self.origin = origin
    }
}
