import EventModel

/// What a store takes of the machine.
public struct StoreStatistics: Sendable, Equatable {
    /// Bytes of all files, logs included.
    public let diskByteCount: UInt64
    /// Files in the directory.
    public let fileCount: Int
    /// Bytes of records in memory that are not in tables yet.
    public let writeBufferByteCount: UInt64
    /// Bytes of the shared cache in use.
    public let cacheByteCount: UInt64
    /// Bytes that compaction has yet to rewrite; a value that only grows means that the disk cannot keep up.
    public let compactionBacklogByteCount: UInt64
    /// Failures of flushes and compactions since the store was opened.
    public let backgroundErrorCount: UInt64
    /// Whether writes wait for flushes or compactions.
    public let isWriteStopped: Bool
}

extension StoreStatistics {
    /// Reads RocksDB's own numbers.
    init(of database: NativeDatabase, diskByteCount: UInt64, fileCount: Int) {
        func sum(_ property: String) -> UInt64 {
            Family.allCases.reduce(0) { $0 + database.number(property, of: $1) }
        }
        self.init(
            diskByteCount: diskByteCount, fileCount: fileCount,
            writeBufferByteCount: sum("rocksdb.cur-size-all-mem-tables"),
            // Shared by all families, so any one of them tells.
            cacheByteCount: database.number("rocksdb.block-cache-usage", of: .meta),
            compactionBacklogByteCount: sum("rocksdb.estimate-pending-compaction-bytes"),
            backgroundErrorCount: database.number("rocksdb.background-errors", of: .meta),
            isWriteStopped: database.number("rocksdb.is-write-stopped", of: .meta) != 0)
    }
}

extension StoreStatistics {
    /// Statistics from their parts, for tests of what is made of them.
    package static func made(
        diskByteCount: UInt64 = 0, backgroundErrorCount: UInt64 = 0, isWriteStopped: Bool = false
    ) -> StoreStatistics {
        StoreStatistics(
            diskByteCount: diskByteCount, fileCount: 0, writeBufferByteCount: 0, cacheByteCount: 0,
            compactionBacklogByteCount: 0, backgroundErrorCount: backgroundErrorCount, isWriteStopped: isWriteStopped)
    }
}
