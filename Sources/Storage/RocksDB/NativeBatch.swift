import CRocksDB
import EventModel
import Platform

/// Owns one `rocksdb_writebatch_t`, which keeps its memory between uses.
///
/// Belongs to one thread at a time.
final class NativeBatch: @unchecked Sendable {
    // @unchecked: whoever takes a batch from the pool is its only user until it is given back.
    let handle: OpaquePointer

    init() {
        guard let handle = rocksdb_writebatch_create() else { fatalError("out of memory for a write batch") }
        self.handle = handle
    }

    deinit { rocksdb_writebatch_destroy(handle) }

    /// Repeats the changes of `batch`.
    func fill(with batch: WriteBatch, families: [OpaquePointer]) {
        batch.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
            for operation in batch.operations {
                let family = families[operation.family.slot]
                let key = base + operation.key.lowerBound
                if let value = operation.value {
                    rocksdb_writebatch_put_cf(
                        handle, family, key, operation.key.count, base + value.lowerBound, value.count)
                } else {
                    rocksdb_writebatch_delete_cf(handle, family, key, operation.key.count)
                }
            }
        }
    }

    /// The bytes that the changes take.
    var byteCount: Int {
        var count = 0
        _ = rocksdb_writebatch_data(handle, &count)
        return count
    }
}

/// Write batches that wait to be used again.
struct NativeBatchPool: Sendable {
    /// Batches kept; more threads than this rarely commit at once.
    static let batchLimit = 4
    /// A batch that grew beyond this is freed, so that one large commit does not hold its memory for ever.
    static let batchByteLimit = 4 << 20

    private let spare = Guarded<[NativeBatch]>([])

    /// An empty batch.
    func take() -> NativeBatch { spare.withLock { $0.popLast() } ?? NativeBatch() }

    /// Takes a batch back.
    func give(_ batch: NativeBatch) {
        guard batch.byteCount <= Self.batchByteLimit else { return }
        rocksdb_writebatch_clear(batch.handle)
        spare.withLock { if $0.count < Self.batchLimit { $0.append(batch) } }
    }
}
