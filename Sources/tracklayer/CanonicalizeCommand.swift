import Canonicalizer
import EventModel
import Gateway
import Glibc
import JSON
import Platform

/// `tracklayer canonicalize`: envelopes in, canonical events out, one line each; no store, no network.
enum CanonicalizeCommand: Command {
    static let name = "canonicalize"
    static let summary = "turn envelopes on standard input into canonical events on standard output"
    static let help = """
        canonicalize [--source NAME] [--config FILE] [--kind KIND] [--now TIME] < envelopes.ndjson

        Reads one JSON envelope a line (an array or {"batch": [...]} gives a line for each item) and prints the canonical
        event, or {"status":"rejected","code":...}. Without --source it reads as an unconfigured source of --kind would.
        """
    static let options = [
        Option("--source", "NAME", "read as this source of the configuration"),
        Option("--kind", "KIND", "rudderstack (default), segment, native or trackstack"),
        Option("--now", "TIME", "the time of reception, RFC 3339 (default: now)"), .config, .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else {
            throw UsageError("canonicalize reads standard input; it takes no words")
        }
        let now = try arguments.time("--now")
        guard let profile = try SourceProfile.offline(arguments) else { return .usage }
        let filter = CanonicalizeFilter(profile: profile, now: now)
        var input = LineReader(descriptor: 0)
        var hasRejection = false
        while let line = input.next() {
            for output in filter.lines(for: line) {
                hasRejection = hasRejection || output.isRejection
                Terminal.out(output.bytes + [UInt8(ascii: "\n")])
            }
        }
        return hasRejection ? .failed : .done
    }
}

extension SourceProfile {
    /// The source whose events are read: `--source` of the configuration, else an unconfigured one of `--kind`.
    ///
    /// - Returns: nil after the faults of the configuration were printed.
    static func offline(_ arguments: Arguments) throws -> SourceProfile? {
        if let name = arguments.value("--source") {
            guard let loaded = ConfigurationFile.load(arguments.configPath) else { return nil }
            guard let found = loaded.offlineProfile(ofSource: name) else {
                let known = loaded.configuration.sources.map(\.name).joined(separator: ", ")
                throw UsageError("--source \(name): the configuration has no such source; it has \(known)")
            }
            return found
        }
        let kindName = arguments.value("--kind") ?? "rudderstack"
        guard let kind = SourceKind(rawValue: kindName) else {
            let known = SourceKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError("--kind \(kindName): known are \(known)")
        }
        return SourceProfile(name: kindName, kind: kind, tenant: .offline)
    }
}

/// Reads a descriptor line by line in constant memory.
struct LineReader {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    private static let chunkByteCount = 1 << 16

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// The next line without its newline, blank ones left out; nil at the end.
    mutating func next() -> [UInt8]? {
        while true {
            if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[start..<end])
                start = end + 1
                if !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return line }
                continue
            }
            if isAtEnd {
                let line = Array(buffer[start...])
                buffer = []
                start = 0
                return line.isEmpty ? nil : line
            }
            fill()
        }
    }

    private mutating func fill() {
        buffer.removeSubrange(..<start)
        start = 0
        let filled = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.chunkByteCount))
        let count = buffer.withUnsafeMutableBytes { bytes in
            let room = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
            var count = 0
            repeat {
                count = read(descriptor, room.baseAddress, room.count)
            } while count < 0 && errno == EINTR
            return count
        }
        if count <= 0 { isAtEnd = true }
        buffer.removeLast(Self.chunkByteCount - max(0, count))
    }
}
