import Glibc

/// How much an operator should care about a log line.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    /// The level as written in a log line.
    public var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// Whether `left` matters less.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// Where log lines go.
public protocol LogSink: Sendable {
    /// Takes one line, without its newline.
    func write(_ line: String)
}

/// Writes each line to standard error in one system call.
public struct StandardErrorSink: LogSink {
    /// The process's standard error.
    public init() {}

    /// Writes one line and its newline.
    public func write(_ line: String) {
        var text = line
        text.append("\n")
        // A log line that cannot be written has nowhere to be reported.
        text.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

/// Structured logging: one JSON object a line, a constant message plus key and value pairs.
///
/// Never hand it payloads, secrets or personal data: values are written as they are.
public struct Logger: Sendable {
    /// Lines below this level are not written.
    public var level: LogLevel
    private let sink: any LogSink
    private let clock: any WallClock

    /// A logger that writes lines of at least `level` to `sink`.
    public init(
        level: LogLevel = .info, sink: any LogSink = StandardErrorSink(), clock: any WallClock = SystemClock()
    ) {
        self.level = level
        self.sink = sink
        self.clock = clock
    }

    /// Detail for somebody who debugs the gateway itself.
    public func debug(_ message: StaticString, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.debug, message, fields)
    }

    /// Something an operator may want to know; silent in normal work.
    public func info(_ message: StaticString, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.info, message, fields)
    }

    /// Something is wrong, and the gateway carries on.
    public func warning(_ message: StaticString, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.warning, message, fields)
    }

    /// Something is wrong, and somebody must act.
    public func error(_ message: StaticString, _ fields: KeyValuePairs<String, String> = [:]) {
        log(.error, message, fields)
    }

    private func log(_ level: LogLevel, _ message: StaticString, _ fields: KeyValuePairs<String, String>) {
        guard level >= self.level else { return }
        var line = "{\"time\":\"\(clock.now.rfc3339)\",\"level\":\"\(level.name)\",\"message\":"
        Self.appendQuoted("\(message)", to: &line)
        for (key, value) in fields {
            line += ","
            Self.appendQuoted(key, to: &line)
            line += ":"
            Self.appendQuoted(value, to: &line)
        }
        line += "}"
        sink.write(line)
    }

    /// Appends `text` as a JSON string; Platform stands below the JSON module, so it quotes for itself.
    private static func appendQuoted(_ text: String, to line: inout String) {
        line += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            case let control where control.value < 0x20:
                line += "\\u00" + (control.value < 16 ? "0" : "") + String(control.value, radix: 16)
            default: line.unicodeScalars.append(scalar)
            }
        }
        line += "\""
    }
}
