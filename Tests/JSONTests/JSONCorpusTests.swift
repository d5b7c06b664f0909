import Foundation
import JSON
import Testing

/// Acceptance and refusal of the shapes that JSON parsers are known to disagree on, case by case (corpus.txt).
@Suite struct JSONCorpusTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// `y`, `n` or `i`.
        var kind: Character
        /// What becomes of an open case: `taken` or a code.
        var outcome: String
        var name: String
        var bytes: [UInt8]

        var testDescription: String { "\(kind)_\(name)" }

        init(_ line: Substring) {
            let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            precondition(parts.count == 3, "a case is its kind, its name and its text: \(line)")
            kind = parts[0].first ?? " "
            outcome = String(parts[0].drop { $0 != "=" }.dropFirst())
            name = String(parts[1])
            bytes = Self.unescaped(Array(parts[2].utf8))
        }

        private static func unescaped(_ text: [UInt8]) -> [UInt8] {
            var bytes: [UInt8] = []
            var position = 0
            while position < text.count {
                if text[position] != UInt8(ascii: "\\") {
                    bytes.append(text[position])
                    position += 1
                } else if text[position + 1] == UInt8(ascii: "\\") {
                    bytes.append(UInt8(ascii: "\\"))
                    position += 2
                } else {
                    let digits = String(decoding: text[position + 1...position + 2], as: UTF8.self)
                    guard let byte = UInt8(digits, radix: 16) else { preconditionFailure("no byte: \(digits)") }
                    bytes.append(byte)
                    position += 3
                }
            }
            return bytes
        }
    }

    static let cases: [Case] = {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("corpus.txt")
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { fatalError("no file \(url.path)") }
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { Case($0) }
    }()

    @Test func theCorpusIsWhole() {
        #expect(Self.cases.count >= 250)
        for kind in "yni" { #expect(Self.cases.count { $0.kind == kind } >= 30) }
        #expect(Set(Self.cases.map(\.testDescription)).count == Self.cases.count)
        #expect(Self.cases.allSatisfy { "yni".contains($0.kind) && ($0.kind == "i") == !$0.outcome.isEmpty })
    }

    @Test("a case is taken or refused as it must be", arguments: cases)
    func corpus(_ c: Case) {
        let outcome: String
        do throws(JSONError) {
            _ = try JSONDocument().parse(c.bytes)
            outcome = "taken"
        } catch {
            outcome = error.code.rawValue
        }
        switch c.kind {
        case "y": #expect(outcome == "taken")
        case "n": #expect(outcome != "taken")
        default: #expect(outcome == c.outcome)
        }
    }

    @Test("where the tokens NaN and Infinity are allowed, nothing else is that was not", arguments: cases)
    func lenient(_ c: Case) {
        let isNonFinite = ["number_nan", "number_infinity", "number_minus_infinity"].contains(c.name)
        let isTaken = (try? JSONDocument().parse(c.bytes, limits: JSONLimits(acceptsNonFinite: true))) != nil
        let isTakenStrictly = (try? JSONDocument().parse(c.bytes)) != nil
        #expect(isTaken == (isTakenStrictly || isNonFinite))
    }
}
