import CRocksDB
public import EventModel
public import Platform

/// The durable store: one RocksDB, one column family for each ``EventModel/Family``.
///
/// All methods may be called from any thread. Damage on disk is found by checksums and reported as
/// ``EventModel/StoreError/Code/corrupt``; nothing is ever removed because of it. When the disk is full, writes fail with
/// ``EventModel/StoreError/Code/full`` while reads carry on, and writing resumes by itself a few seconds after space has
/// come back.
public final class RocksDBStore: KeyValueStore {
    /// The directory that holds the files.
    public let directory: String

    /// Nil once closed.
    ///
    /// Only touched by a thread that is inside `gate`, or by the one that closed it.
    private let database: Guarded<NativeDatabase?>
    private let gate = OperationGate()
    private let batches = NativeBatchPool()
    private let expiry: [Family: ExpiryFilter]

    /// Opens the store in `directory`, and creates it if there is none.
    ///
    /// Replays the write-ahead log, so that everything committed is there when this returns.
    ///
    /// - Parameters:
    ///   - directory: Belongs to the store alone; one process can have it open.
    ///   - options: Memory, files and threads.
    /// - Throws: `locked`, `version`, `corrupt`, `full` or `io`; the message names the directory and the next step.
    public init(directory: String, options: RocksDBOptions = RocksDBOptions()) throws(StoreError) {
        self.directory = directory
        expiry = [
            .messages: ExpiryFilter(), .eventIDs: ExpiryFilter(),
            .clicks: ExpiryFilter(time: { ClickRecord.time(of: $0) }),
        ]
        database = Guarded(try StoreOpening(directory: directory, options: options, expiry: expiry).open())
    }

    deinit { close() }

    /// Waits for calls and background work that are under way, and gives the directory free.
    ///
    /// Every later call throws ``EventModel/StoreError/Code/closed``. Closing again does nothing. Not to be called from
    /// within a scan. Everything committed is kept, whether synced or buffered.
    public func close() {
        guard gate.close() else { return }
        // The database dies here, after the lock is given back: its end waits for background threads.
        _ = database.withLock { $0.take() }
    }

    /// The value of a key, or nil.
    public func value(_ family: Family, _ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        try withDatabase("cannot read \(family.rawValue) from") { database throws(RocksDBFailure) in
            try database.value(family, key)
        }
    }

    /// The values of keys, in the order of the keys; nil where there is none.
    ///
    /// Searches indexes and filters for many keys at once.
    public func values(_ family: Family, _ keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] {
        try withDatabase("cannot read \(family.rawValue) from") { database throws(RocksDBFailure) in
            try database.values(family, keys)
        }
    }

    /// Applies a batch atomically and returns when it is as durable as asked.
    public func commit(_ batch: WriteBatch, _ durability: Durability) throws(StoreError) {
        try withDatabase("cannot write to") { database throws(RocksDBFailure) in
            let native = batches.take()
            defer { batches.give(native) }
            native.fill(with: batch, families: database.families)
            try database.write(native, durability)
        }
    }

    /// Makes everything that was committed before this call survive a power cut.
    ///
    /// Other threads may commit meanwhile, so one thread can write batches and another sync several at once.
    ///
    /// - Throws: `full` or `io`; then nothing is known about what was committed since the last success.
    public func syncLog() throws(StoreError) {
        try withDatabase("cannot sync the log of") { database throws(RocksDBFailure) in
            try RocksDBStatus.check { rocksdb_flush_wal(database.handle, 1, $0) }
        }
    }

    /// Calls `body` with the pairs of a range, as they are now, until it returns false.
    public func scan(
        _ family: Family, from lower: [UInt8], to upper: [UInt8]?, _ order: ScanOrder,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) {
        try withDatabase("cannot scan \(family.rawValue) of") { database throws(RocksDBFailure) in
            let scan = NativeScan(database, family, lower: lower, upper: upper, order)
            try scan.run(order, body)
        }
    }

