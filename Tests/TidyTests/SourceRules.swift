import Foundation
import Testing

/// One Swift file of the project, for the rules about files.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// From the project's folder.
    var path: String
    var lines: [String]

    var testDescription: String { path }

    /// Whether a line, or one of the three before it, has a comment.
    func hasComment(near number: Int) -> Bool {
        lines[max(0, number - 3)...min(lines.count - 1, number + 3)].contains { $0.contains("//") }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    /// Reads the file at a path from the project's folder.
    private static func load(_ path: String) throws -> SourceFile {
        let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        return SourceFile(path: path, lines: text.components(separatedBy: "\n"))
    }

    /// All Swift files below a folder of the project.
    ///
    /// Traps when there are none: a rule over nothing holds always.
    static func all(below folder: String) -> [SourceFile] {
        let base = root.appending(path: folder)
        guard let names = FileManager.default.subpaths(atPath: base.path()) else { fatalError("no folder \(folder)") }
        let files = names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let path = "\(folder)/\(name)"
            do {
                return try load(path)
            } catch {
                // A file that was just listed and cannot be read is a broken check-out: let the test run stop.
                fatalError("cannot read \(path): \(error)")
            }
        }
        precondition(!files.isEmpty, "no Swift files below \(folder)")
        return files
    }
}
