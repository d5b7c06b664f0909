import CRocksDB
import EventModel
import Glibc

/// Owns an open `rocksdb_t`, its families and everything that they point to.
///
/// Closed when the last reference goes; the store sees to it that no call is under way then.
final class NativeDatabase: @unchecked Sendable {
    // @unchecked: all fields are set once, and RocksDB's own objects may be used from any thread.
    let handle: OpaquePointer
    /// By ``EventModel/Family/slot``.
    let families: [OpaquePointer]
    let options: NativeOptions
    let readOptions: OpaquePointer
    let syncedWrite: OpaquePointer
    let bufferedWrite: OpaquePointer
    /// The `default` family, which RocksDB demands and the store leaves empty.
    private let defaultFamily: OpaquePointer

    /// Opens the database in `directory`, or creates one if it `isNew`; an existing one is never replaced.
    init(directory: String, isNew: Bool, options: NativeOptions) throws(RocksDBFailure) {
        rocksdb_options_set_create_if_missing(options.database, isNew ? 1 : 0)
        rocksdb_options_set_create_missing_column_families(options.database, 1)
        let names = ["default"] + Family.inSlotOrder.map(\.rawValue)
        let nativeOptions: [OpaquePointer?] = [options.database] + options.families
        var handles = [OpaquePointer?](repeating: nil, count: names.count)
        let cNames = names.map { strdup($0) }
        defer { for name in cNames { free(name) } }
        let constNames = cNames.map { $0.map { UnsafePointer($0) } }
        let opened = try RocksDBStatus.check {
            rocksdb_open_column_families(
                options.database, directory, Int32(names.count), constNames, nativeOptions, &handles, $0)
        }
        let present = handles.compactMap(\.self)
        guard let opened, present.count == names.count, let read = rocksdb_readoptions_create(),
            let synced = rocksdb_writeoptions_create(), let buffered = rocksdb_writeoptions_create()
        else { fatalError("RocksDB opened \(directory) but gave \(present.count) of \(names.count) families") }
        rocksdb_writeoptions_set_sync(synced, 1)
        handle = opened
        defaultFamily = present[0]
        families = Array(present.dropFirst())
        readOptions = read
        syncedWrite = synced
        bufferedWrite = buffered
        self.options = options
    }

    deinit {
        // Running compactions stop early instead of being waited for to their end.
        rocksdb_cancel_all_background_work(handle, 1)
        for family in families { rocksdb_column_family_handle_destroy(family) }
        rocksdb_column_family_handle_destroy(defaultFamily)
        rocksdb_close(handle)
        rocksdb_readoptions_destroy(readOptions)
        rocksdb_writeoptions_destroy(syncedWrite)
        rocksdb_writeoptions_destroy(bufferedWrite)
    }

    /// The names of the families that the database in `directory` has.
    static func familyNames(in directory: String) throws(RocksDBFailure) -> [String] {
        let options = rocksdb_options_create()
        defer { rocksdb_options_destroy(options) }
        var count = 0
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        // There is a list to be freed even when the call fails.
        defer { if let list { rocksdb_list_column_families_destroy(list, count) } }
        try RocksDBStatus.check { list = rocksdb_list_column_families(options, directory, &count, $0) }
        guard let list else { return [] }
        return (0..<count).compactMap { list[$0].map { String(cString: $0) } }
    }

    /// The value of a key, or nil.
    func value(_ family: Family, _ key: [UInt8]) throws(RocksDBFailure) -> [UInt8]? {
        let slice = try RocksDBStatus.check { message in
            key.withUnsafeBytes {
                rocksdb_get_pinned_cf(
                    handle, readOptions, families[family.slot], $0.baseAddress?.assumingMemoryBound(to: CChar.self),
                    $0.count, message)
            }
        }
        guard let slice else { return nil }
        defer { rocksdb_pinnableslice_destroy(slice) }
        var count = 0
        let start = rocksdb_pinnableslice_value(slice, &count)
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The values of keys, in the order of the keys; nil where there is none.
    ///
    /// Cheaper than one look-up after the other: indexes and filters are searched for many keys at once.
    func values(_ family: Family, _ keys: [[UInt8]]) throws(RocksDBFailure) -> [[UInt8]?] {
        let counts = keys.map { $0.count }
        var joined: [UInt8] = []
        joined.reserveCapacity(counts.reduce(0, +))
        for key in keys { joined += key }
        var slices = [OpaquePointer?](repeating: nil, count: keys.count)
        var messages = [UnsafeMutablePointer<CChar>?](repeating: nil, count: keys.count)
        joined.withUnsafeBytes { bytes in
            var position = 0
            let starts = counts.map { count in
                defer { position += count }
                return bytes.baseAddress.map { ($0 + position).assumingMemoryBound(to: CChar.self) }
            }
            rocksdb_batched_multi_get_cf(
                handle, readOptions, families[family.slot], keys.count, starts, counts, &slices, &messages, false)
        }
        defer { for slice in slices { if let slice { rocksdb_pinnableslice_destroy(slice) } } }
        defer { for message in messages { rocksdb_free(message) } }
        for case .some(let message) in messages {
            throw RocksDBFailure(status: RocksDBStatus(text: String(cString: message)))
        }
        return slices.map { slice in
            guard let slice else { return nil }
            var count = 0
            let start = rocksdb_pinnableslice_value(slice, &count)
            return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
        }
    }

    /// Applies the changes of a batch atomically.
    func write(_ batch: NativeBatch, _ durability: Durability) throws(RocksDBFailure) {
        let options =
            switch durability {
            case .synced: syncedWrite
            case .buffered: bufferedWrite
            }
        try RocksDBStatus.check { rocksdb_write(handle, options, batch.handle, $0) }
    }

    /// A number that RocksDB keeps of one family, or 0 if it does not know it.
    func number(_ property: String, of family: Family) -> UInt64 {
        var value: UInt64 = 0
        return rocksdb_property_int_cf(handle, families[family.slot], property, &value) == 0 ? value : 0
    }
}
