/// A text that is dear to careless readers: one unit, over and over.
public struct HostileText: Sendable, CustomStringConvertible {
    /// What it is made of, for names of tests.
    public let description: String
    /// What is repeated, as it stands between the quotes of JSON.
    private let unit: String

    /// The text that repeats `unit`, which is valid between the quotes of JSON.
    public init(_ unit: String, _ description: String? = nil) {
        self.unit = unit
        self.description = description ?? unit
    }

    /// As many whole units as fit, at least one.
    public func text(byteCount: Int) -> String {
        String(repeating: unit, count: max(1, byteCount / unit.utf8.count))
    }

    /// What has held up readers here or elsewhere: separators of what is looked for in texts, their escapes, and letters
    /// that are more than they seem.
    public static let all = common + special

    /// One of each sort.
    public static let common = [
        HostileText("a@b."), HostileText("%25"), HostileText("\\\"", "escaped quotes"),
        HostileText("\\ud800", "halves of surrogate pairs"), HostileText("4242 4242 4242 ", "cards"),
        HostileText("9", "digits"), HostileText("1,", "commas in money"), HostileText("&"),
        HostileText("."), HostileText(" ", "blanks"), HostileText("C", "bits of consent"),
        HostileText("e\u{301}", "combining marks"),
    ]

    private static let special = [
        HostileText("@"), HostileText("<a@b.co>,"), HostileText("="), HostileText("https://"), HostileText("a@b.co "),
        HostileText("a@b.co/"), HostileText("x.", "labels"),
        HostileText("a\\u0040b\\u002e", "escaped address"), HostileText("%40"), HostileText("%", "percent signs"),
        HostileText("\\\\", "escaped backslashes"), HostileText("\\u0000", "NUL"), HostileText("{{#if a}}"),
        HostileText("+49 151 ", "phone numbers"), HostileText("1.2.3.4,", "addresses of hosts"), HostileText("4242-"),
        HostileText("?"), HostileText("#"), HostileText("-"), HostileText("_"), HostileText("/"), HostileText("?a=b&"),
        HostileText("//user:pass@"), HostileText("fb.1."), HostileText("gclid=a&"), HostileText("email="),
        HostileText("https://a.co/?email=b@c.co "), HostileText("DBAA~", "sections of consent"),
        HostileText("\u{FDFA}", "a letter of eighteen"), HostileText("\u{1F3F3}\u{FE0F}\u{200D}", "joined pictures"),
        HostileText("\u{202E}", "turned text"), HostileText("[{", "brackets"),
    ]
}
