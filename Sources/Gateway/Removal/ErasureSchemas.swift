/// What the admin API takes and says of erasures, for the document.
enum ErasureSchemas {
    /// What is asked for; `identifiers`, `profile` or both.
    static var order: AdminSchema {
        .object(
            "ErasureOrder",
            [
                .maybe(
                    "identifiers",
                    .list(
                        .object(
                            "NamedIdentifier",
                            [
                                AdminField("type", .text("Such as `email` or `user_id`.")),
                                AdminField("value", .text("Plain, or the SHA-256 of an e-mail or phone.")),
                            ]))),
                .maybe("profile", .text("`prf_…`")),
                .maybe("account", .text("Needed where there are several.")), .maybe("environment", .text()),
                .maybe("dry_run", .flag),
            ])
    }

    /// How far an erasure is.
    static var erasure: AdminSchema { .object("Erasure", fields) }

    /// What asking for one is answered with: the erasure, or with `dry_run` what it would remove.
    static var answer: AdminSchema {
        let own = fields.map { AdminField($0.name, $0.schema, isOptional: true) }
        return .object(
            "ErasureAnswer",
            own + [
                .maybe("dry_run", .flag), .maybe("known", .flag), .maybe("would_remove", counts),
                .maybe("counted_to", .integer),
            ])
    }

    private static var fields: [AdminField] {
        [
            AdminField("id", .sequence), AdminField("account", .text()), .maybe("environment", .text()),
            AdminField("source", .text("`operator`, or the source whose sender asked.")),
            AdminField("state", .choice(["requested", "running", "finished"])), AdminField("requested_at", .time),
            .maybe("finished_at", .time), AdminField("removed", counts),
        ]
    }

    private static var counts: AdminSchema {
        .object(
            "ErasureCounts",
            [
                "identifiers", "events", "deliveries", "deliveries_dropped", "attempts", "dead_letters", "edges",
                "shared_values",
            ].map { AdminField($0, .integer) })
    }
}
