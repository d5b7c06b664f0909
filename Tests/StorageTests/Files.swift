import Foundation
import Glibc
import TestSupport

func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

func fileNames(_ directory: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}

/// Inverts all bits of one byte, so that doing it again undoes it.
func flipByte(in path: String, at offset: Int) throws {
    var bytes = try read(path)
    bytes[offset] ^= 0xff
    try write(bytes, to: path)
}

/// A file system of its own in memory, for tests of what happens when there is no room.
final class SmallFileSystem {
    private let temporary = TemporaryDirectory()
    private let path: String

    /// Whether this process may mount one.
    static let isPossible: Bool = (try? SmallFileSystem(megabyteCount: 1)) != nil

    struct MountError: Error { let code: Int32 }

    init(megabyteCount: Int) throws {
        path = temporary.file("disk")
        mkdir(path, 0o700)
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabyteCount)m") == 0 else { throw MountError(code: errno) }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func setReadOnly(_ isReadOnly: Bool) throws {
        let flags = UInt(MS_REMOUNT) | (isReadOnly ? UInt(MS_RDONLY) : 0)
        guard mount("tmpfs", path, "tmpfs", flags, nil) == 0 else { throw MountError(code: errno) }
    }
}
