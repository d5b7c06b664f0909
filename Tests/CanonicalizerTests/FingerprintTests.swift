import Crypto
import EventModel
import JSON
import Testing

@testable import Canonicalizer

@Suite struct FingerprintTests {
    private let harness = CanonicalizerHarness()

    private func digest(_ text: String) throws -> Digest { try harness.event(text).fingerprint }

    private static let base =
        #"""
        {"type":"track","messageId":"m","userId":"u","event":"E","originalTimestamp":"2026-04-23T10:00:00Z",
        "properties":{"a":1.5,"b":{"x":[1,2],"y":"é"},"total":129.9}}
        """#

    @Test(
        "what transport and encoding change does not matter",
        arguments: [
            // Another order of members, another spelling of numbers, escapes and blanks.
            #"""
            {"properties":{"total":1.2990e2,"b":{"y":"\u00e9","x":[1.0, 2]},"a":15e-1},
            "originalTimestamp":"2026-04-23T10:00:00.000Z","event":"E","userId":"u","messageId":"m",
            "type":"track"}
            """#,
            // Transport times, ids and counters.
            #"""
            {"type":"track","messageId":"other","userId":"u","event":"E",
            "originalTimestamp":"2026-04-23T12:00:00+02:00","sentAt":"2026-04-23T11:00:00Z",
            "receivedAt":"2026-04-23T11:00:01Z","timestamp":"2026-04-23T10:00:07Z","request_ip":"203.0.113.9",
            "_metadata":{"retryCount":3},"context":{"ip":"203.0.113.9","library":{"version":"9"}},
            "properties":{"a":1.5,"b":{"x":[1,2],"y":"é"},"total":129.9}}
            """#,
            // Members that are null.
            #"""
            {"type":"track","messageId":"m","userId":"u","anonymousId":null,"event":"E",
            "originalTimestamp":"2026-04-23T10:00:00Z","traits":{},"properties":{"a":1.5,"n":null,
            "b":{"x":[1,2],"y":"é","z":null},"total":129.9}}
            """#,
        ])
    func insensitive(_ text: String) throws {
        #expect(try digest(text) == digest(Self.base))
    }

    @Test(
        "what the sender says does matter",
        arguments: [
            (#""a":1.5"#, #""a":1.6"#), (#""a":1.5"#, #""a":"1.5""#), (#""a":1.5"#, #""a":-1.5"#),
            (#""a":1.5"#, #""aa":1.5"#), ("[1,2]", "[2,1]"), ("[1,2]", "[[1],2]"), ("[1,2]", "[1,2,null]"),
            (#""y":"é""#, #""y":"e""#), (#""userId":"u""#, #""userId":"v""#), (#""userId":"u""#, #""anonymousId":"u""#),
            (#""event":"E""#, #""event":"F""#), ("10:00:00Z", "10:00:01Z"), (#""total":129.9"#, #""total":1299"#),
            (#""total":129.9"#, #""total":true"#),
            (#""properties":{"a":1.5"#, #""context":{"traits":{"k":1}},"properties":{"a":1.5"#),
            (#""properties":{"a":1.5"#, #""traits":{"k":1},"properties":{"a":1.5"#),
        ])
    func sensitive(_ part: String, _ replacement: String) throws {
        let changed = Self.base.replacing(part, with: replacement, maxReplacements: 1)
        #expect(changed != Self.base)
        #expect(try digest(changed) != digest(Self.base))
    }

    @Test("the order of members never matters", arguments: 0..<100)
    func orderNeverMatters(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var members = (0..<Int(random.next() % 60)).map { _ in
            // Names of few letters, so that many begin alike.
            let name = String(random.next() % 100_000, radix: 36).prefix(Int(random.next() % 4) + 1)
            return #""\#(name)\#(random.next())":\#(random.next() % 10)"#
        }
        let first = try harness.track("E", "{\(members.joined(separator: ","))}")
        members.shuffle(using: &random)
        let second = try harness.track("E", "{\(members.joined(separator: ","))}")
        #expect(first.fingerprint == second.fingerprint)
    }

    @Test("at every depth the order of members does not matter, and every leaf does", arguments: 0..<60)
    func treesDiffer(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let tree = Tree(depth: 3, random: &random)
        let text = tree.json(&random)
        let event = try harness.track("E", text)
        #expect(try harness.track("E", tree.json(&random)).fingerprint == event.fingerprint)
        var seen: Set<Digest> = [event.fingerprint]
        for leaf in 0..<tree.leafCount {
            let changed = tree.changing(leaf: leaf)
            #expect(seen.insert(try harness.track("E", changed.json(&random)).fingerprint).inserted, "\(text), \(leaf)")
        }
    }
}

/// An object whose members are numbers or such objects.
private indirect enum Tree {
    case leaf(Int)
    case object([(name: String, value: Tree)])

    /// Few names and numbers, so that much is alike in different places.
    init(depth: Int, random: inout SplitMix64) {
        let names = ["a", "b", "ab", "a name of some length", "é"].shuffled(using: &random)
        self = .object(
            names.prefix(Int(random.next() % 4) + 1).map { name in
                let isLeaf = depth == 0 || random.next() % 2 == 0
                let value: Tree =
                    isLeaf ? .leaf(Int(random.next() % 3)) : Tree(depth: depth - 1, random: &random)
                return (name, value)
            })
    }

    var leafCount: Int {
        switch self {
        case .leaf: 1
        case .object(let members): members.reduce(0) { $0 + $1.value.leafCount }
        }
    }

    /// The tree with another number at one leaf.
    func changing(leaf: Int) -> Tree {
        switch self {
        case .leaf(let number): return .leaf(number + 1000)
        case .object(var members):
            var rest = leaf
            for index in members.indices {
                let count = members[index].value.leafCount
                if rest < count {
                    members[index].value = members[index].value.changing(leaf: rest)
                    break
                }
                rest -= count
            }
            return .object(members)
        }
    }

    /// The tree as JSON, members in random order.
    func json(_ random: inout SplitMix64) -> String {
        switch self {
        case .leaf(let number): return "\(number)"
        case .object(let members):
            let texts = members.shuffled(using: &random).map { "\"\($0.name)\":\($0.value.json(&random))" }
            return "{\(texts.joined(separator: ","))}"
        }
    }
}
