import EventModel
import Outbound
import Platform

extension ConfigurationFormat where Value == [EventCondition] {
    /// Conditions by the path of the value that each is about, in the order of the file.
    static var conditions: ConfigurationFormat {
        ConfigurationFormat("mapping of path to condition", show: show) { field in
            guard case .mapping(let entries) = field.node.content else {
                field.report("must be a mapping of paths to conditions, not \(field.node.kindName)")
                return nil
            }
            guard entries.count <= 100 else {
                field.report("has \(entries.count) entries; at most 100 are needed")
                return nil
            }
            return entries.compactMap { condition($0, field) }
        }
    }

    private static func show(_ conditions: [EventCondition]) -> ConfigurationSetting.Value? {
        conditions.isEmpty
            ? .plain("none") : .plain(conditions.map { "\($0.path.text) \($0.words)" }.joined(separator: "; "))
    }

    private static func condition(_ entry: YAMLEntry, _ field: ConfigurationField) -> EventCondition? {
        let child = field.child(entry.key.count <= 64 ? entry.key : "…", entry.value)
        let path: EventPath
        do throws(EventPathError) {
            path = try EventPath(entry.key)
        } catch {
            field.context.report(error.message, path: child.path, at: entry.keyMark)
            // What is said of the value is of use all the same.
            _ = ConditionReader.test(child)
            return nil
        }
        guard let test = ConditionReader.test(child) else { return nil }
        return EventCondition(path, test.test, words: test.words)
    }
}

/// Reads what is asked of a value: a value, a list of values, or a mapping of operators.
private enum ConditionReader {
    typealias Reading = (test: EventCondition.Test, words: String)

    private static let operators = ["equals", "in", "matches", "exists", "greater", "less", "not"]

    static func test(_ field: ConfigurationField) -> Reading? {
        switch field.node.content {
        case .scalar: equals(field)
        case .sequence: any(field)
        case .mapping(let entries): all(entries, field, operators)
        }
    }

    /// All operators of a mapping must hold.
    private static func all(_ entries: [YAMLEntry], _ field: ConfigurationField, _ known: [String]) -> Reading? {
        guard !entries.isEmpty else {
            field.report("says nothing; give one or more of \(known.joined(separator: ", "))")
            return nil
        }
        var readings: [Reading?] = []
        for entry in entries {
            guard known.contains(entry.key) else {
                field.reportUnknown(entry, known: known)
                readings.append(nil)
                continue
            }
            readings.append(reading(of: entry.key, field.child(entry.key, entry.value)))
        }
        let good = readings.compactMap { $0 }
        guard good.count == readings.count else { return nil }
        let words = good.map(\.words).joined(separator: " and ")
        return good.count == 1 ? good[0] : (.all(good.map(\.test)), words)
    }

    private static func reading(of name: String, _ field: ConfigurationField) -> Reading? {
        switch name {
        case "equals": return equals(field)
        case "in": return any(field)
        case "matches":
            let texts = ConfigurationFormat<[String]>.oneOrMore(of: .text("pattern"), count: 1...1000)
            return texts.read(field).map { (.fits(NamePatternSet($0)), "like \($0.joined(separator: " or "))") }
        case "exists":
            guard let flag = ConfigurationFormat<Bool>.flag.read(field) else { return nil }
            return flag ? (.exists, "present") : (.not(.exists), "absent")
        case "greater": return bound(field).map { (.greater($0.bound), "greater than \($0.words)") }
        case "less": return bound(field).map { (.less($0.bound), "less than \($0.words)") }
        default: return negation(field)
        }
    }

    private static func negation(_ field: ConfigurationField) -> Reading? {
        let inner: Reading?
        if case .mapping(let entries) = field.node.content {
            inner = all(entries, field, operators.dropLast())
        } else {
            inner = test(field)
        }
        return inner.map { (.not($0.test), "not \($0.words)") }
    }

    // MARK: - Values

    private static func equals(_ field: ConfigurationField) -> Reading? {
        literal(field).map { (.isAny([$0.literal]), "equal to \($0.words)") }
    }

    private static func any(_ field: ConfigurationField) -> Reading? {
        guard case .sequence(let nodes) = field.node.content else {
            field.report("must be a list of values, not \(field.node.kindName)")
            return nil
        }
        guard (1...1000).contains(nodes.count) else {
            field.report("has \(nodes.count) entries; from 1 to 1000 are needed")
            return nil
        }
        let literals = nodes.enumerated().map { literal(field.element($0.offset, $0.element)) }
        let good = literals.compactMap { $0 }
        guard good.count == literals.count else { return nil }
        return (.isAny(good.map(\.literal)), "one of \(good.map(\.words).joined(separator: ", "))")
    }

    private static func literal(
        _ field: ConfigurationField
    ) -> (literal: EventCondition.Literal, words: String)? {
        guard let text = field.text(expecting: "a text, a number, true or false") else { return nil }
        // What came from outside is never shown.
        let words = text.isFromOutside ? "***" : String(text.text.prefix(100))
        switch text.value {
        case .boolean(let value): return (.bool(value), words)
        case .integer, .number:
            guard let number = Amount(text.text) else {
                field.report("\(text.quoted) is no number with up to 15 digits before the point; quotes make it text")
                return nil
            }
            return (.number(number), words)
        case .text, .null: return (.text(text.text), words)
        }
    }

    private static func bound(_ field: ConfigurationField) -> (bound: EventCondition.Bound, words: String)? {
        guard let text = field.text(expecting: "a number or a time") else { return nil }
        let words = text.isFromOutside ? "***" : String(text.text.prefix(100))
        let isNumber =
            switch text.value {
            case .integer, .number: true
            case .text, .boolean, .null: text.isFromOutside
            }
        if isNumber, let number = Amount(text.text) { return (.number(number), words) }
        if let time = RFC3339.timestamp(text.text) { return (.time(time), words) }
        field.report("\(text.quoted) is neither a number, without quotes, nor a time such as 2026-01-31T12:00:00Z")
        return nil
    }
}

extension ConfigurationField {
    /// Says that a mapping below this value has a key that nobody knows.
    func reportUnknown(_ entry: YAMLEntry, known: [String]) {
        let hint = Spelling.nearest(to: entry.key, among: known).map { "did you mean `\($0)`?" }
        let child = entry.key.count <= 30 ? child(entry.key, entry.value) : self
        context.report(
            "unknown key; \(hint ?? "known here: \(known.joined(separator: ", "))")", path: child.path,
            at: entry.keyMark)
    }
}
