import Gateway
import Platform

/// What the process tells its caller (design, section 9).
enum ExitCode: Int32 {
    case done = 0
    /// The thing asked for failed.
    case failed = 1
    /// The command line or the configuration is wrong.
    case usage = 2
}

/// One verb of the command line.
protocol Command {
    /// The word that selects it.
    static var name: String { get }
    /// One line for the overview.
    static var summary: String { get }
    /// The full help text.
    static var help: String { get }
    /// The options it knows.
    static var options: [Option] { get }

    /// Does the work.
    static func run(_ arguments: Arguments) throws -> ExitCode
}

/// An option that a verb knows.
struct Option {
    /// With its dashes: `--config`.
    var name: String
    /// What to call its value in help; nil for a flag.
    var value: String?
    var summary: String

    init(_ name: String, _ value: String? = nil, _ summary: String) {
        self.name = name
        self.value = value
        self.summary = summary
    }

    static let config = Option("--config", "FILE", "the configuration (default: gateway.yaml)")
    static let json = Option("--json", nil, "print JSON instead of text")
}

/// A command line that cannot be followed; printed with the verb's usage, exit code 2.
struct UsageError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// The words after the verb, sorted into options, flags and the rest.
struct Arguments {
    private(set) var values: [String: [String]] = [:]
    private(set) var flags: Set<String> = []
    private(set) var positional: [String] = []

    /// Sorts `words` by what `options` know; `--name value` and `--name=value` are the same, `--` ends options.
    init(_ words: [String], options: [Option]) throws {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                positional += rest
                break
            }
            let isLong = word.hasPrefix("--") && word.count > 2
            guard isLong || options.contains(where: { $0.name == word }) else {
                positional.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = options.first(where: { $0.name == name }) else {
                let known = options.map(\.name).sorted().joined(separator: ", ")
                throw UsageError("\(name) is not known here; known are: \(known), --help")
            }
            if option.value == nil {
                guard parts.count == 1 else { throw UsageError("\(name) takes no value") }
                flags.insert(name)
            } else if parts.count == 2 {
                values[name, default: []].append(String(parts[1]))
            } else if let value = rest.popFirst() {
                values[name, default: []].append(value)
            } else {
                throw UsageError("\(name) needs a value: \(name) \(option.value ?? "")")
            }
        }
    }

    /// The last value given for an option.
    func value(_ option: String) -> String? { values[option]?.last }

    /// Whether a flag was given.
    func has(_ flag: String) -> Bool { flags.contains(flag) }

    /// The configuration file to use.
    var configPath: String { value("--config") ?? "gateway.yaml" }

    /// The value of an option as a whole number in a range.
    func integer(_ option: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = value(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("\(option) \(text): give a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The value of an option as a time.
    func time(_ option: String) throws -> Timestamp? {
        guard let text = value(option) else { return nil }
        guard let time = RFC3339.timestamp(text) else {
            throw UsageError("\(option) \(text): give a time such as 2026-04-23T14:12:33Z")
        }
        return time
    }

    /// The only positional word.
    func single(_ what: String) throws -> String {
        guard positional.count == 1, let word = positional.first else {
            throw UsageError("give one \(what); got \(positional.count) words")
        }
        return word
    }
}
