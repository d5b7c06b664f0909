import Inbound
import Platform
import Synchronization
import TestSupport
import Testing

/// Requests that wait for their answers longer than the server lets them (reference inbound, section 9, row 98).
@Suite struct HTTPServerLateAnswerTests {
    /// Holds every request, and answers for it when it is asked the `patience`th time.
    private final class LateHandler: HTTPHandler {
        let held = HeldExchanges()
        let askedCount = Atomic(0)
        let patience: Int

        init(patience: Int = 1) { self.patience = patience }

        func makeLoopHandler() -> any HTTPLoopHandler { Loop(self) }

        private final class Loop: HTTPLoopHandler {
            let handler: LateHandler
            private var paths: [String] = []

            init(_ handler: LateHandler) { self.handler = handler }

            func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
                while paths.count <= exchange.place { paths.append("") }
                paths[exchange.place] = request.path
                handler.held.hold(exchange)
            }

            func lateAnswer(to exchange: HTTPExchange) -> HTTPResponse? {
                let count = handler.askedCount.add(1, ordering: .relaxed).newValue
                return count < handler.patience
                    ? nil : HTTPResponse(status: 503, body: Array(paths[exchange.place].utf8))
            }
        }
    }

    private func withServer(
        _ handler: LateHandler, timeout: Duration, _ body: (HTTPServer) throws -> Void
    ) throws {
        var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
        configuration.loopCount = 1
        configuration.answerTimeout = timeout
        let server = try HTTPServer(configuration: configuration, handler: handler, logger: Logger(level: .error))
        server.start()
        defer { server.stop(gracePeriod: .zero) }
        try body(server)
    }

    @Test("a late request is answered for by the handler, and its own answer goes to nobody")
    func late() throws {
        let handler = LateHandler()
        try withServer(handler, timeout: .milliseconds(150)) { server in
            let client = try RawHTTPClient(port: server.port)
            for number in 1...3 {
                let start = MonotonicTime.now
                try client.send("POST", "/\(number)", body: Array("x".utf8))
                let late = try client.readResponse()
                #expect(late.status == 503 && late.text == "/\(number)")
                #expect(MonotonicTime.now - start >= .milliseconds(150))
                let exchange = try handler.held.wait(for: 1)[0]
                // The next request takes the place of the first, whose answer must not become its own.
                try client.send("GET", "/next")
                let next = try handler.held.wait(for: 1)[0]
                #expect(next.place == exchange.place)
                exchange.respond(.text("too late"))
                next.respond(.text("in time"))
                let answer = try client.readResponse()
                #expect(answer.status == 200 && answer.text == "in time")
            }
        }
    }

    @Test func requestsThatWaitTogetherAreAllAnsweredFor() throws {
        let handler = LateHandler()
        try withServer(handler, timeout: .milliseconds(100)) { server in
            let clients = try (0..<50).map { _ in try RawHTTPClient(port: server.port) }
            for (number, client) in clients.enumerated() { try client.send("GET", "/\(number)") }
            for (number, client) in clients.enumerated() { #expect(try client.readResponse().text == "/\(number)") }
            #expect(handler.askedCount.load(ordering: .relaxed) == 50)
        }
    }

    @Test func aHandlerThatWaitsOnIsAskedAgain() throws {
        let handler = LateHandler(patience: 4)
        try withServer(handler, timeout: .milliseconds(20)) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/a")
            #expect(try client.readResponse().status == 503)
            #expect(handler.askedCount.load(ordering: .relaxed) == 4)
        }
    }
}
