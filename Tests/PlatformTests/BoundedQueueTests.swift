import Platform
import Testing

@Suite struct BoundedQueueTests {
    @Test func takesEverythingThatWaitsInOrder() {
        let queue = BoundedQueue<Int>(weightLimit: 10)
        for number in 1...3 { #expect(queue.put(number, weight: 1) == .accepted) }
        var taken: [Int] = []
        #expect(queue.takeAll(into: &taken))
        #expect(taken == [1, 2, 3])
    }

    @Test func isFullUntilWeightIsReleased() {
        let queue = BoundedQueue<Int>(weightLimit: 10)
        #expect(queue.put(1, weight: 6) == .accepted)
        #expect(queue.put(2, weight: 5) == .full)
        var taken: [Int] = []
        _ = queue.takeAll(into: &taken)
        #expect(queue.put(3, weight: 5) == .full, "taking does not release")
        queue.release(weight: 6)
        #expect(queue.put(4, weight: 5) == .accepted)
        #expect(queue.weight == 5)
    }

    @Test func anEmptyQueueTakesOneOfAnyWeight() {
        let queue = BoundedQueue<Int>(weightLimit: 10)
        #expect(queue.put(1, weight: 1000) == .accepted)
        #expect(queue.put(2, weight: 1) == .full)
    }

    @Test func closedRefusesButGivesWhatWaits() {
        let queue = BoundedQueue<Int>(weightLimit: 10)
        _ = queue.put(1, weight: 1)
        queue.close()
        #expect(queue.put(2, weight: 1) == .closed)
        var taken: [Int] = []
        #expect(queue.takeAll(into: &taken))
        #expect(taken == [1])
        taken = []
        #expect(!queue.takeAll(into: &taken))
    }

    @Test func losesAndDoublesNothingBetweenThreads() {
        let queue = BoundedQueue<Int>(weightLimit: .max)
        let writers = (0..<4).map { writer in
            DedicatedThread(name: "writer") {
                for number in 0..<5000 { _ = queue.put(writer * 5000 + number, weight: 1) }
            }
        }
        let received = Guarded<[Int]>([])
        let reader = DedicatedThread(name: "reader") {
            var taken: [Int] = []
            while queue.takeAll(into: &taken) {
                received.withLock { $0 += taken }
                taken.removeAll(keepingCapacity: true)
            }
        }
        for writer in writers { writer.join() }
        queue.close()
        reader.join()
        let numbers = received.withLock { $0 }
        #expect(numbers.sorted() == Array(0..<20_000))
        for writer in 0..<4 {
            let own = numbers.filter { $0 / 5000 == writer }
            #expect(own == own.sorted(), "each writer's own order is kept")
        }
    }
}
