public import EventModel
public import Platform

/// Gives every event its place in the order of commits.
///
/// A sequence is the time in milliseconds and a counter of 20 bits, and always greater than the one before: if the clock
/// goes back or more than a million events fall in one millisecond, the counter runs on. Belongs to the committer.
public struct SequenceClock: Sendable {
    private static let counterBitCount: UInt64 = 20

    /// The last sequence given.
    public private(set) var last: EventSequence?

    /// A clock that goes on behind `last`, the newest sequence in the store.
    public init(after last: EventSequence?) { self.last = last }

    /// The sequence of an event committed at `time`.
    public mutating func next(at time: Timestamp) -> EventSequence {
        let milliseconds = UInt64(clamping: time.milliseconds)
        let earliest = min(milliseconds, .max >> Self.counterBitCount) << Self.counterBitCount
        let next = EventSequence(max(earliest, last.map { $0.value + 1 } ?? 0))
        last = next
        return next
    }

    /// The smallest sequence that an event committed at `time` can have; zero for times before 1970.
    public static func first(at time: Timestamp) -> EventSequence {
        EventSequence(min(UInt64(clamping: time.milliseconds), .max >> counterBitCount) << counterBitCount)
    }

    /// The time that a sequence was made from; later than the clock's if the counter had to run on.
    public static func time(of sequence: EventSequence) -> Timestamp {
        Timestamp(milliseconds: Int64(sequence.value >> counterBitCount))
    }
}
