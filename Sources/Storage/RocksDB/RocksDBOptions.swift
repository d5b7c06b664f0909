/// How a ``RocksDBStore`` uses memory, files and threads.
public struct RocksDBOptions: Sendable {
    /// What to do when the write-ahead log is damaged.
    ///
    /// A log that merely ends early, as a power cut in the middle of a write leaves it, always opens: what is missing was
    /// never acknowledged.
    public enum LogRecovery: Sendable {
        /// Report the damage and do not open, so that nothing acknowledged is lost unnoticed.
        case refuseDamage
        /// Open with everything before the damage and forget what follows; for an operator who has no backup.
        case dropFromDamage
    }

    /// Memory for blocks, indexes and filters of tables, in bytes.
    public var cacheByteLimit: Int
    /// Memory for records that are not in tables yet, in bytes, all families together.
    public var writeBufferByteLimit: Int
    /// Table files kept open at once.
    public var openFileLimit: Int
    /// Threads that flush and compact.
    public var backgroundThreadLimit: Int
    /// What to do when the write-ahead log is damaged.
    public var logRecovery: LogRecovery

    /// The defaults: about 100 MB of memory under load, far less at rest.
    public init(
        cacheByteLimit: Int = 32 << 20, writeBufferByteLimit: Int = 48 << 20, openFileLimit: Int = 256,
        backgroundThreadLimit: Int = 2, logRecovery: LogRecovery = .refuseDamage
    ) {
        self.cacheByteLimit = cacheByteLimit
        self.writeBufferByteLimit = writeBufferByteLimit
        self.openFileLimit = openFileLimit
        self.backgroundThreadLimit = backgroundThreadLimit
        self.logRecovery = logRecovery
    }
}
