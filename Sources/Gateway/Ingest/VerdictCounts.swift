import Inbound
import Platform
import Synchronization

/// How many items of one source had which verdict; safe on any thread, without a lock.
final class VerdictCounts: Sendable {
    private let accepted = Atomic<UInt64>(0)
    private let duplicate = Atomic<UInt64>(0)
    private let ignored = Atomic<UInt64>(0)
    private let rejected = Atomic<UInt64>(0)

    /// Counts the items of one answer.
    func add(_ items: [AnswerItem]) {
        var sums: (accepted: UInt64, duplicate: UInt64, ignored: UInt64, rejected: UInt64) = (0, 0, 0, 0)
        for item in items {
            switch item.verdict {
            case .accepted: sums.accepted += 1
            case .duplicate: sums.duplicate += 1
            case .ignored: sums.ignored += 1
            case .rejected: sums.rejected += 1
            }
        }
        if sums.accepted > 0 { accepted.add(sums.accepted, ordering: .relaxed) }
        if sums.duplicate > 0 { duplicate.add(sums.duplicate, ordering: .relaxed) }
        if sums.ignored > 0 { ignored.add(sums.ignored, ordering: .relaxed) }
        if sums.rejected > 0 { rejected.add(sums.rejected, ordering: .relaxed) }
    }

    /// The count of a verdict so far.
    subscript(verdict: AnswerItem.Verdict) -> UInt64 {
        switch verdict {
        case .accepted: accepted.load(ordering: .relaxed)
        case .duplicate: duplicate.load(ordering: .relaxed)
        case .ignored: ignored.load(ordering: .relaxed)
        case .rejected: rejected.load(ordering: .relaxed)
        }
    }

    /// Items that were events, known or new: what tells that a source sends.
    var eventCount: UInt64 { self[.accepted] + self[.duplicate] }
}

/// The verdict counts of all sources by their configured names; a source keeps its counts across reloads.
final class VerdictCounters: Sendable {
    private let counts = Guarded<[String: VerdictCounts]>([:])

    /// The counts of a source, new or known; to be kept by whoever counts often.
    func counts(of source: String) -> VerdictCounts {
        counts.withLock { counts in
            if let known = counts[source] { return known }
            let new = VerdictCounts()
            counts[source] = new
            return new
        }
    }

    /// All sources that ever were, by name.
    var all: [String: VerdictCounts] { counts.withLock { $0 } }
}
