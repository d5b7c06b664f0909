import EventModel

/// Rows 68 to 72 and 94: batches that are none, or too much of one.
enum BadBatches {
    static let cases: [BadInput] = [
        BadInput("68 no batch", .sdk("{}"), .refused(400, "batch_missing")),
        BadInput("68 batch {}", .rudderstack(#"{"batch":{}}"#), .refused(400, "batch_missing")),
        BadInput("68 batch null", .sdk(#"{"batch":null}"#), .refused(400, "batch_missing")),
        BadInput("68 batch []", .sdk(#"{"batch":[]}"#), .refused(400, "batch_empty")),
        BadInput("68 []", .rudderstack("[]"), .refused(400, "batch_empty")),
        BadInput(
            "69 good, bad and known",
            .rudderstack("[\(good("69")),\(nobody),\(good("69")),42,\(good("69b"))]"),
            .items([
                ("accepted", nil), ("rejected", "no_identity"), ("duplicate", nil), ("rejected", "not_an_object"),
                ("accepted", nil),
            ])),
        BadInput(
            "70 5001 items", .sdk("{\"batch\":[\(Array(repeating: "{}", count: 5001).joined(separator: ","))]}"),
            .refused(413, "too_many_items")),
        BadInput(
            "70 500 000 items", .rudderstack("[\(Array(repeating: "{}", count: 500_000).joined(separator: ","))]"),
            .refused(413, "too_many_items")),
        BadInput(
            "71 SDK, all bad", .sdk("{\"batch\":[\(nobody),\(nobody)]}"),
            .items([("rejected", "no_identity"), ("rejected", "no_identity")])),
        BadInput("71 webhook, all bad", .rudderstack("[\(nobody),{}]"), .refused(400, "all_items_rejected")) {
            (try? $0.body.errors?.map(\.code)) == ["no_identity", "type_missing"]
        },
        BadInput(
            "71 webhook, one ignored", .rudderstack("[\(nobody),{\"type\":\"record\"}]"),
            .items([("rejected", "no_identity"), ("ignored", "type_unsupported")])),
        BadInput(
            "72 batch in a batch", .sdk("{\"batch\":[{\"batch\":[\(good("72"))]},[\(good("72b"))],\(good("72c"))]}"),
            .items([("rejected", "nested_batch"), ("rejected", "nested_batch"), ("accepted", nil)])),
        BadInput(
            "94 once", .rudderstack("[\(good("94a")),\(good("94b"))]"), .items([("accepted", nil), ("accepted", nil)])),
        BadInput(
            "94 replayed", .rudderstack("[\(good("94a")),\(good("94b"))]"),
            .items([("duplicate", nil), ("duplicate", nil)])),
    ]

    private static func good(_ order: String) -> String { Samples.purchase(order: order) }

    private static let nobody = #"{"type":"page","messageId":"nobody"}"#
}
