import EventModel
import Glibc
import Platform
import TestSupport
import Testing

@testable import Storage

/// Power cuts, kills, full disks and damage: what was acknowledged is there, or its loss is reported.
@Suite struct FaultTests {
    let temporary = TemporaryDirectory()
    var directory: String { temporary.file("store") }

    // MARK: - Killed processes

    /// Commits batches that each touch three families, and writes down every one that was acknowledged.
    static func commitUntilKilled(
        _ directory: String, _ journal: String, durability: Durability, after batchCount: Int
    ) throws {
        let store = try RocksDBStore(directory: directory)
        let file = open(journal, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let acknowledged = Guarded(0)
        let killer = DedicatedThread(name: "killer") {
            while acknowledged.withLock({ $0 }) < batchCount { sched_yield() }
            kill(getpid(), SIGKILL)
        }
        for number in UInt32(1)... {
            let key = withUnsafeBytes(of: number.bigEndian) { Array($0) }
            var batch = WriteBatch()
            batch.put(
                .events, key, [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: Int(number % 40) * 997))
            batch.put(.messages, key, key)
            batch.put(.due, key, [])
            try store.commit(batch, durability)
            _ = key.withUnsafeBytes { write(file, $0.baseAddress, 4) }
            acknowledged.withLock { $0 += 1 }
        }
        killer.join()
    }

    private func checkAfterKill(_ journal: String, atLeast batchCount: Int) throws {
        let acknowledged = try read(journal).count / 4
        #expect(acknowledged >= batchCount)
        let store = try RocksDBStore(directory: directory)
        let events = try store.pairs(.events)
        #expect(events.count >= acknowledged, "every acknowledged batch is there")
        #expect(events.count <= acknowledged + 1, "nothing else is but the batch under way")
        for (index, event) in events.enumerated() {
            let number = UInt32(index + 1)
            #expect(event.key == withUnsafeBytes(of: number.bigEndian) { Array($0) }, "there is no gap")
            #expect(
                event.value == [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: Int(number % 40) * 997))
        }
        #expect(try store.pairs(.messages).map(\.key) == events.map(\.key), "a batch is there whole or not at all")
        #expect(try store.pairs(.due).map(\.key) == events.map(\.key))
    }

