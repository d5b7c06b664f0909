import FoundationEssentials

/// One file to replay: a request body, and the kind of source that sends such.
struct FixtureFile {
    /// As given on the command line, or below the folder that was.
    var path: String
    /// `rudderstack`, `segment`, `native` or `trackstack`: the name of the folder it lies in.
    var kind: String
    var body: [UInt8]
    /// A line of an NDJSON file is named `file:line`.
    var label: String

    static let kinds = ["rudderstack", "segment", "native", "trackstack"]

    /// The fixtures at the given paths, files as they are and folders with all below them, in order of their names.
    ///
    /// Folders named `expected` are passed over. A `.ndjson` file is one fixture a line.
    static func load(_ paths: [String], kind: String?) throws -> [FixtureFile] {
        var fixtures: [FixtureFile] = []
        for path in paths {
            var isFolder = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw UsageError("\(path): no such file or folder")
            }
            let files = isFolder ? try filesBelow(path) : [path]
            for file in files { fixtures += try load(file: file, kind: kind) }
        }
        guard !fixtures.isEmpty else {
            throw UsageError("no .json or .ndjson file in \(paths.joined(separator: ", "))")
        }
        return fixtures
    }

    private static func filesBelow(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".json") || $0.hasSuffix(".ndjson") }
            .filter { !$0.split(separator: "/").contains("expected") }
            .sorted().map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
    }

    private static func load(file: String, kind: String?) throws -> [FixtureFile] {
        let parts = file.split(separator: "/").map(String.init)
        guard let kind = kind ?? parts.dropLast().last(where: kinds.contains) else {
            throw UsageError(
                "\(file): lies in none of the folders \(kinds.joined(separator: ", ")); say which with --kind")
        }
        guard let contents = FileManager.default.contents(atPath: file) else {
            throw UsageError("\(file): cannot be read")
        }
        let label = parts.suffix(2).joined(separator: "/")
        guard file.hasSuffix(".ndjson") else {
            return [FixtureFile(path: file, kind: kind, body: Array(contents), label: label)]
        }
        return Array(contents).split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            FixtureFile(path: file, kind: kind, body: Array(line), label: "\(label):\(number + 1)")
        }
    }
}
