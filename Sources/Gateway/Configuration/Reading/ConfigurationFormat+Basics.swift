extension ConfigurationFormat where Value == String {
    /// Text of some length in bytes; a plain number or Boolean needs quotes.
    ///
    /// `rule` gives the rest of the complaint about a text that it refuses.
    static func text(
        _ name: String = "text", byteCount: ClosedRange<Int> = 1...1024,
        rule: @escaping (String) -> String? = { _ in nil }
    ) -> ConfigurationFormat {
        scalar(name, show: { $0 }) { (text) throws(ConfigurationComplaint) in
            // What came from outside is text whatever it looks like: nobody can put quotes around it there.
            if !text.isFromOutside {
                switch text.value {
                case .text, .null: break
                case .boolean: throw ConfigurationComplaint("is a Boolean; put quotes around it to make it text")
                case .integer, .number:
                    throw ConfigurationComplaint("is a number; put quotes around it to make it text")
                }
            }
            guard text.text.utf8.count >= byteCount.lowerBound else { throw ConfigurationComplaint("is empty") }
            guard text.text.utf8.count <= byteCount.upperBound else {
                throw ConfigurationComplaint("is longer than \(byteCount.upperBound) bytes")
            }
            if let rest = rule(text.text) { throw ConfigurationComplaint(rest) }
            return text.text
        }
    }

    /// A name that can stand in keys, headers and metric labels: letters, digits, `_`, `-` and `.`.
    static func name(byteLimit: Int = 64) -> ConfigurationFormat {
        text("name", byteCount: 1...byteLimit).checked { name in
            let isAllowed = name.utf8.allSatisfy { $0.isASCIILetterOrDigit || "_-.".utf8.contains($0) }
            return isAllowed && name.utf8.first?.isASCIILetterOrDigit == true
                ? nil : "must begin with a letter or digit and have only letters, digits, _, - and ."
        }
    }

    /// Text of a fixed shape, such as a currency code.
    static func code(_ name: String, letterCount: Int, example: String) -> ConfigurationFormat {
        scalar(name, show: { $0 }) { (text) throws(ConfigurationComplaint) in
            let isCode =
                text.text.utf8.count == letterCount
                && text.text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            guard isCode else {
                throw ConfigurationComplaint("is no \(name); write \(letterCount) capital letters, such as \(example)")
            }
            return text.text
        }
    }
}

extension ConfigurationFormat where Value == Bool {
    /// `true` or `false`.
    static var flag: ConfigurationFormat {
        scalar("true or false", show: { "\($0)" }) { (text) throws(ConfigurationComplaint) in
            if case .boolean(let value) = text.value { return value }
            guard text.isFromOutside, text.text == "true" || text.text == "false" else {
                throw ConfigurationComplaint("is not allowed; use true or false, without quotes")
            }
            return text.text == "true"
        }
    }
}

extension ConfigurationFormat where Value == Int {
    /// A whole number.
    static func integer(in range: ClosedRange<Int>) -> ConfigurationFormat {
        let bounds = "\(range.lowerBound) to \(range.upperBound)"
        return scalar("number, \(bounds)", show: { "\($0)" }) { (text) throws(ConfigurationComplaint) in
            let value = try integer(text)
            guard range.contains(value) else {
                throw ConfigurationComplaint("is out of range; use \(bounds)")
            }
            return value
        }
    }

    /// One of a few whole numbers.
    static func integer(oneOf allowed: [Int]) -> ConfigurationFormat {
        scalar(Phrase.list(allowed.map { "`\($0)`" }), show: { "\($0)" }) { (text) throws(ConfigurationComplaint) in
            let value = try integer(text)
            guard allowed.contains(value) else {
                throw ConfigurationComplaint("is not allowed; use \(Phrase.list(allowed.map(String.init)))")
            }
            return value
        }
    }

    private static func integer(_ text: ConfigurationText) throws(ConfigurationComplaint) -> Int {
        if case .integer(let value) = text.value { return value }
        if text.isFromOutside, let value = Int(text.text) { return value }
        let isQuoted = !text.isFromOutside && Int(text.text) != nil
        throw ConfigurationComplaint(isQuoted ? "is text; write the number without quotes" : "is no whole number")
    }
}

extension ConfigurationFormat where Value: CaseIterable & RawRepresentable<String> {
    /// One of the names of an enumeration.
    static func choice(_: Value.Type = Value.self) -> ConfigurationFormat { choice(\.rawValue) }
}

extension ConfigurationFormat where Value: CaseIterable {
    /// One of the cases of an enumeration, by the names that `text` gives them.
    static func choice(_ text: @escaping (Value) -> String) -> ConfigurationFormat {
        let words = Value.allCases.map(text)
        return scalar(Phrase.list(words.map { "`\($0)`" }), words: words, show: text) {
            (found) throws(ConfigurationComplaint) in
            guard let value = Value.allCases.first(where: { text($0) == found.text }) else {
                throw ConfigurationComplaint("is not allowed; use \(Phrase.list(words))")
            }
            return value
        }
    }
}

/// Words put together.
enum Phrase {
    /// `a`, `a or b`, `a, b or c`.
    static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) or \(last)"
    }
}
