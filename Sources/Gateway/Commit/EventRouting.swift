import EventModel
import Identity
import JSON
import Outbound

/// Finds an event's segments and asks the router, with as much of the event as the configuration looks at.
///
/// Belongs to the committer's thread. Where no filter and no segment looks at values, an event is not read at all.
final class EventRouting {
    private let reader = EventViewReader()

    /// The names of the event's segments, nil if nobody asks for any, and one verdict a destination.
    ///
    /// - Parameters:
    ///   - subject: What routing knows of the event.
    ///   - canonical: The canonical event as it will be stored.
    ///   - identity: What the identity graph decided.
    ///   - sequence: The event's place in the order of commits.
    ///   - settings: The configuration's part.
    /// - Returns: What is kept with the event.
    /// - Throws: ``StoreError`` if the event is no JSON, which one of ours never is.
    func decide(
        _ subject: RouteSubject, canonical: [UInt8], identity: IdentityOutcome, _ sequence: EventSequence,
        _ settings: CommitSettings
    ) throws(StoreError) -> (segments: [String]?, routes: [RouteVerdict]) {
        let router = settings.router
        let findsSegments = router.readsSegments || !settings.segments.isEmpty
        guard findsSegments || router.readsValues else { return (nil, router.verdicts(for: subject)) }
        let readsIdentity = router.readsIdentity || settings.segments.readsIdentity
        let decisions = readsIdentity ? Decisions(sequence: sequence, identity: identity, routes: []).json : []
        // The account does not matter to a view.
        let event = StoredEvent(
            account: AccountNumber(0), sequence: sequence, canonical: canonical, decisions: decisions)
        do {
            let view = try reader.view(of: event)
            guard findsSegments else { return (nil, router.verdicts(for: subject, event: view)) }
            var subject = subject
            subject.segments = settings.segments.segments(of: view)
            return (subject.segments, router.verdicts(for: subject, event: view))
        } catch {
            throw StoreError(.corrupt, "the canonical event \(sequence.value) is not JSON: \(error.message)")
        }
    }
}
