import Inbound
import Platform
import TestSupport
import Testing

/// A handler that refuses `/no` by its head, reads at most ten bytes for `/small`, and echoes the rest.
private struct AdmittingHandler: HTTPHandler {
    func makeLoopHandler() -> any HTTPLoopHandler { LoopHandler() }

    private final class LoopHandler: HTTPLoopHandler {
        private var admitted: [UInt64] = []

        func admit(_ request: HTTPRequest) -> HTTPAdmission {
            admitted.append(request.sequence)
            switch request.path {
            case "/no": return .refuse(.text("no"))
            case "/small": return .read(bodyByteLimit: 10)
            default: return .read(bodyByteLimit: .max)
            }
        }

        func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
            let isKnown = admitted.contains(request.sequence)
            exchange.respond(.text(isKnown ? String(decoding: request.body, as: UTF8.self) : "never admitted"))
        }
    }
}

@Suite struct HTTPServerAdmissionTests {
    private func withServer(_ body: (RawHTTPClient) throws -> Void) throws {
        let server = try HTTPServer(
            configuration: HTTPServerConfiguration(host: "127.0.0.1", port: 0), handler: AdmittingHandler(),
            logger: Logger(level: .error))
        server.start()
        defer { server.stop(gracePeriod: .zero) }
        try body(RawHTTPClient(port: server.port))
    }

    @Test func aRefusedBodyIsNotWaitedFor() throws {
        try withServer { client in
            try client.send("POST /no HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nthe first of many")
            let response = try client.readResponse()
            #expect(response.text == "no")
            #expect(response.header("Connection") == "close")
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test func aRefusedBodyThatIsHereCostsNoConnection() throws {
        try withServer { client in
            try client.send("POST", "/no", body: Array("whole".utf8))
            #expect(try client.readResponse().text == "no")
            try client.send("POST", "/yes", body: Array("more".utf8))
            #expect(try client.readResponse().text == "more")
        }
    }

    @Test func aClientThatAsksFirstIsAnsweredFirst() throws {
        try withServer { client in
            let head = "HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
            try client.send("POST /yes \(head)")
            #expect(try client.readResponse(hasBody: false).status == 100)
            try client.send("body")
            #expect(try client.readResponse().text == "body")
            try client.send("POST /no \(head)")
            #expect(try client.readResponse().text == "no")
        }
    }

    @Test func theHandlersOwnLimitHolds() throws {
        try withServer { client in
            try client.send("POST", "/small", body: Array("tenbytes10".utf8))
            #expect(try client.readResponse().text == "tenbytes10")
            try client.send("POST", "/small", body: Array("eleven bytes".utf8))
            let response = try client.readResponse()
            #expect(response.status == 413)
            #expect(response.text.contains("more than 10 bytes"))
        }
    }

    @Test("head and body in pieces are one request", arguments: [1, 3, 17])
    func takesPieces(size: Int) throws {
        try withServer { client in
            let text =
                "POST /yes HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
            let bytes = Array((text + text).utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                try client.send(Array(bytes[start..<min(bytes.count, start + size)]))
            }
            #expect(try client.readResponse().text == "abcde")
            #expect(try client.readResponse().text == "abcde")
        }
    }
}
