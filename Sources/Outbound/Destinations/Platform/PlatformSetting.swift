import Platform

/// One setting of a platform, described once for the configuration file, `preview --set` and the documentation.
public struct PlatformSetting: Sendable {
    /// What a setting holds.
    public enum Form: Sendable {
        /// Text by a rule.
        case text(TextRule)
        /// Text that is never shown.
        case secret
        /// `true` or `false`, with its default.
        case flag(Bool)
        /// One of some words; the first is the default.
        case choice([String])
        /// A whole number, with its default.
        case number(ClosedRange<Int>, Int)
        /// A duration.
        case duration(ClosedRange<Duration>)
        /// Texts by a rule.
        case list(TextRule)
        /// Canonical event names (or names of the operator's own), each with one or more texts by a rule.
        case map(of: TextRule, keys: String)
    }

    /// The key in the configuration.
    public let name: String
    /// What it holds.
    public let form: Form
    /// Whether it must be there.
    public let isRequired: Bool
    /// What its absence means, for the documentation.
    public let absence: String
    /// What it is for, in one sentence.
    public let summary: String

    /// A setting that may be missing.
    public init(_ name: String, _ form: Form, absence: String = "none", _ summary: String) {
        self.name = name
        self.form = form
        isRequired = false
        self.absence = absence
        self.summary = summary
    }

    /// A setting that must be there.
    public init(required name: String, _ form: Form, _ summary: String) {
        self.name = name
        self.form = form
        isRequired = true
        absence = "required"
        self.summary = summary
    }
}

/// What a text of a setting must look like.
public struct TextRule: Sendable {
    /// What it is, for the documentation: `digits`, `currency code`.
    public let name: String
    /// The rest of a sentence that begins with the value, if it is wrong: `is no pixel id; …`.
    public let fault: @Sendable (String) -> String?

    /// A rule from its parts.
    public init(_ name: String, _ fault: @escaping @Sendable (String) -> String?) {
        self.name = name
        self.fault = fault
    }

    /// A rule whose texts consist of some characters only.
    public init(
        _ name: String, length: ClosedRange<Int>, example: String, _ allows: @escaping @Sendable (UInt8) -> Bool
    ) {
        self.init(name) { text in
            length.contains(text.utf8.count) && text.utf8.allSatisfy(allows)
                ? nil : "is no \(name); it looks like \(example)"
        }
    }

    /// Any text of one line.
    public static let line = TextRule("text") { text in
        text.utf8.allSatisfy(\.isFieldValueByte) && !text.isEmpty ? nil : "has a control character"
    }

    /// Digits only.
    public static func digits(_ name: String, _ length: ClosedRange<Int>, example: String) -> TextRule {
        TextRule(name, length: length, example: example) { $0.isASCIIDigit }
    }

    /// ISO 4217, upper-case.
    public static let currency = TextRule("currency code", length: 3...3, example: "EUR") { $0.isASCIIUpper }

    /// A day of the calendar.
    public static let day = TextRule("date") { text in
        RFC3339.day(text) == nil ? "is no date; it looks like 2027-01-31" : nil
    }

    /// An `http` or `https` URL without query, where a platform's paths begin.
    public static let baseURL = TextRule("URL") { text in
        let isURL = text.hasPrefix("https://") || text.hasPrefix("http://")
        let isBare = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3F && $0 != 0x23 && $0 != 0x40 }
        return isURL && isBare && text.utf8.count > 8 && !text.hasSuffix("/")
            ? nil : "is no URL to put paths behind; write https://host, without a slash at the end"
    }
}

/// The settings of one destination, checked.
public struct PlatformSettings: Sendable, Equatable {
    /// A setting's value.
    public enum Value: Sendable, Equatable {
        case text(String)
        case flag(Bool)
        case number(Int)
        case duration(Duration)
        case texts([String])
        case map([String: [String]])
    }

    /// The destination's configured name.
    public var name: String
    /// By key; those that are missing and have no default are left out.
    public var values: [String: Value]
    /// How requests for tokens are carried; the destination's own options.
    public var options = TransferOptions()

    /// Settings from their values.
    public init(name: String, values: [String: Value]) {
        self.name = name
        self.values = values
    }

    /// A text, if it is there.
    public func text(_ key: String) -> String? {
        if case .text(let text) = values[key] { text } else { nil }
    }

    /// A flag; false if it is missing.
    public func flag(_ key: String) -> Bool {
        if case .flag(let flag) = values[key] { flag } else { false }
    }

    /// A number; zero if it is missing.
    public func number(_ key: String) -> Int {
        if case .number(let number) = values[key] { number } else { 0 }
    }

    /// A duration, if it is there.
    public func duration(_ key: String) -> Duration? {
        if case .duration(let duration) = values[key] { duration } else { nil }
    }

    /// Texts; none if it is missing.
    public func texts(_ key: String) -> [String] {
        if case .texts(let texts) = values[key] { texts } else { [] }
    }

    /// A map; empty if it is missing.
    public func map(_ key: String) -> [String: [String]] {
        if case .map(let map) = values[key] { map } else { [:] }
    }
}

extension PlatformSettings: CustomStringConvertible, CustomReflectable {
    /// The name alone, as the values hold secrets.
    public var description: String { "settings of \(name)" }
    /// Nothing, as the values hold secrets.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
