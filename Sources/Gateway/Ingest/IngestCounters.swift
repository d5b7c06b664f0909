import Inbound
import Platform

/// How many items had which verdict, and how many requests were refused and why; for `/metrics` and alerts.
final class IngestCounters: Sendable {
    /// The counts at one moment.
    struct Snapshot: Sendable {
        var refusals: [RequestFault.Code: UInt64] = [:]
        var retries: [RetryingSDK: UInt64] = [:]
    }

    private let counts = Guarded(Snapshot())
    /// What is counted for each source by itself.
    let sources = SourceCounters()
    /// How many items of each source had which verdict.
    let verdicts = VerdictCounters()

    /// Counts a request that was refused as a whole.
    func countRefusal(_ code: RequestFault.Code) { counts.withLock { $0.refusals[code, default: 0] += 1 } }

    /// Counts a request that its SDK says it sends again.
    func countRetry(by sdk: RetryingSDK) { counts.withLock { $0.retries[sdk, default: 0] += 1 } }

    /// The counts so far.
    var snapshot: Snapshot { counts.withLock { $0 } }
}
