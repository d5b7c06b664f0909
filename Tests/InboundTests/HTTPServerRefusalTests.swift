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
            Case("HEAD with a body", "HEAD /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", 400, "bad_framing"),
            Case(
                "unknown method with a body", "BREW /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", 400,
                "bad_framing"),
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
        "what libevent refuses itself",
        arguments: [
            Case(
                "length and chunks", post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, ""),
            Case("body over the limit", post + "Content-Length: 2000\r\n\r\n", 413, ""),
            Case("chunk over the limit", post + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n", 413, ""),
            Case("chunk size that is none", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 413, ""),
            Case(
                "announced body over the limit", post + "Content-Length: 2000\r\nExpect: 100-continue\r\n\r\n", 413, ""),
            Case("other expectation", post + "Content-Length: 2\r\nExpect: tea\r\n\r\nhi", 417, ""),
            Case("no HTTP at all", "\u{16}\u{3}\u{1} hello there\r\n\r\n", 400, ""),
            Case("line without a colon", post + "nonsense\r\n\r\n", 400, ""),
            Case("header without an end", "GET /a HTTP/1.1\r\nX: \(String(repeating: "x", count: 140_000))", 400, ""),
        ])
    func libeventRefuses(_ c: Case) throws {
        try withServer({ $0.bodyByteLimit = 1000 }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send(c.request)
            #expect(try client.readResponse().status == c.status)
            #expect(try client.readToEnd().isEmpty)
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
