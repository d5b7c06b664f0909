import CPlatform
import Glibc

/// A file descriptor that becomes readable when somebody calls ``wake()``: how one thread interrupts another's poll.
///
/// Wakes that nobody has drained yet count as one.
public final class WakeDescriptor: Sendable {
    /// The descriptor to poll for reading.
    public let descriptor: Int32

    /// Opens a new descriptor.
    ///
    /// Stops the process when the limit on open files is reached at start.
    public init() {
        descriptor = tl_eventfd_open()
        precondition(descriptor >= 0, "eventfd failed: errno \(-descriptor); raise the limit on open files")
    }

    deinit { close(descriptor) }

    /// Makes the descriptor readable.
    ///
    /// Safe from any thread.
    public func wake() {
        var one: UInt64 = 1
        // The only failure is a full counter, and then the descriptor is readable already.
        _ = write(descriptor, &one, 8)
    }

    /// Makes the descriptor unreadable again, until the next wake.
    public func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}
