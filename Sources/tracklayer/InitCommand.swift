import FoundationEssentials
import Gateway
import Glibc

/// `tracklayer init`: writes a configuration to start from.
enum InitCommand: Command {
    static let name = "init"
    static let summary = "write a commented gateway.yaml with fresh secrets"
    static let help = """
        init [DIR] [--listen HOST:PORT] [--admin HOST:PORT] [--sink URL]

        Writes DIR/gateway.yaml (default: here) with generated secrets, a RudderStack and a Segment source, and a
        destination that sends every event to a local `tracklayer sink`. Never overwrites a file.
        """
    static let options = [
        Option("--listen", "HOST:PORT", "where senders post events (default 127.0.0.1:8080)"),
        Option("--admin", "HOST:PORT", "where operators ask (default 127.0.0.1:8081)"),
        Option("--sink", "URL", "where the first destination sends (default http://127.0.0.1:9400/)"),
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.count <= 1 else { throw UsageError("init takes one folder at most") }
        let folder = arguments.positional.first ?? "."
        let path = folder.hasSuffix("/") ? folder + "gateway.yaml" : "\(folder)/gateway.yaml"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Readable by its owner only, as it holds secrets; O_EXCL never replaces what is there.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason =
                errno == EEXIST
                ? "it exists already; remove it or choose another folder" : String(cString: strerror(errno))
            Terminal.error("tracklayer init: \(path): \(reason)")
            return .failed
        }
        defer { close(descriptor) }
        let text = ConfigurationTemplate.text(
            listen: arguments.value("--listen") ?? "127.0.0.1:8080",
            admin: arguments.value("--admin") ?? "127.0.0.1:8081",
            sink: arguments.value("--sink") ?? "http://127.0.0.1:9400/")
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                Terminal.error("tracklayer init: \(path): \(String(cString: strerror(errno)))")
                return .failed
            }
            bytes = bytes.dropFirst(count)
        }
        Terminal.out(
            """
            wrote \(path)
            next:  tracklayer check --config \(path)
                   tracklayer serve --config \(path)
            """)
        return .done
    }
}
