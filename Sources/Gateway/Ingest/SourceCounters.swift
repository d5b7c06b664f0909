import EventModel
import Platform

/// What is counted for one source by itself.
struct SourceTally: Sendable, Equatable {
    /// Items answered as ignored, by code.
    private(set) var ignored: [Rejection.Code: UInt64] = [:]
    /// Track calls that no name of the registry fits.
    private(set) var unmapped: UInt64 = 0

    /// Whether there is nothing to add.
    var isEmpty: Bool { unmapped == 0 && ignored.isEmpty }

    /// Counts an item that was answered as ignored.
    mutating func countIgnored(_ code: Rejection.Code) { ignored[code, default: 0] += 1 }

    /// Counts a track call that no name of the registry fits.
    mutating func countUnmapped() { unmapped += 1 }

    /// Adds what another tally has.
    mutating func add(_ other: SourceTally) {
        ignored.merge(other.ignored, uniquingKeysWith: +)
        unmapped += other.unmapped
    }
}

/// Tallies by the configured name of a source; safe on any thread, locked once a request that has something to add.
final class SourceCounters: Sendable {
    private let tallies = Guarded<[String: SourceTally]>([:])

    /// Adds one request's tally.
    func add(_ tally: SourceTally, of source: String) {
        if tally.isEmpty { return }
        tallies.withLock { $0[source, default: SourceTally()].add(tally) }
    }

    /// The tallies so far.
    var snapshot: [String: SourceTally] { tallies.withLock { $0 } }
}
