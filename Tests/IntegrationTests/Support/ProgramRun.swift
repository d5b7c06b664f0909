import Foundation

/// One run of `tracklayer` with its words, and what it said.
final class ProgramRun {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    /// Starts it, with more variables than the tests' own if need be.
    init(_ words: [String], environment: [String: String] = [:]) throws {
        process.executableURL = URL(fileURLWithPath: try GatewayProcess.binary())
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// Waits for some output, at least a byte, and returns it; empty at the end.
    func readSome() -> String { String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) }

    /// What Ctrl-C does.
    func interrupt() { process.interrupt() }

    /// Waits for the end; what it wrote must fit a pipe.
    func finish() -> (code: Int32, output: String, errors: String) {
        let output = output.fileHandleForReading.readDataToEndOfFile()
        let errors = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: output, as: UTF8.self), String(decoding: errors, as: UTF8.self)
        )
    }
}
