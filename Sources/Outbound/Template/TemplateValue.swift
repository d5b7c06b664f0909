import JSON

/// A value while a template is rendered.
enum TemplateValue {
    case missing
    /// A value of the event; never null, which counts as missing.
    case json(JSONValue)
    /// All properties, normalized over the source's own.
    case properties
    case text([UInt8])
    /// A list that is in no document.
    case list([TemplateValue])
    /// A number's digits.
    case number([UInt8])
    case bool(Bool)
    /// Text that is JSON.
    case jsonText([UInt8])

    /// A value of the event, or missing if there is none or it is null.
    init(_ value: JSONValue?) {
        guard let value, !value.isNull else {
            self = .missing
            return
        }
        self = .json(value)
    }

    var isMissing: Bool { if case .missing = self { true } else { false } }

    /// Whether `#if` takes this as yes: anything but missing, null, false, the empty text and the empty list.
    ///
    /// 0 is a value.
    var isTrue: Bool {
        switch self {
        case .missing: false
        case .json(let value):
            switch value.kind {
            case .null: false
            case .bool: value.bool == true
            case .number: true
            case .string: value.withString { !$0.isEmpty } ?? false
            case .array, .object: value.count > 0
            }
        case .properties: true
        case .text(let text): !text.isEmpty
        case .list(let values): !values.isEmpty
        case .number: true
        case .bool(let value): value
        case .jsonText(let text): !text.elementsEqual("null".utf8)
        }
    }

    /// Lends the value as text: strings without quotes, everything else as JSON; nothing if missing.
    func withText<Result>(_ event: EventView, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        switch self {
        case .missing: return body(UnsafeBufferPointer(start: nil, count: 0))
        case .json(let value):
            if let result = value.withString({ body($0) }) { return result }
            return value.rawBytes.withMemoryRebound(to: UInt8.self) { body($0) }
        case .text(let text), .number(let text), .jsonText(let text): return text.withUnsafeBufferPointer { body($0) }
        case .list:
            var text: [UInt8] = []
            appendJSON(event, to: &text)
            return text.withUnsafeBufferPointer { body($0) }
        case .bool(let value): return Array((value ? "true" : "false").utf8).withUnsafeBufferPointer { body($0) }
        case .properties: return Self.jsonText(of: event.mergedProperties).withUnsafeBufferPointer { body($0) }
        }
    }

    /// The value as text; see ``withText(_:_:)``.
    func text(_ event: EventView) -> [UInt8] { withText(event) { Array($0) } }

    /// Appends the value as JSON; null if missing.
    func appendJSON(_ event: EventView, to output: inout [UInt8]) {
        switch self {
        case .missing: output.append(contentsOf: "null".utf8)
        case .json(let value): output.append(contentsOf: value.rawBytes)
        case .text(let text):
            output.append(UInt8(ascii: "\""))
            text.withUnsafeBufferPointer { JSONEscape.append($0, to: &output) }
            output.append(UInt8(ascii: "\""))
        case .number(let text), .jsonText(let text): output.append(contentsOf: text)
        case .list(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                value.appendJSON(event, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .properties: output.append(contentsOf: Self.jsonText(of: event.mergedProperties))
        }
    }

    private static func jsonText(of members: [JSONMember]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            for member in members {
                writer.key(name: member.name)
                writer.raw(member.value)
            }
        }
        return writer.bytes
    }
}
