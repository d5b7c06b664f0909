import Testing

@testable import Inbound

@Suite struct HTTPConnectionPaceTests {
    private let limits = ConnectionPace.Limits(
        readTicks: 10, idleTicks: 50, writeTicks: 20, bytesMinimum: 100)

    /// The first tick, of the first 200, at which the connection is not kept.
    private func end(of pace: ConnectionPace, arriving bytes: (UInt32) -> Int = { _ in 0 }) -> (
        UInt32, ConnectionPace.Verdict
    )? {
        var pace = pace
        for tick in UInt32(1)...200 {
            let count = bytes(tick)
            if count > 0 { pace.received(count, at: tick) }
            let verdict = pace.verdict(at: tick, limits)
            if verdict != .keep { return (tick, verdict) }
        }
        return nil
    }

    @Test func closesAConnectionThatNeverBegins() throws {
        let (tick, verdict) = try #require(end(of: ConnectionPace(openedAt: 0)))
        #expect(tick == 10)
        #expect(verdict == .close)
    }

    @Test func timesOutARequestThatStalls() throws {
        let (tick, verdict) = try #require(end(of: ConnectionPace(openedAt: 0)) { $0 == 3 ? 60 : 0 })
        #expect(tick == 13)
        #expect(verdict == .timeOut)
    }

    @Test func timesOutATrickle() throws {
        // Nine bytes a tick are ninety a window, where a hundred are asked for.
        let (tick, verdict) = try #require(end(of: ConnectionPace(openedAt: 0)) { _ in 9 })
        #expect(tick == 11)
        #expect(verdict == .timeOut)
    }

    @Test func keepsASteadyUpload() {
        #expect(end(of: ConnectionPace(openedAt: 0)) { _ in 10 } == nil)
    }

    @Test func timesOutAnUploadThatBecomesATrickle() throws {
        let (tick, verdict) = try #require(end(of: ConnectionPace(openedAt: 0)) { $0 <= 20 ? 1000 : 1 })
        #expect(tick == 31)
        #expect(verdict == .timeOut)
    }

    @Test func restsBetweenRequestsForTheIdleTime() throws {
        var pace = ConnectionPace(openedAt: 0)
        pace.received(5, at: 0)
        pace.handedOver()
        pace.answered(unread: 0, at: 0)
        let (tick, verdict) = try #require(end(of: pace))
        #expect(tick == 50)
        #expect(verdict == .close)
    }

    @Test func beginsTheNextRequestWithWhatIsThere() throws {
        var pace = ConnectionPace(openedAt: 0)
        pace.received(500, at: 0)
        pace.handedOver()
        pace.answered(unread: 7, at: 0)
        let (tick, verdict) = try #require(end(of: pace))
        #expect(tick == 10)
        #expect(verdict == .timeOut)
    }

    @Test func theServersOwnTimeDoesNotCountAgainstTheClient() {
        var pace = ConnectionPace(openedAt: 0)
        pace.received(5, at: 0)
        pace.handedOver()
        #expect(end(of: pace) { _ in 1 } == nil)
    }

    @Test func closesOnAClientThatTakesNothingOfItsAnswer() throws {
        var pace = ConnectionPace(openedAt: 0)
        pace.received(5, at: 0)
        pace.handedOver()
        pace.sending(at: 0)
        let (tick, verdict) = try #require(end(of: pace) { _ in 1 })
        #expect(tick == 20)
        #expect(verdict == .close)
        // Every byte that it takes gives it the whole time again.
        pace.sending(at: 15)
        #expect(pace.verdict(at: 34, limits) == .keep)
        #expect(pace.verdict(at: 35, limits) == .close)
    }

    @Test func listensToARefusedClientForTheReadTimeAtMost() throws {
        var pace = ConnectionPace(openedAt: 0)
        pace.received(5, at: 0)
        pace.handedOver()
        pace.lingering(at: 0)
        let (tick, verdict) = try #require(end(of: pace) { _ in 1000 })
        #expect(tick == 10)
        #expect(verdict == .close)
    }

    @Test func survivesTheClocksWrap() {
        var pace = ConnectionPace(openedAt: .max - 3)
        #expect(pace.verdict(at: 5, limits) == .keep)
        #expect(pace.verdict(at: 6, limits) == .close)
    }
}
