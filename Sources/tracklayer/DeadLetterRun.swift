import JSON

/// Drops dead letters page by page, until all are done or somebody ends it.
struct DeadLetterRun {
    let admin: AdminClient
    let asJSON: Bool

    /// Works through what `query` names.
    ///
    /// - Returns: `failed` if it was ended before it was through.
    /// - Throws: ``CommandFailure`` if the gateway refuses a page; those before it are done.
    func run(_ query: [(String, String)], cursor start: String?) throws -> ExitCode {
        var cursor = start
        var count = Int64(0)
        let document = JSONDocument()
        while true {
            let body: [UInt8]
            do {
                body = try admin.post("/api/dead/drop", query: query + (cursor.map { [("cursor", $0)] } ?? []))
            } catch {
                if count > 0 { Terminal.error("\(summary(count)) before this went wrong") }
                throw error
            }
            let page = try document.parse(body)
            count += page[name: "dropped"]?.int64 ?? 0
            if asJSON { Terminal.out(body + [UInt8(ascii: "\n")]) }
            cursor = page[name: "next_cursor"]?.string
            guard let cursor else { break }
            guard !Signals.isEndPending else {
                show("\(summary(count)), and then it was cut short; go on with --cursor \(cursor)")
                return .failed
            }
            if !asJSON, Terminal.isInteractive { Terminal.outRaw("\r\u{1B}[K\(summary(count)) …") }
        }
        show(summary(count))
        return .done
    }

    private func show(_ line: String) {
        guard !asJSON else { return }
        Terminal.out((Terminal.isInteractive ? "\r\u{1B}[K" : "") + line)
    }

    private func summary(_ count: Int64) -> String {
        "dropped \(count == 1 ? "1 dead letter" : "\(count) dead letters")"
    }
}
