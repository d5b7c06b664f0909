import JSON
import Outbound

/// What became of an event at each destination.
extension ExplainText {
    mutating func showRoutes(_ routes: JSONValue?, _ deliveries: JSONValue?) {
        let routes = routes.map { Array($0.elements) } ?? []
        if routes.isEmpty { add("routes", "no destination is configured") }
        let all = deliveries.map { Array($0.elements) } ?? []
        for route in routes {
            let destination = route.text("destination")
            guard let delivery = all.first(where: { $0.text("destination") == destination }) else {
                let detail = route[name: "detail"]?.string.map { " (\($0))" } ?? ""
                add("route", "\(destination): not meant for it: \(route.text("reason"))\(detail)")
                showGates(route)
                continue
            }
            add("route", "\(destination): \(Self.standing(of: delivery))")
            showGates(route)
            for attempt in delivery[name: "attempts"].map({ Array($0.elements) }) ?? [] {
                let status = attempt[name: "status"]?.scalarText ?? "no answer"
                let error = attempt[name: "error"]?.string.map { "  \($0)" } ?? ""
                lines.append(
                    "              attempt \(attempt.text("number"))  \(attempt.text("started_at"))  \(status)  "
                        + "\(attempt.text("duration_ms")) ms  \(attempt.text("request"))"
                        + (attempt[name: "template_version"]?.string.map { "  template \($0)" } ?? "") + error)
                let enriched = attempt.list("enriched")
                if !enriched.isEmpty { add("", "    completed with the person's \(enriched)") }
            }
        }
    }

    private static func standing(of delivery: JSONValue) -> String {
        let attempts = delivery[name: "attempts_made"]?.int64 ?? 0
        let times = attempts == 1 ? "1 attempt" : "\(attempts) attempts"
        switch delivery.text("status") {
        case "delivered": return "delivered after \(times), \(delivery.text("latency_ms")) ms after it came in"
        case "failed":
            return "failed \(times), next at \(delivery.text("next_retry_at")): \(delivery.text("last_error"))"
        case "dropped":
            let error = delivery[name: "last_error"]?.string.map { ": \($0)" } ?? ""
            return "dropped, \(delivery.text("reason")), after \(times)\(error)"
        default: return "queued" + (delivery[name: "next_attempt_at"]?.string.map { ", first attempt at \($0)" } ?? "")
        }
    }

    /// The chain of gates: which said no after which others, and what decided about consent.
    private mutating func showGates(_ route: JSONValue) {
        let reason = route[name: "reason"]?.string
        if let gate = reason.flatMap(RouteGate.init(ofReason:)) {
            let passed = gate.earlier.map(\.rawValue).joined(separator: ", ")
            add("", "  passed \(passed.isEmpty ? "nothing" : passed); stopped at \(gate.rawValue)")
        } else if reason == nil {
            add("", "  passed all gates")
        }
        guard let consent = route[name: "consent"] else { return }
        var parts = (consent[name: "purposes"].map { Array($0.elements) } ?? []).map { answer in
            "\(answer.text("purpose")) \(answer.text("answer"))\(Self.words(forOrigin: answer.text("from")))"
        }
        let categories = consent.list("denied_categories")
        if !categories.isEmpty { parts.append("denied categories \(categories)") }
        let changes = consent.list("transformation")
        if !changes.isEmpty { parts.append("sent with \(changes)") }
        if !parts.isEmpty { add("", "  consent: \(parts.joined(separator: ", "))") }
    }

    private static func words(forOrigin origin: String) -> String {
        switch origin {
        case "profile": " (said by the same person at another time)"
        case "opt_in_region": " (the region asks first)"
        case "opt_out_region": " (the region does not ask first)"
        default: ""
        }
    }

    /// What the person has said until today.
    mutating func showStoredConsent(_ statements: JSONValue?) {
        let denied = (statements.map { Array($0.elements) } ?? []).filter { $0[name: "denied"]?.bool == true }
        guard !denied.isEmpty else { return }
        let words = denied.map { statement in
            let what = statement[name: "purpose"]?.string ?? "category \(statement.text("category"))"
            return "\(what) at \(statement.text("said_at"))"
        }
        add("", "the person denies by now: \(words.joined(separator: ", "))")
    }
}
