import Platform

/// The wall clock without its jumps backwards, for deciding what is due.
///
/// Pure: it is told both clocks. When the wall clock is set back, deliveries that were to be tried in two seconds would
/// otherwise wait as long as the clock was set back by. The difference is given up again when the clock is set forward.
/// It is not kept across restarts.
struct SteadyClock {
    /// By how much what is due runs ahead of the wall clock.
    private(set) var shift = Duration.zero
    private var last: (wall: Timestamp, monotonic: MonotonicTime)?

    /// Less is no jump: clocks are steered by as much.
    private static let jump = Duration.seconds(1)

    /// Takes a reading and returns the time that counts for what is due.
    mutating func reading(_ wall: Timestamp, _ monotonic: MonotonicTime) -> Timestamp {
        if let last {
            let difference = (wall - last.wall) - (monotonic - last.monotonic)
            if wall < last.wall, difference < .zero - Self.jump {
                shift += .zero - difference
            } else if difference > Self.jump {
                shift -= min(shift, difference)
            }
        }
        last = (wall, monotonic)
        return wall + shift
    }
}
