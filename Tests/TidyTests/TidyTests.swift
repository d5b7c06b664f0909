import Foundation
import Testing

/// The rules that no compiler checks (docs/adr and CONTRIBUTING.md say why).
@Suite struct TidyTests {
    static let sources = SourceFile.all(below: "Sources")
    static let tests = SourceFile.all(below: "Tests")

    @Test("a file has at most 400 lines, tables of data apart", arguments: sources)
    func fileLength(_ file: SourceFile) {
        guard !file.path.contains("Table") else { return }
        #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count) lines; split it by concept")
    }

    @Test("a function has at most 60 lines", arguments: sources)
    func functionLength(_ file: SourceFile) {
        for (start, line) in file.lines.enumerated() where line.contains("func ") || line.contains(" init(") {
            guard line.hasSuffix("{"), !line.trimmingCharacters(in: .whitespaces).hasPrefix("//") else { continue }
            let indent = line.prefix { $0 == " " }
            guard let end = file.lines[(start + 1)...].firstIndex(of: indent + "}") else { continue }
            #expect(end - start <= 61, "\(file.path):\(start + 1) has \(end - start - 1) lines; give a part a name")
        }
    }

    @Test("only the program prints", arguments: sources)
    func prints(_ file: SourceFile) {
        for (number, line) in file.lines.enumerated() where !file.path.hasPrefix("Sources/TestSupport") {
            let code = line.trimmingCharacters(in: .whitespaces)
            #expect(!code.hasPrefix("print(") && !code.hasPrefix("debugPrint("), "\(file.path):\(number + 1)")
        }
    }

    @Test("a promise to the compiler says what makes it true", arguments: sources + tests)
    func promises(_ file: SourceFile) {
        let words = ["@unchecked " + "Sendable", "nonisolated(" + "unsafe)", "@preconcurrency " + "import"]
        for (number, line) in file.lines.enumerated() where words.contains(where: line.contains) {
            #expect(file.hasComment(near: number), "\(file.path):\(number + 1): \(line)")
        }
    }

    @Test("product code takes FoundationEssentials at most", arguments: sources)
    func foundation(_ file: SourceFile) {
        for line in file.lines where !file.path.hasPrefix("Sources/TestSupport") {
            #expect(line != "import Foundation" && line != "public import Foundation", "\(file.path)")
        }
    }

    @Test("nothing is left to be done", arguments: sources + tests)
    func leftovers(_ file: SourceFile) {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "Place" + "holder.swift"]
        for (number, line) in file.lines.enumerated() where marks.contains(where: line.contains) {
            Issue.record("\(file.path):\(number + 1): \(line)")
        }
    }

    @Test("the five modules in the middle never import each other", arguments: sources)
    func imports(_ file: SourceFile) {
        let middle = ["Canonicalizer", "Identity", "Inbound", "Outbound", "Storage"]
        guard let own = middle.first(where: { file.path.hasPrefix("Sources/\($0)/") }) else { return }
        for line in file.lines where line.contains("import ") {
            for other in middle where other != own {
                #expect(!line.hasSuffix("import \(other)"), "\(file.path) imports \(other)")
            }
        }
    }
}
