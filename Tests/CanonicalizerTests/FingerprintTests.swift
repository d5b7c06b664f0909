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
}
