import Glibc
import Inbound
import TestSupport
import Testing

@Suite struct HTTPServerTLSTests {
    @Test func speaksTLS() throws {
        let files = try Self.identity
        let handler: ClosureHandler.Body = { request, exchange in
            exchange.respond(.text("\(request.isTLS) \(request.path) \(request.body.count)"))
        }
        try withServer({ $0.tls = files }, handler: handler) { server in
            // Three requests at once, the second larger than a TLS record.
            let body = String(repeating: "x", count: 100_000)
            let input =
                "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
                + "POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n\(body)"
                + "GET /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            let output = String(
                decoding: try Self.client(server, "-CAfile \(files.certificate) -verify_return_error", input: input)
                    .readToEnd(), as: UTF8.self)
            for answer in ["true /a 0", "true /b 100000", "true /c 0"] { #expect(output.contains(answer)) }
        }
    }

    @Test func answersLaterAndAtLengthOverTLS() throws {
        let files = try Self.identity
        let held = HeldExchanges()
        let handler: ClosureHandler.Body = { _, exchange in held.hold(exchange) }
        try withServer({ $0.tls = files }, handler: handler) { server in
            let request = "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
            let client = try Self.client(server, input: request)
            let body = [UInt8](repeating: 0x79, count: 5_000_000)
            try held.wait(for: 1)[0].respond(HTTPResponse(status: 200, body: body))
            let isWhole = client.readToEnd().suffix(body.count).elementsEqual(body)
            #expect(isWhole)
        }
    }

    @Test func survivesAClientThatDoesNotSpeakTLS() throws {
        let files = try Self.identity
        try withServer({ $0.tls = files }) { server in
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = try client.readToEnd()
            #expect(!String(decoding: answer, as: UTF8.self).contains("HTTP/1.1 200"))
            try eventually("closed connection") { server.statistics.openConnections == 0 }
        }
    }

    @Test func dropsATLSRequestThatStalls() throws {
        let files = try Self.identity
        let configure: (inout HTTPServerConfiguration) -> Void = {
            $0.tls = files
            $0.readTimeout = .milliseconds(300)
        }
        try withServer(configure) { server in
            let output = try Self.client(server, input: "GET /a HTTP/1.1\r\nHost:").readToEnd()
            #expect(String(decoding: output, as: UTF8.self).contains("HTTP/1.1 408 Request Timeout"))
        }
    }

    @Test func namesTheFileThatCannotBeLoaded() throws {
        let files = try Self.identity
        let other = try Self.makeIdentity()
        let cases = [
            (TLSFiles(certificate: "/nowhere/cert.pem", key: files.key), "/nowhere/cert.pem"),
            (TLSFiles(certificate: files.certificate, key: "/nowhere/key.pem"), "/nowhere/key.pem"),
            (TLSFiles(certificate: files.key, key: files.key), files.key),
            (TLSFiles(certificate: files.certificate, key: other.key), other.key),
        ]
        for (bad, named) in cases {
            let error = #expect(throws: HTTPServerError.self) { try withServer({ $0.tls = bad }) { _ in } }
            #expect(error?.code == .tlsInvalid)
            #expect(error?.message.contains(named) == true)
        }
    }

    // MARK: The openssl command

    /// A self-signed certificate, made once.
    private static var identity: TLSFiles { get throws { try madeOnce.get() } }
    private static let madeOnce = Result { try makeIdentity() }

    private static func makeIdentity() throws -> TLSFiles {
        let directory = try temporaryDirectory()
        let files = TLSFiles(certificate: directory + "/cert.pem", key: directory + "/key.pem")
        _ = try OpenSSLCommand(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
                + "-keyout \(files.key) -out \(files.certificate)"
        ).readToEnd()
        return files
    }

    private static func client(_ server: HTTPServer, _ options: String = "", input: String) throws -> OpenSSLCommand {
        try OpenSSLCommand("s_client -quiet -connect 127.0.0.1:\(server.port) \(options)", input: input)
    }

    private static func temporaryDirectory() throws -> String {
        var template = Array("/tmp/tracklayer-tls-XXXXXX\0".utf8CString)
        _ = try #require(mkdtemp(&template))
        return String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A running `openssl`, which with `-quiet` stays connected after its input has ended.
    private struct OpenSSLCommand {
        private let output: UnsafeMutablePointer<FILE>

        init(_ arguments: String, input: String = "") throws {
            let file = try temporaryDirectory() + "/input"
            let stream = try #require(fopen(file, "w"))
            fputs(input, stream)
            fclose(stream)
            output = try #require(popen("openssl \(arguments) < \(file) 2> /dev/null", "r"))
        }

        func readToEnd() -> [UInt8] {
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while case let count = fread(&chunk, 1, chunk.count, output), count > 0 {
                bytes.append(contentsOf: chunk.prefix(count))
            }
            pclose(output)
            return bytes
        }
    }
}
