import EventModel

/// What the admin API says of tests of destinations, for the document.
enum SendTestSchemas {
    /// The test that was committed.
    static var sent: AdminSchema {
        .object(
            "SentTest",
            [
                AdminField("success", .flag), AdminField("destination", .text()), AdminField("sequence", .sequence),
                AdminField("event_id", .text()), AdminField("user", .text("Whose purchase it is.")),
                AdminField("matched", .flag), .maybe("reason", .text("Why the destination does not get it.")),
                .maybe("detail", .text()), .maybe("segments", .list(.text())), .maybe("template_version", .text()),
                .maybe("not_sent", .text("Why no request is made.")), .maybe("rendered", .text()),
                .maybe("request", request),
            ])
    }

    /// What became of it.
    static var outcome: AdminSchema {
        .object(
            "TestOutcome",
            [
                AdminField("destination", .text()),
                AdminField("status", .choice(DeliveryStatus.allCases.map(\.rawValue))),
                .maybe("reason", .choice(DropReason.allCases.map(\.rawValue))), AdminField("attempts_made", .integer),
                .maybe("error", .text()), .maybe("latency_ms", .integer), .maybe("next_retry_at", .time),
                .maybe("template_version", .text()), .maybe("response_status", .integer),
                .maybe("duration_ms", .integer), .maybe("response_body", .text()),
            ])
    }

    private static var request: AdminSchema {
        .object(
            "TestRequest",
            [
                AdminField("method", .text()), AdminField("url", .text()),
                AdminField(
                    "headers",
                    .list(.object("TestHeader", [AdminField("name", .text()), AdminField("value", .text("Masked."))]))),
                AdminField("body", .text()),
            ])
    }
}
