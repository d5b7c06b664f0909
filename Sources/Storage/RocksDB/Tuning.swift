import CRocksDB
import EventModel

/// What RocksDB is told, with the reason for each setting.
///
/// Names and values are those of RocksDB's options file (`include/rocksdb/options.h`, 7.8).
enum Tuning {
    /// Settings of the whole database.
    static func database(_ options: RocksDBOptions) -> [String] {
        let recovery =
            switch options.logRecovery {
            // Takes a log that ends within a record, reports a record whose checksum is wrong.
            case .refuseDamage: "kTolerateCorruptedTailRecords"
            case .dropFromDamage: "kPointInTimeRecovery"
            }
        return [
            // Hashed memtables take one writer at a time, and there is only the committer and the deliveries.
            "allow_concurrent_memtable_write=false",
            "wal_recovery_mode=\(recovery)",
            // A recycled log cannot tell its own damaged end from the record of an earlier life.
            "recycle_log_file_num=0",
            "paranoid_checks=true",
            "db_write_buffer_size=\(options.writeBufferByteLimit)",
            // Families that are seldom written would otherwise keep old logs, and a long recovery, alive.
            "max_total_wal_size=\(options.writeBufferByteLimit * 4)",
            "max_open_files=\(options.openFileLimit)",
            "max_background_jobs=\(options.backgroundThreadLimit)",
            // Tables reach the disk while they are written, so that commits do not wait behind one large sync.
            "bytes_per_sync=1048576",
            "compaction_readahead_size=524288",
            // Files are removed by background threads, not by the reader that was the last to need them.
            "avoid_unnecessary_blocking_io=true",
            "skip_stats_update_on_db_open=true",
            "stats_dump_period_sec=0", "stats_persist_period_sec=0",
            "info_log_level=WARN_LEVEL", "max_log_file_size=4194304", "keep_log_file_num=4",
            "max_manifest_file_size=16777216",
        ]
    }

    /// Settings that all families share unless they say otherwise.
    static func everyFamily(_ compression: NativeOptions.Compression) -> [String] {
        [
            "compression=\(compression.rawValue)",
            "write_buffer_size=\(8 << 20)",
            "max_write_buffer_number=4",
            "level_compaction_dynamic_level_bytes=true",
            "target_file_size_base=\(32 << 20)",
            "max_bytes_for_level_base=\(128 << 20)",
            // What was removed leaves the files even where nothing else is written (docs/retention.md).
            "periodic_compaction_seconds=\(14 * 86400)",
        ]
    }

    /// Settings of one family.
    static func family(_ family: Family) -> [String] {
        switch family {
        case .events: ["write_buffer_size=\(12 << 20)"] + appended
        case .messages, .eventIDs: hashed(by: "rocksdb.Noop") + ["periodic_compaction_seconds=\(7 * 86400)"]
        case .nodes: hashed(by: "rocksdb.Noop")
        case .clicks, .persons:
            hashed(by: "rocksdb.Noop") + [
                "min_write_buffer_number_to_merge=1", "periodic_compaction_seconds=\(7 * 86400)",
            ]
        case .edges, .profileEvents: hashed(by: "rocksdb.CappedPrefix.\(Family.nodePrefixCount)")
        case .deliveries, .attempts: appended
        case .due:
            // Added at one end, removed at the other; either begins where the last one of the same batch ended.
            queue + ["memtable_insert_with_hint_prefix_extractor=rocksdb.CappedPrefix.2"]
        case .ordered: queue
        case .consents, .sightings, .dead, .erasures, .audit, .alerts, .counters, .meta:
            ["write_buffer_size=\(1 << 20)"]
        case .suppressions: hashed(by: "rocksdb.Noop") + ["write_buffer_size=\(1 << 20)"]
        }
    }

    /// Whether entries of a family are removed about as often as they are added.
    static func isQueue(_ family: Family) -> Bool { family == .due || family == .ordered }

