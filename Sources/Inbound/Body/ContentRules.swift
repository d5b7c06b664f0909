/// How a body was packed for the wire.
public enum ContentEncoding: Sendable {
    case identity, gzip
}

/// Which bodies are read at all (reference inbound, 3.3, and section 9, rows 20-23).
public enum ContentRules {
    /// Holds the header of a request against the rules of its path, before any of the body is read.
    ///
    /// - Returns: How the body is packed.
    /// - Throws: 415 with what is not supported.
    public static func check(_ headers: some HeaderReading, for route: EventRoute) throws(RequestFault)
        -> ContentEncoding
    {
        try checkType(headers, for: route)
        return try encoding(headers)
    }

    /// Whether the body of an admitted request is a form's fields.
    static func isForm(_ headers: some HeaderReading, for route: EventRoute) -> Bool {
        guard route.body == .payload else { return false }
        let types = types(of: headers)
        return types.contains(where: \.isForm) && !types.contains(where: \.isJSON)
    }

    // RudderStack's HTTP destination adds its own line to a configured one, and proxies join lines with commas: it is
    // enough that one of them is right.
    private static func types(of headers: some HeaderReading) -> [MediaType] {
        headers.headerLines("Content-Type").flatMap { $0.split(separator: ",") }.compactMap { MediaType($0) }
    }

    private static func checkType(_ headers: some HeaderReading, for route: EventRoute) throws(RequestFault) {
        let isNative = route.isNative
        // By far the most common; the rest of this function is for the others.
        if headers.hasOnly("Content-Type", "application/json") { return }
        if isNative, headers.headerLines("Content-Type").allSatisfy({ $0.split(separator: ",").isEmpty }) { return }
        let types = types(of: headers)
        let jsonTypes = types.filter(\.isJSON)
        guard jsonTypes.isEmpty else {
            guard jsonTypes.contains(where: \.isUTF8) else {
                throw RequestFault(
                    .unsupportedCharset, "the Content-Type names a charset that is not UTF-8; send UTF-8")
            }
            return
        }
        if route.body == .payload, types.contains(where: \.isForm) { return }
        guard isNative, types.contains(where: { $0.essence == "text/plain" }) else {
            throw RequestFault(
                .unsupportedMediaType,
                "the Content-Type is not JSON; send application/json\(isNative ? " or text/plain" : "")")
        }
    }

    private static func encoding(_ headers: some HeaderReading) throws(RequestFault) -> ContentEncoding {
        guard headers.headerCount("Content-Encoding") > 0 else { return .identity }
        let codings = headers.headerLines("Content-Encoding").flatMap { $0.split(separator: ",") }
            .map { $0.trimmingBlanks().lowercased() }.filter { !$0.isEmpty && $0 != "identity" }
        switch codings.count {
        case 0: return .identity
        case 1 where codings[0] == "gzip" || codings[0] == "x-gzip": return .gzip
        default:
            throw RequestFault(.unsupportedEncoding, "the Content-Encoding is not supported; send gzip or nothing")
        }
    }
}
