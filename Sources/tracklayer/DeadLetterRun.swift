import JSON

/// Puts back or drops dead letters page by page, until all are done or somebody ends it.
struct DeadLetterRun {
    let isReplay: Bool
    let admin: AdminClient
    let asJSON: Bool

    /// Works through what `query` names.
    ///
    /// - Returns: `failed` if it was ended before it was through.
    /// - Throws: ``CommandFailure`` if the gateway refuses a page; those before it are done.
    func run(_ query: [(String, String)], cursor start: String?) throws -> ExitCode {
        var cursor = start
        var (count, skipped) = (Int64(0), Int64(0))
        let document = JSONDocument()
        while true {
            let body: [UInt8]
            do {
                body = try admin.post(path, query: query + (cursor.map { [("cursor", $0)] } ?? []))
            } catch {
                if count > 0 { Terminal.error("\(summary(count, skipped)) before this went wrong") }
                throw error
            }
            let page = try document.parse(body)
            count += page[name: isReplay ? "replayed" : "dropped"]?.int64 ?? 0
            skipped += page[name: "skipped"]?.int64 ?? 0
            if asJSON { Terminal.out(body + [UInt8(ascii: "\n")]) }
            cursor = page[name: "next_cursor"]?.string
            guard let cursor else { break }
            guard !Signals.isEndPending else {
                show("\(summary(count, skipped)), and then it was cut short; go on with --cursor \(cursor)")
                return .failed
            }
            if !asJSON, Terminal.isInteractive { Terminal.outRaw("\r\u{1B}[K\(summary(count, skipped)) …") }
        }
        show(summary(count, skipped))
        return .done
    }

    private var path: String { isReplay ? "/api/dead/replay" : "/api/dead/drop" }

    private func show(_ line: String) {
        guard !asJSON else { return }
        Terminal.out((Terminal.isInteractive ? "\r\u{1B}[K" : "") + line)
    }

    private func summary(_ count: Int64, _ skipped: Int64) -> String {
        let letters = count == 1 ? "1 dead letter" : "\(count) dead letters"
        guard isReplay else { return "dropped \(letters)" }
        let rest = skipped > 0 ? ", left \(skipped) of destinations that are gone" : ""
        return "put \(letters) back in the queue\(rest)"
    }
}
