import EventModel
import Glibc

/// The directory that a store keeps its files in.
struct DataDirectory {
    /// What is in the directory.
    enum Contents: Equatable {
        /// No store yet, or one whose creation did not get as far as its first record.
        case empty
        /// A store.
        case store
    }

    let path: String

    /// Creates the directory if it is missing, and looks what is in it.
    ///
    /// RocksDB makes a new store wherever `CURRENT` is missing and then removes every file that the new store does not
    /// know, so a directory that has lost only that file would be wiped. Such a directory is reported instead.
    ///
    /// - Throws: `io` if the path cannot be a data directory, `corrupt` if parts of a store are missing.
    func prepare() throws(StoreError) -> Contents {
        var status = stat()
        if stat(path, &status) != 0 {
            guard errno == ENOENT else { throw systemError("cannot look at", path, errno) }
            try create()
            return .empty
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(.io, "\(path) is not a directory; configure a directory for the data")
        }
        let names = try fileNames()
        if names.contains("CURRENT") { return .store }
        let remains = names.filter(Self.isData).sorted()
        guard let first = remains.first else { return .empty }
        throw StoreError(
            .corrupt,
            "\(path) has \(remains.count) data files (such as \(first)) but no CURRENT file; nothing was changed; restore "
                + "the directory from a backup, or move it away to start empty")
    }

    /// The bytes in the files, and how many there are.
    func usage() throws(StoreError) -> (bytes: UInt64, fileCount: Int) {
        var bytes: UInt64 = 0
        var fileCount = 0
        for name in try fileNames() {
            var status = stat()
            // A file that is gone by now was obsolete.
            guard stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            bytes += UInt64(status.st_size)
            fileCount += 1
        }
        return (bytes, fileCount)
    }

    /// Whether a file holds records: a table, a log, or a descriptor other than the first one.
    ///
    /// A descriptor 1 without `CURRENT` is a creation that was interrupted before anything could be stored.
    static func isData(_ name: String) -> Bool {
        if name.hasPrefix("MANIFEST-") { return name != "MANIFEST-000001" }
        for ending in [".sst", ".log", ".blob"] where name.hasSuffix(ending) {
            let number = name.utf8.dropLast(ending.utf8.count)
            return !number.isEmpty && number.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        }
        return false
    }

    /// Creates the directory and its parents, and makes the new names durable.
    private func create() throws(StoreError) {
        var parent = path.hasPrefix("/") ? "/" : "."
        for component in path.split(separator: "/") {
            let next = parent == "/" ? "/\(component)" : "\(parent)/\(component)"
            // Only the gateway's user may look inside: records name customers' events.
            if mkdir(next, 0o700) == 0 {
                try sync(directory: parent)
            } else if errno != EEXIST {
                throw systemError("cannot create the data directory", next, errno)
            }
            parent = next
        }
    }

    /// Without this, a power cut could take the name of the new directory, and all that was stored in it.
    private func sync(directory: String) throws(StoreError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError("cannot open", directory, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw systemError("cannot sync", directory, errno) }
    }

    private func fileNames() throws(StoreError) -> [String] {
        guard let stream = opendir(path) else { throw systemError("cannot list", path, errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private func systemError(_ action: String, _ path: String, _ code: Int32) -> StoreError {
        StoreError(
            code == ENOSPC || code == EDQUOT ? .full : .io,
            "\(action) \(path): \(String(cString: strerror(code))); configure a data directory that the gateway can write"
        )
    }
}
