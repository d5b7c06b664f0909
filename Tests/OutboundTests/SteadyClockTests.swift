import Platform
import Testing

@testable import Outbound

@Suite struct SteadyClockTests {
    /// A clock behind a reference, as expectations take no mutating calls.
    private final class Clock {
        private var clock = SteadyClock()
        var shift: Duration { clock.shift }
        func reading(_ wall: Timestamp, _ monotonic: MonotonicTime) -> Timestamp { clock.reading(wall, monotonic) }
    }

    private let wall = Fixture.time
    private let monotonic = MonotonicTime(nanoseconds: 1_000_000_000_000)

    @Test func followsTheWallClock() {
        let clock = Clock()
        for second in 0..<100 {
            // Half a second a reading is how a clock is steered, not set.
            let time = wall + .milliseconds(second * 1500)
            #expect(clock.reading(time, monotonic + .seconds(second)) == time)
        }
    }

    @Test func neverGoesBackWithTheWallClock() {
        let clock = Clock()
        _ = clock.reading(wall, monotonic)
        let set = wall - .seconds(3600)
        #expect(clock.reading(set + .seconds(2), monotonic + .seconds(2)) == wall + .seconds(2))
        #expect(clock.shift == .seconds(3600))
        #expect(clock.reading(set + .seconds(60), monotonic + .seconds(60)) == wall + .seconds(60))
    }

    @Test func aClockThatIsSetRightAgainIsFollowedAgain() {
        let clock = Clock()
        _ = clock.reading(wall, monotonic)
        _ = clock.reading(wall - .seconds(3600), monotonic)
        #expect(clock.reading(wall + .seconds(5), monotonic + .seconds(5)) == wall + .seconds(5))
        #expect(clock.shift == .zero)
        // A jump forward by itself is believed.
        #expect(clock.reading(wall + .seconds(86_400), monotonic + .seconds(6)) == wall + .seconds(86_400))
    }
}

extension Timestamp {
    fileprivate static func - (time: Timestamp, duration: Duration) -> Timestamp { time + (.zero - duration) }
}
