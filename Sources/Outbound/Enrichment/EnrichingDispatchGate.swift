public import EventModel

/// Completes events with what is known of their persons, for the destinations that want it, after another gate has let
/// them pass (docs/adr/0021-enrichment.md).
///
/// An event whose person's data the destination may not see stays as it is. Reads nothing for other destinations.
public struct EnrichingDispatchGate: DispatchGate {
    private let gate: any DispatchGate
    private let destinations: Set<String>
    private let persons: any KnownPersonReader

    /// A gate.
    ///
    /// - Parameters:
    ///   - gate: Decides whether an event may be sent, and how much of it.
    ///   - destinations: Those that get completed events, by name.
    ///   - persons: What is known of people.
    public init(_ gate: any DispatchGate, destinations: Set<String>, persons: any KnownPersonReader) {
        self.gate = gate
        self.destinations = destinations
        self.persons = persons
    }

    /// What the other gate says, of an event with more of its person in it.
    public func check(
        _ view: EventView, of event: StoredEvent, for destination: String
    ) throws(StoreError) -> DispatchVerdict {
        let verdict = try gate.check(view, of: event, for: destination)
        guard destinations.contains(destination), case .send(let allowed) = verdict,
            !allowed.consentTransformation.contains(.stripUserData), let profile = view.profile,
            let person = try persons.person(of: profile, event.account)
        else { return verdict }
        return .send(allowed.completed(with: person))
    }
}
