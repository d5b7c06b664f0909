import Crypto
import EventModel
import JSON
import Platform

extension TemplateHelper {
    /// The helper's value for these arguments, whose number the compiler has checked.
    ///
    /// What is made from a missing value is missing: no helper invents a text, a hash or a zero.
    func apply(_ arguments: [TemplateValue], _ event: EventView) -> TemplateValue {
        switch self {
        case .json:
            var text: [UInt8] = []
            arguments[0].appendJSON(event, to: &text)
            return .jsonText(text)
        case .default:
            return arguments.first { !$0.isBlank } ?? .missing
        case .lower:
            return arguments[0].mapText(event) { Array(String(decoding: $0, as: UTF8.self).lowercased().utf8) }
        case .upper:
            return arguments[0].mapText(event) { Array(String(decoding: $0, as: UTF8.self).uppercased().utf8) }
        case .sha256:
            return arguments[0].mapText(event) { Array(SHA256.digest(of: $0).hex.utf8) }
        case .round:
            return Self.round(arguments[0], to: arguments.count == 2 ? arguments[1] : .missing, event)
        case .concat:
            guard arguments.contains(where: { !$0.isMissing }) else { return .missing }
            return .text(arguments.flatMap { $0.text(event) })
        case .lookup:
            return arguments.dropFirst().reduce(arguments[0]) { Self.lookUp($1, in: $0, event) }
        case .truncate: return Self.truncate(arguments[0], to: arguments[1], event)
        case .mrkdwn: return Self.mrkdwn(arguments[0], event)
        case .markdown: return Self.markdown(arguments[0], event)
        case .recent: return Self.recent(arguments[0], days: arguments[1], event)
        case .safeID: return Self.safeID(arguments[0], kind: arguments[1], event)
        case .date:
            // The compiler makes an expression of its own of it, as the format is read once.
            return DateFormat.iso.value(ofTimeIn: arguments[0], event)
        }
    }

    /// Rounds a number, or a text that is one, halves away from zero; exact, never through binary floating point.
    private static func round(_ value: TemplateValue, to digits: TemplateValue, _ event: EventView) -> TemplateValue {
        guard !value.isMissing, let amount = Amount(value.text(event)) else { return .missing }
        let digitCount = Int(digits.text(event).first ?? 48) - 48
        var unit: Int128 = 1_000_000
        for _ in 0..<digitCount { unit /= 10 }
        let half = amount.isNegative ? -(unit / 2) : unit / 2
        let rounded = Amount(micros: (amount.micros + half) / unit * unit)
        var text = Array(rounded.description.utf8)
        guard digitCount > 0 else { return .number(text) }
        // As many digits as asked for: money is written 10.00.
        let pointIndex = text.firstIndex(of: UInt8(ascii: "."))
        if pointIndex == nil { text.append(UInt8(ascii: ".")) }
        let fractionCount = pointIndex.map { text.count - $0 - 1 } ?? 0
        text.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: digitCount - fractionCount))
        return .number(text)
    }

    private static func lookUp(_ key: TemplateValue, in value: TemplateValue, _ event: EventView) -> TemplateValue {
        let name = String(decoding: key.text(event), as: UTF8.self)
        guard !name.isEmpty else { return .missing }
        let step = TemplatePath.Step(name)
        switch value {
        case .json(let value): return TemplateValue(value.member(step.key, orElementAt: step.position))
        case .properties: return TemplateValue(event.property(step.key))
        case .list(let values):
            guard let position = step.position, position < values.count else { return .missing }
            return values[position]
        case .missing, .text, .number, .bool, .jsonText: return .missing
        }
    }
}

extension TemplateValue {
    /// Whether `default` passes this over: missing, or the empty text.
    fileprivate var isBlank: Bool {
        switch self {
        case .missing: true
        case .json(let value): value.withString { $0.isEmpty } ?? false
        case .text(let text): text.isEmpty
        case .properties, .number, .bool, .jsonText, .list: false
        }
    }

    func mapText(_ event: EventView, _ body: (UnsafeBufferPointer<UInt8>) -> [UInt8]) -> TemplateValue {
        isMissing ? .missing : .text(withText(event, body))
    }
}

extension DateFormat {
    /// The time in a value, RFC 3339 text or seconds or milliseconds since 1970, written in this format.
    ///
    /// Missing if the value is no time.
    func value(ofTimeIn value: TemplateValue, _ event: EventView) -> TemplateValue {
        Self.time(in: value, event).map(self.value) ?? .missing
    }

    /// The time in a value; nil if it is none.
    static func time(in value: TemplateValue, _ event: EventView) -> Timestamp? {
        guard !value.isMissing else { return nil }
        let text = value.text(event)
        if let time = TimestampText.parse(text) { return time }
        guard let number = Int64(String(decoding: text, as: UTF8.self)), number.magnitude < 100_000_000_000_000 else {
            return nil
        }
        // Twelve digits and more are milliseconds: as seconds they would lie beyond the year 5000.
        let isMilliseconds = number.magnitude >= 100_000_000_000
        return isMilliseconds ? Timestamp(milliseconds: number) : Timestamp(seconds: number)
    }
}
