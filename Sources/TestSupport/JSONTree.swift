public import JSON

/// A JSON text as a value that can be compared, changed and looked into; for tests only.
///
/// Numbers are kept as their shortest decimal text, so that `1`, `1.0` and `1e0` are the same.
public indirect enum JSONTree: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    /// Reads a text.
    public init(_ text: some Collection<UInt8>) throws(JSONError) {
        let document = JSONDocument()
        let root = try document.parse(Array(text), limits: JSONLimits(depth: 128, valueCount: 1_000_000))
        self.init(root)
    }

    /// Copies a value.
    public init(_ value: JSONValue) {
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(value.bool ?? false)
        case .number: self = .number(Self.shortest(value.numberText ?? ""))
        case .string: self = .string(value.string ?? "")
        case .array: self = .array(value.elements.map(JSONTree.init))
        case .object:
            self = .object(Dictionary(value.members.map { ($0.name, JSONTree($0.value)) }) { _, last in last })
        }
    }

    private static func shortest(_ text: String) -> String {
        if let whole = Int64(text) { return String(whole) }
        guard let number = Double(text) else { return text }
        return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
    }

    /// A member of an object.
    public subscript(name: String) -> JSONTree? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// An element of an array.
    public subscript(index: Int) -> JSONTree? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }

    /// What a path such as `data.0.event_name` leads to.
    public func at(_ path: String) -> JSONTree? {
        path.split(separator: ".").reduce(Optional(self)) { tree, step in
            Int(step).map { tree?[$0] } ?? tree?[String(step)]
        }
    }

    /// The text of a string.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The elements of an array; none for anything else.
    public var elements: [JSONTree] { if case .array(let elements) = self { elements } else { [] } }

    /// The members of an object; none for anything else.
    public var members: [String: JSONTree] { if case .object(let members) = self { members } else { [:] } }

    /// The tree after a merge patch (RFC 7396): null removes a member, objects are merged, all else replaces.
    public func merged(with patch: JSONTree) -> JSONTree {
        guard case .object(let changes) = patch else { return patch }
        var result = members
        for (name, change) in changes {
            result[name] = change == .null ? nil : (result[name] ?? .object([:])).merged(with: change)
        }
        return .object(result)
    }

    /// Where this tree is not what `pattern` says; empty if it is.
    ///
    /// A pattern's objects may leave out members, a null in it wants no such member; arrays must have the same length.
    public func differences(from pattern: JSONTree, at path: String = "") -> [String] {
        switch (pattern, self) {
        case (.object(let wanted), .object(let members)):
            return wanted.sorted { $0.key < $1.key }.flatMap { name, value -> [String] in
                let place = path.isEmpty ? name : "\(path).\(name)"
                guard value != .null else {
                    return members[name].map { ["\(place) is there: \($0)"] } ?? []
                }
                return members[name].map { $0.differences(from: value, at: place) } ?? ["\(place) is missing"]
            }
        case (.array(let wanted), .array(let elements)):
            guard wanted.count == elements.count else {
                return ["\(path) has \(elements.count) elements, not \(wanted.count)"]
            }
            return zip(wanted, elements).enumerated().flatMap { index, pair in
                pair.1.differences(from: pair.0, at: "\(path).\(index)")
            }
        default: return self == pattern ? [] : ["\(path) is \(self), not \(pattern)"]
        }
    }

    /// The JSON text, members sorted by name.
    public var text: String {
        switch self {
        case .null: return "null"
        case .bool(let flag): return "\(flag)"
        case .number(let text): return text
        case .string(let text):
            var json = JSONWriter()
            json.value(text)
            return json.text
        case .array(let elements): return "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            let pairs = members.sorted { $0.key < $1.key }.map { "\(JSONTree.string($0.key).text):\($0.value.text)" }
            return "{" + pairs.joined(separator: ",") + "}"
        }
    }
}

extension JSONTree: CustomStringConvertible {
    /// The JSON text.
    public var description: String { text }
}
