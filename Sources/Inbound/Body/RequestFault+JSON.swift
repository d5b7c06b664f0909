public import JSON

extension RequestFault {
    /// The answer to a body that is not JSON, with a hint where the cause is known (rows 25, 34-38, 41, 42, 45, 46, 50, 91).
    public init(_ error: JSONError, in body: UnsafeRawBufferPointer) {
        switch error.code {
        case .empty: self.init(.emptyBody, "the body is empty; send an event as JSON")
        case .invalidUTF8, .invalidSyntax: self = Self.unreadable(error, body)
        case .trailingData:
            self.init(.trailingData, "\(error.message); send one value, several events as an array (not one a line)")
        case .tooDeep: self.init(.jsonTooDeep, "\(error.message); send flatter data")
        case .tooManyValues: self.init(.tooManyValues, "\(error.message); send less at once")
        case .tooLarge: self.init(.bodyTooLarge, "\(error.message); send less at once")
        case .invalidNumber: self.init(.invalidNumber, "\(error.message); send it as a string")
        }
    }

    private static func unreadable(_ error: JSONError, _ body: UnsafeRawBufferPointer) -> RequestFault {
        if body.starts(with: [0x1F, 0x8B]) {
            return RequestFault(.invalidJSON, "the body is gzip, not JSON; send the header Content-Encoding: gzip")
        }
        // UTF-16 and UTF-32 without a mark: every second byte of their ASCII is NUL, which JSON has nowhere.
        if let offset = body.prefix(4).firstIndex(of: 0) {
            return RequestFault(.invalidUTF8, "the text is not UTF-8 at byte \(offset); send UTF-8")
        }
        if error.code == .invalidUTF8 { return RequestFault(.invalidUTF8, "\(error.message); send UTF-8") }
        let hint = looksLikeTemplate(body) ? "; the template does not escape values, use toJson for every field" : ""
        return RequestFault(.invalidJSON, error.message + hint)
    }

    /// Whether the body is that of the thin template (reference inbound, section 5), which quotes values unescaped.
    private static func looksLikeTemplate(_ body: UnsafeRawBufferPointer) -> Bool {
        body.prefix(1024).firstRange(of: "\"message_id\"".utf8) != nil
    }
}
