import EventModel
import Glibc
import TestSupport
import Testing

@testable import Storage

/// What is said when a data directory cannot be opened, and that nothing happens to it.
@Suite struct StoreOpeningTests {
    let temporary = TemporaryDirectory()
    var directory: String { temporary.file("store") }

    private func makeStore() throws {
        let store = try RocksDBStore(directory: directory)
        try store.put(.events, [1], [2])
        try store.flush(.events)
        store.close()
    }

    private func openingError() -> StoreError? {
        #expect(throws: StoreError.self) { try RocksDBStore(directory: directory) }
    }

    @Test func storeOpenInThisProcessIsLocked() throws {
        let store = try RocksDBStore(directory: directory)
        let error = openingError()
        #expect(error?.code == .locked)
        #expect(error?.message.contains("this process has it open already") == true)
        try store.put(.events, [1], [1])
        store.close()
        #expect(try RocksDBStore(directory: directory).value(.events, [1]) == [1])
    }

    @Test func storeOpenInAnotherProcessIsLockedAndNamesIt() async throws {
        try makeStore()
        let store = try RocksDBStore(directory: directory)
        let holder = getpid()
        await #expect(processExitsWith: .success) { [directory = directory as String, holder = holder as Int32] in
            let error = #expect(throws: StoreError.self) { try RocksDBStore(directory: directory) }
            #expect(error?.code == .locked)
            #expect(
                error?.message
                    == "cannot open \(directory): another process (process \(holder)) has it open; stop the process that "
                    + "has it, or configure another data directory")
        }
        #expect(try store.value(.events, [1]) == [2])
    }

    @Test func fileInPlaceOfTheDirectoryIsReported() throws {
        try write("not a store", to: directory)
        let error = openingError()
        #expect(error?.code == .io)
        #expect(error?.message == "\(directory) is not a directory; configure a directory for the data")
        #expect(try read(directory) == Array("not a store".utf8))
    }

    @Test func fileInPlaceOfAParentIsReported() throws {
        try write("x", to: temporary.file("file"))
        let error = #expect(throws: StoreError.self) { try RocksDBStore(directory: temporary.file("file/store")) }
        #expect(error?.code == .io)
        #expect(error?.message.contains("Not a directory") == true)
    }

    @Test func directoryThatCannotBeWrittenIsReported() throws {
        // /proc refuses new names, to root too.
        let error = #expect(throws: StoreError.self) { try RocksDBStore(directory: "/proc/self/fdinfo") }
        #expect(error?.code == .io)
        #expect(error?.message.contains("/proc/self/fdinfo") == true)
        let missing = #expect(throws: StoreError.self) { try RocksDBStore(directory: "/proc/tracklayer") }
        #expect(missing?.code == .io)
        #expect(missing?.message.contains("cannot create the data directory /proc/tracklayer") == true)
    }

    @Test(.enabled(if: SmallFileSystem.isPossible))
    func readOnlyFileSystemIsReported() throws {
        let disk = try SmallFileSystem(megabyteCount: 64)
        let store = try RocksDBStore(directory: disk.file("store"))
        try store.put(.events, [1], [2])
        store.close()
        try disk.setReadOnly(true)
        let error = #expect(throws: StoreError.self) { try RocksDBStore(directory: disk.file("store")) }
        #expect(error?.code == .io)
        #expect(error?.message.contains("mount the file system for writing") == true)
        let new = #expect(throws: StoreError.self) { try RocksDBStore(directory: disk.file("new")) }
        #expect(new?.code == .io)
        try disk.setReadOnly(false)
        #expect(try RocksDBStore(directory: disk.file("store")).value(.events, [1]) == [2])
    }

    @Test func storeWithoutItsCurrentFileIsNotReplacedByAnEmptyOne() throws {
        try makeStore()
        let current = try read("\(directory)/CURRENT")
        #expect(unlink("\(directory)/CURRENT") == 0)
        let before = try fileNames(directory)
        let error = openingError()
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("no CURRENT file; nothing was changed") == true)
        #expect(try fileNames(directory) == before)
        try write(current, to: "\(directory)/CURRENT")
        #expect(try RocksDBStore(directory: directory).value(.events, [1]) == [2])
    }

    @Test func creationThatWasInterruptedIsFinished() throws {
        #expect(mkdir(directory, 0o700) == 0)
        try write("half a descriptor", to: "\(directory)/MANIFEST-000001")
        try write("", to: "\(directory)/LOCK")
        let store = try RocksDBStore(directory: directory)
        try store.put(.events, [1], [1])
    }

    @Test("a damaged file of the store is reported and left", arguments: ["CURRENT", "MANIFEST"])
    func damagedDescriptor(_ prefix: String) throws {
        try makeStore()
        let name = try #require(try fileNames(directory).first { $0.hasPrefix(prefix) })
        try flipByte(in: "\(directory)/\(name)", at: 12)
        let before = try fileNames(directory).filter { $0 != "LOG" && !$0.hasPrefix("LOG.") }
        let error = openingError()
        #expect([.corrupt, .io].contains(error?.code), "\(String(describing: error))")
        let after = try fileNames(directory)
        #expect(before.allSatisfy(after.contains))
        try flipByte(in: "\(directory)/\(name)", at: 12)
        #expect(try RocksDBStore(directory: directory).value(.events, [1]) == [2])
    }

    @Test func missingTableIsReported() throws {
        try makeStore()
        let table = try #require(try fileNames(directory).first { $0.hasSuffix(".sst") })
        #expect(rename("\(directory)/\(table)", temporary.file("table")) == 0)
        let error = openingError()
        #expect(error?.code == .corrupt || error?.code == .io)
        #expect(rename(temporary.file("table"), "\(directory)/\(table)") == 0)
        #expect(try RocksDBStore(directory: directory).value(.events, [1]) == [2])
    }

    @Test func newerFormatIsRefused() throws {
        let store = try RocksDBStore(directory: directory)
        #expect(try store.value(.meta, MetaKey.format) == [0, 0, 0, 1])
        try store.put(.meta, MetaKey.format, [0, 0, 0, 2])
        store.close()
        let error = openingError()
        #expect(error?.code == .version)
        #expect(
            error?.message
                == "\(directory) has data of format 2, and this version reads up to 1; run the version that wrote it")
    }

    @Test func unreadableFormatIsRefused() throws {
        let store = try RocksDBStore(directory: directory)
        try store.put(.meta, MetaKey.format, [1])
        store.close()
        #expect(openingError()?.code == .corrupt)
    }

    @Test(
        "the code comes from RocksDB's text",
        arguments: [
            (
                "IO error: No space left on device: While appending to file: /d/000004.log: No space left on device",
                .full
            ),
            ("IO error: While fsync: /d/000004.log: Disk quota exceeded", .full),
            ("IO error: While appending to file: /d/000004.log: File too large", .full),
            ("IO error: While lock file: /d/LOCK: Resource temporarily unavailable", .locked),
            (
                "IO error: lock hold by current process, acquire time 1 acquiring thread 2: /d/LOCK: No locks available",
                .locked
            ),
            ("IO error: While open a file for lock: /d/LOCK: Permission denied", .io),
            ("IO error: While appending to file: /No space left on device/1.log: Input/output error", .io),
            ("Corruption: block checksum mismatch in /d/000009.sst", .corrupt),
            ("Invalid argument: a.comparator: does not match existing comparator b", .corrupt),
            ("Shutdown in progress: ", .closed), ("Result incomplete: Write stall", .io),
        ] as [(String, StoreError.Code)])
    func codes(_ text: String, _ code: StoreError.Code) {
        #expect(RocksDBStatus(text: text).code == code)
    }

    @Test func holderIsFoundInTheKernelsTable() {
        let table = """
            1: FLOCK  ADVISORY  WRITE 15574 fe:00:16220201 0 EOF
            2: POSIX  ADVISORY  WRITE 4711 fe:01:16220201 0 EOF
            3: POSIX  ADVISORY  WRITE 4712 fe:00:16220201 0 EOF
            4: -> POSIX  ADVISORY  WRITE 4713 fe:00:16220202 0 EOF
            nonsense
            """
        #expect(LockHolder.process(locking: 16_220_201, device: 0xfe00, in: table) == 4712)
        #expect(LockHolder.process(locking: 16_220_201, device: 0xfe01, in: table) == 4711)
        #expect(LockHolder.process(locking: 1, device: 0xfe00, in: table) == nil)
    }

    @Test(
        "only a store's own files count as data",
        arguments: [
            ("000012.sst", true), ("000003.log", true), ("000009.blob", true), ("MANIFEST-000005", true),
            ("MANIFEST-000001", false), ("LOG", false), ("LOCK", false), ("notes.log", false), (".sst", false),
            ("gateway.yaml", false),
        ])
    func dataFiles(_ name: String, _ isData: Bool) {
        #expect(DataDirectory.isData(name) == isData)
    }
}
