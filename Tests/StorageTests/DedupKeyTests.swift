import Crypto
import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

@Suite struct DedupKeyTests {
    private static func message(_ id: String) -> DedupKey {
        DedupKey(MessageKey(AccountNumber(1), EnvironmentNumber(1), source: "web", messageID: id))
    }

    private static func event(_ id: String) -> DedupKey {
        DedupKey(EventIDKey(AccountNumber(1), EnvironmentNumber(1), eventID: id, eventName: EventName("purchase")))
    }

    @Test func equalFieldsMakeOneKey() {
        let keys = [Self.message("a"), Self.message("b"), Self.event("a"), Self.event("b")]
        #expect(Set(keys + keys).count == keys.count)
        #expect(Self.message("a") == Self.message("a"))
    }

    @Test func kindsOfKeysDifferThoughTheirBytesAreTheSame() {
        let name = EventName("purchase").text
        let message = DedupKey(MessageKey(AccountNumber(1), EnvironmentNumber(1), source: "a", messageID: name))
        #expect(message.bytes == Self.event("a").bytes)
        #expect(message != Self.event("a"))
    }

    @Test func manyKeysAreLookedUpInTheirOrder() throws {
        let folder = TemporaryDirectory()
        let store = try RocksDBStore(directory: folder.file("store"))
        defer { store.close() }
        let record = DedupRecord(
            sequence: EventSequence(7), time: Timestamp(milliseconds: 5), fingerprint: Digest(words: (1, 2, 3, 4)))
        var batch = WriteBatch()
        batch.putDedup(Self.message("b"), record)
        batch.putDedup(Self.event("a"), record)
        try store.commit(batch, .buffered)
        let reader = EventReader(store)
        #expect(try reader.dedupRecords(["a", "b", "c"].map { Self.message($0) }) == [nil, record, nil])
        #expect(try reader.dedupRecords([Self.event("a")]) == [record])
        #expect(try reader.dedupRecords([]) == [])
        #expect(try reader.dedupRecord(Self.event("b")) == nil)
    }

    @Test func changesOfEveryLengthReachTheStore() throws {
        let folder = TemporaryDirectory()
        let store = try RocksDBStore(directory: folder.file("store"))
        defer { store.close() }
        let sizes = [0, 1, 127, 128, 129, 16_383, 16_384, 70_000]
        var batch = WriteBatch()
        for size in sizes {
            batch.put(.alerts, Array("k\(size)".utf8), [UInt8](repeating: 7, count: size))
            batch.put(.counters, [UInt8](repeating: 8, count: size + 1), [])
        }
        batch.put(.alerts, Array("gone".utf8), [1])
        batch.delete(.alerts, Array("gone".utf8))
        try store.commit(batch, .synced)
        for size in sizes {
            #expect(try store.value(.alerts, Array("k\(size)".utf8)) == [UInt8](repeating: 7, count: size))
            #expect(try store.value(.counters, [UInt8](repeating: 8, count: size + 1)) == [])
        }
        #expect(try store.value(.alerts, Array("gone".utf8)) == nil)
    }
}
