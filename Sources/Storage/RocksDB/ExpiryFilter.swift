import CRocksDB
import Platform
import Synchronization

/// Lets records of a family fall out of compaction once they are older than a cut-off.
///
/// Whatever is not plainly an old record of the expected layout stays.
final class ExpiryFilter: Sendable {
    private static let unset = Int64.min
    /// The time in a record's bytes, or nil for bytes that are no such record.
    private let time: @Sendable (UnsafeRawBufferPointer) -> Timestamp?
    private let cutoffMilliseconds = Atomic(ExpiryFilter.unset)

    /// A filter for records whose time `time` reads.
    init(time: @escaping @Sendable (UnsafeRawBufferPointer) -> Timestamp? = { DedupRecord.time(of: $0) }) {
        self.time = time
    }

    /// Records made before this may go; nil keeps everything.
    var cutoff: Timestamp? {
        get {
            let value = cutoffMilliseconds.load(ordering: .relaxed)
            return value == Self.unset ? nil : Timestamp(milliseconds: value)
        }
        set { cutoffMilliseconds.store(newValue?.milliseconds ?? Self.unset, ordering: .relaxed) }
    }

    /// Whether compaction may drop a record with this value.
    func isExpired(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let cutoff, let time = time(value) else { return false }
        return time < cutoff
    }

    /// A native filter that asks this one; the caller destroys it once the database is closed.
    func makeNative() -> OpaquePointer {
        let native = rocksdb_compactionfilter_create(
            Unmanaged.passRetained(self).toOpaque(),
            { state in
                guard let state else { return }
                // Balances `passRetained` above when the native filter is destroyed.
                Unmanaged<ExpiryFilter>.fromOpaque(state).release()
            },
            { state, _, _, _, value, count, _, _, _ in
                guard let state, let value else { return 0 }
                let filter = Unmanaged<ExpiryFilter>.fromOpaque(state).takeUnretainedValue()
                return filter.isExpired(UnsafeRawBufferPointer(start: value, count: count)) ? 1 : 0
            },
            { _ in ExpiryFilter.name })
        guard let native else { fatalError("out of memory for a compaction filter") }
        return native
    }

    /// RocksDB keeps the pointer; a static string lives as long as the process.
    private static var name: UnsafePointer<CChar> {
        let text: StaticString = "tracklayer.expiry"
        return UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
