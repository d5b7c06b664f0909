import EventModel

/// What the admin API says of identity, for the document.
enum IdentitySchemas {
    /// Where an identifier was found.
    static var found: AdminSchema {
        .object(
            "FoundProfiles",
            [
                AdminField(
                    "profiles",
                    .list(
                        .object(
                            "FoundProfile",
                            [
                                AdminField("profile_id", .text()),
                                AdminField("node", .text("The identifier's own name.")),
                                AdminField("account", .text()), AdminField("environment", .text()),
                            ])))
            ])
    }

    /// A whole profile.
    static var profile: AdminSchema {
        .object(
            "Profile",
            [
                AdminField("profile_id", .text("Its name of today.")), AdminField("account", .text()),
                AdminField("size", .integer), AdminField("merges", .integer),
                AdminField("complete", .flag), .maybe("known_person", .list(EventSchemas.knownPart)),
                AdminField("members", .list(member)),
                AdminField("edges", .list(edge)), AdminField("refused", .list(edge)),
            ])
    }

    /// How two identifiers hang together.
    static var path: AdminSchema {
        .object(
            "IdentityPath",
            [
                AdminField("verdict", .choice(["connected", "separate", "unfinished"])),
                AdminField("edges", .list(edge)),
            ])
    }

    private static var member: AdminSchema {
        .object(
            "Identifier",
            [
                AdminField("node", .text()), AdminField("type", .text()),
                AdminField("value", .text("As stored: a hash if it is personal data.")),
                AdminField("first_seen_at", .time), AdminField("first_event", .sequence), .maybe("blocked", .flag),
            ])
    }

    private static var edge: AdminSchema {
        .object(
            "IdentityEdge",
            [AdminField("first", end), AdminField("second", end)] + decision
                + [.maybe("earlier", .list(.object("EdgeDecision", decision)))])
    }

    private static var end: AdminSchema {
        .object("EdgeEnd", [AdminField("node", .text()), .maybe("type", .text()), .maybe("value", .text())])
    }

    private static var decision: [AdminField] {
        [
            .maybe("refused", .choice(EdgeRefusal.allCases.map(\.rawValue))), AdminField("event", .sequence),
            AdminField("seen_at", .time), AdminField("authority", .choice(EdgeAuthority.allCases.map(\.rawValue))),
            AdminField("rule_version", .integer), .maybe("merged", .list(.text())),
        ]
    }
}
