import EventModel

/// What the admin API says of one event, for the document.
enum EventSchemas {
    /// An event with everything that is known of it.
    static var explained: AdminSchema {
        .object(
            "ExplainedEvent",
            [
                AdminField("sequence", .sequence),
                AdminField("event", .json("The canonical event: docs/canonical-event.md.")),
                AdminField("decisions", .json("`identity` and `routes` as they were decided.")),
                .maybe("profile_now", .text("The profile of its strongest identifier today.")),
                .maybe("stored_consent", .list(consent)), .maybe("known_person", .list(knownPart)),
                AdminField("sightings", .list(sighting)),
                AdminField("deliveries", .list(delivery)),
            ])
    }

    private static var consent: AdminSchema {
        .object(
            "StoredConsent",
            [
                .maybe("purpose", .text()), .maybe("provider", .text()), .maybe("category", .text()),
                AdminField("denied", .flag), AdminField("said_at", .time),
            ])
    }

    /// A part of a person's data that is known (docs/delivery.md).
    static var knownPart: AdminSchema {
        .object(
            "KnownPart",
            [AdminField("part", .choice(KnownPerson.Part.allCases.map(\.rawValue))), AdminField("said_at", .time)])
    }

    /// What of the person an event was completed with (docs/delivery.md).
    static var enrichment: AdminField {
        .maybe("enriched", .list(.choice(KnownPerson.Part.allCases.map(\.rawValue))))
    }

    private static var sighting: AdminSchema {
        .object(
            "Sighting",
            [
                AdminField("source", .text()), AdminField("message_id", .text()), AdminField("matched_key", .text()),
                AdminField("count", .integer), AdminField("first_seen_at", .time), AdminField("last_seen_at", .time),
                AdminField("conflict", .flag), AdminField("differing_fields", .list(.text())),
            ])
    }

    private static var delivery: AdminSchema {
        .object(
            "ExplainedDelivery",
            [
                AdminField("destination", .text()),
                AdminField("status", .choice(DeliveryStatus.allCases.map(\.rawValue))),
                .maybe("reason", .choice(DropReason.allCases.map(\.rawValue))), AdminField("attempts_made", .integer),
                .maybe("last_error", .text()), .maybe("last_status", .integer), AdminField("queued_at", .time),
                .maybe("last_attempt_at", .time), .maybe("next_attempt_at", .time), .maybe("next_retry_at", .time),
                .maybe("latency_ms", .integer),
                .maybe("ambiguous", .flag), .maybe("template_version", .text()), .maybe("original_body", .flag),
                AdminField(
                    "attempts",
                    .list(
                        .object(
                            "ExplainedAttempt",
                            [
                                AdminField("number", .integer), AdminField("started_at", .time),
                                AdminField("duration_ms", .integer), .maybe("status", .integer),
                                .maybe("error", .text()), AdminField("request", .text()),
                                .maybe("template_version", .text()), enrichment, .maybe("response", .text()),
                            ]))),
            ])
    }
}
