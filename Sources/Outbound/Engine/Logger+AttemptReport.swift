import EventModel
import Platform

extension Logger {
    /// One line for one attempt: a warning if it failed, else for debugging.
    ///
    /// `lines` says which failures are told; the next one that is says how many were not.
    func log(_ report: AttemptReport, _ lines: LineLimiter) {
        let delivery = report.outcome.delivery
        // A person's denial is no fault of anybody's.
        let isStopped = delivery.dropReason == .consent
        let isFailure = delivery.status != .delivered && !isStopped
        // The text is made only if it is written.
        guard level <= (isFailure ? .warning : .debug) else { return }
        var leftOut: UInt64 = 0
        if isFailure {
            guard let count = lines.admit() else { return }
            leftOut = count
        }
        let fields: KeyValuePairs = [
            "destination": delivery.destination,
            "account": String(delivery.account.value),
            "sequence": String(delivery.sequence.value),
            "status": delivery.status.rawValue,
            "outcome": report.label,
            "attempt": String(delivery.attemptCount),
            "duration_ms": String(report.outcome.attempt?.durationMilliseconds ?? 0),
            "reason": delivery.dropReason?.rawValue ?? "",
            "error": report.logMessage ?? "",
            "next_attempt_at": delivery.nextAttemptAt?.rfc3339 ?? "",
            "left_out": String(leftOut),
        ]
        if isFailure {
            warning("delivery attempt failed", fields)
        } else {
            debug(isStopped ? "delivery stopped" : "delivered", fields)
        }
    }
}
