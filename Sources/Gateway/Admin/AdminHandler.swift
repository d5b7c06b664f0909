import Crypto
import EventModel
import Inbound
import Platform

/// Answers operators on the admin listener: bearer tokens of two roles, JSON, one table of routes (docs/admin-api.md).
final class AdminHandler: HTTPHandler {
    /// The longest body that is read, in bytes.
    static let bodyByteLimit = 256 << 10

    private let tokens: @Sendable () -> [AdminToken]
    private let router: AdminRouter
    private let audit: AuditLog
    private let clock: any WallClock
    private let logger: Logger

    /// A handler.
    ///
    /// - Parameters:
    ///   - tokens: The tokens that open it, asked for each request so that a reload counts at once.
    ///   - resources: What answers; runs on the admin loop.
    ///   - audit: Where every call that needs the role `operate` is written down.
    ///   - clock: Says which tokens are over.
    ///   - logger: Told of calls beyond a token's role.
    init(
        tokens: @escaping @Sendable () -> [AdminToken], resources: [any AdminResource], audit: AuditLog,
        clock: any WallClock, logger: Logger
    ) {
        self.tokens = tokens
        router = AdminRouter(resources)
        self.audit = audit
        self.clock = clock
        self.logger = logger
    }

    func makeLoopHandler() -> any HTTPLoopHandler { Loop(handler: self) }

    private final class Loop: HTTPLoopHandler {
        private let handler: AdminHandler

        init(handler: AdminHandler) { self.handler = handler }

        func admit(_ request: HTTPRequest) -> HTTPAdmission { .read(bodyByteLimit: AdminHandler.bodyByteLimit) }

        func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
            exchange.respond(handler.answer(request))
        }
    }

    private func answer(_ request: HTTPRequest) -> HTTPResponse {
        let id = RequestID.next()
        let failure: AdminFailure
        do {
            return HTTPResponse(status: 200, headers: HTTPResponse.jsonHeaders, body: try body(for: request))
        } catch let known as AdminFailure {
            failure = known
        } catch {
            failure = AdminFailure(503, "storage_unavailable", "the store could not be used: \(error)")
        }
        var answer = HTTPResponse.failure(
            status: failure.kind.status, code: failure.kind.code, message: failure.message, requestID: id)
        if let allow = failure.allow { answer.headers.append(("Allow", allow)) }
        // RFC 9110, 11.6.1: a 401 says how to ask.
        if failure.kind.status == 401 { answer.headers.append(("WWW-Authenticate", "Bearer")) }
        return answer
    }

    private func body(for request: HTTPRequest) throws -> [UInt8] {
        guard let token = token(in: request.header("Authorization")) else {
            throw AdminFailure(
                401, "token_invalid", "send one of admin.tokens of the configuration as Authorization: Bearer")
        }
        let caller = AdminCaller(tokenName: token.name, role: token.role, remoteAddress: request.remoteAddress)
        let (route, path) = try route(for: request)
        guard caller.role >= route.role else {
            logger.warning(
                "an operator's token may not do this",
                ["token": caller.tokenName, "remote_address": caller.remoteAddress, "action": route.name])
            throw AdminFailure(
                403, "role_insufficient",
                "the token \(caller.tokenName) has the role \(caller.role.rawValue), and this needs one with "
                    + "role: \(route.role.rawValue)")
        }
        let values = try AdminValues(path: path, query: request.query, known: route.parameters)
        guard route.body != nil || request.body.isEmpty else {
            throw AdminFailure(400, "bad_request", "this takes no body; give parameters in the query")
        }
        let call = AdminRequest(caller: caller, body: Array(request.body), values: values)
        do {
            return try perform(call, route)
        } catch let failure as AdminFailure {
            assert(
                route.allFailures.contains(failure.kind),
                "\(route.name) does not declare \(failure.kind.status) \(failure.kind.code)")
            throw failure
        }
    }

    private func perform(_ call: AdminRequest, _ route: AdminRoute) throws -> [UInt8] {
        guard route.role == .operate else { return try route.perform(call).body }
        let order = AuditLog.Order(
            actor: call.caller.tokenName, remoteAddress: call.caller.remoteAddress, action: route.name,
            subject: call.values.summary(route.parameters))
        return try audit.carryOut(order) {
            let reply = try route.perform(call)
            return (reply.body, reply.summary)
        }
    }

    private func route(for request: HTTPRequest) throws -> (AdminRoute, path: [(name: String, value: String)]) {
        let path = request.path
        let parts = try path.dropFirst().split(separator: "/").map { part in
            guard let text = PercentDecoding.decode(part) else {
                throw AdminFailure(400, "bad_request", "the path is not percent-encoded UTF-8")
            }
            return text
        }
        switch router.match(request.method, parts) {
        case .route(let route, let path): return (route, path)
        case .otherMethod(let allowed):
            let list = allowed.map(\.rawValue).joined(separator: ", ")
            throw AdminFailure(405, "method_not_allowed", "use \(list)", allow: list)
        case .unknown:
            let known = router.groups.map { "/api/\($0)" }.joined(separator: ", ")
            throw AdminFailure(
                404, "not_found", "there is no \(path.prefix(100)); /api/openapi.json describes all of \(known)")
        }
    }

    /// The token that a request shows, if it is one of ours and not over.
    private func token(in authorization: String?) -> AdminToken? {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return nil }
        let shown = Array(authorization.utf8.dropFirst(7))
        let now = clock.now
        // All are compared, so that the time does not tell which one came close.
        return tokens().reduce(nil) { found, token in
            let isSame = ConstantTime.areEqual(Array(token.secret.secret.revealed.utf8), shown)
            return isSame && token.secret.isAccepted(at: now) ? token : found
        }
    }
}
