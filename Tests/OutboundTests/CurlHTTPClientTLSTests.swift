import Foundation
import Outbound
import TestSupport
import Testing

/// Against OpenSSL's own test server, with a certificate made for the test.
@Suite(.timeLimit(.minutes(1))) struct CurlHTTPClientTLSTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "tl-tls-\(UUID().uuidString)")

    /// Runs `body` with the port of a TLS server and the file of its certificate, for `localhost`.
    private func withServer(_ body: (Int, String) throws -> Void) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // Left behind, it harms nobody.
        let key = directory.appending(path: "key.pem").path
        let certificate = directory.appending(path: "certificate.pem").path
        let maker = ChildProgram(
            Self.openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
            ])
        // The end of its output is the end of the program.
        #expect(maker?.line(beginningWith: "nothing") == nil)
        guard
            let server = ChildProgram(
                Self.openssl, ["s_server", "-accept", "127.0.0.1:0", "-www", "-key", key, "-cert", certificate]),
            let port = server.line(beginningWith: "ACCEPT")?.split(separator: ":").last.flatMap({ Int($0) })
        else {
            Issue.record("the TLS server did not start")
            return
        }
        try body(port, certificate)
    }

    private static let openssl = "/usr/bin/openssl"

    private func send(to host: String, _ port: Int, trusting file: String?) -> HTTPResult? {
        var configuration = HTTPClientConfiguration()
        configuration.certificateAuthorityFile = file
        let client = CurlHTTPClient(configuration)
        defer { client.stop() }
        let options = TransferOptions(allowsPrivateAddresses: true)
        return CurlHTTPClientTests.send(
            OutboundRequest(method: .get, url: "https://\(host):\(port)/", options: options), with: client)
    }

    @Test func certificatesAreVerified() throws {
        try withServer { port, certificate in
            guard case .failure(let unknown) = send(to: "localhost", port, trusting: nil) else {
                Issue.record("an unknown certificate was taken")
                return
            }
            #expect(unknown.kind == .tls)
            #expect(unknown.message.contains("certificate"))
            guard case .failure(let misnamed) = send(to: "127.0.0.1", port, trusting: certificate) else {
                Issue.record("a certificate for another host was taken")
                return
            }
            #expect(misnamed.kind == .tls)
            guard case .response(let response) = send(to: "localhost", port, trusting: certificate) else {
                Issue.record("a trusted certificate was refused")
                return
            }
            #expect(response.statusCode == 200)
        }
    }
}
