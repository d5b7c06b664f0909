public import EventModel
import JSON
public import Platform

/// Shows what a destination would be sent for an event, without store and network.
///
/// Belongs to one thread.
public final class DestinationPreview {
    /// What would happen.
    public enum Outcome: Sendable, Equatable {
        /// This request would be sent, its secrets still in it.
        case request(OutboundRequest)
        /// Nothing would be sent; why.
        case skipped(String)
    }

    /// Which gates an event has to pass.
    public enum Gates: Sendable {
        /// All of a configured destination.
        case all(RouteRule, EventCatalog)
        /// Consent alone, for trying a mapping: a denial counts, silence does not.
        case consent(ConsentPolicy)
    }

    private let destination: any Destination
    private let gates: Gates
    private let reader = EventViewReader()

    /// A preview of one destination.
    public init(_ destination: any Destination, gates: Gates) {
        self.destination = destination
        self.gates = gates
    }

    /// What would happen to an event.
    ///
    /// - Parameters:
    ///   - canonical: The canonical event as the store would have it.
    ///   - decisions: The decisions that the store would have; empty for none.
    ///   - subject: What the router looks at.
    ///   - time: The time of day.
    /// - Returns: The request that would be sent, or why none would.
    public func outcome(
        of canonical: [UInt8], decisions: [UInt8] = [], subject: RouteSubject, at time: Timestamp
    ) -> Outcome {
        let finding: ConsentFinding?
        switch gates {
        case .all(let rule, let catalog):
            guard let verdict = Router([rule], catalog: catalog).verdicts(for: subject).first else {
                return .skipped("there is no destination")
            }
            if let refusal = verdict.refusal { return .skipped(refusal) }
            finding = verdict.consent
        case .consent(let policy):
            let decision = ConsentDecision(policy, subject.consent)
            if let refusal = decision.refusal { return .skipped(refusal.text) }
            finding = decision.finding
        }
        let event = StoredEvent(
            account: AccountNumber(0), sequence: EventSequence(0), canonical: canonical, decisions: decisions)
        guard let whole = try? reader.view(of: event), let view = whole.transformed(by: finding?.transformation ?? [])
        else { return .skipped("the event is no JSON") }
        switch destination.prepare(view, at: time) {
        case .send(let request):
            guard let batch = destination as? any BatchDestination else { return .request(request) }
            return .request(batch.joined([request], at: time))
        case .drop(let reason, let message): return .skipped("\(reason.rawValue): \(message)")
        case .renderFailed(let failure): return .skipped("render_failed: \(failure.message)")
        }
    }
}
