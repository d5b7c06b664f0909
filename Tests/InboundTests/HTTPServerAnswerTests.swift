import Glibc
import Inbound
import Platform
import TestSupport
import Testing

@Suite struct HTTPServerAnswerTests {
    @Test func answersLaterFromAnotherThread() throws {
        let held = HeldExchanges()
        try withServer(handler: { _, exchange in held.hold(exchange) }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/a")
            let exchange = try held.wait(for: 1)[0]
            let thread = DedicatedThread(name: "answer") { exchange.respond(.text("later")) }
            #expect(try client.readResponse().text == "later")
            thread.join()
        }
    }

    @Test func answersBatchesOverAllLoops() throws {
        let held = HeldExchanges()
        let handler: ClosureHandler.Body = { _, exchange in held.hold(exchange) }
        try withServer({ $0.loopCount = 3 }, handler: handler) { server in
            let clients = try (0..<60).map { _ in try RawHTTPClient(port: server.port) }
            var batch = HTTPAnswerBatch()
            for round in 1...5 {
                for client in clients { try client.send("GET", "/a") }
                for exchange in try held.wait(for: clients.count) { batch.add(exchange, .text("round \(round)")) }
                batch.send()
                for client in clients { #expect(try client.readResponse().text == "round \(round)") }
            }
            #expect(server.statistics.requests == 300)
        }
    }

    @Test func anAnswerThatIsYetToBeMadeIsMadeByTheLoopOfItsRequest() throws {
        let held = HeldExchanges()
        let makers = Guarded<[String]>([])
        let handler: ClosureHandler.Body = { _, exchange in held.hold(exchange) }
        try withServer({ $0.loopCount = 3 }, handler: handler) { server in
            let clients = try (0..<30).map { _ in try RawHTTPClient(port: server.port) }
            for client in clients { try client.send("GET", "/a") }
            let exchanges = try held.wait(for: clients.count)
            // Nobody waits for the first one any more; whoever counts answers still counts it.
            var batch = HTTPAnswerBatch()
            for (number, exchange) in exchanges.enumerated() {
                if number == 0 { exchange.respond(.text("made")) }
                batch.add(exchange) {
                    makers.withLock { $0.append(currentThreadName()) }
                    return .text("made")
                }
            }
            batch.send()
            for client in clients { #expect(try client.readResponse().text == "made") }
            // The loop of the first one has taken the batch by now, or takes it before another request.
            for client in clients {
                try client.send("GET", "/a")
                try held.wait(for: 1)[0].respond(.text("again"))
                #expect(try client.readResponse().text == "again")
            }
            let names = makers.withLock { $0 }
            #expect(names.count == 30)
            #expect(names.allSatisfy { $0.hasPrefix("http-") })
        }
    }

    @Test func keepsPipelinedRequestsInOrderWhenAnsweredLater() throws {
        let held = HeldExchanges()
        try withServer(handler: { _, exchange in held.hold(exchange) }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send(String(repeating: "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", count: 20))
            for number in 0..<20 {
                // The next request is not read before this one is answered.
                let exchanges = try held.wait(for: 1)
                #expect(exchanges.count == 1)
                exchanges[0].respond(.text("\(number)"))
                #expect(try client.readResponse().text == "\(number)")
            }
        }
    }

    @Test("a client that goes before its answer does no harm", arguments: [true, false])
    func disconnect(resetting: Bool) throws {
        let held = HeldExchanges()
        try withServer(handler: { _, exchange in held.hold(exchange) }) { server in
            for _ in 0..<50 {
                let client = try RawHTTPClient(port: server.port)
                try client.send("POST", "/a", body: Array("hi".utf8))
                let exchange = try held.wait(for: 1)[0]
                client.close(resetting: resetting)
                exchange.respond(.text("too late"))
            }
            try eventually("closed connections") { server.statistics.openConnections == 0 }
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/a")
            try held.wait(for: 1)[0].respond(.text("fine"))
            #expect(try client.readResponse().text == "fine")
        }
    }

    @Test func ignoresASecondAnswer() throws {
        let held = HeldExchanges()
        let handler: ClosureHandler.Body = { request, exchange in
            exchange.respond(.text("first"))
            exchange.respond(.text("second"))
            held.hold(exchange)
        }
        try withServer(handler: handler) { server in
            let client = try RawHTTPClient(port: server.port)
            for _ in 0..<3 {
                try client.send("GET", "/a")
                #expect(try client.readResponse().text == "first")
                try held.wait(for: 1)[0].respond(.text("third"))
            }
        }
    }

    @Test func readsTheRequestAfterAnswering() throws {
        let seen = Guarded("")
        let handler: ClosureHandler.Body = { request, exchange in
            exchange.respond(.text("ok"))
            let body = String(decoding: request.body, as: UTF8.self)
            seen.withLock { $0 = body }
        }
        try withServer(handler: handler) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("POST", "/a", headers: [("Connection", "close")], body: Array("still here".utf8))
            #expect(try client.readResponse().text == "ok")
            #expect(seen.withLock { $0 } == "still here")
        }
    }

    @Test("an answer larger than the socket's buffers arrives whole", arguments: [true, false])
    func largeAnswer(closes: Bool) throws {
        let body = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let handler: ClosureHandler.Body = { request, exchange in
            if request.path == "/small" { return exchange.respond(.text("small")) }
            exchange.respond(HTTPResponse(status: 200, body: body, closesConnection: closes))
        }
        try withServer(handler: handler) { server in
            let client = try RawHTTPClient(port: server.port, receiveBufferBytes: 16_384)
            try client.send("GET", "/large")
            if !closes { try client.send("GET", "/small") }
            let isWhole = try client.readResponse().body == body
            #expect(isWhole)
            if closes {
                #expect(try client.readToEnd().isEmpty)
            } else {
                #expect(try client.readResponse().text == "small")
            }
        }
    }

    @Test func dropsAClientThatTakesNoByte() throws {
        let body = [UInt8](repeating: 0x61, count: 16_000_000)
        let handler: ClosureHandler.Body = { _, exchange in exchange.respond(HTTPResponse(status: 200, body: body)) }
        try withServer({ $0.writeTimeout = .milliseconds(50) }, handler: handler) { server in
            let client = try RawHTTPClient(port: server.port, receiveBufferBytes: 16_384)
            try client.send("GET", "/a")
            try eventually("the request") { server.statistics.requests == 1 }
            try eventually("the drop") { server.statistics.openConnections == 0 }
        }
    }

    @Test func keepsLineBreaksOutOfTheHeader() throws {
        let handler: ClosureHandler.Body = { _, exchange in
            exchange.respond(HTTPResponse(status: 204, headers: [("X-A", "1\r\nX-B: 2\u{7F}"), ("X-\nC", "ü")]))
        }
        try withServer(handler: handler) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/a")
            let response = try client.readResponse()
            #expect(response.header("X-A") == "1  X-B: 2 ")
            #expect(response.header("X-B") == nil)
            #expect(response.header("X- C") == "ü")
            #expect(response.header("Content-Length") == nil)
        }
    }
}

/// What the system calls the thread that asks (proc(5)).
private func currentThreadName() -> String {
    guard let file = fopen("/proc/thread-self/comm", "r") else { return "" }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 32)
    guard fgets(&line, Int32(line.count), file) != nil else { return "" }
    return String(decoding: line.prefix { $0 > 0x20 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
