import Foundation
import Platform
import TestSupport

/// `tracklayer serve` as a child process.
final class GatewayProcess {
    private let process = Process()
    private let output = Pipe()
    private let log = Guarded("")
    /// The inbound port it listens on.
    let port: UInt16

    /// Starts it and waits until it listens.
    ///
    /// - Parameters:
    ///   - configurationFile: The file it serves.
    ///   - fileByteLimit: How large a file it may write; what is beyond fails as on a full disk.
    /// - Throws: What keeps it from starting.
    init(configurationFile: String, fileByteLimit: Int? = nil) throws {
        let binary = try Self.binary()
        if let fileByteLimit {
            // The signal is ignored, so that the write fails instead of the process; dash counts blocks of 512 bytes.
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = [
                "-c", "trap '' XFSZ; ulimit -f \(fileByteLimit / 512); exec \"$0\" serve --config \"$1\"", binary,
                configurationFile,
            ]
        } else {
            process.executableURL = URL(fileURLWithPath: binary)
            process.arguments = ["serve", "--config", configurationFile]
        }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        try process.run()
        port = try Self.port(in: output.fileHandleForReading)
        // A full pipe would stop the gateway.
        output.fileHandleForReading.readabilityHandler = { [log] file in
            let text = String(decoding: file.availableData, as: UTF8.self)
            log.withLock { $0 += text }
        }
    }

    /// What `swift build` made of this package, unless `TRACKLAYER_BINARY` names another.
    static func binary() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path =
            ProcessInfo.processInfo.environment["TRACKLAYER_BINARY"]
            ?? root.appendingPathComponent(".build/debug/tracklayer").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure(description: "no program at \(path); run `swift build`, or set TRACKLAYER_BINARY")
        }
        return path
    }

    /// The port that the log line `listening` names.
    private static func port(in log: FileHandle) throws -> UInt16 {
        var text = ""
        while true {
            let data = log.availableData
            guard !data.isEmpty else { throw Failure(description: "the gateway ended before it listened: \(text)") }
            text += String(decoding: data, as: UTF8.self)
            if let match = text.firstMatch(of: #/"message":"listening","address":"127\.0\.0\.1:(\d+)"/#),
                let port = UInt16(match.1)
            {
                return port
            }
        }
    }

    /// What it has logged since it listened.
    var logText: String { log.withLock { $0 } }

    /// Has it read its configuration again.
    func reload() { Glibc.kill(process.processIdentifier, SIGHUP) }

    /// Ends it without warning.
    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        finish()
    }

    /// Lets it drain, and returns its exit code.
    func terminate() -> Int32 {
        process.terminate()
        finish()
        return process.terminationStatus
    }

    private func finish() {
        process.waitUntilExit()
        output.fileHandleForReading.readabilityHandler = nil
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
