public import EventModel

/// What became of one item of a request.
public struct AnswerItem: Sendable {
    /// The verdict on an item.
    ///
    /// Raw values are contracts.
    public enum Verdict: String, Sendable, CaseIterable {
        /// It is on disk.
        case accepted
        /// It was on disk before.
        case duplicate
        /// It is of a kind that is not taken, and the sender should not care.
        case ignored
        /// It cannot be taken.
        case rejected
    }

    /// The key by which a duplicate was found.
    ///
    /// Raw values are contracts.
    public enum MatchedKey: String, Sendable, CaseIterable {
        case messageID = "message_id"
        case eventID = "event_id"
    }

    /// The verdict.
    public var verdict: Verdict
    /// The sender's id of the message, if it has one that can be told.
    public var messageID: String?
    /// The id that every destination gets.
    public var eventID: String?
    /// The canonical name, `purchase`.
    public var canonicalEvent: String?
    /// How the item's identifiers met the graph.
    public var identityState: IdentityState?
    /// Whether some destination will get it; nil where the question does not arise.
    public var isDownstreamReady: Bool?
    /// For a duplicate, the `event_id` of the event that was there first.
    public var duplicateOf: String?
    /// For a duplicate, what it was recognised by.
    public var matchedKey: MatchedKey?
    /// Whether a duplicate says something else than the event that was there first.
    public var isConflict = false
    /// What the sender should know although the item was taken.
    public var notes = NoteList()
    /// Why the item was ignored or rejected.
    public var rejection: Rejection?

    /// An item with this verdict; the rest is empty.
    public init(_ verdict: Verdict, messageID: String? = nil) {
        self.verdict = verdict
        self.messageID = messageID
    }

    /// An item that was not taken: ignored if its kind is, else rejected.
    public init(_ rejection: Rejection, messageID: String? = nil) {
        self.init(rejection.isIgnored ? .ignored : .rejected, messageID: messageID)
        self.rejection = rejection
    }
}
