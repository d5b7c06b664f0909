import Glibc
import Inbound
import Platform
import TestSupport
import Testing

@Suite struct HTTPServerLifecycleTests {
    @Test func servesOnAPortOfTheSystemsChoice() throws {
        try withServer({ $0.loopCount = 4 }) { server in
            #expect(server.port != 0)
            // Enough for the kernel to have used more than one of the loops' sockets.
            for _ in 0..<40 {
                let client = try RawHTTPClient(port: server.port)
                try client.send("GET", "/a")
                #expect(try client.readResponse().status == 200)
            }
            #expect(server.statistics.acceptedConnections == 40)
        }
    }

    @Test func refusesAPortThatIsTaken() throws {
        try withServer { server in
            let error = #expect(throws: HTTPServerError.self) {
                try withServer({ $0.port = server.port }) { _ in }
            }
            #expect(error?.code == .bindFailed)
            #expect(
                error?.message
                    == "cannot listen on 127.0.0.1 port \(server.port) (bind): another process listens there; stop it "
                    + "or choose another port")
        }
    }

    @Test("a host that is none is named", arguments: ["999.1.1.1", "no such host"])
    func refusesABadHost(_ host: String) throws {
        let error = #expect(throws: HTTPServerError.self) { try withServer({ $0.host = host }) { _ in } }
        #expect(error?.code == .addressInvalid)
        #expect(error?.message.contains("\"\(host)\"") == true)
    }

    @Test func listensOnIPv6() throws {
        try withServer({ $0.host = "::" }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/a")
            #expect(try client.readResponse().status == 200)
        }
    }

    @Test func freesThePortWhenStopped() throws {
        var port: UInt16 = 0
        try withServer { port = $0.port }
        try withServer({ $0.port = port }) { #expect($0.port == port) }
    }

    @Test func freesThePortWhenNeverStarted() throws {
        let handler = ClosureHandler { _, _ in }
        var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
        configuration.port = try HTTPServer(configuration: configuration, handler: handler, logger: Logger()).port
        try withServer({ $0.port = configuration.port }) { #expect($0.port == configuration.port) }
    }

    @Test func drains() throws {
        let held = HeldExchanges()
        let handler: ClosureHandler.Body = { request, exchange in
            if request.path == "/held" { held.hold(exchange) } else { exchange.respond(.text("ok")) }
        }
        try withServer(handler: handler) { server in
            let (waiting, idle) = (try RawHTTPClient(port: server.port), try RawHTTPClient(port: server.port))
            try waiting.send("GET", "/held")
            let exchange = try held.wait(for: 1)[0]
            try idle.send("GET", "/a")
            #expect(try idle.readResponse().status == 200)

            server.beginDrain()
            #expect(throws: RawHTTPError.self) { try RawHTTPClient(port: server.port) }
            try idle.send("GET", "/a")
            let refused = try idle.readResponse()
            #expect(refused.status == 503)
            #expect(refused.header("Connection") == "close")
            #expect(refused.text.contains(#""code":"shutting_down""#))
            #expect(try idle.readToEnd().isEmpty)

            exchange.respond(.text("kept"))
            let answer = try waiting.readResponse()
            #expect(answer.text == "kept")
            #expect(answer.header("Connection") == "close")
        }
    }

    @Test func stopWaitsForOutstandingAnswers() throws {
        let held = HeldExchanges()
        let isStopped = Guarded(false)
        try withServer(handler: { _, exchange in held.hold(exchange) }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/a")
            let exchange = try held.wait(for: 1)[0]
            let stopping = DedicatedThread(name: "stop") {
                server.stop(gracePeriod: .seconds(60))
                isStopped.withLock { $0 = true }
            }
            try eventually("draining") { (try? RawHTTPClient(port: server.port)) == nil }
            #expect(isStopped.withLock { !$0 })
            exchange.respond(.text("in time"))
            #expect(try client.readResponse().text == "in time")
            #expect(try client.readToEnd().isEmpty)
            stopping.join()
        }
    }

    @Test func stopGivesUpAfterTheGracePeriod() throws {
        let held = HeldExchanges()
        try withServer(handler: { _, exchange in held.hold(exchange) }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/a")
            let exchange = try held.wait(for: 1)[0]
            server.stop(gracePeriod: .milliseconds(20))
            #expect(try client.readToEnd().isEmpty)
            // Nobody is there to send it, and nobody minds.
            exchange.respond(.text("too late"))
            var batch = HTTPAnswerBatch()
            batch.add(exchange, .text("too late"))
            batch.send()
            server.stop(gracePeriod: .zero)
        }
    }

    @Test func limitsConnectionsThatSendNothing() throws {
        let configure: (inout HTTPServerConfiguration) -> Void = {
            $0.loopCount = 1
            $0.connectionLimit = 2
        }
        try withServer(configure) { server in
            let silent = try RawHTTPClient(port: server.port)
            let second = try RawHTTPClient(port: server.port)
            try eventually("two connections") { server.statistics.openConnections == 2 }
            let third = try RawHTTPClient(port: server.port)
            try third.send("GET", "/third")
            // Two turns of the loop later it would have been accepted.
            for _ in 0..<2 {
                try second.send("GET", "/second")
                #expect(try second.readResponse().status == 200)
            }
            #expect(server.statistics.acceptedConnections == 2)
            silent.close()
            #expect(try third.readResponse().text == "GET /third ")
            #expect(server.statistics.acceptedConnections == 3)
            #expect(server.statistics.openConnections == 2)
        }
    }

    struct Timeout: Sendable, CustomTestStringConvertible {
        var name: String
        var sent: String
        var isAnswered: Bool
        var testDescription: String { name }
    }

    @Test(
        "a client that stalls is closed, and told if it had begun",
        arguments: [
            Timeout(name: "nothing sent", sent: "", isAnswered: false),
            Timeout(name: "half a line", sent: "GET /a", isAnswered: true),
            Timeout(name: "half a header", sent: "GET /a HTTP/1.1\r\nHost: h\r\n", isAnswered: true),
            Timeout(
                name: "half a body", sent: "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhi",
                isAnswered: true),
            Timeout(
                name: "half a pipelined request",
                sent: "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP", isAnswered: true),
            Timeout(name: "idle", sent: "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", isAnswered: false),
        ])
    func stall(_ c: Timeout) throws {
        let configure: (inout HTTPServerConfiguration) -> Void = {
            $0.readTimeout = .milliseconds(60)
            $0.idleTimeout = .milliseconds(60)
        }
        try withServer(configure) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send(c.sent)
            if c.sent.contains("\r\n\r\n") && !c.sent.hasPrefix("POST") {
                #expect(try client.readResponse().text == "GET /a ")
            }
            if c.isAnswered {
                let response = try client.readResponse()
                #expect(response.status == 408)
                #expect(response.text.contains(#""code":"request_timeout""#))
            }
            #expect(try client.readToEnd().isEmpty)
            try eventually("closed connection") { server.statistics.openConnections == 0 }
        }
    }

    @Test func doesNotTimeOutARequestThatWaits() throws {
        let held = HeldExchanges()
        let configure: (inout HTTPServerConfiguration) -> Void = {
            $0.loopCount = 1
            $0.readTimeout = .milliseconds(20)
            $0.idleTimeout = .milliseconds(20)
        }
        let handler: ClosureHandler.Body = { _, exchange in held.hold(exchange) }
        try withServer(configure, handler: handler) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/a")
            let exchange = try held.wait(for: 1)[0]
            // Another connection's end shows that the time has passed on this loop.
            #expect(try RawHTTPClient(port: server.port).readToEnd().isEmpty)
            exchange.respond(.text("patience"))
            #expect(try client.readResponse().text == "patience")
        }
    }
}
