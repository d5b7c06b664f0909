import Glibc
import JSON
import Outbound

/// Begins a replay of many dead letters and follows it to its end, or cancels it when somebody ends the program.
struct ReplayWatch {
    let admin: AdminClient
    let asJSON: Bool

    /// Begins what `query` names.
    ///
    /// - Parameters:
    ///   - query: Filters, `all`, and `original`.
    ///   - isDetached: Whether to come back at once and leave the replay to the gateway.
    /// - Returns: `failed` if it was cancelled, it failed, or some were given up again.
    /// - Throws: ``CommandFailure`` if the gateway refuses.
    func run(_ query: [(String, String)], isDetached: Bool) throws -> ExitCode {
        let document = JSONDocument()
        defer { withExtendedLifetime(document) {} }
        var body = try admin.post("/api/replays", query: query)
        var replay = try document.parse(body)
        let path = "/api/replays/\(FormEncoding.percentEncoded(replay.text("id")))"
        if isDetached {
            show(body, "replay \(replay.text("id")) runs; see `tracklayer dead replays`")
            return .done
        }
        var isCancelled = false
        while replay.text("state") == "running" || !isCancelled && replay[name: "waiting"]?.int64 ?? 0 > 0 {
            if Signals.isEndPending, !isCancelled {
                isCancelled = true
                body = try admin.post(path + "/cancel")
            } else {
                if !asJSON, Terminal.isInteractive { Terminal.outRaw("\r\u{1B}[K\(Self.progress(replay))") }
                usleep(100_000)
                body = try admin.get(path)
            }
            replay = try document.parse(body)
        }
        show(body, (Terminal.isInteractive ? "\r\u{1B}[K" : "") + Self.summary(replay))
        let isGood = replay.text("state") == "done" && replay[name: "dropped"]?.int64 == 0
        return isGood ? .done : .failed
    }

    /// All replays that the gateway remembers.
    func list() throws {
        let document = JSONDocument()
        defer { withExtendedLifetime(document) {} }
        let body = try admin.get("/api/replays")
        let replays = try document.parse(body)[name: "replays"].map { Array($0.elements) } ?? []
        var table = TextTable([
            "ID", "STATE", "BEGUN", "BODY", "PUT BACK", "OF", "DELIVERED", "FAILED", "GIVEN UP", "LEFT",
        ])
        for replay in replays {
            table.add([
                replay.text("id"), replay.text("state"), replay.text("started_at"),
                replay[name: "original"]?.bool == true ? "original" : "template", replay.text("put_back"),
                replay.text("total"), replay.text("delivered"), replay.text("failed"), replay.text("dropped"),
                replay.text("unsendable"),
            ])
        }
        show(body, replays.isEmpty ? "There are no replays." : table.text)
    }

    /// Puts nothing more back.
    func cancel(_ id: String) throws {
        let document = JSONDocument()
        defer { withExtendedLifetime(document) {} }
        let body = try admin.post("/api/replays/\(FormEncoding.percentEncoded(id))/cancel")
        show(body, Self.summary(try document.parse(body)))
    }

    private func show(_ body: [UInt8], _ line: String) {
        if asJSON { Terminal.out(body + [UInt8(ascii: "\n")]) } else { Terminal.out(line) }
    }

    /// One line while it runs: `put back 120 of 5000: 110 delivered, 2 failed, 0 given up, 8 waiting`.
    static func progress(_ replay: JSONValue) -> String {
        let total = replay[name: "total"]?.int64.map { " of \($0)" } ?? ""
        return "put back \(replay.text("put_back"))\(total): \(replay.text("delivered")) delivered, "
            + "\(replay.text("failed")) failed, \(replay.text("dropped")) given up, \(replay.text("waiting")) waiting"
    }

    /// What came of it.
    static func summary(_ replay: JSONValue) -> String {
        var text = "replay \(replay.text("id")) \(replay.text("state")): \(progress(replay))"
        if let count = replay[name: "unsendable"]?.int64, count > 0 {
            text += "; left \(count) whose body is not kept whole"
        }
        let gone = replay.list("gone_destinations")
        if !gone.isEmpty { text += "; left those of \(gone), which the configuration does not have" }
        if let error = replay[name: "error"]?.string { text += "; \(error)" }
        return text
    }
}
