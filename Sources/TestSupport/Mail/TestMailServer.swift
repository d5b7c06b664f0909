import Glibc
import JSON

/// A real mail server on loopback, spoken to in SMTP: `Scripts/sdk/smtp_server.py` in a process of its own.
public final class TestMailServer {
    /// What it does.
    public enum Mode: String, Sendable {
        case plain, starttls, implicit
        /// Takes connections and never says a word.
        case silent
        /// Refuses every sender.
        case refuse
    }

    /// One mail that it took.
    public struct Mail: Sendable {
        /// The envelope's sender.
        public var sender: String
        /// The envelope's receivers.
        public var recipients: [String]
        /// The mail with its headers, lines ended by `\r\n`.
        public var text: String
        /// Whether it came over TLS.
        public var isSecure: Bool
        /// Who had signed in.
        public var user: String?
    }

    /// The only user, and the password.
    public static let user = (name: "mailer", password: "correct-horse-battery")

    /// The interpreter that runs it.
    public static let python = "/usr/bin/python3"

    /// Whether it can run here.
    public static var isPossible: Bool { access(python, X_OK) == 0 }

    private let program: ChildProgram
    /// The port it listens on.
    public let port: UInt16

    /// Starts a server; nil if it cannot be started.
    ///
    /// - Parameters:
    ///   - mode: What it does.
    ///   - certificate: The files of a certificate and its key, for TLS.
    ///   - script: Where `smtp_server.py` is.
    public init?(_ mode: Mode, certificate: (file: String, key: String)? = nil, script: String = TestMailServer.script)
    {
        let files = certificate.map { [$0.file, $0.key] } ?? []
        guard let program = ChildProgram(TestMailServer.python, [script, mode.rawValue] + files),
            let line = program.line(beginningWith: "port "), let port = UInt16(line.dropFirst(5))
        else { return nil }
        self.program = program
        self.port = port
    }

    /// The script in this project.
    public static var script: String {
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + (parts + ["Scripts", "sdk", "smtp_server.py"]).joined(separator: "/")
    }

    /// Waits for the next mail; nil if the server has ended.
    public func nextMail() -> Mail? {
        guard let line = program.line(beginningWith: "mail ") else { return nil }
        let document = JSONDocument()
        guard let root = try? document.parse(Array(line.dropFirst(5).utf8)) else { return nil }
        return Mail(
            sender: root[name: "sender"]?.string ?? "",
            recipients: root[name: "recipients"].map { $0.elements.compactMap(\.string) } ?? [],
            text: root[name: "text"]?.string ?? "", isSecure: root[name: "secure"]?.bool ?? false,
            user: root[name: "user"]?.string)
    }
}
