import Testing

@testable import Gateway

/// Random damage to a good file: whatever is in it, the answer is a configuration or a list of faults.
@Suite struct ConfigurationFuzzTests {
    private static let pieces =
        [
            "\n", "  ", "- ", ": ", "[", "]", "{", "}", "\"", "'", "|", ">", "&a ", "*a", "!!str ", "#", "${", "}", "$",
            "\t", "---\n",
            "null", "true", "0", "-1", "99999999999999999999", "1e9", "\u{0}", "\u{FEFF}", "é", "😀", "\r\n", "%",
            "secrets", "name: ", "kind: http", "until", "30d", "64KiB", "25/s", "127.0.0.1:80", "https://", "[::", "]:",
            "*.",
        ].map { Array($0.utf8) } + [[0xEF, 0xB7, 0x90]]

    @Test("damage never traps", arguments: 1...8 as ClosedRange<UInt64>)
    func damage(seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let text = try ConfigurationLoaderTests.repositoryFile("examples/gateway.yaml")
        let original = Array(text.utf8)
        let fixture = ConfigurationFixture(variables: ConfigurationLoaderTests.exampleVariables)
        var refusedCount = 0
        for _ in 0..<60 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &random) { Self.mutate(&bytes, &random) }
            let faults = fixture.faults(bytes: bytes)
            if !faults.isEmpty { refusedCount += 1 }
            #expect(faults.allSatisfy { !$0.contains("value-of-") })
        }
        #expect(refusedCount > 0)
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let start = Int.random(in: 0..<max(1, bytes.count), using: &random)
        let end = min(bytes.count, start + Int.random(in: 0...20, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes.removeSubrange(min(start, end)..<end)
        case 1: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: min(start, bytes.count))
        case 2: bytes.insert(contentsOf: bytes[min(start, end)..<end], at: min(start, bytes.count))
        case 3: bytes.replaceSubrange(min(start, end)..<end, with: Self.pieces.randomElement(using: &random) ?? [])
        default: if start < bytes.count { bytes[start] = UInt8.random(in: 0...255, using: &random) }
        }
    }
}

/// A small seeded generator (Steele, Lea and Flood, 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
