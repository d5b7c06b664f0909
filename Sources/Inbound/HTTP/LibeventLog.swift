import CEvent
import Platform

/// Where libevent's own warnings go: it knows one place for the whole process.
enum LibeventLog {
    /// Used from the first server on.
    static let logger = Guarded(Logger())

    /// Replaces libevent's own writing to standard error; done once.
    static let install: Void = {
        event_set_log_callback { severity, message in
            guard let message, severity >= EVENT_LOG_WARN else { return }
            LibeventLog.write(String(cString: message))
        }
    }()

    /// Writes a warning.
    static func write(_ text: String) {
        logger.withLock { $0 }.warning("libevent", ["detail": text])
    }
}
