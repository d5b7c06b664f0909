import EventModel

/// What the admin API says of dead letters, for the document.
enum DeadLetterSchemas {
    /// One in a list.
    static var line: AdminSchema { .object("DeadLetter", fields) }

    /// One by itself.
    static var whole: AdminSchema {
        .object(
            "WholeDeadLetter",
            fields + [AdminField("destination_state", .text()), AdminField("attempts", .list(DeliverySchemas.attempt))])
    }

    /// What putting one back did.
    static var replayed: AdminSchema {
        .object("Replayed", [AdminField("success", .flag), AdminField("replayed", .integer)])
    }

    /// What a drop did.
    static var dropped: AdminSchema {
        .object(
            "Dropped",
            [AdminField("success", .flag), AdminField("dropped", .integer), .maybe("next_cursor", .text())])
    }

    private static var fields: [AdminField] {
        [
            AdminField("id", .text("`SEQUENCE/DESTINATION`.")), AdminField("destination", .text()),
            .maybe("reason", .choice(DropReason.allCases.map(\.rawValue))), .maybe("died_at", .time),
            .maybe("event_name", .text()), .maybe("event_id", .text()), .maybe("account", .text()),
            .maybe("environment", .text()), AdminField("attempts_made", .integer), .maybe("last_status", .integer),
            .maybe("last_error", .text()), AdminField("queued_at", .time), .maybe("last_attempt_at", .time),
            .maybe("ambiguous", .flag), .maybe("template_version", .text()), .maybe("original_body", .flag),
        ]
    }
}
