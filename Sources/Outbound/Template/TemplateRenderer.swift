import JSON

/// Runs a template's instructions for one event.
struct TemplateRenderer {
    /// A loop that is under way.
    private struct Loop {
        /// The elements; members have names.
        var elements: [(name: String?, value: TemplateValue)]
        var index = 0
    }

    private let event: EventView
    private let kind: TemplateKind
    private let missingFields: MissingFieldPolicy
    private let masksSecrets: Bool
    private var loops: [Loop] = []
    private var stepCount = 0
    /// What has been rendered so far.
    private(set) var output: [UInt8] = []

    /// The largest text that is rendered, in bytes.
    static let byteLimit = 4 << 20
    /// Instructions run and elements looped over for one event, so that nested loops over long lists come to an end.
    static let stepLimit = 200_000

    init(
        event: EventView, kind: TemplateKind, missingFields: MissingFieldPolicy, masksSecrets: Bool, capacity: Int
    ) {
        self.event = event
        self.kind = kind
        self.missingFields = missingFields
        self.masksSecrets = masksSecrets
        output.reserveCapacity(capacity)
    }

    mutating func run(_ instructions: [TemplateInstruction]) throws(RenderFailure) {
        var position = 0
        while position < instructions.count {
            stepCount += 1
            guard stepCount <= Self.stepLimit, output.count <= Self.byteLimit else {
                throw RenderFailure(
                    "the template makes more than \(Self.byteLimit) bytes or \(Self.stepLimit) steps of this event",
                    body: Array(output.prefix(64 << 10)))
            }
            var next = position + 1
            switch instructions[position] {
            case .literal(let text): output.append(contentsOf: text)
            case .insert(let insertion): try insert(insertion)
            case .branch(let expression, let isNegated, let target):
                if value(of: expression).isTrue == isNegated { next = target }
            case .jump(let target): next = target
            case .beginLoop(let expression, let target):
                let elements = elements(of: value(of: expression))
                stepCount += elements.count
                if elements.isEmpty { next = target } else { loops.append(Loop(elements: elements)) }
            case .endLoop(let start):
                loops[loops.count - 1].index += 1
                if let loop = loops.last, loop.index < loop.elements.count {
                    next = start
                } else {
                    loops.removeLast()
                    next = position + 1
                }
            }
            position = next
        }
    }

    // MARK: - Insertions

    private mutating func insert(_ insertion: TemplateInsertion) throws(RenderFailure) {
        let value = value(of: insertion.expression)
        if value.isMissing, missingFields == .fail, !insertion.isNullable {
            throw RenderFailure("{{\(insertion.label)}} has no value", body: output)
        }
        switch insertion.mode {
        case .typed: value.appendJSON(event, to: &output)
        case .stringPart: value.withText(event) { JSONEscape.append($0, to: &output) }
        case .wholeString:
            if value.isMissing, missingFields == .null {
                output.append(contentsOf: "null".utf8)
            } else {
                output.append(UInt8(ascii: "\""))
                value.withText(event) { JSONEscape.append($0, to: &output) }
                output.append(UInt8(ascii: "\""))
            }
        case .plain:
            if kind == .header, value.withText(event, { !$0.allSatisfy(\.isFieldValueByte) }) {
                throw RenderFailure("{{\(insertion.label)}} holds a line break or another control character")
            }
            value.withText(event) { output.append(contentsOf: $0) }
        case .percentEncoded: try appendPercentEncoded(value, insertion)
        }
    }

    private mutating func appendPercentEncoded(
        _ value: TemplateValue, _ insertion: TemplateInsertion
    ) throws(RenderFailure) {
        // A masked secret stays readable.
        if case .secret = insertion.expression, masksSecrets { return output.append(contentsOf: "***".utf8) }
        // Servers resolve "." and ".." as steps in the path, even percent-encoded.
        if kind == .url, value.withText(event, { $0.allSatisfy { $0 == UInt8(ascii: ".") } }) {
            throw RenderFailure("{{\(insertion.label)}} is empty or only dots, which a URL may not take from an event")
        }
        value.withText(event) { text in
            for byte in text {
                FormEncoding.append(byte, to: &output)
            }
        }
    }

    // MARK: - Values

    private func value(of expression: TemplateExpression) -> TemplateValue {
        switch expression {
        case .path(let path): value(at: path)
        case .text(let text): .text(text)
        case .number(let text): .number(text)
        case .bool(let value): .bool(value)
        case .null: .missing
        case .secret(let text): .text(masksSecrets ? Array("***".utf8) : text)
        case .loop(let variable): value(of: variable)
        case .call(let helper, let arguments): helper.apply(arguments.map { value(of: $0) }, event)
        case .date(let argument, let format): format.value(ofTimeIn: value(of: argument), event)
        }
    }

    private func value(at path: TemplatePath) -> TemplateValue {
        guard case .element = path.root else { return event.value(at: path) }
        guard let loop = loops.last else { return .missing }
        let element = loop.elements[loop.index].value
        guard case .json(let value) = element else { return path.steps.isEmpty ? element : .missing }
        return TemplateValue(value, below: path.steps[...])
    }

    private func value(of variable: TemplateLoopVariable) -> TemplateValue {
        guard let loop = loops.last else { return .missing }
        switch variable {
        case .index: return .number(Array(String(loop.index).utf8))
        case .key: return loop.elements[loop.index].name.map { .text(Array($0.utf8)) } ?? .missing
        case .first: return .bool(loop.index == 0)
        case .last: return .bool(loop.index == loop.elements.count - 1)
        }
    }

    private func elements(of value: TemplateValue) -> [(name: String?, value: TemplateValue)] {
        switch value {
        case .json(let value) where value.kind == .array: value.elements.map { (nil, TemplateValue($0)) }
        case .json(let value): value.members.map { ($0.name, TemplateValue($0.value)) }
        case .properties: event.mergedProperties.map { ($0.name, TemplateValue($0.value)) }
        case .list(let values): values.map { (nil, $0) }
        case .missing, .text, .number, .bool, .jsonText: []
        }
    }
}

extension JSONValue {
    /// The member of an object by name, or the element of an array by position.
    func member(_ key: JSONKey, orElementAt position: Int?) -> JSONValue? {
        guard kind == .array else { return self[key] }
        guard let position, position < count else { return nil }
        return elements.dropFirst(position).first { _ in true }
    }
}
