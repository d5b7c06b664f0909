import EventModel
import Glibc
import Outbound
import Platform
import Storage

/// Looks at the gateway every few seconds, keeps the alerts, and has messages about them sent: a thread of its own that
/// touches neither the store nor the network, so that it goes on when those do not.
final class AlertService: Sendable {
    /// What the thread is made of.
    struct Parts: Sendable {
        /// How everything stands now; must not wait.
        var sample: @Sendable () -> AlertSample
        /// The settings in force.
        var settings: @Sendable () -> AlertsConfiguration
        var monitor: StoreMonitor
        var sender: AlertSender
        /// Told every few seconds, whether alerts are on or not.
        var onLook: @Sendable () -> Void = {}
        var logger: Logger
    }

    private struct Mail: Sendable {
        var ends: [(message: AlertPlanner.Message, failure: String?)] = []
        var isStopped = false
    }

    private let parts: Parts
    private let mail = Guarded(Mail())
    private let wake = WakeDescriptor()
    private let thread = Guarded<DedicatedThread?>(nil)
    private let published = Guarded(AlertFigures())
    private let earlier: AlertMemory

    /// A service that has not started.
    ///
    /// - Parameters:
    ///   - parts: What it works with.
    ///   - earlier: What an earlier process left.
    init(_ parts: Parts, earlier: AlertMemory) {
        self.parts = parts
        self.earlier = earlier
    }

    /// How many alerts and messages there were; never waits.
    var figures: AlertFigures { published.withLock { $0 } }

    /// Starts the thread.
    func start() {
        thread.withLock { thread in
            thread = DedicatedThread(name: "alerts") { [self] in run() }
        }
    }

    /// Has stored what was learned, gives up messages under way, and ends the thread.
    ///
    /// What they would have told is told by the next process.
    func stop() {
        mail.withLock { $0.isStopped = true }
        wake.wake()
        thread.withLock { $0 }?.join()
        parts.sender.stop()
    }

    // MARK: - The thread

    private func run() {
        var book = AlertBook(earlier)
        var nextLook = MonotonicTime.now
        var watched = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let mail = mail.withLock { mail in
                defer { mail.ends = [] }
                return mail
            }
            let settings = parts.settings()
            for (message, failure) in mail.ends { finish(message, failure, &book) }
            if mail.isStopped {
                parts.monitor.write(book.changesAtEnd)
                return
            }
            if nextLook <= .now {
                nextLook = .now + settings.interval
                look(settings, &book)
            }
            published.withLock { [figures = book.figures] in $0 = figures }
            let wait = max(.zero, nextLook - .now).wholeMilliseconds + 1
            poll(&watched, 1, Int32(clamping: wait))
            wake.drain()
        }
    }

    private func look(_ settings: AlertsConfiguration, _ book: inout AlertBook) {
        parts.monitor.measure()
        parts.onLook()
        let sample = parts.sample()
        for action in book.take(sample, settings) { log(action) }
        parts.monitor.write(book.takeChanges())
        for message in book.messages(settings, at: sample.time) { send(message, settings, at: sample.time) }
    }

    private func send(_ message: AlertPlanner.Message, _ settings: AlertsConfiguration, at time: Timestamp) {
        let whole = AlertMessage(message: message, time: time, host: HostIdentity.name)
        parts.sender.send(whole, settings) { [mail, wake] failure in
            mail.withLock { $0.ends.append((message, failure)) }
            wake.wake()
        }
    }

    private func finish(_ message: AlertPlanner.Message, _ failure: String?, _ book: inout AlertBook) {
        if let failure {
            parts.logger.warning(
                "a message about alerts was not sent and will be tried again",
                ["channel": message.channel, "alerts": String(message.items.count), "error": failure])
        }
        book.finish(message, isSuccess: failure == nil, at: parts.sample().time)
        parts.monitor.write(book.takeChanges())
    }

    private func log(_ action: AlertAction) {
        switch action {
        case .opened(let alert):
            parts.logger.warning(
                "alert opened",
                [
                    "id": alert.id.description, "kind": alert.key.kind.rawValue, "subject": alert.key.subject,
                    "since": alert.since.rfc3339, "summary": alert.summary,
                ])
        case .cleared(let alert):
            parts.logger.info(
                "alert cleared",
                [
                    "id": alert.id.description, "kind": alert.key.kind.rawValue, "subject": alert.key.subject,
                    "opened_at": alert.openedAt.rfc3339, "note": alert.clearNote ?? "",
                ])
        case .updated, .learned: break
        }
    }
}

/// The name of the machine, for messages.
enum HostIdentity {
    /// What the machine calls itself; `gateway` if that cannot be found out.
    static let name: String = {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "gateway" }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? "gateway" : text
    }()
}
