import CRocksDB
import EventModel
import Platform

/// Owns the native options of a database and what they point to.
///
/// Everything here must outlive the database that was opened with it.
final class NativeOptions {
    /// Options of the database and of the `default` family, which holds nothing.
    let database: OpaquePointer
    /// Options of each family, by ``EventModel/Family/slot``.
    let families: [OpaquePointer]
    /// The one cache of all families.
    let cache: OpaquePointer
    private let filters: [OpaquePointer]

    /// How blocks are compressed.
    enum Compression: String, CaseIterable {
        case lz4 = "kLZ4Compression"
        case none = "kNoCompression"
    }

    /// Builds the options.
    ///
    /// - Throws: What RocksDB says about a value that it does not take.
    init(
        _ options: RocksDBOptions, compression: Compression, expiry: [Family: ExpiryFilter]
    ) throws(RocksDBFailure) {
        guard let cache = rocksdb_cache_create_lru(options.cacheByteLimit) else {
            fatalError("out of memory for a cache")
        }
        self.cache = cache
        let base = rocksdb_options_create()
        defer { rocksdb_options_destroy(base) }
        Tuning.setTable(of: base, cache: cache)
        let general = Tuning.database(options) + Tuning.everyFamily(compression)
        database = try Self.options(base, general)
        var families: [OpaquePointer] = []
        var filters: [OpaquePointer] = []
        for family in Family.inSlotOrder {
            let native = try Self.options(database, Tuning.family(family))
            if let filter = expiry[family] {
                let nativeFilter = filter.makeNative()
                rocksdb_options_set_compaction_filter(native, nativeFilter)
                filters.append(nativeFilter)
            }
            if Tuning.isQueue(family) {
                // A scan steps over every removed entry, so tables full of them are compacted at once.
                rocksdb_options_add_compact_on_deletion_collector_factory(native, 4096, 2048)
            }
            families.append(native)
        }
        self.families = families
        self.filters = filters
    }

    deinit {
        for family in families { rocksdb_options_destroy(family) }
        rocksdb_options_destroy(database)
        for filter in filters { rocksdb_compactionfilter_destroy(filter) }
        rocksdb_cache_destroy(cache)
    }

    /// A copy of `base` with the options that `text` names.
    private static func options(_ base: OpaquePointer?, _ settings: [String]) throws(RocksDBFailure) -> OpaquePointer {
        guard let result = rocksdb_options_create() else { fatalError("out of memory for options") }
        do {
            try RocksDBStatus.check {
                rocksdb_get_options_from_string(base, settings.joined(separator: ";"), result, $0)
            }
        } catch {
            rocksdb_options_destroy(result)
            throw error
        }
        return result
    }
}
