import Canonicalizer
import Crypto
import EventModel
import Glibc
import JSON
import Platform
import Storage

/// `bench FOLDER`: what the parts cost by themselves, on one thread.
@main
enum Bench {
    static func main() throws {
        let arguments = CommandLine.arguments
        if arguments.count == 3, arguments[1] == "--loop", let count = Int(arguments[2]) {
            try CanonicalizeBench().loop(count)
            return
        }
        if arguments.count == 4, arguments[1] == "--map", let count = Int(arguments[3]) {
            try PlatformBench().loop(arguments[2], count)
            return
        }
        if arguments.count == 5, arguments[1] == "--commit", let count = Int(arguments[3]),
            let groupSize = Int(arguments[4])
        {
            try CommitBench(folder: arguments[2]).loop(count, groupSize: groupSize)
            return
        }
        guard arguments.count == 2, !arguments[1].hasPrefix("-") else {
            print(
                """
                usage: bench FOLDER         (a folder for the store, made and left behind)
                       bench --loop COUNT   (canonicalizes COUNT times and prints nothing: for profilers)
                       bench --map PLATFORM COUNT   (maps a stored order for a platform, likewise)
                       bench --commit FOLDER COUNT GROUP   (commits COUNT events in groups, likewise)
                """)
            exit(2)
        }
        print("part                                              p50 us    p90 us   per second   yardsticks")
        try CanonicalizeBench().run()
        try PlatformBench().run()
        try StoreBench(folder: arguments[1]).run()
        try CommitBench(folder: arguments[1] + "-commit").run()
    }
}

/// Times of one repeated piece of work.
struct Samples {
    private var nanoseconds: [Double] = []

    /// Runs `work` in rounds of `roundSize` and keeps each round's average.
    static func measure(rounds: Int, roundSize: Int, _ work: (Int) throws -> Void) rethrows -> Samples {
        var samples = Samples()
        for round in 0..<rounds {
            let start = MonotonicTime.now
            for index in 0..<roundSize { try work(round * roundSize + index) }
            let elapsed = MonotonicTime.now.nanoseconds - start.nanoseconds
            samples.nanoseconds.append(Double(elapsed) / Double(roundSize))
        }
        samples.nanoseconds.sort()
        return samples
    }

    /// Runs several pieces of work in turn, so that whatever else the machine does meets all of them alike.
    ///
    /// - Returns: The samples of each piece, in order.
    static func measureInTurn(
        rounds: Int, roundSize: Int, _ works: [() throws -> Void]
    ) throws -> [Samples] {
        var samples = [Samples](repeating: Samples(), count: works.count)
        for _ in 0..<rounds {
            for (index, work) in works.enumerated() {
                let one = try measure(rounds: 1, roundSize: roundSize) { _ in try work() }
                samples[index].nanoseconds += one.nanoseconds
            }
        }
        for index in samples.indices { samples[index].nanoseconds.sort() }
        return samples
    }

    /// How many times as long as another piece of work, by the medians.
    func ratio(to other: Samples) -> Double { percentile(0.5) / other.percentile(0.5) }

    private func percentile(_ share: Double) -> Double {
        nanoseconds[min(nanoseconds.count - 1, Int(Double(nanoseconds.count) * share))]
    }

    /// Prints one line of the table, with how many yardsticks the work takes where it was measured beside one.
    func report(_ name: String, eventsPerCall: Int = 1, beside yardstick: Samples? = nil) {
        let median = percentile(0.5) / Double(eventsPerCall)
        let high = percentile(0.9) / Double(eventsPerCall)
        func cell(_ number: Double, _ width: Int, digits: Int) -> String {
            var text = digits == 0 ? String(Int(number)) : String(Double(Int(number * 100)) / 100)
            while text.utf8.count < width { text = " " + text }
            return text
        }
        var label = name
        while label.utf8.count < 46 { label += " " }
        print(
            label + cell(median / 1000, 10, digits: 2) + cell(high / 1000, 10, digits: 2)
                + cell(1_000_000_000 / median, 13, digits: 0)
                + (yardstick.map { cell(ratio(to: $0), 13, digits: 1) } ?? ""))
    }
}
