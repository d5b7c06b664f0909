import Inbound

/// One way in to the admin API: everything that dispatch, the audit log and the OpenAPI document need to know of it.
///
/// A pure value. Whoever adds a route adds one of these to the ``AdminResource/routes`` of a resource, and nothing else:
/// parameters are checked, roles demanded, 405 answered and the document written from it.
struct AdminRoute: Sendable {
    /// The method; `HEAD` and `OPTIONS` are nobody's.
    let method: HTTPMethod
    /// Where it is: words, and names in braces that stand for one part each, as `/api/dead/{sequence}/{destination}`.
    ///
    /// Begins with `/api/` and a word, which groups routes in the document.
    let path: String
    /// In snake case and unlike any other: `operationId` of the document, and the action in the audit log.
    let name: String
    /// What the caller's token must open; calls of routes that need `operate` are in the audit log.
    let role: AdminRole
    /// One sentence for the document.
    let summary: String
    /// The names in braces of the path, and what may stand in the query; anything else is refused.
    var parameters: [AdminParameter] = []
    /// The JSON object that must be sent as body; with nil a body is refused.
    var body: AdminSchema?
    /// The body of the answer, one JSON object.
    let answer: AdminSchema
    /// How the call may fail beyond what every call may.
    var failures: [AdminFailureKind] = []
    /// Answers; runs on the admin loop, one call after the other, and takes a bounded time.
    ///
    /// Throws ``AdminFailure`` of a kind that is declared, or ``StoreError`` if the store fails.
    let perform: @Sendable (AdminRequest) throws -> AdminReply

    /// How every call of this route may fail.
    var allFailures: [AdminFailureKind] {
        var kinds = [
            AdminFailureKind(400, "bad_request"), AdminFailureKind(400, "bad_parameter"),
            AdminFailureKind(401, "token_invalid"),
        ]
        if parameters.contains(where: { $0.kind == .cursor }) { kinds.append(AdminFailureKind(400, "bad_cursor")) }
        if role > .read { kinds.append(AdminFailureKind(403, "role_insufficient")) }
        kinds.append(AdminFailureKind(503, "storage_unavailable"))
        for failure in failures where !kinds.contains(failure) { kinds.append(failure) }
        return kinds
    }
}

/// A way to fail that a route declares.
struct AdminFailureKind: Sendable, Hashable {
    let status: Int
    /// In snake case; a contract.
    let code: String

    init(_ status: Int, _ code: String) {
        self.status = status
        self.code = code
    }
}

/// Things that operators ask about: a part of the admin API.
protocol AdminResource: Sendable {
    /// The ways in.
    var routes: [AdminRoute] { get }
}

/// What a route answers with.
struct AdminReply {
    /// One JSON object.
    let body: [UInt8]
    /// What was done, in a few words without personal data, for the audit log: `replayed 12, skipped 0`.
    let summary: String

    init(_ body: [UInt8], summary: String = "") {
        self.body = body
        self.summary = summary
    }
}

/// Why an operator gets no answer.
struct AdminFailure: Error {
    let kind: AdminFailureKind
    /// What was wrong and what to do.
    let message: String
    /// The methods that are allowed, for 405.
    let allow: String?

    init(_ status: Int, _ code: String, _ message: String, allow: String? = nil) {
        kind = AdminFailureKind(status, code)
        self.message = message
        self.allow = allow
    }

    /// A parameter that cannot be followed.
    static func parameter(_ name: String, _ advice: String) -> AdminFailure {
        AdminFailure(400, "bad_parameter", "\(name): \(advice)")
    }
}
