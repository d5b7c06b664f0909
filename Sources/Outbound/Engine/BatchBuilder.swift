import Platform

/// Puts parts together up to a destination's limits.
///
/// Pure: it is told the time.
struct BatchBuilder {
    /// One event on its way into a request.
    struct Part {
        let start: AttemptReport.Start
        let request: OutboundRequest
    }

    private let limits: BatchLimits
    private(set) var parts: [Part] = []
    private var byteCount = 0
    private var openedAt: MonotonicTime?

    init(_ limits: BatchLimits) { self.limits = limits }

    var isEmpty: Bool { parts.isEmpty }

    /// Whether a part has to wait for the next request.
    func mustCloseBefore(_ request: OutboundRequest) -> Bool {
        guard let first = parts.first?.request else { return false }
        return byteCount + request.body.count > limits.byteCount || first.url != request.url
            || first.method != request.method || first.batchKey != request.batchKey
    }

    /// Adds a part; true if nothing more fits.
    mutating func add(_ part: Part, at now: MonotonicTime, countLimit: Int = .max) -> Bool {
        if parts.isEmpty { openedAt = now }
        parts.append(part)
        byteCount += part.request.body.count
        return parts.count >= min(max(1, limits.count), countLimit) || byteCount >= limits.byteCount
    }

    /// When the parts are sent though there is room; nil if there are none.
    var closesAt: MonotonicTime? { openedAt.map { $0 + limits.age } }

    /// Takes all parts.
    mutating func take() -> [Part] {
        defer {
            parts = []
            byteCount = 0
            openedAt = nil
        }
        return parts
    }
}
