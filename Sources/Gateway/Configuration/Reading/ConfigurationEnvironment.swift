import Glibc

/// What a configuration file may refer to: environment variables and files.
public struct ConfigurationEnvironment: Sendable {
    /// The value of an environment variable, or nil if it is not set.
    public var variable: @Sendable (_ name: String) -> String?
    /// The bytes of a file of at most 1 MiB, or why it cannot be read.
    public var file: @Sendable (_ path: String) -> Result<[UInt8], FileFault>

    /// Why a file could not be read, in words that can follow "cannot be read:".
    public struct FileFault: Error, Sendable, Equatable {
        /// The system's own words.
        public let reason: String

        /// A fault with this reason.
        public init(reason: String) { self.reason = reason }
    }

    /// An environment made of these two functions.
    public init(
        variable: @escaping @Sendable (_ name: String) -> String?,
        file: @escaping @Sendable (_ path: String) -> Result<[UInt8], FileFault>
    ) {
        self.variable = variable
        self.file = file
    }

    /// The environment of this process.
    public static let process = ConfigurationEnvironment(
        variable: { name in getenv(name).map { String(cString: $0) } },
        file: { path in readFile(path) })

    /// How long a file may be, in bytes.
    static let fileByteLimit = 1 << 20

    private static func readFile(_ path: String) -> Result<[UInt8], FileFault> {
        func lastFault() -> FileFault { FileFault(reason: String(cString: strerror(errno))) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(lastFault()) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= fileByteLimit {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return .success(bytes) }
            if count > 0 {
                bytes += chunk[..<count]
            } else if errno != EINTR {
                return .failure(lastFault())
            }
        }
        return .failure(FileFault(reason: "it is longer than 1 MiB"))
    }
}
