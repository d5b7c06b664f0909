import Glibc
import Inbound
import Platform
import TestSupport
import Testing

/// Runs `body` with a server on a free port, and stops the server.
func withServer(
    _ configure: (inout HTTPServerConfiguration) -> Void = { _ in },
    handler: @escaping ClosureHandler.Body = { request, exchange in exchange.respond(.echo(request)) },
    _ body: (HTTPServer) throws -> Void
) throws {
    var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
    configure(&configuration)
    let server = try HTTPServer(
        configuration: configuration, handler: ClosureHandler(body: handler), logger: Logger(level: .error))
    server.start()
    defer { server.stop(gracePeriod: .zero) }
    try body(server)
}

/// A handler that is one closure.
struct ClosureHandler: HTTPHandler {
    typealias Body = @Sendable (HTTPRequest, HTTPExchange) -> Void
    let body: Body

    func makeLoopHandler() -> any HTTPLoopHandler { LoopHandler(body: body) }

    private final class LoopHandler: HTTPLoopHandler {
        let body: Body
        init(body: @escaping Body) { self.body = body }
        func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) { body(request, exchange) }
    }
}

extension HTTPResponse {
    /// An answer that tells what the server understood: `METHOD path body`.
    static func echo(_ request: HTTPRequest) -> HTTPResponse {
        let body = String(decoding: request.body, as: UTF8.self)
        return .text("\(request.method.rawValue) \(request.path) \(body)")
    }

    static func text(_ text: String) -> HTTPResponse {
        HTTPResponse(status: 200, headers: [("Content-Type", "text/plain")], body: Array(text.utf8))
    }
}

/// Keeps the exchanges of requests for a test to answer later.
final class HeldExchanges: Sendable {
    private let exchanges = Guarded<[HTTPExchange]>([])

    func hold(_ exchange: HTTPExchange) { exchanges.withLock { $0.append(exchange) } }

    /// Waits until `count` requests have come, and gives them up in order.
    func wait(for count: Int) throws -> [HTTPExchange] {
        try eventually("\(count) requests") { exchanges.withLock { $0.count >= count } }
        return exchanges.withLock { held in
            defer { held = [] }
            return held
        }
    }
}

/// Waits until `condition` holds; fails the test when it does not within ten seconds.
func eventually(_ what: String, _ condition: () -> Bool) throws {
    let deadline = MonotonicTime.now + .seconds(10)
    while !condition() {
        try #require(MonotonicTime.now < deadline, "waited in vain for \(what)")
        sched_yield()
    }
}
