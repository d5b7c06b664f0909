import EventModel
import TestSupport
import Testing

/// One line of the table of malformed and hostile input (reference inbound, section 9).
struct BadInput: Sendable {
    /// What must come back.
    enum Outcome: Sendable {
        /// The whole request is refused with this status and code.
        case refused(Int, String)
        /// Only the status counts: the answer is that of the HTTP library.
        case status(Int)
        /// One item is taken, with these notes among others.
        case taken([Note] = [])
        /// One item is a duplicate, with these notes among others.
        case duplicate([Note] = [])
        /// One item is ignored for this reason.
        case ignored(String)
        /// These verdicts, and the codes of those that have one.
        case items([(status: String, code: String?)])
    }

    /// What is sent: bytes as they are, or a method, path, header and body.
    enum Request: Sendable {
        case raw([UInt8])
        case post(String, [(String, String)], [UInt8])
    }

    /// The row of the table, and what about it.
    let name: String
    let request: Request
    let outcome: Outcome
    /// Looks at more of the answer.
    let also: @Sendable (Reply) -> Bool
    /// Looks at the canonical event that was stored; nil when the answer says it all.
    let stored: (@Sendable (String) -> Bool)?
    let location: SourceLocation

    init(
        _ name: String, _ request: Request, _ outcome: Outcome, file: String = #fileID, path: String = #filePath,
        line: Int = #line, also: @escaping @Sendable (Reply) -> Bool = { _ in true },
        stored: (@Sendable (String) -> Bool)? = nil
    ) {
        self.name = name
        self.request = request
        self.outcome = outcome
        self.also = also
        self.stored = stored
        location = SourceLocation(fileID: file, filePath: path, line: line, column: 1)
    }

    /// The row of the table that this is about.
    var row: Int? { Int(name.prefix { $0.isNumber }) }

    /// Sends the request on a connection of its own and holds the answer against what must come back.
    ///
    /// - Returns: How many events were taken, and the message id of the only one.
    func check(_ gateway: GatewayHarness) throws -> (takenCount: Int, messageID: String?) {
        let client = try RawHTTPClient(port: gateway.port)
        switch request {
        case .raw(let bytes): try client.send(bytes)
        case .post(let path, let headers, let body):
            let hasType = headers.contains { $0.0.lowercased() == "content-type" }
            try client.send(
                "POST", path, headers: hasType ? headers : headers + [("Content-Type", "application/json")], body: body)
        }
        let isHead = if case .raw(let bytes) = request { bytes.starts(with: "HEAD".utf8) } else { false }
        let reply = Reply(try client.readResponse(hasBody: !isHead))
        check(reply)
        #expect(also(reply), "row \(name): \(reply.status) \(reply.text)", sourceLocation: location)
        return ((try? reply.body.accepted) ?? 0, try? reply.item.messageId)
    }

    private func check(_ reply: Reply) {
        let comment: Comment = "row \(name): \(reply.status) \(reply.text)"
        let body = try? reply.body
        switch outcome {
        case .status(let status): #expect(reply.status == status, comment, sourceLocation: location)
        case .refused(let status, let code):
            #expect(reply.status == status, comment, sourceLocation: location)
            #expect(body?.code == code && body?.message?.isEmpty == false, comment, sourceLocation: location)
            #expect(body?.success == false, comment, sourceLocation: location)
        case .taken(let notes): checkItem(reply, "accepted", nil, notes, comment)
        case .duplicate(let notes): checkItem(reply, "duplicate", nil, notes, comment)
        case .ignored(let code): checkItem(reply, "ignored", code, [], comment)
        case .items(let items):
            #expect(reply.status == 200, comment, sourceLocation: location)
            #expect(body?.results?.map(\.status) == items.map(\.status), comment, sourceLocation: location)
            #expect(body?.results?.map(\.code) == items.map(\.code), comment, sourceLocation: location)
        }
    }

    private func checkItem(_ reply: Reply, _ status: String, _ code: String?, _ notes: [Note], _ comment: Comment) {
        let item = try? reply.item
        #expect(reply.status == 200 && item?.status == status && item?.code == code, comment, sourceLocation: location)
        let missing = notes.filter { !(item?.notes ?? []).contains($0.rawValue) }
        #expect(missing.isEmpty, comment, sourceLocation: location)
    }
}

extension BadInput.Request {
    /// What RudderStack's server would post, if it were out of its mind.
    static func rudderstack(
        _ body: String, _ headers: [(String, String)] = [], secret: String? = GatewayYAML.secret,
        path: String = "/rudderstack/events"
    ) -> Self {
        .rudderstack(Array(body.utf8), headers, secret: secret, path: path)
    }

    /// What RudderStack's server would post, if it were out of its mind.
    static func rudderstack(
        _ body: [UInt8], _ headers: [(String, String)] = [], secret: String? = GatewayYAML.secret,
        path: String = "/rudderstack/events"
    ) -> Self {
        .post(path, (secret.map { [("X-TrackLayer-Secret", $0)] } ?? []) + headers, body)
    }

    /// What an SDK would post.
    static func sdk(_ body: String, path: String = "/v1/batch", key: String? = GatewayYAML.writeKey) -> Self {
        .post(path, key.map { [("Authorization", GatewayYAML.basic($0))] } ?? [], Array(body.utf8))
    }

    /// Text as it goes over the wire.
    static func raw(_ text: String) -> Self { .raw(Array(text.utf8)) }
}
