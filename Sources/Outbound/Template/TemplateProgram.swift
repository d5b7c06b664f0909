import JSON

/// What a template is made of once compiled; run by ``TemplateRenderer``.
enum TemplateInstruction: Sendable {
    case literal([UInt8])
    case insert(TemplateInsertion)
    /// Goes to `target` unless the value is true, or if it is true when negated.
    case branch(TemplateExpression, isNegated: Bool, target: Int)
    case jump(Int)
    /// Begins a loop over a value's elements or members; goes to `target` if there are none.
    case beginLoop(TemplateExpression, target: Int)
    /// Goes on with the next element at `start`, or ends the loop.
    case endLoop(start: Int)
}

/// One value to write.
struct TemplateInsertion: Sendable {
    /// How the value is written so that it cannot change the text around it.
    enum Mode: Sendable {
        /// Inside a JSON string literal: escaped.
        case stringPart
        /// A whole JSON string literal, which the insertion writes with its quotes.
        case wholeString
        /// Outside string literals: as JSON, with its type.
        case typed
        /// As it is.
        case plain
        /// Percent-encoded but for RFC 3986's unreserved characters.
        case percentEncoded
    }

    var expression: TemplateExpression
    var mode: Mode
    /// Whether a missing value is written as null whatever the policy says.
    var isNullable: Bool
    /// The expression as the template has it, for messages.
    var label: String
}

/// Something that has a value for an event.
indirect enum TemplateExpression: Sendable {
    case path(TemplatePath)
    case text([UInt8])
    case number([UInt8])
    case bool(Bool)
    case null
    case secret([UInt8])
    case loop(TemplateLoopVariable)
    case call(TemplateHelper, [TemplateExpression])
    case date(TemplateExpression, DateFormat)

    /// Whether a secret is in it, itself or as a value for a helper.
    var hasSecret: Bool {
        switch self {
        case .secret: true
        case .call(_, let arguments): arguments.contains(where: \.hasSecret)
        case .date(let argument, _): argument.hasSecret
        case .path, .text, .number, .bool, .null, .loop: false
        }
    }
}

/// What a loop knows beside its element.
enum TemplateLoopVariable: String, Sendable, CaseIterable {
    case index, key, first, last
}

/// The way to a value of the event.
struct TemplatePath: Sendable {
    enum Root: Sendable {
        /// A member of the canonical event.
        case event(JSONKey)
        /// Normalized properties over the source's own.
        case properties
        /// What the identity graph decided.
        case identity
        /// The person's traits.
        case traits
        /// The names of the event's segments as one text, with commas.
        case segment
        /// The names of the event's segments as a list.
        case segments
        /// The element of the innermost loop.
        case element
    }

    /// A step down: a member's name, which is also an element's position if it is a number.
    struct Step: Sendable {
        let key: JSONKey
        let position: Int?

        init(_ name: String) {
            key = JSONKey(name)
            position = name.utf8.count <= 6 && name.utf8.allSatisfy(\.isASCIIDigit) ? Int(name) : nil
        }
    }

    var root: Root
    var steps: [Step]

    /// The names a path may begin with, outside of loops: the members of docs/canonical-event.md, and four more.
    static let rootNames = [
        "event_name", "event_id", "event_id_source", "message_id", "type", "source_event", "mapping_rule",
        "occurred_at",
        "received_at", "source_times", "rudder_id", "account", "environment", "source", "platform", "action_source",
        "page_url", "is_bot",
        "user_data",
        "custom_data", "consent", "properties", "context", "integrations", "identifiers", "business_key", "fingerprint",
        "notes", "identity", "traits", "segment", "segments",
    ]

    /// The root of that name, or nil.
    static func root(named name: String) -> Root? {
        switch name {
        case "properties": .properties
        case "identity": .identity
        case "traits": .traits
        case "segment": .segment
        case "segments": .segments
        default: rootNames.contains(name) ? .event(JSONKey(name)) : nil
        }
    }
}

/// A function that templates can call.
enum TemplateHelper: String, Sendable, CaseIterable {
    case json, `default`, lower, upper, sha256, date, round, concat, lookup, truncate, mrkdwn, markdown, recent
    case safeID = "safe_id"

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .json, .lower, .upper, .sha256, .mrkdwn, .markdown: 1...1
        case .truncate, .recent, .safeID: 2...2
        case .date, .round: 1...2
        case .default, .lookup: 2...16
        case .concat: 1...16
        }
    }
}