    @Test("synced batches survive a kill", arguments: [1, 60, 300])
    func killedWhileSyncing(_ batchCount: Int) async throws {
        let journal = temporary.file("journal")
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [directory = directory as String, journal = journal as String, batchCount = batchCount as Int] in
            try FaultTests.commitUntilKilled(directory, journal, durability: .synced, after: batchCount)
        }
        try checkAfterKill(journal, atLeast: batchCount)
    }

    @Test func bufferedBatchesSurviveAKill() async throws {
        let journal = temporary.file("journal")
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [directory = directory as String, journal = journal as String] in
            try FaultTests.commitUntilKilled(directory, journal, durability: .buffered, after: 500)
        }
        try checkAfterKill(journal, atLeast: 500)
    }

    // MARK: - Damage

    /// Makes a store whose last batches are in the log only; returns the log's path.
    private func makeStoreWithLog(batchCount: UInt8) throws -> String {
        let store = try RocksDBStore(directory: directory)
        for number in 0..<batchCount { try store.put(.events, [number], [UInt8](repeating: number, count: 5000)) }
        store.close()
        let names = try fileNames(directory).filter { $0.hasSuffix(".log") }
        return "\(directory)/\(try #require(names.last))"
    }

    @Test("a log that ends within a record opens with all before it", arguments: [1, 100, 4000, 7000])
    func tornLog(_ missingByteCount: Int) throws {
        let log = try makeStoreWithLog(batchCount: 20)
        try write(try read(log).dropLast(missingByteCount), to: log)
        let store = try RocksDBStore(directory: directory)
        let events = try store.pairs(.events)
        #expect(events.map(\.key) == (0..<UInt8(missingByteCount > 5000 ? 18 : 19)).map { [$0] })
        try store.put(.events, [200], [1])
        store.close()
        #expect(try RocksDBStore(directory: directory).value(.events, [200]) == [1])
    }

    @Test func damageWithinTheLogIsReportedAndNothingIsLost() throws {
        let log = try makeStoreWithLog(batchCount: 20)
        let size = try read(log).count
        try flipByte(in: log, at: size / 2)
        for _ in 0..<2 {
            let error = #expect(throws: StoreError.self) { try RocksDBStore(directory: directory) }
            #expect(error?.code == .corrupt)
            #expect(error?.message.contains("nothing was removed") == true)
        }
        #expect(try read(log).count == size)
        try flipByte(in: log, at: size / 2)
        #expect(try RocksDBStore(directory: directory).pairs(.events).count == 20)
    }

    @Test func operatorMayDropWhatFollowsTheDamage() throws {
        let log = try makeStoreWithLog(batchCount: 20)
        try flipByte(in: log, at: try read(log).count / 2)
        let store = try RocksDBStore(
            directory: directory, options: RocksDBOptions(logRecovery: .dropFromDamage))
        let count = try store.pairs(.events).count
        #expect((5...14).contains(count), "\(count)")
        store.close()
        #expect(try RocksDBStore(directory: directory).pairs(.events).count == count)
    }

    @Test func damagedTableIsReportedAndTheRestIsReadable() throws {
        let store = try RocksDBStore(directory: directory)
        for number in UInt8(0)..<100 { try store.put(.events, [number], [UInt8](repeating: number, count: 2000)) }
        try store.flush(.events)
        try store.put(.nodes, [1], [1])
        try store.flush(.nodes)
        store.close()
        let tables = try fileNames(directory).filter { $0.hasSuffix(".sst") }
        let table = try #require(tables.first { (try? read("\(directory)/\($0)"))?.contains(99) == true })
        try flipByte(in: "\(directory)/\(table)", at: 10)
        let damaged = try RocksDBStore(directory: directory)
        let error = #expect(throws: StoreError.self) { try damaged.pairs(.events) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains(table) == true, "the message names the file")
        #expect(throws: StoreError.self) { try damaged.value(.events, [0]) }
        #expect(try damaged.value(.nodes, [1]) == [1])
        damaged.close()
        #expect(try fileNames(directory).contains(table))
        try flipByte(in: "\(directory)/\(table)", at: 10)
        #expect(try RocksDBStore(directory: directory).pairs(.events).count == 100)
    }

    // MARK: - Full disks

    /// Commits events of 64 KiB until the store refuses one; returns how many it took, and the refusal.
    static func fill(_ store: RocksDBStore) -> (acceptedCount: UInt32, refusal: StoreError?) {
        // Random, so that compression makes no room.
        var random = SplitMix64(seed: 1)
        let value = (0..<8192).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
        for number in UInt32(0)..<10_000 {
            do throws(StoreError) {
                var batch = WriteBatch()
                batch.put(.attempts, withUnsafeBytes(of: number.bigEndian) { Array($0) }, value)
                try store.commit(batch, .synced)
            } catch {
                return (number, error)
            }
        }
        return (10_000, nil)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible), .timeLimit(.minutes(10)))
    func fullDiskRefusesWritesAndKeepsEverything() throws {
        let disk = try SmallFileSystem(megabyteCount: 80)
        try write([UInt8](repeating: 0, count: 56 << 20), to: disk.file("ballast"))
        let store = try RocksDBStore(directory: disk.file("store"))
        let (accepted, refusal) = Self.fill(store)
        #expect(accepted > 10)
        #expect(refusal?.code == .full, "\(String(describing: refusal))")
        for _ in 0..<3 {
            let again = #expect(throws: StoreError.self) {
                try store.put(.meta, [7], [UInt8](repeating: 1, count: 9999))
            }
            #expect(again?.code == .full)
        }
        #expect(try store.pairs(.attempts).count == Int(accepted), "reads carry on")

        #expect(unlink(disk.file("ballast")) == 0)
        // RocksDB looks for space every few seconds, in a thread of its own, and wants room for a whole write buffer.
        let deadline = MonotonicTime.now + .seconds(60)
        while true {
            try #require(MonotonicTime.now < deadline, "writing has not resumed")
            do throws(StoreError) {
                try store.put(.meta, [7], [1])
                break
            } catch {
                try #require(error.code == .full)
                usleep(50_000)
            }
        }
        store.close()
        let reopened = try RocksDBStore(directory: disk.file("store"))
        #expect(try reopened.pairs(.attempts).count == Int(accepted))
        #expect(try reopened.value(.meta, [7]) == [1])
    }

    @Test func limitOnFileSizesRefusesWritesAndKeepsEverything() async throws {
        await #expect(processExitsWith: .success) { [directory = directory as String] in
            signal(SIGXFSZ, SIG_IGN)
            let store = try RocksDBStore(directory: directory)
            var limit = rlimit(rlim_cur: 4 << 20, rlim_max: 4 << 20)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let (accepted, refusal) = FaultTests.fill(store)
            #expect(accepted > 10)
            #expect(refusal?.code == .full, "\(String(describing: refusal))")
            #expect(try store.pairs(.attempts).count == Int(accepted))
            store.close()
            #expect(try RocksDBStore(directory: directory).pairs(.attempts).count == Int(accepted))
        }
    }
}
