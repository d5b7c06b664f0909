public import EventModel
import JSON
public import Platform

/// Something that has to hold of one value of an event.
public struct EventCondition: Sendable, Equatable {
    /// A value to compare with.
    public enum Literal: Sendable, Equatable {
        case text(String)
        case number(Amount)
        case bool(Bool)
    }

    /// A value that others are above or below.
    public enum Bound: Sendable, Equatable {
        case number(Amount)
        case time(Timestamp)
    }

    /// What is asked of a value.
    ///
    /// No test but ``not(_:)`` holds of a missing one.
    public indirect enum Test: Sendable, Equatable {
        /// It is there, and not null.
        case exists
        /// It is one of these; of a list, an element is.
        case isAny([Literal])
        /// It is text that fits one of these patterns; of a list, an element is.
        case fits(NamePatternSet)
        case greater(Bound)
        case less(Bound)
        /// All of these hold.
        case all([Test])
        case not(Test)
    }

    /// Which value.
    public let path: EventPath
    /// What is asked of it.
    public let test: Test
    /// The test in words, without any value of an event: `greater than 100`.
    public let words: String

    /// A condition from its parts.
    public init(_ path: EventPath, _ test: Test, words: String) {
        self.path = path
        self.test = test
        self.words = words
    }

    /// Whether it holds of an event.
    ///
    /// - Complexity: O(size of the event) at worst; allocates nothing but for texts that are compared as numbers or times.
    func holds(of event: EventView) -> Bool { test.holds(of: event.value(at: path.path), event) }
}

extension EventCondition.Test {
    fileprivate func holds(of value: TemplateValue, _ event: EventView) -> Bool {
        switch self {
        case .exists: !value.isMissing
        case .isAny(let literals): value.anyElement { element in literals.contains { $0.equals(element, event) } }
        case .fits(let patterns):
            value.anyElement { element in
                !element.isMissing && patterns.contains(String(decoding: element.text(event), as: UTF8.self))
            }
        case .greater(let bound): bound.compare(value, event).map { $0 > 0 } ?? false
        case .less(let bound): bound.compare(value, event).map { $0 < 0 } ?? false
        case .all(let tests): tests.allSatisfy { $0.holds(of: value, event) }
        case .not(let test): !test.holds(of: value, event)
        }
    }
}

extension EventCondition.Literal {
    /// Whether a value is this one: numbers by what they are worth, also where a sender writes them as text.
    fileprivate func equals(_ value: TemplateValue, _ event: EventView) -> Bool {
        guard !value.isMissing else { return false }
        switch self {
        case .text(let text): return value.withText(event) { $0.elementsEqual(text.utf8) }
        case .number(let number): return value.withText(event) { Amount($0) } == number
        case .bool(let bool): return value.withText(event) { $0.elementsEqual((bool ? "true" : "false").utf8) }
        }
    }
}

extension EventCondition.Bound {
    /// How a value stands to this one: below, at or above zero; nil if they cannot be compared.
    fileprivate func compare(_ value: TemplateValue, _ event: EventView) -> Int? {
        guard !value.isMissing else { return nil }
        switch self {
        case .number(let bound):
            guard let number = value.withText(event, { Amount($0) }) else { return nil }
            return number < bound ? -1 : number == bound ? 0 : 1
        case .time(let bound):
            guard let time = DateFormat.time(in: value, event) else { return nil }
            return time < bound ? -1 : time == bound ? 0 : 1
        }
    }
}

extension TemplateValue {
    /// Whether something holds of the value, or of one of its elements if it is a list.
    fileprivate func anyElement(_ body: (TemplateValue) -> Bool) -> Bool {
        guard case .json(let value) = self, value.kind == .array else { return body(self) }
        return value.elements.contains { body(TemplateValue($0)) }
    }
}
