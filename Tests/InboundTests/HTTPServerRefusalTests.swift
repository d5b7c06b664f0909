import Inbound
import JSON
import TestSupport
import Testing

@Suite struct HTTPServerRefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var request: String
        var status: Int
        var code: String
        var testDescription: String { name }

        init(_ name: String, _ request: String, _ status: Int, _ code: String) {
            self.name = name
            self.request = request
            self.status = status
            self.code = code
        }
    }

    private static let post = "POST /a HTTP/1.1\r\nHost: h\r\n"

    @Test(
        "the server refuses in JSON, closes, and the handler never knows",
        arguments: [
            Case(
                "two lengths that differ", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi", 400, "bad_framing"
            ),
            Case("two lengths alike", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", 400, "bad_framing"),
            Case("length with a sign", post + "Content-Length: +2\r\n\r\nhi", 400, "bad_framing"),
            Case(
                "unknown transfer coding", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400,
                "bad_framing"),
            Case("blank before the colon", post + "Content-Length : 0\r\n\r\n", 400, "bad_framing"),
            Case("length beyond any number", post + "Content-Length: 9999999999999999999\r\n\r\n", 400, "bad_framing"),
            Case(
                "length and chunks", post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
                "bad_framing"),
            Case("chunk size that is none", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400, "bad_framing"),
            Case(
                "chunk without its line end", post + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi2\r\n", 400,
                "bad_framing"),
            Case("bare line feeds", "POST /a HTTP/1.1\nHost: h\n\n", 400, "bad_request"),
            Case("folded field", post + "X: 1\r\n 2\r\n\r\n", 400, "bad_request"),
            Case("control character in a value", post + "X: a\u{1}b\r\n\r\n", 400, "bad_request"),
            Case("two blanks in the request line", "POST  /a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_request"),
            Case("HTTP/2.0", "GET /a HTTP/2.0\r\nHost: h\r\n\r\n", 400, "bad_request"),
            Case("no HTTP at all", "\u{16}\u{3}\u{1} hello there\r\n\r\n", 400, "bad_request"),
            Case("line without a colon", post + "nonsense\r\n\r\n", 400, "bad_request"),
            Case(
                "chunks in HTTP/1.0", "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
                "bad_framing"),
            Case("name that is no token", post + "X(y): 1\r\n\r\n", 400, "bad_request"),
            Case("empty name", post + ": 1\r\n\r\n", 400, "bad_request"),
            Case("no Host", "GET /a HTTP/1.1\r\n\r\n", 400, "bad_request"),
            Case("two Hosts", "GET /a HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400, "bad_request"),
            Case("HTTP/0.9", "GET /abcdef HTTP/0.9\r\n\r\n", 400, "bad_request"),
            Case(
                "101 fields", post + String(repeating: "X: 1\r\n", count: 100) + "\r\n", 431, "headers_too_large"),
            Case(
                "more than 64 KiB of header", post + "X: \(String(repeating: "x", count: 65_600))\r\n\r\n", 431,
                "headers_too_large"),
        ])
    func refuses(_ c: Case) throws {
        try withServer(handler: { _, exchange in exchange.respond(.text("the handler had it")) }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send(c.request)
            let response = try client.readResponse(hasBody: !c.request.hasPrefix("HEAD"))
            #expect(response.status == c.status)
            #expect(response.header("Content-Type") == "application/json; charset=utf-8")
            #expect(response.header("Connection") == "close")
            if !c.request.hasPrefix("HEAD") {
                let body = response.text
                #expect(body.hasPrefix(#"{"success":false,"code":"\#(c.code)","message":""#))
                #expect(body.contains(#""request_id":""#))
            }
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test func acceptsAHundredFieldsAnd64KiB() throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send(Self.post + String(repeating: "X: 1\r\n", count: 99) + "\r\n")
            #expect(try client.readResponse().status == 200)
            try client.send(Self.post + "X: \(String(repeating: "x", count: 65_000))\r\n\r\n")
            #expect(try client.readResponse().status == 200)
        }
    }

    @Test(
        "a body over the limit is refused before it is read",
        arguments: [
            Case("by its length", post + "Content-Length: 2000\r\n\r\n", 413, "body_too_large"),
            Case("by a chunk", post + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n", 413, "body_too_large"),
            Case(
                "by its length, asked for", post + "Content-Length: 2000\r\nExpect: 100-continue\r\n\r\n", 413,
                "body_too_large"),
            Case(
                "by a length while it comes",
                post + "Content-Length: 200000\r\n\r\n" + String(repeating: "x", count: 5000),
                413, "body_too_large"),
        ])
    func refusesLargeBodies(_ c: Case) throws {
        try withServer({ $0.bodyByteLimit = 1000 }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send(c.request)
            let response = try client.readResponse()
            #expect(response.status == c.status)
            #expect(response.text.contains(#""code":"\#(c.code)""#))
            #expect(try client.readToEnd().isEmpty)
        }
    }

    @Test(
        "bodies end where the head says, whatever the method",
        arguments: ["HEAD", "GET", "BREW", "DELETE", "OPTIONS"])
    func readsBodiesOfAnyMethod(_ method: String) throws {
        try withServer { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send(
                "\(method) /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhiPOST /b HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.readResponse(hasBody: method != "HEAD").status == 200)
            #expect(try client.readResponse().text.contains("/b"))
        }
    }

    @Test func acceptsABodyOfExactlyTheLimit() throws {
        try withServer({ $0.bodyByteLimit = 1000 }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("POST", "/a", body: [UInt8](repeating: 0x61, count: 1000))
            #expect(try client.readResponse().body.count == 1008)
        }
    }

    @Test func writesFailuresAsJSON() throws {
        let response = HTTPResponse.failure(status: 415, code: "a_code", message: "a \"word\"", requestID: "r1")
        #expect(response.status == 415)
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"success":false,"code":"a_code","message":"a \"word\"","request_id":"r1"}"#)
    }
}
