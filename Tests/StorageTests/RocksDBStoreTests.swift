import Crypto
import EventModel
import Glibc
import Platform
import TestSupport
import Testing

@testable import Storage

@Suite struct RocksDBStoreTests {
    let temporary = TemporaryDirectory()
    var directory: String { temporary.file("data/store") }

    @Test func everythingIsThereAfterReopening() throws {
        let first = try RocksDBStore(directory: directory)
        for family in Family.allCases { try first.put(family, [1, 2], Array(family.rawValue.utf8)) }
        try first.flush(.events)
        try first.put(.events, [3], [4])
        first.close()
        let second = try RocksDBStore(directory: directory)
        for family in Family.allCases { #expect(try second.value(family, [1, 2]) == Array(family.rawValue.utf8)) }
        #expect(try second.value(.events, [3]) == [4])
    }

    @Test func directoryIsForTheGatewaysUserOnly() throws {
        _ = try RocksDBStore(directory: directory)
        var status = stat()
        #expect(stat(directory, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
    }

    @Test func relativeDirectoryIsCreatedToo() throws {
        let contents = try DataDirectory(path: "\(temporary.path)/./a//b").prepare()
        #expect(contents == .empty)
        #expect(try DataDirectory(path: temporary.file("a/b")).prepare() == .empty)
    }

    @Test func closedStoreSaysSoAndClosesAgain() throws {
        let store = try RocksDBStore(directory: directory)
        store.close()
        store.close()
        let calls: [(RocksDBStore) throws -> Void] = [
            { _ = try $0.value(.events, [1]) }, { _ = try $0.values(.events, [[1]]) },
            { try $0.commit(WriteBatch(), .synced) }, { try $0.syncLog() }, { _ = try $0.pairs(.events) },
            { _ = try $0.statistics() }, { try $0.flush(.events) }, { try $0.compact(.events) },
        ]
        for call in calls {
            let error = #expect(throws: StoreError.self) { try call(store) }
            #expect(error?.code == .closed)
        }
    }

    @Test func closingWaitsForThoseInside() throws {
        let store = try RocksDBStore(directory: directory)
        for number in UInt8(0)..<200 { try store.put(.events, [number], [number]) }
        let (reads, unexpected) = (Guarded(0), Guarded<[StoreError]>([]))
        let threads = (0..<4).map { _ in
            DedicatedThread(name: "reader") {
                while true {
                    do throws(StoreError) {
                        try store.scan(.events, from: [], to: nil, .ascending) { key, value in key[0] == value[0] }
                        _ = try store.value(.events, [7])
                        try store.put(.messages, [1], [1])
                        reads.withLock { $0 += 1 }
                    } catch {
                        if error.code != .closed { unexpected.withLock { $0.append(error) } }
                        return
                    }
                }
            }
        }
        while reads.withLock({ $0 }) < 20 { sched_yield() }
        store.close()
        for thread in threads { thread.join() }
        #expect(unexpected.withLock { $0 }.isEmpty)
        #expect(try RocksDBStore(directory: directory).value(.messages, [1]) == [1])
    }

    @Test func logIsSyncedWhileOthersWrite() throws {
        let store = try RocksDBStore(directory: directory)
        let failure = Guarded<StoreError?>(nil)
        let syncer = DedicatedThread(name: "syncer") {
            do throws(StoreError) {
                for _ in 0..<50 { try store.syncLog() }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        for number in UInt8(0)..<200 { try store.put(.events, [number], [UInt8](repeating: number, count: 1000)) }
        syncer.join()
        try store.syncLog()
        #expect(failure.withLock { $0 } == nil)
        #expect(try store.pairs(.events).count == 200)
    }

    @Test func statisticsCountFilesAndBytes() throws {
        let store = try RocksDBStore(directory: directory)
        let before = try store.statistics()
        #expect(before.fileCount > 3)
        #expect(before.backgroundErrorCount == 0)
        #expect(!before.isWriteStopped)
        var random = SplitMix64(seed: 1)
        for number in UInt8(0)..<8 {
            let value = (0..<65536).map { _ in UInt8.random(in: 0...255, using: &random) }
            try store.put(.attempts, [number], value)
        }
        let buffered = try store.statistics()
        #expect(buffered.writeBufferByteCount >= 8 * 65536)
        try store.flush(.attempts)
        let after = try store.statistics()
        #expect(after.diskByteCount >= before.diskByteCount + 8 * 65536)
        #expect(after.fileCount > before.fileCount)
        RocksDBStore.releaseFreeMemory()
        #expect(try store.pairs(.attempts).count == 8)
    }

    // MARK: - The dedup window

    private func dedupRecord(_ milliseconds: Int64) -> [UInt8] {
        let record = DedupRecord(
            sequence: EventSequence(1), time: Timestamp(milliseconds: milliseconds),
            fingerprint: Digest(words: (1, 2, 3, 4)))
        return [UInt8](building: record.append)
    }

    @Test("records older than the window fall out", arguments: [Family.messages, .eventIDs])
    func expiry(_ family: Family) throws {
        let store = try RocksDBStore(directory: directory)
        for number in UInt8(0)..<10 { try store.put(family, [number], dedupRecord(Int64(number) * 100)) }
        try store.put(family, [100], [1, 2, 3])
        try store.flush(family)
        try store.compact(family)
        #expect(try store.pairs(family).count == 11, "without a cut-off everything stays")
        store.expire(family, before: Timestamp(milliseconds: 500))
        #expect(try store.pairs(family).count == 11, "nothing goes before compaction")
        try store.compact(family)
        #expect(try store.pairs(family).map(\.key) == [[5], [6], [7], [8], [9], [100]])
        store.expire(family, before: nil)
        try store.compact(family)
        #expect(try store.pairs(family).count == 6)
    }

    @Test func windowOfOneFamilyLeavesTheOtherAlone() throws {
        let store = try RocksDBStore(directory: directory)
        for family in [Family.messages, .eventIDs, .events] { try store.put(family, [1], dedupRecord(1)) }
        store.expire(.messages, before: Timestamp(milliseconds: 500))
        for family in [Family.messages, .eventIDs, .events] {
            try store.flush(family)
            try store.compact(family)
        }
        #expect(try store.value(.messages, [1]) == nil)
        #expect(try store.value(.eventIDs, [1]) != nil)
        #expect(try store.value(.events, [1]) != nil)
    }

    @Test func bytesThatAreNoDedupRecordNeverExpire() {
        let filter = ExpiryFilter()
        filter.cutoff = Timestamp(milliseconds: .max)
        func isExpired(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes(filter.isExpired) }
        let record = dedupRecord(5)
        #expect(isExpired(record))
        #expect(!isExpired([2] + record.dropFirst()), "another version")
        #expect(!isExpired(record + [0]))
        #expect(!isExpired(record.dropLast()))
        #expect(!isExpired([]))
        filter.cutoff = nil
        #expect(!isExpired(record))
        filter.cutoff = Timestamp(milliseconds: 5)
        #expect(!isExpired(record), "a record as old as the cut-off stays")
    }
}
