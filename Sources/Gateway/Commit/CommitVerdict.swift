import EventModel
import Inbound

/// What the committer decided about one event; the answer's item is made from it.
enum CommitVerdict: Sendable {
    /// New: stored, and queued for `destinationCount` destinations.
    case accepted(identity: IdentityState, destinationCount: Int)
    /// Known: not stored again.
    case duplicate(Duplicate)
    /// About somebody whose data was erased: not stored.
    case erased

    /// What is said of a repeated event.
    struct Duplicate: Sendable {
        var matchedKey: AnswerItem.MatchedKey
        /// The first event's `event_id`, which destinations were sent.
        var eventID: String
        /// Whether the first event's content was another.
        var isConflict: Bool
        /// The names of the fields that differ, at most 20.
        var differingFields: [String] = []
        /// Notes beyond those of the event.
        var notes: [Note] = []
    }
}
