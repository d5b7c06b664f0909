/// Turns a template's text into instructions, in one pass.
struct TemplateCompiler {
    /// A block that has been opened and not yet closed.
    private struct Block {
        enum Kind { case condition(name: String), loop(start: Int) }

        var kind: Kind
        var offset: Int
        /// Where the text stood when the block began: every branch begins there.
        var entry: JSONStringTracker
        /// Where the first branch left it: every branch must end there.
        var exit: JSONStringTracker?
        /// The instruction that goes to the next branch, until that begins.
        var pendingBranch: Int?
        /// The jumps from the ends of branches to the end of the block.
        var exits: [Int] = []
    }

    private let text: [UInt8]
    private let kind: TemplateKind
    private let secrets: [String: String]
    private var position = 0
    private var literal: [UInt8] = []
    /// Whether the last byte of `literal` is the quote that opened a string literal.
    private var isAtStringStart = false
    private var tracker = JSONStringTracker()
    private var blocks: [Block] = []
    private var instructions: [TemplateInstruction] = []

    /// The largest template, in bytes.
    static let byteLimit = 256 << 10
    private static let blockLimit = 16

    init(_ text: [UInt8], kind: TemplateKind, secrets: [String: String]) {
        self.text = text
        self.kind = kind
        self.secrets = secrets
    }

    mutating func compile() throws(TemplateError) -> [TemplateInstruction] {
        guard text.count <= Self.byteLimit else {
            throw error("a template may have \(Self.byteLimit) bytes; this one has \(text.count)", at: 0)
        }
        // A NUL would end a URL early where C reads it.
        if kind == .header || kind == .url, let offset = text.firstIndex(where: { !$0.isFieldValueByte }) {
            let name = kind == .url ? "a URL" : "a header's value"
            throw error("\(name) is one line without control characters", at: offset)
        }
        while position < text.count {
            if text[position] == UInt8(ascii: "\\") {
                appendBackslashes()
            } else if isAt("{{") {
                try compileTag()
            } else {
                append(text[position])
                position += 1
            }
        }
        if let block = blocks.last { throw error("this block is never closed", at: block.offset) }
        if kind == .json, tracker.isInString { throw error("a text in quotes is never closed", at: text.count) }
        flush()
        return instructions
    }

    // MARK: - Text

    private mutating func append(_ byte: UInt8) {
        literal.append(byte)
        guard kind == .json else { return }
        let wasInString = tracker.isInString
        tracker.feed(byte)
        isAtStringStart = !wasInString && tracker.isInString
    }

    /// Takes a run of backslashes; an odd one before `{{` makes it plain text.
    private mutating func appendBackslashes() {
        let run = text[position...].prefix { $0 == UInt8(ascii: "\\") }.count
        position += run
        let isEscape = run % 2 == 1 && isAt("{{")
        for _ in 0..<(isEscape ? run - 1 : run) { append(UInt8(ascii: "\\")) }
        guard isEscape else { return }
        append(UInt8(ascii: "{"))
        append(UInt8(ascii: "{"))
        position += 2
    }

    private mutating func flush() {
        isAtStringStart = false
        guard !literal.isEmpty else { return }
        instructions.append(.literal(literal))
        literal = []
    }

    // MARK: - Tags

    private mutating func compileTag() throws(TemplateError) {
        let start = position
        if isAt("{{!") { return try skipComment() }
        if isAt("{{{") {
            throw error("{{{ is not supported, as values are always escaped; write {{json name}} or { {{", at: start)
        }
        let isInLoop = blocks.contains { if case .loop = $0.kind { true } else { false } }
        var parser = TemplateTagParser(
            text: text, kind: kind, secrets: secrets, isInLoop: isInLoop, position: position + 2)
        let tag = try parser.parse()
        position = parser.position
        switch tag {
        case .insert(let expression): try insert(expression, from: start)
        case .openIf(let expression, let isNegated):
            try checkSecrets(in: expression, at: start)
            flush()
            try open(.condition(name: isNegated ? "unless" : "if"), at: start)
            instructions.append(.branch(expression, isNegated: isNegated, target: 0))
        case .openEach(let expression):
            try checkSecrets(in: expression, at: start)
            flush()
            try open(.loop(start: instructions.count + 1), at: start)
            instructions.append(.beginLoop(expression, target: 0))
        case .elseBranch(let condition):
            if let condition { try checkSecrets(in: condition, at: start) }
            try beginElse(condition, at: start)
        case .close(let name): try close(name, at: start)
        }
    }

