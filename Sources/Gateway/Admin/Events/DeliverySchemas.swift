import EventModel

/// What the admin API says of deliveries, for the document.
enum DeliverySchemas {
    /// One in a list.
    static var line: AdminSchema { .object("Delivery", fields) }

    /// One by itself.
    static var whole: AdminSchema { .object("WholeDelivery", fields + [AdminField("attempts", .list(attempt))]) }

    /// One attempt with what was sent and answered, as far as it is kept.
    static var attempt: AdminSchema {
        .object(
            "Attempt",
            [
                AdminField("number", .integer), AdminField("started_at", .time), AdminField("duration_ms", .integer),
                .maybe("request", .text()), .maybe("template_version", .text()), .maybe("request_body", .text()),
                EventSchemas.enrichment, .maybe("status", .integer), .maybe("error", .text()),
                .maybe("response_body", .text()),
            ])
    }

    private static var fields: [AdminField] {
        [
            AdminField("id", .text("`SEQUENCE/DESTINATION`.")), AdminField("sequence", .sequence),
            AdminField("destination", .text()), AdminField("status", .choice(DeliveryStatus.allCases.map(\.rawValue))),
            .maybe("reason", .choice(DropReason.allCases.map(\.rawValue))), .maybe("event_name", .text()),
            .maybe("event_id", .text()), .maybe("account", .text()), .maybe("environment", .text()),
            AdminField("attempts_made", .integer), .maybe("last_status", .integer), .maybe("last_error", .text()),
            AdminField("queued_at", .time), .maybe("last_attempt_at", .time), .maybe("next_attempt_at", .time),
            .maybe("latency_ms", .integer), .maybe("ambiguous", .flag), .maybe("template_version", .text()),
            .maybe("original_body", .flag),
        ]
    }
}
