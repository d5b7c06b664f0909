import EventModel
import Storage
import TestSupport
import Testing

@Suite struct ConformanceTests {
    @Test func memoryStoreKeepsTheContract() throws {
        try checkKeyValueStore { MemoryStore() }
    }

    @Test func rocksDBStoreKeepsTheContract() throws {
        let directories = Directories()
        try checkKeyValueStore { try RocksDBStore(directory: directories.next()) }
    }

    @Test func memoryStoreFailsTheCommitThatItWasToldTo() throws {
        let store = MemoryStore()
        store.failCommit(2, with: StoreError(.full, "told to"))
        try store.put(.meta, [1], [1])
        #expect(throws: StoreError.self) { try store.put(.meta, [2], [2]) }
        #expect(try store.value(.meta, [2]) == nil)
        try store.put(.meta, [2], [2])
        #expect(store.commitCount == 3)
    }
}

/// Directories that live as long as the value.
final class Directories {
    private var directories: [TemporaryDirectory] = []

    func next() -> String {
        let directory = TemporaryDirectory()
        directories.append(directory)
        return directory.file("store")
    }
}
