import Foundation
import TestSupport

/// Builds and runs the Swift snippet of the guide with the toolchain that runs these tests.
///
/// The snippet needs the package swift-crypto, which is not installed. The module that it imports here has swift-crypto's
/// names, and HMAC-SHA256 of its own below them: what is tested is the snippet, and that it takes what the gateway signs.
struct SwiftSnippetProgram {
    /// The compiler, or nil if there is none in the search path.
    static var compiler: String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (folders.map { "\($0)/swiftc" } + ["/usr/bin/swiftc"])
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The words `true` and `false` that the snippet comes to, one a case; nil if it cannot be built.
    static func results(
        _ snippet: String, compiler: String, cases: [(body: [UInt8], values: [String], secrets: [String])]
    ) throws -> String? {
        let directory = TemporaryDirectory()
        let literals = cases.map { "(\($0.body), \($0.values), \($0.secrets))" }.joined(separator: ",\n    ")
        let main = """
            let cases: [(body: [UInt8], values: [String], secrets: [String])] = [
                \(literals)
            ]
            print("results", cases.map { String(isSigned($0.body, $0.values, secrets: $0.secrets)) }.joined(separator: " "))

            """
        for (name, text) in [("Crypto.swift", crypto), ("snippet.swift", snippet), ("main.swift", main)] {
            try text.write(toFile: directory.file(name), atomically: true, encoding: .utf8)
        }
        let library = [
            "-parse-as-library", "-emit-module", "-emit-library", "-static", "-module-name", "Crypto",
            "-emit-module-path", directory.file("Crypto.swiftmodule"), "-o", directory.file("libCrypto.a"),
            directory.file("Crypto.swift"),
        ]
        let program = [
            "-I", directory.path, "-L", directory.path, "-lCrypto", "-module-name", "verify", "-o",
            directory.file("verify"), directory.file("snippet.swift"), directory.file("main.swift"),
        ]
        for words in [library, program] where try !run(compiler, words) { return nil }
        return ChildProgram("/usr/bin/env", [directory.file("verify")])?.line(beginningWith: "results ")
    }

    private static func run(_ program: String, _ words: [String]) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = words
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// swift-crypto's names, as far as the snippet uses them, over FIPS 180-4 and RFC 2104.
    private static let crypto = """
        public struct SymmetricKey {
            let bytes: [UInt8]
            public init(data: [UInt8]) { bytes = data }
        }

        public enum SHA256 {
            static let constants: [UInt32] = {
                var primes: [Int] = []
                var candidate = 2
                while primes.count < 64 {
                    if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
                    candidate += 1
                }
                // The first 32 bits of the fraction of the cube root, by whole numbers alone.
                return primes.map { prime in
                    let cube = UInt128(prime) << 96
                    var (low, high) = (UInt128(0), UInt128(1) << 40)
                    while low + 1 < high {
                        let middle = (low + high) / 2
                        if middle * middle * middle <= cube { low = middle } else { high = middle }
                    }
                    return UInt32(truncatingIfNeeded: low)
                }
            }()

            static func digest(_ message: [UInt8]) -> [UInt8] {
                var text = message + [0x80]
                while text.count % 64 != 56 { text.append(0) }
                for shift in stride(from: 56, through: 0, by: -8) {
                    text.append(UInt8(truncatingIfNeeded: (message.count * 8) >> shift))
                }
                var state: [UInt32] = [
                    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
                ]
                func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
                for start in stride(from: 0, to: text.count, by: 64) {
                    var words = (0..<16).map { index -> UInt32 in
                        text[(start + index * 4)..<(start + index * 4 + 4)].reduce(0) { $0 << 8 | UInt32($1) }
                    }
                    for index in 16..<64 {
                        let (old, near) = (words[index - 15], words[index - 2])
                        let first = turned(old, 7) ^ turned(old, 18) ^ old >> 3
                        let second = turned(near, 17) ^ turned(near, 19) ^ near >> 10
                        words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
                    }
                    var work = state
                    for index in 0..<64 {
                        let sum = turned(work[4], 6) ^ turned(work[4], 11) ^ turned(work[4], 25)
                        let choice = work[4] & work[5] ^ ~work[4] & work[6]
                        let first = work[7] &+ sum &+ choice &+ constants[index] &+ words[index]
                        let other = turned(work[0], 2) ^ turned(work[0], 13) ^ turned(work[0], 22)
                        let majority = work[0] & work[1] ^ work[0] & work[2] ^ work[1] & work[2]
                        let second = other &+ majority
                        work = [first &+ second, work[0], work[1], work[2], work[3] &+ first, work[4], work[5], work[6]]
                    }
                    state = zip(state, work).map { $0 &+ $1 }
                }
                return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
            }
        }

        public struct HMAC<Hash> {
            public static func isValidAuthenticationCode(
                _ code: [UInt8], authenticating data: [UInt8], using key: SymmetricKey
            ) -> Bool {
                var block = key.bytes.count > 64 ? SHA256.digest(key.bytes) : key.bytes
                block += [UInt8](repeating: 0, count: 64 - block.count)
                let inner = SHA256.digest(block.map { $0 ^ 0x36 } + data)
                return SHA256.digest(block.map { $0 ^ 0x5c } + inner) == code
            }
        }

        """
}
