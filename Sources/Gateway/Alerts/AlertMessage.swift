import Crypto
import EventModel
import JSON
import Platform
import Storage

/// A message about alerts as it is posted and mailed (docs/alerts.md).
struct AlertMessage: Sendable {
    let message: AlertPlanner.Message
    /// When it is made.
    let time: Timestamp
    /// The machine it is about.
    let host: String

    /// Names the message: the same for the same news, so that a receiver can ignore a repetition.
    var id: String {
        let news = message.items.map { item in
            "\(item.alert.id) \(item.news.rawValue) \(item.alert.telling(to: message.channel)?.openedAt.rfc3339 ?? "")"
        }
        return "msg_" + Hex.encode(SHA256.digest(of: news.joined(separator: "\n")).bytes.prefix(12))
    }

    /// One line: `platform_down hook; 2 cleared`.
    var title: String {
        var parts: [String] = []
        for news in [AlertPlanner.News.opened, .reminder, .cleared] {
            let items = message.items.filter { $0.news == news }
            guard !items.isEmpty else { continue }
            let names = items.prefix(3).map { "\($0.alert.key.kind.rawValue) \($0.alert.key.subject)" }
            let more = items.count > 3 ? " and \(items.count - 3) more" : ""
            let word = news == .reminder ? "still open" : news.rawValue
            parts.append("\(word): \(names.joined(separator: ", "))\(more)")
        }
        return parts.joined(separator: "; ")
    }

    /// What a person reads: one paragraph an alert.
    var text: String {
        var paragraphs: [String] = []
        for item in message.items {
            let alert = item.alert
            let word =
                switch item.news {
                case .opened: "OPENED"
                case .reminder: "STILL OPEN"
                case .cleared: "CLEARED"
                }
            var lines = ["\(word): \(alert.key.kind.rawValue), \(alert.key.subject)"]
            if item.news == .cleared, let clearedAt = alert.clearedAt {
                lines.append(alert.clearNote ?? "")
                lines.append(
                    "It was so from \(alert.since.rfc3339) to \(clearedAt.rfc3339), for "
                        + "\(Spell.duration(clearedAt - alert.since)). The last that was said of it:")
                lines.append(alert.summary)
            } else {
                lines.append(alert.summary)
                lines.append("Since: \(alert.since.rfc3339). Opened: \(alert.openedAt.rfc3339).")
                lines.append("Next: \(alert.nextStep)")
            }
            lines.append("More: tracklayer alerts show \(alert.id)")
            paragraphs.append(lines.joined(separator: "\n"))
        }
        return paragraphs.joined(separator: "\n\n") + "\n"
    }

    /// The body that a webhook gets.
    var json: [UInt8] {
        var json = JSONWriter(capacity: 2048)
        json.object { json in
            json.member("type", "tracklayer.alerts")
            json.member("message_id", id)
            json.time("sent_at", time)
            json.member("gateway", host)
            json.member("title", title)
            json.member("text", text)
            json.key("alerts")
            json.array { json in
                for item in message.items {
                    json.object { json in
                        json.member("news", item.news.rawValue)
                        item.alert.writeMembers(to: &json)
                    }
                }
            }
        }
        return json.bytes
    }
}

extension AlertRecord {
    /// Writes the members of the alert's JSON object.
    func writeMembers(to json: inout JSONWriter) {
        json.member("id", id.description)
        json.member("kind", key.kind.rawValue)
        json.member("subject", key.subject)
        json.member("status", isOpen ? "open" : "cleared")
        json.time("opened_at", openedAt)
        json.time("since", since)
        json.time("cleared_at", clearedAt)
        json.member("summary", summary)
        json.member("next_step", nextStep)
        json.member("clear_note", clearNote)
        json.key("figures")
        json.object { json in
            for figure in figures {
                json.key(name: figure.name)
                switch figure.value {
                case .number(let number): json.value(number)
                case .text(let text): json.value(text)
                }
            }
        }
        json.key("told")
        json.object { json in
            for telling in tellings {
                json.key(name: telling.channel)
                json.object { json in
                    json.time("opened_at", telling.openedAt)
                    json.time("cleared_at", telling.clearedAt)
                }
            }
        }
    }
}
