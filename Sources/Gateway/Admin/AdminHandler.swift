import Crypto
import Inbound

/// Answers operators on the admin listener: bearer tokens, JSON (design, section 8).
final class AdminHandler: HTTPHandler {
    private let tokens: @Sendable () -> [[UInt8]]
    private let resources: [String: any AdminResource]

    /// A handler.
    ///
    /// - Parameters:
    ///   - tokens: The tokens that open it, asked for each request so that a reload counts at once.
    ///   - resources: What answers, by its name behind `/api/`; runs on the admin loop.
    init(tokens: @escaping @Sendable () -> [[UInt8]], resources: [String: any AdminResource]) {
        self.tokens = tokens
        self.resources = resources
    }

    func makeLoopHandler() -> any HTTPLoopHandler { Loop(handler: self) }

    private final class Loop: HTTPLoopHandler {
        private let handler: AdminHandler

        init(handler: AdminHandler) { self.handler = handler }

        func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
            exchange.respond(handler.answer(request))
        }
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        let id = RequestID.next()
        do {
            return HTTPResponse(status: 200, headers: HTTPResponse.jsonHeaders, body: try body(for: request))
        } catch let failure as AdminFailure {
            var answer = HTTPResponse.failure(
                status: failure.status, code: failure.code, message: failure.message, requestID: id)
            if let allow = failure.allow { answer.headers.append(("Allow", allow)) }
            return answer
        } catch {
            return .failure(
                status: 503, code: "storage_unavailable", message: "the store could not be used: \(error)",
                requestID: id)
        }
    }

    private func body(for request: HTTPRequest) throws -> [UInt8] {
        guard isAllowed(request.header("Authorization")) else {
            throw AdminFailure(
                401, "token_invalid", "send one of admin.tokens of the configuration as Authorization: Bearer")
        }
        let path = request.path
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard parts.popFirst() == "api", let resource = parts.popFirst().flatMap({ resources[String($0)] }) else {
            let known = resources.keys.sorted().map { "/api/\($0)" }.joined(separator: ", ")
            throw AdminFailure(404, "not_found", "there is no \(path.prefix(100)); try \(known)")
        }
        let decoded = try parts.map { part in
            guard let text = PercentDecoding.decode(part) else {
                throw AdminFailure(400, "bad_request", "the path is not percent-encoded UTF-8")
            }
            return text
        }
        return try resource.answer(
            AdminRequest(method: request.method, path: decoded, query: request.query, body: Array(request.body)))
    }

    private func isAllowed(_ authorization: String?) -> Bool {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return false }
        let token = Array(authorization.utf8.dropFirst(7))
        // All are compared, so that the time does not tell which one came close.
        return tokens().reduce(false) { ConstantTime.areEqual($1, token) || $0 }
    }
}
