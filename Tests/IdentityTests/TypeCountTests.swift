import EventModel
import Platform
import Testing

@testable import Identity

@Suite struct TypeCountTests {
    private typealias TypeCount = IdentityNode.TypeCount

    /// Days since 1970, and the periods of nine days that they lie in.
    @Test(arguments: [(-10, -2), (-9, -1), (-1, -1), (0, 0), (8, 0), (9, 1), (20_454, 2272)])
    func aPeriodIsNineDays(day: Int64, period: Int64) {
        #expect(TypeCount.period(of: Timestamp(seconds: day * 86_400)) == period)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func sumsAreTheSameInAnyOrder(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let types: [IdentifierType] = [.email, .external("a"), .external("b"), .anonymousID, .fbp]
        let make = Namespace()
        var nodes = (0..<30).map { index in
            let day = Int64.random(in: 20_000..<20_300, using: &random)
            return IdentityNode(
                make(types[index % types.count], "\(index)"), firstSeen: Timestamp(seconds: day * 86_400),
                firstEvent: EventSequence(1))
        }
        var sums: [[TypeCount]] = []
        for _ in 0..<2 {
            var rest = nodes
            while rest.count > 1 {
                let other = rest.remove(at: Int.random(in: 1..<rest.count, using: &random))
                rest[0].addCounts(of: other, periodCount: 10)
                rest.shuffle(using: &random)
            }
            sums.append(rest[0].typeCounts)
            nodes.reverse()
        }
        #expect(sums[0] == sums[1])
        #expect(sums[0].reduce(0) { $0 + $1.total } == 30)
        #expect(sums[0].allSatisfy { $0.recent.count <= 10 && $0.recent.last != 0 })
        #expect(zip(sums[0], sums[0].dropFirst()).allSatisfy { $0.type.precedes($1.type) })
    }

    @Test func countsOnlyTheWindow() {
        var count = TypeCount(type: .fbp, total: 6, recent: [1, 2, 3], newestPeriod: 100)
        #expect([98, 99, 100, 101].map { count.counted(since: $0) } == [6, 3, 1, 0])
        #expect(count.counted(since: .min + 1000) == 6)
        count.add(TypeCount(type: .fbp, total: 1, recent: [1], newestPeriod: 500), periodCount: 10)
        #expect(count == TypeCount(type: .fbp, total: 7, recent: [1], newestPeriod: 500))
        count.add(TypeCount(type: .fbp, total: 1, recent: [1], newestPeriod: 3), periodCount: 10)
        #expect(count == TypeCount(type: .fbp, total: 8, recent: [1], newestPeriod: 500))
    }

    @Test func aPeriodThatOverflowsStaysFull() {
        var count = TypeCount(type: .fbp, total: 65_535, recent: [.max], newestPeriod: 1)
        count.add(TypeCount(type: .fbp, total: 1, recent: [1], newestPeriod: 1), periodCount: 10)
        #expect(count.recent == [.max])
        #expect(count.total == 65_536)
    }

    @Test func typesComeInTheOrderOfTrust() {
        let types = (IdentifierType.fixed + [.external("b"), .external("a")]).shuffled()
        #expect(types.sorted { $0.precedes($1) } == types.sorted())
    }
}
