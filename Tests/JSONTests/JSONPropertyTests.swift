import JSON
import TestSupport
import Testing

/// A JSON tree that owns its parts, to compare with.
private indirect enum Tree: Equatable {
    case null, bool(Bool), number(String), string(String), array([Tree]), object([String: Tree])

    init(_ value: JSONValue) {
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(value.bool == true)
        case .number: self = .number(value.numberText ?? "")
        case .string: self = .string(value.string ?? "")
        case .array: self = .array(value.elements.map { Tree($0) })
        case .object: self = .object(Dictionary(uniqueKeysWithValues: value.members.map { ($0.name, Tree($0.value)) }))
        }
    }

    init(depth: Int, random: inout SplitMix64) {
        switch random.next() % (depth > 5 ? 4 : 7) {
        case 0: self = .null
        case 1: self = .bool(random.next() % 2 == 0)
        case 2:
            self = .number(
                ["0", "-0", "1", "-17", "1.50", "2e9", "-3.25E-7", "9007199254740993"].randomElement(using: &random)
                    ?? "")
        case 3: self = .string(Self.text(&random))
        case 4:
            let count = Int(random.next() % 5)
            self = .array((0..<count).map { _ in Tree(depth: depth + 1, random: &random) })
        default:
            var members: [String: Tree] = [:]
            for _ in 0..<random.next() % 5 { members[Self.text(&random)] = Tree(depth: depth + 1, random: &random) }
            self = .object(members)
        }
    }

    static func text(_ random: inout SplitMix64) -> String {
        let parts = [
            "", "a", "Order Completed", "\"", "\\", "\n", "\u{0}", "\u{1F}", "é", "€", "😀", "/", "\u{2028}", "\u{7F}",
        ]
        return (0..<random.next() % 4).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let flag): writer.value(flag)
        case .number(let digits): writer.raw(digits.utf8)
        case .string(let text): writer.value(text)
        case .array(let elements): writer.array { for element in elements { element.write(to: &$0) } }
        case .object(let members):
            writer.object {
                for (name, value) in members {
                    $0.key(name: name)
                    value.write(to: &$0)
                }
            }
        }
    }
}

@Suite struct JSONPropertyTests {
    @Test("what the writer writes reads back as it was", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let tree = Tree(depth: 0, random: &random)
        var writer = JSONWriter()
        tree.write(to: &writer)
        let document = JSONDocument()
        let root = try document.parse(writer.bytes)
        #expect(Tree(root) == tree)
        var copy = JSONWriter()
        copy.raw(root)
        #expect(copy.bytes == writer.bytes)
    }

    @Test("no strict prefix of an object is a text, and none traps", arguments: 0..<20 as Range<UInt64>)
    func truncation(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var writer = JSONWriter()
        writer.object {
            $0.key("tree")
            Tree(depth: 0, random: &random).write(to: &$0)
            $0.member("text", "é\"😀\\")
            $0.member("number", 17)
        }
        let document = JSONDocument()
        for length in 0..<writer.bytes.count {
            #expect(throws: JSONError.self) { try document.parse(Array(writer.bytes.prefix(length))) }
        }
        _ = try document.parse(writer.bytes)
    }

    @Test("random bytes and broken texts are read or refused, never worse", arguments: 0..<60 as Range<UInt64>)
    func hostileBytes(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let document = JSONDocument()
        let marks = Array("{}[]\":,\\u0e-+.NaIt \n\u{FEFF}é".utf8)
        var writer = JSONWriter()
        Tree(depth: 0, random: &random).write(to: &writer)
        for round in 0..<200 {
            var bytes: [UInt8]
            switch round % 3 {
            case 0: bytes = (0..<random.next() % 200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            case 1: bytes = (0..<random.next() % 200).map { _ in marks.randomElement(using: &random)! }
            default:
                bytes = writer.bytes
                for _ in 0..<3 where !bytes.isEmpty {
                    bytes[Int(random.next() % UInt64(bytes.count))] = marks.randomElement(using: &random)!
                }
            }
            let limits = JSONLimits(acceptsNonFinite: round % 2 == 0)
            if let root = try? document.parse(bytes, limits: limits) {
                // A text that is taken can be walked and written whole, and reads back as the same tree.
                let tree = Tree(root)
                var copy = JSONWriter()
                copy.raw(root)
                let again = JSONDocument()
                #expect((try? again.parse(copy.bytes)).map { Tree($0) } == tree)
            }
        }
    }
}
