/// What an answer means for one event, in the destination's own words.
public struct PartOutcome: Sendable, Equatable {
    /// What it means.
    public var verdict: AttemptVerdict
    /// The destination's words for ``Delivery/lastError``, without tokens and personal data; for an accepted event a
    /// warning, which is kept with the attempt.
    ///
    /// The engine writes the status before it: `400 [100/2804003] Event Timestamp Too Old`. Nil takes the beginning of
    /// the answer.
    public var message: String?

    /// An outcome; without a message the answer speaks for itself.
    public init(_ verdict: AttemptVerdict, _ message: String? = nil) {
        self.verdict = verdict
        self.message = message
    }
}
