/// What becomes of a request's events once it has been answered: pure.
///
/// Events are named by their place in the request.
struct AnsweredRequest: Equatable {
    /// How each event's attempt ended; nil if that was none, as it is sent again.
    private(set) var ends: [PartOutcome?]
    /// Events that are sent again at once, each group in a request of its own.
    private(set) var groups: [[Int]] = []
    /// Events that are sent again once there is another token.
    private(set) var unauthorized: [Int] = []

    /// Sorts the events of a request.
    ///
    /// - Parameters:
    ///   - outcomes: What the answer means for each.
    ///   - wasRenewed: Whether the token had been renewed for this request, so that it is not at fault.
    ///   - canRenew: Whether the destination has tokens that can be renewed.
    ///   - isUsedUp: Whether there is no more leniency for a doubtful answer to this request.
    init(
        _ outcomes: [PartOutcome], wasRenewed: Bool = false, canRenew: Bool = false,
        isUsedUp: (AttemptVerdict.Leniency) -> Bool = { _ in false }
    ) {
        ends = outcomes
        var apart: [Int] = []
        for (index, outcome) in outcomes.enumerated() {
            switch outcome.verdict {
            case .accepted, .transient, .throttled, .rejected, .gone, .refused: break
            case .apart: apart.append(index)
            case .unauthorized where canRenew && !wasRenewed:
                unauthorized.append(index)
                ends[index] = nil
            case .unauthorized: ends[index]?.verdict = .refused
            case .doubtful(let leniency): if isUsedUp(leniency) { ends[index]?.verdict = .refused }
            }
        }
        guard !apart.isEmpty else { return }
        if outcomes.count == 1 {
            // Nothing else was in the request that could be at fault.
            ends[0]?.verdict = .rejected
            return
        }
        for index in apart { ends[index] = nil }
        guard apart.count == outcomes.count else {
            groups = [apart]
            return
        }
        let half = (apart.count + 1) / 2
        groups = [Array(apart[..<half]), Array(apart[half...])]
    }

    /// The verdicts that count for the destination as a whole.
    func verdicts(of outcomes: [PartOutcome]) -> [AttemptVerdict] {
        zip(ends, outcomes).map { $0?.verdict ?? $1.verdict }
    }
}
