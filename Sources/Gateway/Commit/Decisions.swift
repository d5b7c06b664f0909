import EventModel
import Identity
import JSON
import Outbound

/// What the committer decided about a new event, as stored beside it (docs/canonical-event.md).
struct Decisions {
    let sequence: EventSequence
    let identity: IdentityOutcome
    /// The names of the segments that the event is in; nil if nobody looked.
    var segments: [String]?
    let routes: [RouteVerdict]

    /// One JSON object.
    var json: [UInt8] {
        var json = JSONWriter(capacity: 256)
        json.object { json in
            // As text: 64 bits are more than a JavaScript number holds.
            json.key("sequence")
            sequence.withText { json.value(plain: $0) }
            json.key("identity")
            json.object { json in write(identity, to: &json) }
            if let segments {
                json.key("segments")
                json.array { json in for segment in segments { json.value(segment) } }
            }
            json.key("routes")
            json.array { json in for route in routes { write(route, to: &json) } }
        }
        return json.bytes
    }

    private func write(_ identity: IdentityOutcome, to json: inout JSONWriter) {
        json.member("state", identity.state.rawValue)
        if let profile = identity.profile {
            json.key("profile_id")
            profile.withText { json.value(plain: $0) }
        }
        if !identity.previousProfiles.isEmpty {
            json.key("merged_profiles")
            json.array { json in for profile in identity.previousProfiles { json.value(profile.description) } }
        }
        if !identity.refusals.isEmpty {
            json.key("refusals")
            json.array { json in
                for refusal in identity.refusals {
                    json.object { json in
                        json.member("type", refusal.type.name)
                        json.member("reason", refusal.reason.rawValue)
                    }
                }
            }
        }
    }

    private func write(_ route: RouteVerdict, to json: inout JSONWriter) {
        json.object { json in
            json.member("destination", route.destination)
            json.member("verdict", route.refusal == nil ? "queued" : "skipped")
            json.member("reason", route.refusal)
            json.member("gate", route.refusal.flatMap(RouteGate.init(ofReason:))?.rawValue)
            json.member("detail", route.detail)
            if let consent = route.consent {
                json.key("consent")
                json.object { json in write(consent, to: &json) }
            }
        }
    }

    private func write(_ consent: ConsentFinding, to json: inout JSONWriter) {
        json.key("purposes")
        json.array { json in
            for answer in consent.answers {
                json.object { json in
                    json.member("purpose", answer.purpose.rawValue)
                    json.member("answer", answer.answer.rawValue)
                    json.member("from", answer.origin.rawValue)
                }
            }
        }
        if !consent.deniedCategories.isEmpty {
            json.key("denied_categories")
            json.array { json in for category in consent.deniedCategories { json.value(category) } }
        }
        if !consent.transformation.isEmpty {
            json.key("transformation")
            json.array { json in for name in consent.transformation.names { json.value(name) } }
        }
    }
}
