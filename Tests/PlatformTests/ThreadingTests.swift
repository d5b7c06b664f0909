import Glibc
import Platform
import Testing

@Suite struct ThreadingTests {
    @Test("threads that share a guarded value lose no change")
    func guarded() {
        let counts = Guarded([Int](repeating: 0, count: 4))
        let threads = (0..<4).map { index in
            DedicatedThread(name: "count-\(index)") {
                for _ in 0..<10_000 {
                    counts.withLock { counts in
                        counts[index] += 1
                        counts[0] += index == 0 ? 0 : 1
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(counts.withLock { $0 } == [40_000, 10_000, 10_000, 10_000])
    }

    @Test("an error thrown under the lock comes out, and the lock is free again")
    func guardedThrows() {
        struct Refused: Error, Equatable {}
        let value = Guarded(1)
        #expect(throws: Refused()) { try value.withLock { (_: inout Int) throws(Refused) in throw Refused() } }
        #expect(value.withLock { $0 } == 1)
    }

    @Test("a thread runs its body once under its name, and may be joined twice")
    func dedicatedThread() {
        let names = Guarded([String?]())
        for priority in [DedicatedThread.Priority.normal, .background] {
            let thread = DedicatedThread(name: "a-name-of-more-than-15-bytes", priority: priority) {
                let name = currentThreadName()
                names.withLock { $0.append(name) }
            }
            thread.join()
            thread.join()
        }
        #expect(names.withLock { $0 } == ["a-name-of-more-", "a-name-of-more-"])
    }

    @Test("a wake makes the descriptor readable until it is drained, however often it came")
    func wakeDescriptor() {
        let wake = WakeDescriptor()
        func isReadable(timeoutMilliseconds: Int32 = 0) -> Bool {
            var entry = pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, timeoutMilliseconds) == 1
        }
        #expect(!isReadable())
        wake.drain()
        for _ in 0..<3 { wake.wake() }
        #expect(isReadable())
        wake.drain()
        #expect(!isReadable())
        let thread = DedicatedThread(name: "waker") { wake.wake() }
        #expect(isReadable(timeoutMilliseconds: 10_000))
        thread.join()
    }
}

/// What the kernel calls the running thread.
private func currentThreadName() -> String? {
    guard let file = fopen("/proc/thread-self/comm", "r") else { return nil }
    defer { fclose(file) }
    var text = [UInt8](repeating: 0, count: 64)
    let count = fread(&text, 1, text.count, file)
    return String(decoding: text.prefix(count).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
}
