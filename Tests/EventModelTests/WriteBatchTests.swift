import EventModel
import Testing

@Suite struct WriteBatchTests {
    private func contents(_ batch: WriteBatch) -> [String] {
        batch.operations.map { operation in
            let key = String(decoding: batch.bytes[operation.key], as: UTF8.self)
            let value = operation.value.map { String(decoding: batch.bytes[$0], as: UTF8.self) }
            return "\(operation.family.rawValue) \(key) \(value ?? "deleted")"
        }
    }

    @Test("keeps changes in order with their bytes")
    func order() {
        var batch = WriteBatch()
        #expect(batch.isEmpty)
        batch.put(.events, "k1".utf8, "v1".utf8)
        batch.delete(.due, "k2".utf8)
        batch.put(.eventIDs, "".utf8, "".utf8)
        batch.put(.events, "k1".utf8, "v2".utf8)
        #expect(contents(batch) == ["events k1 v1", "due k2 deleted", "event_ids  ", "events k1 v2"])
        batch.removeAll()
        #expect(batch.isEmpty)
        #expect(batch.bytes.isEmpty)
    }

    @Test("an appended batch comes after, unharmed")
    func append() {
        var first = WriteBatch()
        first.put(.nodes, "a".utf8, "1".utf8)
        var second = WriteBatch()
        second.put(.edges, "bb".utf8, "22".utf8)
        second.delete(.dead, "ccc".utf8)
        first.append(second)
        first.append(WriteBatch())
        first.put(.meta, "d".utf8, "4".utf8)
        #expect(contents(first) == ["nodes a 1", "edges bb 22", "dead ccc deleted", "meta d 4"])
    }

    @Test("a store error reads as code and message and knows its place")
    func storeError() {
        let error = StoreError(.full, "no space is left on /data; free some and restart")
        #expect("\(error)" == "full: no space is left on /data; free some and restart")
        #expect(error.location.hasPrefix("EventModelTests/WriteBatchTests.swift:"))
    }
}
