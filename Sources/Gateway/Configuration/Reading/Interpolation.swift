/// Text in which `${NAME}`, `${NAME:-default}` and `${file:/path}` have been replaced.
///
/// `${NAME:-default}` takes the default when the variable is not set or empty, as a shell does. A file's content loses
/// its last line break. `$${` stands for a plain `${`. Placeholders do not nest.
struct Interpolation {
    /// What stands between the braces.
    enum Placeholder: Equatable {
        case variable(name: String, fallback: String?)
        case file(path: String)
    }

    /// A placeholder that could not be replaced.
    struct Fault: Error, Equatable {
        /// What to look for in the file to find the place: `${NAME`.
        let opening: String
        let message: String
    }

    let text: String
    let faults: [Fault]

    /// Replaces every placeholder of `source` with what `resolve` makes of it.
    init(_ source: String, resolve: (Placeholder) -> Result<String, Fault>) {
        var text = ""
        var faults: [Fault] = []
        var rest = source[...]
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                text += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                let end = rest.firstIndex(of: "}")
                let body = rest[..<(end ?? rest.endIndex)].dropFirst(2)
                rest = end.map { rest[$0...].dropFirst() } ?? ""
                switch Self.placeholder(body, isClosed: end != nil).flatMap(resolve) {
                case .success(let value): text += value
                case .failure(let fault): faults.append(fault)
                }
            } else {
                text.append("$")
                rest = rest.dropFirst()
            }
        }
        self.text = text + rest
        self.faults = faults
    }

    /// Whether text has anything to replace.
    static func isNeeded(in text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if previous == UInt8(ascii: "$"), byte == UInt8(ascii: "{") { return true }
            previous = byte
        }
        return false
    }

    private static func placeholder(_ body: Substring, isClosed: Bool) -> Result<Placeholder, Fault> {
        guard isClosed else {
            let message = "${ has no closing brace on its line; write ${NAME}, or $${ for the text ${"
            return .failure(Fault(opening: "${", message: message))
        }
        if body.hasPrefix("file:") {
            let path = body.dropFirst(5)
            guard path.isEmpty else { return .success(.file(path: String(path))) }
            return .failure(Fault(opening: "${file:", message: "${file:} names no file; write ${file:/path}"))
        }
        let (name, fallback) = split(body)
        guard isVariableName(name) else {
            let message = "${…} needs the name of an environment variable: letters, digits and _; $${ is the text ${"
            return .failure(Fault(opening: "${", message: message))
        }
        return .success(.variable(name: String(name), fallback: fallback))
    }

    /// The parts before and after the first `:-`.
    private static func split(_ body: Substring) -> (name: Substring, fallback: String?) {
        guard let colon = body.firstIndex(of: ":"), body[colon...].hasPrefix(":-") else { return (body, nil) }
        return (body[..<colon], String(body[colon...].dropFirst(2)))
    }

    private static func isVariableName(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "_") }
    }
}

extension UInt8 {
    /// Whether this is one of `A`–`Z`, `a`–`z`, `0`–`9`.
    var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
