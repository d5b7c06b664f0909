import Inbound
import TestSupport
import Testing

@Suite struct HTTPServerRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var request: String
        var expected: String
        var testDescription: String { request.split(separator: "\r\n").first.map(String.init) ?? request }
    }

    @Test(
        "what the handler sees",
        arguments: [
            Case(request: "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", expected: "GET /a "),
            Case(request: "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", expected: "POST /a hi"),
            Case(request: "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", expected: "PUT /a hi"),
            Case(request: "PATCH /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", expected: "PATCH /a hi"),
            Case(request: "DELETE /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", expected: "DELETE /a hi"),
            Case(request: "OPTIONS /a HTTP/1.1\r\nHost: h\r\n\r\n", expected: "OPTIONS /a "),
            Case(request: "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", expected: "OPTIONS * "),
            Case(request: "TRACE /a HTTP/1.1\r\nHost: h\r\n\r\n", expected: "OTHER /a "),
            Case(request: "BREW /a HTTP/1.1\r\nHost: h\r\n\r\n", expected: "OTHER /a "),
            Case(request: "CONNECT a:1 HTTP/1.1\r\nHost: h\r\n\r\n", expected: "OTHER a:1 "),
            Case(request: "GET //a///b/ HTTP/1.1\r\nHost: h\r\n\r\n", expected: "GET /a/b "),
            Case(request: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", expected: "GET / "),
            Case(request: "GET /a%2Fb?c=/d/ HTTP/1.1\r\nHost: h\r\n\r\n", expected: "GET /a%2Fb "),
            Case(request: "GET http://x.test/a/ HTTP/1.1\r\nHost: x.test\r\n\r\n", expected: "GET /a "),
            Case(request: "GET HTTPS://x.test?q HTTP/1.1\r\nHost: x.test\r\n\r\n", expected: "GET / "),
            Case(request: "GET /a HTTP/1.0\r\n\r\n", expected: "GET /a "),
            Case(
                request:
                    "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3\r\n ho\r\n0\r\n\r\n",
                expected: "POST /a hi ho"),
        ])
    func understands(_ c: Case) throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send(c.request)
            let response = try client.readResponse()
            #expect(response.status == 200)
            #expect(response.text == c.expected)
        }
    }

    @Test func givesHeadersQueryAndAddress() throws {
        let handler: ClosureHandler.Body = { request, exchange in
            let values = [
                request.header("x-one") ?? "-", request.header("X-Missing") ?? "-",
                request.headerLines("X-Two").joined(separator: "|"), request.query ?? "-", request.rawTarget,
                request.remoteAddress, "\(request.isTLS)", "\(request.headerBytes("X-One")?.count ?? -1)",
            ]
            exchange.respond(.text(values.joined(separator: " ")))
        }
        try withServer(handler: handler) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/a?b=%20&c#d", headers: [("X-ONE", "1"), ("X-Two", "2"), ("x-two", "3")])
            #expect(try client.readResponse().text == "1 - 2|3 b=%20&c /a?b=%20&c#d 127.0.0.1 false 1")
        }
    }

    @Test func keepsTheConnectionUntilToldToClose() throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            for number in 1...3 {
                try client.send("POST", "/n", body: Array("\(number)".utf8))
                let response = try client.readResponse()
                #expect(response.text == "POST /n \(number)")
                #expect(response.header("Connection") == nil)
            }
            try client.send("GET", "/last", headers: [("Connection", "TE, Close")])
            #expect(try client.readResponse().header("Connection") == "close")
            #expect(try client.readToEnd().isEmpty)
            #expect(server.statistics.acceptedConnections == 1)
            #expect(server.statistics.requests == 4)
        }
    }

    @Test("HTTP/1.0 keeps a connection only if it asks", arguments: [true, false])
    func oldProtocol(keepsAlive: Bool) throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            let request = "GET /a HTTP/1.0\r\n" + (keepsAlive ? "Connection: keep-alive\r\n\r\n" : "\r\n")
            try client.send(request)
            #expect(try client.readResponse().header("Connection") == (keepsAlive ? "keep-alive" : "close"))
            if keepsAlive {
                try client.send(request)
                #expect(try client.readResponse().status == 200)
            } else {
                #expect(try client.readToEnd().isEmpty)
            }
        }
    }

    @Test func answersHeadWithoutBody() throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("HEAD", "/a")
            let response = try client.readResponse(hasBody: false)
            #expect(response.header("Content-Length") == "8")
            #expect(response.header("Date")?.hasSuffix(" GMT") == true)
            try client.send("GET", "/b")
            #expect(try client.readResponse().text == "GET /b ")
        }
    }

    @Test func answersAThousandPipelinedRequestsInOrder() throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            var requests = ""
            for number in 0..<1000 { requests += "POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok" }
            try client.send(requests)
            for number in 0..<1000 {
                #expect(try client.readResponse().text == "POST /\(number) ok")
            }
        }
    }

    @Test func readsARequestSentByteByByte() throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            for byte in "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc".utf8 { try client.send([byte]) }
            #expect(try client.readResponse().text == "POST /a abc")
        }
    }

    @Test func readsALargeBodyInOnePiece() throws {
        let handler: ClosureHandler.Body = { request, exchange in
            let sum = request.body.reduce(0) { ($0 &* 31 &+ UInt64($1)) }
            exchange.respond(.text("\(request.body.count) \(sum)"))
        }
        try withServer(handler: handler) { server in
            let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 / 3) }
            let client = try RawHTTPClient(port: server.port)
            try client.send("POST", "/a", body: body)
            let sum = body.reduce(0) { ($0 &* 31 &+ UInt64($1)) }
            #expect(try client.readResponse().text == "\(body.count) \(sum)")
        }
    }

    @Test func invitesABodyThatIsExpected() throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.readResponse().status == 100)
            try client.send("hi")
            #expect(try client.readResponse().text == "POST /a hi")
        }
    }

    @Test func answersAClientThatHasFinishedSending() throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("POST", "/a", body: Array("hi".utf8))
            client.finishSending()
            #expect(try client.readResponse().text == "POST /a hi")
            #expect(try client.readToEnd().isEmpty)
        }
    }
}
