import JSON

/// The list of dead letters as an operator reads it.
struct DeadListText {
    private var table = TextTable([
        "ID", "GIVEN UP", "REASON", "TRIES", "STATUS", "EVENT", "EVENT_ID", "LAST ERROR",
    ])
    private(set) var count = 0

    mutating func add(_ letter: JSONValue) {
        count += 1
        let error = letter[name: "last_error"]?.string ?? ""
        table.add([
            letter.text("id"), letter.text("died_at"), letter.text("reason"), letter.text("attempts_made"),
            letter.text("last_status"), letter.text("event_name"), letter.text("event_id"),
            error.count > 60 ? String(error.prefix(59)) + "…" : error,
        ])
    }

    /// The table, and how to see what follows.
    func text(next cursor: String?) -> String {
        let more = cursor.map { "\n\nThere may be more: --cursor \($0)" } ?? ""
        return (count == 0 ? "There are no such dead letters." : table.text) + more
    }
}

/// One dead letter as an operator reads it.
struct DeadLetterText {
    private(set) var lines: [String] = []

    init(_ letter: JSONValue) {
        lines.append("\(letter.text("event_name")) \(letter.text("event_id")) to \(letter.text("destination"))")
        add("id", letter.text("id"))
        let tries = letter.text("attempts_made")
        add("given up", "\(letter.text("died_at")), \(letter.text("reason")), after \(tries) attempts")
        add("queued", letter.text("queued_at"))
        if letter[name: "ambiguous"]?.bool == true { add("", "an attempt got no answer, so the receiver may have it") }
        add("state", "the destination is \(letter.text("destination_state"))")
        if let version = letter[name: "template_version"]?.string { add("template", version) }
        let attempts = letter[name: "attempts"].map { Array($0.elements) } ?? []
        if attempts.isEmpty, let error = letter[name: "last_error"]?.string { add("error", error) }
        for (index, attempt) in attempts.enumerated() {
            add(
                "attempt",
                "\(attempt.text("number"))  \(attempt.text("started_at"))  "
                    + "\(attempt[name: "status"]?.scalarText ?? "no answer")  \(attempt.text("duration_ms")) ms  "
                    + (attempt[name: "request"]?.string ?? "not sent")
                    + (attempt[name: "template_version"]?.string.map { "  template \($0)" } ?? ""))
            if let error = attempt[name: "error"]?.string { add("", error) }
            // Every attempt sent the same unless settings changed; --json has them all.
            guard index == attempts.count - 1 else { continue }
            if let body = attempt[name: "request_body"]?.string { add("sent", Terminal.printable(body)) }
            if let body = attempt[name: "response_body"]?.string { add("answer", Terminal.printable(body)) }
        }
    }

    private mutating func add(_ label: String, _ text: String) { lines.append("  \(label.padded(to: 10))\(text)") }
}
