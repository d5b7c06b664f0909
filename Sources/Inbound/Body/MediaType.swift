/// One value of a `Content-Type` header (RFC 9110, 8.3.1), as far as it matters here.
struct MediaType {
    /// `application/json`, lower-case, without parameters.
    let essence: String
    /// The `charset` parameter, lower-case, without quotes.
    let charset: String?

    /// Reads one value; nil if it is not `type/subtype`.
    init?(_ text: some StringProtocol) {
        var parts = text.lowercased().split(separator: ";", omittingEmptySubsequences: false)[...]
        guard let essence = parts.popFirst()?.trimmingBlanks() else { return nil }
        let names = essence.split(separator: "/", omittingEmptySubsequences: false)
        guard names.count == 2, names.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else { return nil }
        self.essence = String(essence)
        charset = parts.lazy.compactMap { Self.value(of: "charset", in: $0) }.first
    }

    /// Whether this is JSON: `…/json` or any `…+json`.
    var isJSON: Bool { essence.hasSuffix("/json") || essence.hasSuffix("+json") }

    /// Whether this is a form's fields.
    var isForm: Bool { essence == "application/x-www-form-urlencoded" }

    /// Whether the charset, if any, means bytes that are UTF-8.
    var isUTF8: Bool { charset.map { ["utf-8", "utf8", "us-ascii"].contains($0) } ?? true }

    private static func value(of name: String, in parameter: Substring) -> String? {
        let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, pair[0].trimmingBlanks() == name else { return nil }
        return String(pair[1].trimmingBlanks().drop { $0 == "\"" }.prefix { $0 != "\"" })
    }
}