    /// For families whose new keys are spread over all the others, and which are asked mostly for keys that they do not
    /// have.
    ///
    /// Their memtable is a hash table: an insertion costs 0.3 µs instead of the 2.4 µs of a skip list (Debian's RocksDB
    /// 7.8.3 is built with assertions, which cost a skip list most), and a filter answers most look-ups. The price comes
    /// with the flush, which sorts the table: two thirds of its time. So tables are small enough to be sorted within the
    /// processor's cache, and four of them are merged into one file.
    private static func hashed(by prefix: String) -> [String] {
        [
            "memtable_factory=hash_linkedlist:16384", "prefix_extractor=\(prefix)", "memtable_whole_key_filtering=true",
            "memtable_prefix_bloom_size_ratio=0.02", "write_buffer_size=\(2 << 20)",
            "min_write_buffer_number_to_merge=4", "max_write_buffer_number=8",
        ]
    }

    /// For families whose entries are removed about as often as they are added.
    private static let queue = ["write_buffer_size=\(4 << 20)", "level0_file_num_compaction_trigger=2"]

    /// For families whose new keys follow the last one of the same account.
    ///
    /// An insertion begins where the last one ended. Twice the usual number of new tables may wait for compaction: their
    /// keys are asked for one at a time, and rewriting these large records more often costs a tenth of all work.
    private static let appended = [
        "memtable_insert_with_hint_prefix_extractor=rocksdb.CappedPrefix.4", "level0_file_num_compaction_trigger=8",
    ]

    /// Sets the format of tables, which is the same for all families: they share one cache, and no other way exists to
    /// say so than through the C interface.
    static func setTable(of options: OpaquePointer?, cache: OpaquePointer) {
        let table = rocksdb_block_based_options_create()
        defer { rocksdb_block_based_options_destroy(table) }
        rocksdb_block_based_options_set_block_cache(table, cache)
        rocksdb_block_based_options_set_block_size(table, 8 << 10)
        rocksdb_block_based_options_set_format_version(table, 5)
        // 10 bits a key: one unneeded read in a hundred look-ups of an unknown key. The options take ownership.
        rocksdb_block_based_options_set_filter_policy(table, rocksdb_filterpolicy_create_bloom_full(10))
        rocksdb_block_based_options_set_whole_key_filtering(table, 1)
        // Indexes and filters count against the cache and are cut in partitions, so that memory stays bounded however
        // many keys there are; the small top level and the newest tables stay in memory.
        rocksdb_block_based_options_set_index_type(
            table, Int32(rocksdb_block_based_table_index_type_two_level_index_search))
        rocksdb_block_based_options_set_partition_filters(table, 1)
        rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1)
        rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority(table, 1)
        rocksdb_block_based_options_set_pin_top_level_index_and_filter(table, 1)
        rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table, 1)
        rocksdb_options_set_block_based_table_factory(options, table)
    }
}

extension Family {
    /// The families by ``slot``.
    static let inSlotOrder: [Family] = Family.allCases.sorted { $0.slot < $1.slot }

    /// The place of a family in tables of handles.
    var slot: Int {
        switch self {
        case .events: 0
        case .eventIDs: 1
        case .messages: 2
        case .nodes: 3
        case .edges: 4
        case .profileEvents: 5
        case .deliveries: 6
        case .due: 7
        case .dead: 8
        case .attempts: 9
        case .alerts: 10
        case .counters: 11
        case .meta: 12
        case .sightings: 13
        case .ordered: 14
        case .clicks: 15
        case .erasures: 16
        case .consents: 17
        case .suppressions: 18
        case .audit: 19
        case .persons: 20
        }
    }

    /// Bytes of an account and a node, which lead the keys of `edges` and `profileEvents`.
    static let nodePrefixCount = 20

    /// Whether all keys from `lower` to below `upper` have one prefix in the sense of the family's memtable.
    func isWithinPrefix(_ lower: [UInt8], _ upper: [UInt8]?) -> Bool {
        guard self == .edges || self == .profileEvents, lower.count >= Self.nodePrefixCount, let upper,
            let end = KeyRange.successor(of: Array(lower.prefix(Self.nodePrefixCount)))
        else { return false }
        return !end.lexicographicallyPrecedes(upper)
    }
}
