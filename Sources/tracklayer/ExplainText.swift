import EventModel
import JSON

/// Turns the admin API's explanation of an event into lines for an operator.
struct ExplainText {
    var lines: [String] = []

    /// The lines for every event of an explanation.
    init(_ report: JSONValue) {
        let events = report[name: "events"].map { Array($0.elements) } ?? []
        for (number, event) in events.enumerated() {
            if number > 0 { lines.append("") }
            show(event)
        }
    }

    /// The lines for one event.
    init(event: JSONValue) { show(event) }

    private mutating func show(_ entry: JSONValue) {
        guard let event = entry[name: "event"] else { return }
        let decisions = entry[name: "decisions"]
        lines.append("\(event.text("event_name")) \(event.text("event_id"))")
        add(
            "received",
            "\(event.text("received_at")) from \(event.text("source")), account \(event.text("account")), "
                + "environment \(event.text("environment")), sequence \(entry.text("sequence"))")
        add("occurred", event.text("occurred_at"))
        let sourceEvent = event[name: "source_event"]?.string.map { " \"\($0)\"" } ?? ""
        add(
            "mapping",
            "\(event.text("type"))\(sourceEvent) -> \(event.text("event_name")), "
                + "by \(event.text("mapping_rule"))")
        add(
            "event_id",
            "\(event.text("event_id")), from \(event.text("event_id_source")); "
                + "messageId \(event.text("message_id"))")
        showMoney(event[name: "custom_data"])
        showIdentity(event, decisions?[name: "identity"], now: entry[name: "profile_now"])
        showConsent(event[name: "consent"])
        showStoredConsent(entry[name: "stored_consent"])
        showKnownPerson(entry[name: "known_person"])
        showSightings(entry[name: "sightings"])
        showNotes(event[name: "notes"])
        let segments = decisions?.list("segments") ?? ""
        if !segments.isEmpty { add("segments", segments) }
        showRoutes(decisions?[name: "routes"], entry[name: "deliveries"])
    }

    mutating func add(_ label: String, _ text: String) {
        lines.append("  \(label.padded(to: 10))\(text)")
    }

    private mutating func showMoney(_ data: JSONValue?) {
        guard let data, let value = data[name: "value"] else { return }
        let currency = data[name: "currency"]?.string ?? "without currency"
        let items = data[name: "num_items"].map { ", \($0.scalarText) items" } ?? ""
        add("value", "\(value.scalarText) \(currency), from \(data.text("value_source"))\(items)")
    }

    private mutating func showIdentity(_ event: JSONValue, _ identity: JSONValue?, now: JSONValue?) {
        let types = event[name: "identifiers"].map { $0.elements.map { $0.text("type") } } ?? []
        let names = types.isEmpty ? "" : " by \(types.joined(separator: ", "))"
        let profile = identity?[name: "profile_id"]?.string.map { " \($0)" } ?? ""
        add("identity", "\(identity?.text("state") ?? "unknown")\(profile)\(names)")
        for merged in identity?[name: "merged_profiles"].map({ Array($0.elements) }) ?? [] {
            add("", "took in \(merged.scalarText)")
        }
        for refusal in identity?[name: "refusals"].map({ Array($0.elements) }) ?? [] {
            add("", "refused \(refusal.text("type")): \(refusal.text("reason"))")
        }
        if let now = now?.string, now != identity?[name: "profile_id"]?.string { add("", "now part of \(now)") }
    }

    private mutating func showConsent(_ consent: JSONValue?) {
        guard let consent else { return }
        let answers = ConsentPurpose.allCases.map { purpose in
            "\(purpose.rawValue) \(consent[name: purpose.rawValue]?.string ?? "unknown")"
        }
        let sources = consent[name: "sources"].map { $0.elements.map(\.scalarText) } ?? []
        add(
            "consent",
            answers.joined(separator: ", ")
                + (sources.isEmpty ? "; no signal" : "; said by \(sources.joined(separator: ", "))"))
    }

    /// Which parts of the person's data other events have brought, for destinations that complete events.
    private mutating func showKnownPerson(_ person: JSONValue?) {
        guard let parts = person.map({ Array($0.elements) }), !parts.isEmpty else { return }
        let names = parts.map { $0.text("part") }.joined(separator: ", ")
        // All texts have one form, so their order is that of the times.
        let newest = parts.map { $0.text("said_at") }.max() ?? "-"
        add("known", "\(names) of the person, by their events, the newest of \(newest)")
    }

    private mutating func showSightings(_ sightings: JSONValue?) {
        let seen = sightings.map { Array($0.elements) } ?? []
        add("dedup", seen.isEmpty ? "seen once" : "kept; came again, and was not sent again:")
        for sighting in seen {
            let times = sighting[name: "count"]?.int64 ?? 1
            let content =
                sighting[name: "conflict"]?.bool == true
                ? "other content (\(sighting.list("differing_fields")))" : "same content"
            add(
                "",
                "\(sighting.text("last_seen_at")) from \(sighting.text("source")) by \(sighting.text("matched_key"))"
                    + ", \(content)\(times > 1 ? ", \(times) times" : "")")
        }
    }

    private mutating func showNotes(_ notes: JSONValue?) {
        for note in notes.map({ Array($0.elements) }) ?? [] {
            let code = note.scalarText
            add("note", "\(code): \(Note(rawValue: code)?.explanation ?? "")")
        }
    }
}

extension JSONValue {
    /// A member as text; `-` when it is missing.
    func text(_ name: String) -> String { self[name: name]?.scalarText ?? "-" }

    /// The elements of a member as text, with commas.
    func list(_ name: String) -> String {
        self[name: name].map { $0.elements.map(\.scalarText).joined(separator: ", ") } ?? ""
    }

    /// A string without quotes, anything else as it stands.
    var scalarText: String { string ?? String(decoding: rawBytes, as: UTF8.self) }
}
