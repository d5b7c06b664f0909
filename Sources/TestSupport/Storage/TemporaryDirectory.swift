import Crypto
import Glibc

/// A new directory that is removed, with everything in it, when the value goes.
public final class TemporaryDirectory: Sendable {
    /// The directory.
    public let path: String

    /// Makes the directory below `TMPDIR`, or `/tmp`.
    public init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        path = "\(parent)/tracklayer-\(Hex.encode(SecureRandom.bytes(8)))"
        let code = mkdir(path, 0o700)
        precondition(code == 0, "cannot make \(path): \(String(cString: strerror(errno)))")
    }

    deinit { Self.remove(path) }

    /// A path inside the directory.
    public func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Removes a file, or a directory with everything in it.
    ///
    /// What cannot be removed is left: the system's own cleaning of temporary files takes it.
    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            var names: [String] = []
            while let entry = readdir(stream) {
                names.append(
                    withUnsafePointer(to: &entry.pointee.d_name) {
                        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
                    })
            }
            closedir(stream)
            for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}
