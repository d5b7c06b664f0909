import CRocksDB
import EventModel

/// Owns one iterator over a range of a family.
struct NativeScan: ~Copyable {
    private let iterator: OpaquePointer
    private let options: OpaquePointer
    /// RocksDB keeps pointers to the bounds as long as the iterator lives.
    private let bounds: UnsafeMutableRawBufferPointer

    init(_ database: NativeDatabase, _ family: Family, lower: [UInt8], upper: [UInt8]?, _ order: ScanOrder) {
        guard let options = rocksdb_readoptions_create() else { fatalError("out of memory for a scan") }
        // A hashed memtable can be read in key order only by sorting a copy of it, unless all keys have one prefix.
        let isWithinPrefix = order == .ascending && family.isWithinPrefix(lower, upper)
        rocksdb_readoptions_set_total_order_seek(options, isWithinPrefix ? 0 : 1)
        let bounds = UnsafeMutableRawBufferPointer.allocate(byteCount: lower.count + (upper?.count ?? 0), alignment: 1)
        bounds.copyBytes(from: lower)
        let start = bounds.baseAddress?.assumingMemoryBound(to: CChar.self)
        rocksdb_readoptions_set_iterate_lower_bound(options, start, lower.count)
        if let upper {
            UnsafeMutableRawBufferPointer(rebasing: bounds[lower.count...]).copyBytes(from: upper)
            rocksdb_readoptions_set_iterate_upper_bound(options, start.map { $0 + lower.count }, upper.count)
        }
        guard let iterator = rocksdb_create_iterator_cf(database.handle, options, database.families[family.slot])
        else { fatalError("out of memory for a scan") }
        self.options = options
        self.bounds = bounds
        self.iterator = iterator
    }

    deinit {
        rocksdb_iter_destroy(iterator)
        rocksdb_readoptions_destroy(options)
        bounds.deallocate()
    }

    /// Lends each pair of the range to `body` until it returns false.
    borrowing func run(
        _ order: ScanOrder, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(RocksDBFailure) {
        switch order {
        case .ascending: rocksdb_iter_seek_to_first(iterator)
        case .descending: rocksdb_iter_seek_to_last(iterator)
        }
        while rocksdb_iter_valid(iterator) != 0 {
            var keyCount = 0
            var valueCount = 0
            let key = rocksdb_iter_key(iterator, &keyCount)
            let value = rocksdb_iter_value(iterator, &valueCount)
            guard
                body(
                    UnsafeRawBufferPointer(start: key, count: keyCount),
                    UnsafeRawBufferPointer(start: value, count: valueCount))
            else { return }
            switch order {
            case .ascending: rocksdb_iter_next(iterator)
            case .descending: rocksdb_iter_prev(iterator)
            }
        }
        // An iterator that met damage becomes invalid just as one that has reached the end.
        try RocksDBStatus.check { rocksdb_iter_get_error(iterator, $0) }
    }
}
