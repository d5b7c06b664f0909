import Glibc

/// Finds out which process holds a file lock.
enum LockHolder {
    /// The process that holds a POSIX lock on the file at `path`, or nil if the kernel does not say.
    ///
    /// Reads `/proc/locks` instead of asking with `F_GETLK`, since that needs the file opened, and closing any
    /// descriptor of a file drops all locks that this process has on it (fcntl(2)).
    static func process(lockingFileAt path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, let table = contents(of: "/proc/locks") else { return nil }
        return process(locking: UInt64(status.st_ino), device: UInt64(status.st_dev), in: table)
    }

    /// The process in a lock table of the form `1: POSIX  ADVISORY  WRITE 4711 fe:00:123456 0 EOF` (proc(5)).
    static func process(locking inode: UInt64, device: UInt64, in table: String) -> Int? {
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count == 8, fields[1] == "POSIX", let process = Int(fields[4]), process > 0 else { continue }
            let file = fields[5].split(separator: ":")
            guard file.count == 3, UInt64(file[2]) == inode, UInt64(file[0], radix: 16) == major(device),
                UInt64(file[1], radix: 16) == minor(device)
            else { continue }
            return process
        }
        return nil
    }

    /// `gnu_dev_major`, which Swift cannot import.
    static func major(_ device: UInt64) -> UInt64 { (device >> 8) & 0xfff | (device >> 32) & ~0xfff }

    /// `gnu_dev_minor`, which Swift cannot import.
    static func minor(_ device: UInt64) -> UInt64 { device & 0xff | (device >> 12) & ~0xff }

    private static func contents(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let byteLimit = 1 << 20
        while bytes.count < byteLimit {
            let chunk = [UInt8](unsafeUninitializedCapacity: 16384) { buffer, count in
                count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
            }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
