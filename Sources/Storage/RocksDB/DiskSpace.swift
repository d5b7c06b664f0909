import Glibc

/// How much room the file system of a directory has.
public struct DiskSpace: Sendable, Equatable {
    /// Bytes that an ordinary user may still write.
    public var freeByteCount: UInt64
    /// Bytes that the file system has altogether.
    public var byteCount: UInt64
    /// Whether it takes no writes at all.
    public var isReadOnly: Bool

    /// Room as it was found.
    public init(freeByteCount: UInt64, byteCount: UInt64, isReadOnly: Bool = false) {
        self.freeByteCount = freeByteCount
        self.byteCount = byteCount
        self.isReadOnly = isReadOnly
    }

    /// The room there is now; nil if the file system cannot be asked.
    public init?(ofDirectory path: String) {
        var facts = statvfs()
        guard statvfs(path, &facts) == 0 else { return nil }
        self.init(
            freeByteCount: UInt64(facts.f_bavail) * UInt64(facts.f_frsize),
            byteCount: UInt64(facts.f_blocks) * UInt64(facts.f_frsize),
            isReadOnly: facts.f_flag & UInt(ST_RDONLY) != 0)
    }
}
