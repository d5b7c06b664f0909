import Platform
import Testing

@Suite struct HistogramTests {
    @Test func valuesAreInTheBucketWhoseBoundTheyDoNotExceed() {
        var histogram = Histogram(HistogramBuckets([1, 10, 100]))
        for value: UInt64 in [0, 1, 2, 10, 11, 100, 101, 5000] { histogram.observe(value) }
        #expect(histogram.counts == [2, 2, 2, 2])
        #expect(histogram.count == 8)
        #expect(histogram.sum == 5225)
        histogram += histogram
        #expect(histogram.counts == [4, 4, 4, 4])
    }

    @Test func boundsAscend() {
        for buckets in [HistogramBuckets.step, .wait, .count] {
            #expect(zip(buckets.bounds, buckets.bounds.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test func severalThreadsFillOneHistogram() {
        let histogram = AtomicHistogram(.count)
        let threads = (0..<4).map { _ in
            DedicatedThread(name: "filler") { for value: UInt64 in 1...10_000 { histogram.observe(value % 16) } }
        }
        for thread in threads { thread.join() }
        let snapshot = histogram.snapshot
        #expect(snapshot.count == 40_000)
        #expect(snapshot.sum == 300_000)
        #expect(snapshot.counts.reduce(0, +) == 40_000)
    }

    @Test func aNegativeDurationCountsAsNone() {
        var histogram = Histogram(.step)
        histogram.observe(.seconds(-1))
        #expect(histogram.sum == 0 && histogram.counts[0] == 1)
    }
}

@Suite struct LineLimiterTests {
    private func time(_ seconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: (seconds + 1) * 1_000_000_000) }

    @Test func aPeriodHasSoManyLinesAndTheNextOneSaysHowManyWereLeftOut() {
        let limiter = LineLimiter(lines: 2, every: .seconds(10))
        #expect((0..<5).map { _ in limiter.admit(at: time(0)) } == [0, 0, nil, nil, nil])
        #expect(limiter.takeRest(at: time(9)) == nil)
        #expect(limiter.admit(at: time(10)) == 3)
        #expect(limiter.admit(at: time(11)) == 0)
        #expect(limiter.admit(at: time(12)) == nil)
        #expect(limiter.takeRest(at: time(20)) == 1)
        #expect(limiter.takeRest(at: time(30)) == nil)
    }

    @Test func manyThreadsLoseNoCount() {
        let limiter = LineLimiter(lines: 1, every: .seconds(3600))
        let told = Guarded<UInt64>(0)
        let threads = (0..<4).map { _ in
            DedicatedThread(name: "talker") {
                for _ in 0..<1000 {
                    if let count = limiter.admit(at: MonotonicTime(nanoseconds: 1)) {
                        told.withLock { $0 += count + 1 }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        let rest = limiter.takeRest(at: .distantFuture) ?? 0
        #expect(told.withLock { $0 } + rest == 4000)
    }
}
