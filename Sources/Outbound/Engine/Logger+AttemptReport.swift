import EventModel
import Platform

extension Logger {
    /// One line for one attempt: a warning if it failed, else for debugging.
    func log(_ report: AttemptReport) {
        let delivery = report.outcome.delivery
        // A person's denial is no fault of anybody's.
        let isStopped = delivery.dropReason == .consent
        let isFailure = delivery.status != .delivered && !isStopped
        // The text is made only if it is written.
        guard level <= (isFailure ? .warning : .debug) else { return }
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
        ]
        if isFailure {
            warning("delivery attempt failed", fields)
        } else {
            debug(isStopped ? "delivery stopped" : "delivered", fields)
        }
    }
}
