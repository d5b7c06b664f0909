import Gateway
import JSON

/// A list of the admin API, read page by page until enough is there.
struct AdminList {
    /// Where it is, such as `/api/events`.
    let path: String
    /// The member of a page that has the entries.
    let member: String
    /// What the API answers at most in one page.
    let pageLimit: Int

    /// The options that every list has.
    static let options = [
        Option("--limit", "N", "list so many at most (default: 50)"),
        Option("--cursor", "C", "go on where a list ended"),
    ]

    /// Lists what `query` means, as a table or as one JSON object.
    ///
    /// - Parameters:
    ///   - query: The filters.
    ///   - arguments: `--limit`, `--cursor`, `--json`.
    ///   - admin: Whom to ask.
    ///   - headings: The names of the columns.
    ///   - nothing: What to print instead of an empty table.
    ///   - row: The cells of an entry.
    /// - Throws: ``CommandFailure`` with the gateway's own words.
    func show(
        _ query: [(String, String)], _ arguments: Arguments, _ admin: AdminClient, table headings: [String],
        nothing: String, row: (JSONValue) -> [String]
    ) throws {
        let wanted = try arguments.integer("--limit", in: 1...100_000) ?? 50
        let document = JSONDocument()
        var table = TextTable(headings)
        var json = JSONWriter(capacity: 4096)
        json.beginObject()
        json.key(name: member)
        json.beginArray()
        var cursor = arguments.value("--cursor")
        var (count, isFirst) = (0, true)
        // A page looks at so much of the store and no more, so it may be empty though more follow.
        while count < wanted, isFirst || cursor != nil {
            isFirst = false
            let limit = [("limit", String(min(wanted - count, pageLimit)))]
            let page = try document.parse(
                try admin.get(path, query: query + limit + (cursor.map { [("cursor", $0)] } ?? [])))
            for entry in page[name: member].map({ Array($0.elements) }) ?? [] {
                count += 1
                table.add(row(entry).map { Terminal.safe($0).replacing("\n", with: " ") })
                json.raw(entry)
            }
            cursor = page[name: "next_cursor"]?.string
        }
        json.endArray()
        json.member("next_cursor", cursor)
        json.endObject()
        guard !arguments.has("--json") else { return Terminal.out(json.bytes + [UInt8(ascii: "\n")]) }
        let more = cursor.map { "\n\nThere may be more: --cursor \($0)" } ?? ""
        Terminal.out((count == 0 ? nothing : table.text) + more)
    }
}

extension Arguments {
    /// The options of these names, with dashes, as parameters of a query, with underscores.
    func query(_ options: [Option]) -> [(String, String)] {
        options.compactMap { option -> (String, String)? in
            guard let value = value(option.name) else { return nil }
            return (String(option.name.dropFirst(2)).replacing("-", with: "_"), value)
        }
    }
}

extension AdminClient {
    /// Does something with the admin API of the gateway that a command line means.
    static func run(_ arguments: Arguments, _ body: (AdminClient, LoadedConfiguration) throws -> ExitCode) throws
        -> ExitCode
    {
        guard let loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
        let admin = AdminClient(loaded.configuration)
        defer { admin.stop() }
        return try body(admin, loaded)
    }

    /// Prints one answer, as JSON or by `lines`.
    func show(_ path: String, query: [(String, String)] = [], _ arguments: Arguments, lines: (JSONValue) -> [String])
        throws
    {
        let body = try get(path, query: query)
        guard !arguments.has("--json") else { return Terminal.out(body + [UInt8(ascii: "\n")]) }
        let document = JSONDocument()
        Terminal.out(lines(try document.parse(body)).map(Terminal.safe).joined(separator: "\n"))
    }
}

extension Terminal {
    /// Text without what would move a terminal's cursor or change its colours: senders and receivers write what they like.
    static func safe(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control && $0 != "\n" }) else {
            return text
        }
        var safe = ""
        for scalar in text.unicodeScalars {
            let isSafe = scalar == "\n" || scalar.properties.generalCategory != .control
            safe.unicodeScalars.append(isSafe ? scalar : "\u{FFFD}")
        }
        return safe
    }

    /// Text cut to a width, with a mark where something is missing.
    static func short(_ text: String, _ width: Int) -> String {
        text.count > width ? text.prefix(width - 1) + "…" : text
    }
}
