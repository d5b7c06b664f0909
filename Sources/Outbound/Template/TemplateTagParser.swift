import JSON

/// What stands between `{{` and `}}`.
enum TemplateTag {
    case insert(TemplateExpression)
    case openIf(TemplateExpression, isNegated: Bool)
    case openEach(TemplateExpression)
    /// `{{else}}`, or `{{else if …}}` with its condition.
    case elseBranch(TemplateExpression?)
    case close(String)
}

/// Reads one tag.
struct TemplateTagParser {
    let text: [UInt8]
    let kind: TemplateKind
    let secrets: [String: String]
    let isInLoop: Bool
    /// The next byte to read; behind `}}` when the tag has been read.
    var position: Int

    private static let depthLimit = 16
    private static let stepLimit = 32
    private static let blockNames = ["if", "unless", "each"]

    mutating func parse() throws(TemplateError) -> TemplateTag {
        skipBlanks()
        let start = position
        let tag: TemplateTag
        switch peek {
        case UInt8(ascii: "#"):
            position += 1
            tag = try parseBlock(at: start)
        case UInt8(ascii: "/"):
            position += 1
            tag = .close(parseWord())
        case UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "^"):
            throw error("partials, whitespace control and unescaped values are not supported", at: start)
        default:
            let word = parseWord()
            if word == "else" {
                tag = .elseBranch(try parseElseCondition())
            } else {
                position = start
                tag = .insert(try parseExpression(depth: 0))
            }
        }
        skipBlanks()
        guard isAt("}}") else {
            throw error(position < text.count ? "expected }} here" : "the tag is never closed with }}", at: position)
        }
        position += 2
        return tag
    }

    private mutating func parseBlock(at start: Int) throws(TemplateError) -> TemplateTag {
        let name = parseWord()
        guard Self.blockNames.contains(name) else {
            throw error(unknown("block", "#" + name, Self.blockNames.map { "#" + $0 }), at: start)
        }
        let expression = try parseExpression(depth: 0)
        switch name {
        case "if": return .openIf(expression, isNegated: false)
        case "unless": return .openIf(expression, isNegated: true)
        default: return .openEach(expression)
        }
    }

    private mutating func parseElseCondition() throws(TemplateError) -> TemplateExpression? {
        skipBlanks()
        guard !isAt("}}") else { return nil }
        let start = position
        guard parseWord() == "if" else { throw error("after else only }} or if may follow", at: start) }
        return try parseExpression(depth: 0)
    }

    // MARK: - Expressions

    /// A term, or a helper with its arguments up to the end of the tag or bracket.
    private mutating func parseExpression(depth: Int) throws(TemplateError) -> TemplateExpression {
        skipBlanks()
        let start = position
        guard depth < Self.depthLimit else {
            throw error("brackets nest deeper than \(Self.depthLimit) levels", at: start)
        }
        let word = parseWord()
        if let helper = TemplateHelper(rawValue: word), !isPathContinued {
            return try parseCall(helper, at: start, depth: depth)
        }
        // A word with more words behind it was meant as a helper.
        let wordEnd = position
        skipBlanks()
        guard word.isEmpty || position == wordEnd || isAtEndOfExpression else {
            throw error(unknown("helper", word, TemplateHelper.allCases.map(\.rawValue)), at: start)
        }
        position = start
        let term = try parseTerm(depth: depth)
        skipBlanks()
        guard isAtEndOfExpression else { throw error("expected }} here", at: position) }
        return term
    }

    private mutating func parseCall(
        _ helper: TemplateHelper, at start: Int, depth: Int
    ) throws(TemplateError) -> TemplateExpression {
        var arguments: [TemplateExpression] = []
        skipBlanks()
        while !isAtEndOfExpression {
            let argumentStart = position
            arguments.append(try parseTerm(depth: depth))
            guard arguments.count <= helper.arity.upperBound else {
                throw error("\(helper.rawValue) takes at most \(helper.arity.upperBound) values", at: argumentStart)
            }
            skipBlanks()
        }
        guard arguments.count >= helper.arity.lowerBound else {
            throw error("\(helper.rawValue) needs \(helper.arity.lowerBound) or more values", at: start)
        }
        if helper == .date { return .date(arguments[0], try dateFormat(arguments, at: start)) }
        if helper == .round, arguments.count == 2 { try checkDigits(arguments[1], at: start) }
        if helper == .truncate || helper == .recent { try checkCount(arguments[1], of: helper, at: start) }
        if helper == .safeID {
            guard case .text(let kind) = arguments[1], !kind.isEmpty else {
                throw error("safe_id takes a name in quotes, such as \"mixpanel\"", at: start)
            }
        }
        return .call(helper, arguments)
    }

    private func dateFormat(_ arguments: [TemplateExpression], at start: Int) throws(TemplateError) -> DateFormat {
        guard arguments.count == 2 else { return .iso }
        guard case .text(let text) = arguments[1], let format = DateFormat(text) else {
            throw error(
                "date takes \"iso\", \"date\", \"unix\", \"unix_ms\" or a pattern of %Y %m %d %H %M %S %L", at: start)
        }
        return format
    }

    private func checkDigits(_ argument: TemplateExpression, at start: Int) throws(TemplateError) {
        guard case .number(let text) = argument, text.count == 1, (48...54).contains(text[0]) else {
            throw error("round takes a number of digits from 0 to 6", at: start)
        }
    }

    private func checkCount(
        _ argument: TemplateExpression, of helper: TemplateHelper, at start: Int
    ) throws(TemplateError) {
        guard case .number(let text) = argument, let count = Int(String(decoding: text, as: UTF8.self)),
            (1...100_000).contains(count)
        else { throw error("\(helper.rawValue) takes a whole number from 1 to 100000", at: start) }
    }

    /// A bracketed call, a literal, a loop variable or a path.
    private mutating func parseTerm(depth: Int) throws(TemplateError) -> TemplateExpression {
        let start = position
        switch peek {
        case UInt8(ascii: "("):
            position += 1
            let inner = try parseExpression(depth: depth + 1)
            guard peek == UInt8(ascii: ")") else { throw error("the bracket is never closed", at: start) }
            position += 1
            return inner
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .text(try parseString())
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): return .number(try parseNumber())
        case UInt8(ascii: "@"):
            position += 1
            let name = parseWord()
            guard let variable = TemplateLoopVariable(rawValue: name) else {
                throw error(
                    unknown("variable", "@" + name, TemplateLoopVariable.allCases.map { "@" + $0.rawValue }), at: start)
            }
            guard isInLoop else { throw error("@\(name) has a meaning inside #each only", at: start) }
            return .loop(variable)
        default: return try parsePath()
        }
    }

    private mutating func parseString() throws(TemplateError) -> [UInt8] {
        let start = position
        let quote = text[position]
        position += 1
        guard let end = text[position...].firstIndex(of: quote) else {
            throw error("the text is never closed", at: start)
        }
        defer { position = end + 1 }
        return Array(text[position..<end])
    }

    private mutating func parseNumber() throws(TemplateError) -> [UInt8] {
        let start = position
        while let byte = peek, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
        let number = Array(text[start..<position])
        // Only what JSON calls a number may reach a body as one. Why it is none does not matter here.
        let document = JSONDocument()
        let isNumber = withExtendedLifetime(document) { (try? document.parse(number))?.kind == .number }
        guard isNumber else { throw error("this is no number", at: start) }
        return number
    }

    // MARK: - Paths

    private mutating func parsePath() throws(TemplateError) -> TemplateExpression {
        let start = position
        var names = [try parseName()]
        while peek == UInt8(ascii: "."), names.count < Self.stepLimit {
            position += 1
            names.append(try parseName())
        }
        let steps = names.dropFirst().map { TemplatePath.Step($0) }
        switch names[0] {
        case "true" where names.count == 1: return .bool(true)
        case "false" where names.count == 1: return .bool(false)
        case "null" where names.count == 1: return .null
        case "secrets": return try secret(names, at: start)
        case "this":
            guard isInLoop else { throw error("this has a meaning inside #each only", at: start) }
            return .path(TemplatePath(root: .element, steps: steps))
        default: break
        }
        if let root = TemplatePath.root(named: names[0]) { return .path(TemplatePath(root: root, steps: steps)) }
        if isInLoop {
            return .path(TemplatePath(root: .element, steps: names.map { TemplatePath.Step($0) }))
        }
        let candidates = TemplatePath.rootNames + TemplateHelper.allCases.map(\.rawValue)
        throw error(unknown("name", names[0], candidates), at: start)
    }

    private mutating func parseName() throws(TemplateError) -> String {
        let start = position
        guard peek == UInt8(ascii: "[") else {
            let word = parseWord()
            guard !word.isEmpty else { throw error("a name is missing here", at: start) }
            return word
        }
        guard let end = text[position...].firstIndex(of: UInt8(ascii: "]")) else {
            throw error("the bracket is never closed", at: start)
        }
        defer { position = end + 1 }
        return String(decoding: text[(position + 1)..<end], as: UTF8.self)
    }

    private func secret(_ names: [String], at start: Int) throws(TemplateError) -> TemplateExpression {
        guard names.count == 2 else { throw error("a secret is written {{secrets.NAME}}", at: start) }
        guard let value = secrets[names[1]] else {
            throw error(unknown("secret", names[1], Array(secrets.keys)), at: start)
        }
        return .secret(Array(value.utf8))
    }

    // MARK: - Bytes

    private var peek: UInt8? { position < text.count ? text[position] : nil }

    private var isPathContinued: Bool { peek == UInt8(ascii: ".") }

    private var isAtEndOfExpression: Bool { position >= text.count || isAt("}}") || peek == UInt8(ascii: ")") }

    private func isAt(_ mark: StaticString) -> Bool {
        text[position...].starts(with: UnsafeBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount))
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || (0x09...0x0D).contains(byte) { position += 1 }
    }

    /// The letters, digits, `_`, `-`, `$` and characters beyond ASCII from here on.
    private mutating func parseWord() -> String {
        let start = position
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "$"),
                0x80...0xFF:
                position += 1
            default: return String(decoding: text[start..<position], as: UTF8.self)
            }
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private func unknown(_ what: String, _ name: String, _ candidates: [String]) -> String {
        let shown = name.isEmpty ? "this" : "\"\(name.prefix(64))\""
        guard let nearest = NearestName.find(name, in: candidates) else { return "there is no \(what) \(shown)" }
        return "there is no \(what) \(shown); did you mean \"\(nearest)\"?"
    }

    private func error(_ message: String, at offset: Int) -> TemplateError {
        TemplateError(message, at: offset, in: text)
    }
}
