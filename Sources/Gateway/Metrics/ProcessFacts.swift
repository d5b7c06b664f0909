import Glibc
import Platform

/// What the process takes of the machine, as Linux tells it in `/proc/self`.
struct ProcessFacts: Sendable, Equatable {
    /// Bytes of memory in use; nil if that cannot be read.
    var residentByteCount: UInt64?
    /// Bytes of address space; nil if that cannot be read.
    var virtualByteCount: UInt64?
    /// Processor time used so far.
    var processorTime = Duration.zero
    /// Open file descriptors; nil if that cannot be read.
    var openDescriptorCount: Int?
    /// File descriptors that may be open.
    var descriptorLimit: UInt64?

    /// What holds now.
    ///
    /// - Complexity: One look at a directory with an entry for each open file.
    static var now: ProcessFacts {
        var facts = ProcessFacts()
        let pages = words(ofFile: "/proc/self/statm").compactMap { UInt64($0) }
        let pageSize = UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
        if pages.count > 1 {
            facts.virtualByteCount = pages[0] * pageSize
            facts.residentByteCount = pages[1] * pageSize
        }
        var time = timespec()
        if clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 {
            facts.processorTime = .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
        }
        facts.openDescriptorCount = entryCount(ofDirectory: "/proc/self/fd")
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 {
            facts.descriptorLimit = UInt64(limit.rlim_cur)
        }
        return facts
    }

    private static func words(ofFile path: String) -> [Substring] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split { $0 == " " || $0 == "\n" }
    }

    private static func entryCount(ofDirectory path: String) -> Int? {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // The two dots, and the descriptor with which the directory itself is read.
        return max(0, count - 3)
    }
}
