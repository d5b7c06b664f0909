import Crypto
import EventModel
import Inbound
import Platform

/// Answers operators on the admin listener: bearer tokens, JSON, read-only (design, section 8).
final class AdminHandler: HTTPHandler {
    private let tokens: @Sendable () -> [[UInt8]]
    private let explain: @Sendable (_ id: String, _ name: String?) throws(StoreError) -> [UInt8]?

    /// A handler.
    ///
    /// - Parameters:
    ///   - tokens: The tokens that open it, asked for each request so that a reload counts at once.
    ///   - explain: Explains events; runs on the admin loop.
    init(
        tokens: @escaping @Sendable () -> [[UInt8]],
        explain: @escaping @Sendable (_ id: String, _ name: String?) throws(StoreError) -> [UInt8]?
    ) {
        self.tokens = tokens
        self.explain = explain
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
        guard isAllowed(request.header("Authorization")) else {
            return .failure(
                status: 401, code: "token_invalid",
                message: "send one of admin.tokens of the configuration as Authorization: Bearer", requestID: id)
        }
        let path = request.path
        guard path.hasPrefix("/api/explain/") else {
            return .failure(
                status: 404, code: "not_found", message: "there is no \(path.prefix(100)); try /api/explain/ID",
                requestID: id)
        }
        guard request.method == .get else {
            var answer = HTTPResponse.failure(
                status: 405, code: "method_not_allowed", message: "use GET", requestID: id)
            answer.headers.append(("Allow", "GET"))
            return answer
        }
        guard let eventID = PercentDecoding.decode(path.dropFirst("/api/explain/".count)) else {
            return .failure(
                status: 400, code: "bad_request", message: "the id in the path is not percent-encoded UTF-8",
                requestID: id)
        }
        let name = request.query.flatMap { QueryString($0)["event"] }
        do {
            guard let body = try explain(eventID, name) else {
                return .failure(
                    status: 404, code: "event_not_found",
                    message: "no event has this event_id, messageId or sequence, or retention has removed it",
                    requestID: id)
            }
            return HTTPResponse(status: 200, headers: HTTPResponse.jsonHeaders, body: body)
        } catch {
            return .failure(
                status: 503, code: "storage_unavailable", message: "the store could not be read: \(error)",
                requestID: id)
        }
    }

    private func isAllowed(_ authorization: String?) -> Bool {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return false }
        let token = Array(authorization.utf8.dropFirst(7))
        // All are compared, so that the time does not tell which one came close.
        return tokens().reduce(false) { ConstantTime.areEqual($1, token) || $0 }
    }
}
