public import EventModel

/// Looks at a delivery once more right before an attempt.
///
/// Asked by the engine's thread for every attempt: the first, retries and replays.
public protocol DispatchGate: Sendable {
    /// Whether an event may still be sent to a destination.
    ///
    /// - Parameters:
    ///   - view: The event as it was read; see ``EventView`` for how long it is valid.
    ///   - event: The event as stored.
    ///   - destination: The destination's configured name.
    /// - Returns: What the destination may see, or why it gets nothing.
    /// - Throws: ``StoreError`` if the store cannot be read; the delivery then waits.
    func check(
        _ view: EventView, of event: StoredEvent, for destination: String
    ) throws(StoreError) -> DispatchVerdict
}

/// What a gate says about one attempt.
public enum DispatchVerdict {
    /// The destination may see this much of the event.
    case send(EventView)
    /// Given up for this reason, in these words.
    case drop(DropReason, String)
}

/// A gate that lets everything pass.
public struct OpenDispatchGate: DispatchGate {
    /// The gate.
    public init() {}

    /// Lets the whole event pass.
    public func check(
        _ view: EventView, of event: StoredEvent, for destination: String
    ) throws(StoreError) -> DispatchVerdict { .send(view) }
}

/// Evaluates consent at dispatch time, so that a denial that comes before a queued delivery is sent wins (reference
/// inbound, 7.4).
///
/// Reads nothing for destinations that demand no consent. Destinations that decide as a vendor does are let pass: what
/// the vendors look at is the event alone, and that was decided when it was committed.
public struct ConsentDispatchGate: DispatchGate {
    private let policies: [String: ConsentPolicy]
    private let profiles: any ProfileConsentReader

    /// A gate.
    ///
    /// - Parameters:
    ///   - policies: What destinations demand, by name; others demand nothing.
    ///   - profiles: What people said.
    public init(policies: [String: ConsentPolicy], profiles: any ProfileConsentReader) {
        self.policies = policies.filter { $0.value.readsStoredConsent }
        self.profiles = profiles
    }

    /// Decides with what the event says and what its person has said until now.
    public func check(
        _ view: EventView, of event: StoredEvent, for destination: String
    ) throws(StoreError) -> DispatchVerdict {
        guard let policy = policies[destination] else { return .send(view) }
        guard let state = view.consent, let occurredAt = view.occurredAt else {
            return .drop(.consent, "the event's record does not say what consent it had")
        }
        var facts = ConsentFacts(state: state, country: view.country, occurredAt: occurredAt)
        if let profile = view.profile { facts.stored = try profiles.consent(of: profile, event.account) }
        let decision = ConsentDecision(policy, facts)
        if let refusal = decision.refusal { return .drop(.consent, Self.words(refusal, decision.finding)) }
        guard let allowed = view.transformed(by: decision.finding.transformation) else {
            return .drop(.renderFailed, "the event cannot be shown without the person's data")
        }
        return .send(allowed)
    }

    /// The reason, and for purposes who said so.
    private static func words(_ refusal: ConsentRefusal, _ finding: ConsentFinding) -> String {
        guard case .denied(let purpose) = refusal,
            let answer = finding.answers.first(where: { $0.purpose == purpose }), answer.origin == .profile
        else { return refusal.text }
        return refusal.text + " (said after the event, or without it)"
    }
}
