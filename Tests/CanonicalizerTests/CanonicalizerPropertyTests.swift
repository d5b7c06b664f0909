import EventModel
import JSON
import Platform
import Testing

@testable import Canonicalizer

@Suite struct CanonicalizerPropertyTests {
    @Test("random trees under the names of envelopes never trap, and mean the same every time", arguments: 0..<600)
    func randomEnvelopes(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let kind = SourceKind.allCases[Int(random.next() % 4)]
        var generator = EnvelopeGenerator(random: random)
        let text = generator.envelope()
        var first = CanonicalizerHarness(kind: kind)
        first.limits.acceptsNonFinite = true
        var second = CanonicalizerHarness(kind: kind) { $0.defaultCurrency = nil }
        second.limits.acceptsNonFinite = true
        let once = try first.result(text)
        // Scratch memory of another event must not show.
        _ = try first.result(CanonicalizerHarness.trackText("Order Completed", #"{"order_id":"x","revenue":1}"#))
        #expect(description(once) == description(try first.result(text)), "\(text)")
        #expect(description(once) == description(try second.result(text)), "\(text)")
        if case .success(let event) = once { check(event) }
    }

    @Test("a usual envelope with one random member more never traps", arguments: 0..<400)
    func disturbedEnvelopes(seed: UInt64) throws {
        var generator = EnvelopeGenerator(random: SplitMix64(seed: seed &+ 1_000_000))
        var harness = CanonicalizerHarness(kind: .native)
        harness.limits.acceptsNonFinite = true
        let member = generator.member(depth: 3)
        let property = generator.member(depth: 3)
        let text =
            #"""
            {"type":"track","messageId":"m","userId":"u","event":"Order Completed",
            "properties":{"order_id":"o",\#(property)},\#(member)}
            """#
        let once = try harness.result(text)
        #expect(description(once) == description(try harness.result(text)), "\(text)")
        if case .success(let event) = once { check(event) }
    }

    /// What holds for every event.
    private func check(_ event: CanonicalEvent) {
        #expect(!event.eventID.isEmpty)
        #expect(event.eventID.utf8.count <= 256)
        #expect(event.messageID.utf8.count <= 256)
        #expect(!event.name.text.isEmpty)
        #expect(event.name.text.utf8.count <= 107)
        #expect(event.name.isCustom || EventRegistry.definition(named: event.name.text) != nil)
        #expect(event.occurredAt.milliseconds <= event.receivedAt.milliseconds + 600_000)
        #expect(event.occurredAt >= EventTime.earliest)
        #expect(event.customData.value.map { !$0.isNegative } ?? true)
        #expect(event.customData.items.count <= ItemReader.lineLimit)
        #expect(event.customData.items.allSatisfy { $0.quantity.map { $0 > .zero } ?? true })
        #expect(Set(event.identifiers.map(\.node)).count == event.identifiers.count)
        let ranks = event.identifiers.map(\.type.trustRank)
        #expect(ranks == ranks.sorted())
        #expect(Set(event.notes.notes).count == event.notes.notes.count)
    }

    /// The rejection, or all that an event says.
    private func description(_ result: Result<CanonicalEvent, Rejection>) -> String {
        switch result {
        case .failure(let rejection): "\(rejection)"
        case .success(let event):
            String(decoding: event.json, as: UTF8.self) + "\(event.integrationChoices) \(event.consent.vendorSignals)"
        }
    }
}

/// Makes JSON texts that look like envelopes to some degree.
private struct EnvelopeGenerator {
    var random: SplitMix64

    private static let names =
        EnvelopeField.allCases.flatMap(\.spellings) + PropertyField.allCases.flatMap(\.spellings)
        + ItemField.allCases.flatMap(\.spellings) + [
            "email", "phone", "externalId", "device", "page", "isBot", "consent", "value", "", "é", "a.b", "\\u0000k",
        ]
    private static let scalars = [
        "null", "true", "false", "0", "-1", "1e400", "12345678901234567890", "1.5", "-0", "NaN", "1776953553",
        #""""#, #"" ""#, #""null""#, #""{{ .x }}""#, #""2026-04-23T10:00:00Z""#, #""12,50""#, #""$5""#, #""USD""#,
        #""jane@example.com""#, #""+442079460018""#, #""track""#, #""alias""#, #""merge""#, #""page""#, #""identify""#,
        #""Order Completed""#, #""Order Refunded""#, #""Viewed X Page""#, #""\ud800""#, #""a\u0000b""#, #""😀""#,
        #""{\"order_id\":\"x\",\"price\":1}""#, #""[{\"id\":\"x\"}]""#, #""[""#, #""ＦＯＯ""#,
    ]

    /// A text whose top level mostly has what an envelope needs.
    mutating func envelope() -> String {
        if random.next() % 20 == 0 { return value(depth: 4) }
        var members: [String] = []
        if random.next() % 8 > 0 { members.append(#""type":"\#(EnvelopeType.allCases[below(8)].rawValue)""#) }
        if random.next() % 4 > 0 { members.append(#""userId":"u-\#(below(5))""#) }
        if random.next() % 4 > 0 { members.append(#""event":\#(Self.scalars[below(Self.scalars.count)])"#) }
        for name in ["properties", "context", "traits"] where random.next() % 2 == 0 {
            members.append(#""\#(name)":\#(object(depth: 4))"#)
        }
        for _ in 0..<below(8) { members.append(member(depth: 4)) }
        return "{\(members.joined(separator: ","))}"
    }

    mutating func member(depth: Int) -> String {
        #""\#(Self.names[below(Self.names.count)])":\#(value(depth: depth))"#
    }

    private mutating func value(depth: Int) -> String {
        switch depth == 0 ? 0 : random.next() % 10 {
        case 0...6: return Self.scalars[below(Self.scalars.count)]
        case 7: return "[\((0..<below(4)).map { _ in value(depth: depth - 1) }.joined(separator: ","))]"
        default: return object(depth: depth)
        }
    }

    private mutating func object(depth: Int) -> String {
        "{\((0..<below(7)).map { _ in member(depth: depth - 1) }.joined(separator: ","))}"
    }

    private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
}
