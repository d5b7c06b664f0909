import Inbound
import Platform

/// How many items had which verdict, and how many requests were refused and why; for `/metrics`.
final class IngestCounters: Sendable {
    /// The counts at one moment.
    struct Snapshot: Sendable {
        var items: [AnswerItem.Verdict: UInt64] = [:]
        var refusals: [RequestFault.Code: UInt64] = [:]
        var retries: [RetryingSDK: UInt64] = [:]
    }

    private let counts = Guarded(Snapshot())
    /// What is counted for each source by itself.
    let sources = SourceCounters()

    /// Counts one item of an answered request.
    func count(_ verdict: AnswerItem.Verdict) { counts.withLock { $0.items[verdict, default: 0] += 1 } }

    /// Counts a request that was refused as a whole.
    func countRefusal(_ code: RequestFault.Code) { counts.withLock { $0.refusals[code, default: 0] += 1 } }

    /// Counts a request that its SDK says it sends again.
    func countRetry(by sdk: RetryingSDK) { counts.withLock { $0.retries[sdk, default: 0] += 1 } }

    /// The counts so far.
    var snapshot: Snapshot { counts.withLock { $0 } }
}
