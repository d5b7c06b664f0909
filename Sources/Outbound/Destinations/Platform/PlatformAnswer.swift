public import JSON

/// A platform's answer, read as JSON.
///
/// Values are valid as long as the answer.
public final class PlatformAnswer {
    private let document = JSONDocument()
    private let root: JSONValue?

    /// Reads the body of an answer; an answer that is no JSON has no values.
    public init(_ response: HTTPResponse) {
        root = try? document.parse(response.body, limits: JSONLimits(depth: 32, valueCount: 100_000))
    }

    /// Whether the body is a JSON object.
    public var isObject: Bool { root?.kind == .object }

    /// Whether the body is JSON of any kind.
    public var isJSON: Bool { root != nil }

    /// A value by its path; nil if it is not there.
    public subscript(path: JSONKey...) -> JSONValue? {
        var value = root
        for key in path { value = value?[key] }
        return value?.isNull == true ? nil : value
    }

    /// The elements of a list by its path, in order; none if it is not there.
    public func elements(_ path: JSONKey...) -> [JSONValue] {
        var value = root
        for key in path { value = value?[key] }
        return value.map { Array($0.elements) } ?? []
    }
}

/// A platform's words, fit to be kept as `last_error`.
public enum PlatformWords {
    /// The most characters that are kept.
    public static let characterLimit = 300

    /// Text on one line, cut, without whatever looks like an e-mail address and without the queries of URLs.
    public static func clean(_ text: String) -> String {
        var words: [Substring] = []
        for word in text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }) {
            if word.contains("@") { words.append("***") } else { words.append(withoutQuery(word)) }
        }
        return String(words.joined(separator: " ").filter { $0 >= " " }.prefix(characterLimit))
    }

    private static func withoutQuery(_ word: Substring) -> Substring {
        guard word.contains("://"), let question = word.firstIndex(of: "?") else { return word }
        return word[..<question]
    }
}