    /// Lets records made before `cutoff` fall out in compaction; nil, as at the start, keeps them all.
    ///
    /// `family` is `messages`, `eventIDs` or `clicks`. Records go in the background, some at once and some days later, so readers
    /// must look at the time too. The cut-off may be set at any time; only ever move it forward.
    public func expire(_ family: Family, before cutoff: Timestamp?) {
        guard let filter = expiry[family] else {
            preconditionFailure("\(family.rawValue) does not expire; only messages, event_ids and clicks do")
        }
        filter.cutoff = cutoff
    }

    /// What the store takes of the machine, for metrics.
    ///
    /// - Complexity: One system call for each file.
    public func statistics() throws(StoreError) -> StoreStatistics {
        let usage = try DataDirectory(path: directory).usage()
        return try withDatabase("cannot look at") { database throws(RocksDBFailure) in
            StoreStatistics(of: database, diskByteCount: usage.bytes, fileCount: usage.fileCount)
        }
    }

    /// Lets the allocator keep memory that flushes free until ``releaseFreeMemory()`` is called.
    ///
    /// For the whole process, from then on. Otherwise every block of a new write buffer comes from the operating system
    /// page by page, each of them cleared: a twentieth of a commit's time.
    public static func keepFreeMemory() { tl_keep_free_memory() }

    /// Gives memory that flushes and compactions have freed back to the operating system.
    ///
    /// The allocator keeps it otherwise, some 50 MB after a burst. Takes a few milliseconds in which other threads may wait
    /// for memory, so it is for quiet times.
    public static func releaseFreeMemory() { tl_release_free_memory() }

    /// Writes the records of a family that are in memory only to a table.
    package func flush(_ family: Family) throws(StoreError) {
        try withDatabase("cannot flush \(family.rawValue) of") { database throws(RocksDBFailure) in
            let options = rocksdb_flushoptions_create()
            defer { rocksdb_flushoptions_destroy(options) }
            rocksdb_flushoptions_set_wait(options, 1)
            try RocksDBStatus.check { rocksdb_flush_cf(database.handle, options, database.families[family.slot], $0) }
        }
    }

    /// Rewrites all tables of a family.
    package func compact(_ family: Family) throws(StoreError) {
        try withDatabase("cannot compact \(family.rawValue) of") { database throws(RocksDBFailure) in
            let options = rocksdb_compactoptions_create()
            defer { rocksdb_compactoptions_destroy(options) }
            // `kForce`: rewrites the lowest level too, where the oldest records are.
            rocksdb_compactoptions_set_bottommost_level_compaction(options, 2)
            rocksdb_compact_range_cf_opt(
                database.handle, database.families[family.slot], options, nil, 0, nil, 0)
        }
    }

    /// Says that a range is worth a compaction, as much in it was removed; returns at once.
    func suggestCompaction(of family: Family, from lower: [UInt8], to upper: [UInt8]) throws(StoreError) {
        try withDatabase("cannot compact \(family.rawValue) of") { database throws(RocksDBFailure) in
            try RocksDBStatus.check { message in
                lower.withUnsafeBytes { lower in
                    upper.withUnsafeBytes { upper in
                        rocksdb_suggest_compact_range_cf(
                            database.handle, database.families[family.slot],
                            lower.baseAddress?.assumingMemoryBound(to: CChar.self), lower.count,
                            upper.baseAddress?.assumingMemoryBound(to: CChar.self), upper.count, message)
                    }
                }
            }
        }
    }

    /// Runs `body` while the database cannot be closed.
    private func withDatabase<Result>(
        _ action: @autoclosure () -> String, _ body: (NativeDatabase) throws(RocksDBFailure) -> Result
    ) throws(StoreError) -> Result {
        // RocksDB keeps counters for each thread that nobody reads; they would take an eighth of a write's time.
        rocksdb_set_perf_level(Int32(rocksdb_disable))
        guard gate.enter() else { throw closedError }
        defer { gate.leave() }
        guard let database = database.withLock({ $0 }) else { throw closedError }
        do {
            return try body(database)
        } catch {
            throw error.status.error(action(), in: directory)
        }
    }

    private var closedError: StoreError { StoreError(.closed, "the store in \(directory) was closed") }
}
