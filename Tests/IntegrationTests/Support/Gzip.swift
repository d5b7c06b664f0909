import Foundation

/// Packs bodies as a sender does, with the system's own program.
enum Gzip {
    static func pack(_ bytes: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-9", "-n", "-c"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let writer = Thread { [handle = input.fileHandleForWriting] in
            handle.write(Data(bytes))
            handle.closeFile()
        }
        writer.start()
        let packed = Array(output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        return packed
    }
}
