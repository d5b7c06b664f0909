import Glibc

/// Tells work that grows with the square of its input from work that grows with its input.
///
/// CONTRIBUTING has tests never assert by time. This is the one exception, because nothing else sees a loop within a loop
/// in code that has no seam to count at, and a request that holds an event loop for minutes is an outage. So that it does
/// not flake on a loaded machine: it is the thread's own CPU time, the best of up to five runs, never an absolute limit
/// but a ratio of two sizes measured in turn, and the limit lies by a factor of more than two from what must pass (8) and
/// from what must fail (64).
public enum Growth {
    /// How many times as large the second input is.
    public static let factor = 8
    /// How many times the work of the first it may cost.
    private static let ratioLimit: Double = 24
    /// What costs less than this is not looked at further: it is too little to hold anything up, or to measure.
    private static let floorNanoseconds: Double = 3_000_000
    private static let attemptLimit = 5

    /// Runs work on an input of eight times a size, and if that costs anything, on one of the size itself.
    ///
    /// - Parameters:
    ///   - size: The smaller size.
    ///   - work: What is to be done with an input of the size that it is given; it makes the input before `measure` and
    ///     runs on the calling thread.
    /// - Returns: Nil if the work grows as its input does; else how much it grew, in words.
    public static func fault(from size: Int, _ work: (_ size: Int, _ measure: Measure) throws -> Void) rethrows
        -> String?
    {
        var small = Double.infinity
        var large = Double.infinity
        for _ in 0..<attemptLimit {
            large = min(large, try cost(of: size * factor, work))
            if large < floorNanoseconds { return nil }
            small = min(small, try cost(of: size, work))
            if large <= small * ratioLimit { return nil }
        }
        return "\(factor) times the input cost \(Int((large / small).rounded())) times the work, "
            + "\(Int(large / 1_000_000)) ms of it"
    }

    /// Runs a part of the work and counts what it costs.
    public final class Measure {
        fileprivate var nanoseconds: Double = 0

        /// Runs the part that counts.
        public func callAsFunction<Result>(_ part: () throws -> Result) rethrows -> Result {
            let start = Growth.threadTime
            defer { nanoseconds += Growth.threadTime - start }
            return try part()
        }
    }

    private static func cost(of size: Int, _ work: (Int, Measure) throws -> Void) rethrows -> Double {
        let measure = Measure()
        try work(size, measure)
        return measure.nanoseconds
    }

    /// The CPU time of this thread in nanoseconds.
    private static var threadTime: Double {
        var time = timespec()
        let result = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        precondition(result == 0, "the kernel has no CPU clock of a thread")
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
