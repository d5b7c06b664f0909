import CRocksDB
import EventModel

/// Turns RocksDB's error texts into errors that a caller can decide on.
///
/// The C interface reports a failure only as `Status::ToString()`: a type, for some types a fixed subcode, then what was
/// tried, the file and the system's reason. This is the one place that reads such a text.
struct RocksDBStatus {
    /// What RocksDB said, for example `IO error: No space left on device: While appending to file: …`.
    let text: String

    /// What a caller can decide on.
    var code: StoreError.Code {
        if text.hasPrefix("Corruption: ") || text.hasPrefix("Not implemented: ") { return .corrupt }
        if isFull { return .full }
        if isLocked { return .locked }
        if text.hasPrefix("Shutdown in progress: ") { return .closed }
        // Wrong arguments come from files too: a table that names another comparator, a descriptor that does not parse.
        return text.hasPrefix("Invalid argument: ") ? .corrupt : .io
    }

    /// Whether the text says that the library was built without a compression.
    var isMissingCompression: Bool {
        text.hasPrefix("Invalid argument: Compression type ") && text.contains("not linked")
    }

    /// Whether another holder of the directory's `LOCK` is this very process.
    var isLockedByThisProcess: Bool { text.hasPrefix("IO error: lock hold by current process") }

    private var isLocked: Bool { isLockedByThisProcess || text.hasPrefix("IO error: While lock file: ") }

    private var isFull: Bool {
        // `No space` is a subcode and so comes first; the others are plain reasons and so come last.
        text.hasPrefix("IO error: No space left on device") || text.hasPrefix("IO error: Space limit reached")
            || text.hasSuffix(": Disk quota exceeded") || text.hasSuffix(": File too large")
    }

    /// What an operator can do about it.
    var nextStep: String {
        switch code {
        case .full: "free space, or raise the quota or the limit on file sizes; writing resumes once there is room"
        case .locked: "stop the process that has it, or configure another data directory"
        case .corrupt: "nothing was removed; restore the data directory from a backup, or move it away to start empty"
        case .closed: "the gateway is stopping"
        case .version: "run the version that wrote it"
        case .io where text.hasSuffix(": Permission denied"): "give the gateway's user read and write permission"
        case .io where text.hasSuffix(": Read-only file system"): "mount the file system for writing"
        case .io where text.hasSuffix(": Too many open files"): "raise the limit on open files (ulimit -n)"
        case .io: "check the disk and the kernel's log, then start the gateway again"
        }
    }

    /// The error for a failed `action` on the store in `directory`.
    func error(
        _ action: String, in directory: String, fileID: StaticString = #fileID, line: UInt = #line
    ) -> StoreError {
        StoreError(code, "\(action) \(directory): \(text); \(nextStep)", fileID: fileID, line: line)
    }

    /// Runs one call of the C interface.
    ///
    /// - Returns: What the call returned.
    /// - Throws: What RocksDB reported.
    static func check<Result>(
        _ call: (_ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) throws(RocksDBFailure) -> Result {
        var message: UnsafeMutablePointer<CChar>?
        let result = call(&message)
        guard let message else { return result }
        defer { rocksdb_free(message) }
        throw RocksDBFailure(status: RocksDBStatus(text: String(cString: message)))
    }
}

/// A call of the C interface that failed, before it is known what the caller was doing.
struct RocksDBFailure: Error {
    let status: RocksDBStatus
}
