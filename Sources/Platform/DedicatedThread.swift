import CPlatform
import Glibc

/// One operating-system thread that runs one closure to its end.
///
/// Blocking C code lives on these, never on Swift's cooperative pool. Whoever starts a thread joins it.
public final class DedicatedThread: @unchecked Sendable {
    // @unchecked: `handle` is written once, in `init`, before anybody else can see the object.
    private var handle = pthread_t()
    private let joined = Guarded(false)

    /// How the scheduler weighs a thread against the others of the process.
    public enum Priority: Int32, Sendable {
        case normal = 0
        /// Gives way to normal threads when the machine is busy (nice 19).
        case background = 19
    }

    private final class Start: Sendable {
        let name: String
        let priority: Priority
        let body: @Sendable () -> Void
        init(name: String, priority: Priority, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.priority = priority
            self.body = body
        }
    }

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: Shown by `top -H` and debuggers; the kernel keeps the first 15 bytes.
    ///   - priority: How it competes for the processor.
    ///   - body: What the thread does; the thread ends when it returns.
    public init(name: String, priority: Priority = .normal, body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(name: name, priority: priority, body: body))
        let code = pthread_create(
            &handle, nil,
            { context in
                guard let context else { return nil }
                // Balances `passRetained` above: the box dies when the thread ends.
                let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                tl_thread_set_name(String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
                // A refused nice value only costs fairness, so the result is not looked at.
                if start.priority != .normal { _ = tl_thread_set_nice(start.priority.rawValue) }
                start.body()
                return nil
            }, start.toOpaque())
        precondition(code == 0, "thread \"\(name)\" could not start: errno \(code); raise the limit on threads")
    }

    /// Waits until the thread has ended.
    ///
    /// Calling it again does nothing.
    public func join() {
        let isFirst = joined.withLock { joined in
            defer { joined = true }
            return !joined
        }
        if isFirst { pthread_join(handle, nil) }
    }
}