    private mutating func skipComment() throws(TemplateError) {
        let isLong = isAt("{{!--")
        let mark: [UInt8] = Array((isLong ? "--}}" : "}}").utf8)
        var end = position + (isLong ? 5 : 3)
        while end + mark.count <= text.count {
            if text[end...].starts(with: mark) {
                position = end + mark.count
                return
            }
            end += 1
        }
        throw error("the comment is never closed with \(isLong ? "--}}" : "}}")", at: position)
    }

    /// A body is kept and shown with its secrets masked, which finds them only as they are.
    private func checkSecrets(in expression: TemplateExpression, at start: Int) throws(TemplateError) {
        guard kind != .url, kind != .header, expression.hasSecret else { return }
        throw error("in a body a secret stands by itself, as {{secrets.NAME}}, so that it can be masked", at: start + 2)
    }

    private mutating func insert(_ expression: TemplateExpression, from start: Int) throws(TemplateError) {
        if case .secret = expression {} else { try checkSecrets(in: expression, at: start) }
        let mode = try insertionMode(at: start)
        if mode == .wholeString {
            // The insertion writes both quotes, so that it can write null in place of a text.
            literal.removeLast()
            tracker.feed(text[position])
            position += 1
        }
        var insertion = TemplateInsertion(expression: expression, mode: mode, isNullable: false, label: "")
        if case .call(.json, let arguments) = expression {
            insertion.isNullable = true
            // Outside of quotes a value is written as JSON anyway.
            if mode == .typed { insertion.expression = arguments[0] }
        }
        let inner = text[(start + 2)...].prefix { $0 != UInt8(ascii: "}") }
        insertion.label = String(decoding: inner.prefix(64), as: UTF8.self)
        flush()
        instructions.append(.insert(insertion))
    }

    private func insertionMode(at start: Int) throws(TemplateError) -> TemplateInsertion.Mode {
        switch kind {
        case .header, .text: return .plain
        case .form: return .percentEncoded
        case .url:
            guard isBehindAuthority else {
                throw error("scheme and host of a URL must be given; values may follow after the host's /", at: start)
            }
            return .percentEncoded
        case .json: break
        }
        switch tracker.state {
        case .outside: return .typed
        case .string:
            let isClosedNext = position < text.count && text[position] == UInt8(ascii: "\"")
            return isAtStringStart && isClosedNext ? .wholeString : .stringPart
        case .escape, .unicode: throw error("a value cannot stand inside a \\ escape", at: start)
        }
    }

    /// Whether the URL's text so far goes beyond scheme and host, so that no event can choose them.
    private var isBehindAuthority: Bool {
        guard case .literal(let first)? = flushed.first,
            let colon = first.firstIndex(of: UInt8(ascii: ":")), first[colon...].starts(with: "://".utf8)
        else { return false }
        return first[(colon + 3)...].contains { "/?#".utf8.contains($0) }
    }

    private var flushed: [TemplateInstruction] { instructions.isEmpty ? [.literal(literal)] : instructions }

    // MARK: - Blocks

    private mutating func open(_ kind: Block.Kind, at start: Int) throws(TemplateError) {
        guard blocks.count < Self.blockLimit else {
            throw error("blocks nest deeper than \(Self.blockLimit) levels", at: start)
        }
        blocks.append(Block(kind: kind, offset: start, entry: tracker, pendingBranch: instructions.count))
    }

    private mutating func beginElse(_ condition: TemplateExpression?, at start: Int) throws(TemplateError) {
        guard var block = blocks.popLast(), let pending = block.pendingBranch else {
            throw error("else stands outside of a block, or comes twice", at: start)
        }
        flush()
        try leaveBranch(&block, at: start)
        if case .loop(let loopStart) = block.kind {
            guard condition == nil else { throw error("the else of #each takes no condition", at: start) }
            instructions.append(.endLoop(start: loopStart))
            // Behind the else there is no element any more.
            block.kind = .condition(name: "each")
        }
        block.exits.append(instructions.count)
        instructions.append(.jump(0))
        setTarget(of: pending)
        block.pendingBranch = nil
        if let condition {
            block.pendingBranch = instructions.count
            instructions.append(.branch(condition, isNegated: false, target: 0))
        }
        tracker = block.entry
        blocks.append(block)
    }

    private mutating func close(_ name: String, at start: Int) throws(TemplateError) {
        guard var block = blocks.popLast() else {
            throw error("/\(name) closes a block that was not opened", at: start)
        }
        let openName = if case .condition(let openName) = block.kind { openName } else { "each" }
        guard name == openName else { throw error("expected {{/\(openName)}} here", at: start) }
        flush()
        try leaveBranch(&block, at: start)
        // Without an else the text must go on as if the block were not there.
        guard block.pendingBranch == nil || tracker == block.entry else { throw unbalanced(at: start) }
        if case .loop(let loopStart) = block.kind { instructions.append(.endLoop(start: loopStart)) }
        if let pending = block.pendingBranch { setTarget(of: pending) }
        for exit in block.exits { setTarget(of: exit) }
    }

    /// Checks that all branches of a block leave the text inside or outside of quotes alike.
    private mutating func leaveBranch(_ block: inout Block, at start: Int) throws(TemplateError) {
        if let exit = block.exit, exit != tracker { throw unbalanced(at: start) }
        if case .loop = block.kind, tracker != block.entry { throw unbalanced(at: start) }
        block.exit = tracker
    }

    /// Makes an instruction go to where the next one will be.
    private mutating func setTarget(of position: Int) {
        let target = instructions.count
        switch instructions[position] {
        case .branch(let expression, let isNegated, _):
            instructions[position] = .branch(expression, isNegated: isNegated, target: target)
        case .beginLoop(let expression, _): instructions[position] = .beginLoop(expression, target: target)
        case .jump: instructions[position] = .jump(target)
        case .literal, .insert, .endLoop: preconditionFailure("instruction \(position) goes nowhere")
        }
    }

    private func unbalanced(at offset: Int) -> TemplateError {
        error("every branch of a block must open and close the same quotes", at: offset)
    }

    private func isAt(_ mark: StaticString) -> Bool {
        text[position...].starts(with: UnsafeBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount))
    }

    private func error(_ message: String, at offset: Int) -> TemplateError {
        TemplateError(message, at: offset, in: text)
    }
}
