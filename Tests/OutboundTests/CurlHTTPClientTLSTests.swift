import Foundation
import Outbound
import TestSupport
import Testing

/// Against OpenSSL's own test server, with a certificate made for the test.
@Suite(.timeLimit(.minutes(5))) struct CurlHTTPClientTLSTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "tl-tls-\(UUID().uuidString)")

    /// Runs `body` with the port of a TLS server and the files of its certificate and key, for `localhost`.
    ///
    /// - Parameters:
    ///   - isExpired: Whether the certificate was valid in 2020 only.
    ///   - arguments: More words for `openssl s_server`.
    ///   - body: What to do with the server.
    /// - Throws: What `body` throws, or what keeps the certificate from being made.
    private func withServer(
        isExpired: Bool = false, _ arguments: [String] = [], _ body: (Int, Files) throws -> Void
    ) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }  // Left behind, it harms nobody.
        let files = Files(
            key: directory.appending(path: "key.pem").path,
            certificate: directory.appending(path: "certificate.pem").path)
        run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", files.key, "-out", files.certificate,
        ])
        if isExpired { try expire(files) }
        guard
            let server = ChildProgram(
                Self.openssl,
                ["s_server", "-accept", "127.0.0.1:0", "-www", "-key", files.key, "-cert", files.certificate]
                    + arguments),
            let port = server.line(beginningWith: "ACCEPT")?.split(separator: ":").last.flatMap({ Int($0) })
        else {
            Issue.record("the TLS server did not start")
            return
        }
        try body(port, files)
    }

    private struct Files {
        let key: String
        let certificate: String
    }

    /// Runs `openssl` to its end.
    private func run(_ arguments: [String]) {
        let program = ChildProgram(Self.openssl, arguments)
        // The end of its output is the end of the program.
        #expect(program?.line(beginningWith: "nothing") == nil)
    }

    /// Replaces the certificate by one of the same key that was valid in 2020.
    private func expire(_ files: Files) throws {
        let folder = directory.path
        let configuration = """
            [ca]
            default_ca=d
            [d]
            database=\(folder)/index
            serial=\(folder)/serial
            new_certs_dir=\(folder)
            default_md=sha256
            policy=p
            [p]
            commonName=supplied
            """
        try Data(configuration.utf8).write(to: directory.appending(path: "ca.cnf"))
        try Data().write(to: directory.appending(path: "index"))
        try Data("01".utf8).write(to: directory.appending(path: "serial"))
        run(["req", "-new", "-key", files.key, "-subj", "/CN=localhost", "-out", folder + "/request.pem"])
        run([
            "ca", "-config", folder + "/ca.cnf", "-selfsign", "-batch", "-notext", "-keyfile", files.key, "-in",
            folder + "/request.pem", "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-out",
            files.certificate,
        ])
    }

    private static let openssl = "/usr/bin/openssl"

    private func send(
        to host: String, _ port: Int, trusting file: String? = nil, by route: TransferRoute? = nil,
        with client: CurlHTTPClient? = nil
    ) -> HTTPResult? {
        var configuration = HTTPClientConfiguration()
        configuration.certificateAuthorityFile = file
        let own = client ?? CurlHTTPClient(configuration)
        defer { if client == nil { own.stop() } }
        let options = TransferOptions(allowsPrivateAddresses: true, route: route)
        return CurlHTTPClientTests.send(
            OutboundRequest(method: .get, url: "https://\(host):\(port)/", options: options), with: own)
    }

    private func kind(_ result: HTTPResult?) -> HTTPFailure.Kind? {
        guard case .failure(let failure) = result else { return nil }
        return failure.kind
    }

    private func status(_ result: HTTPResult?) -> Int? {
        guard case .response(let response) = result else { return nil }
        return response.statusCode
    }

    @Test func certificatesAreVerified() throws {
        try withServer { port, files in
            guard case .failure(let unknown) = send(to: "localhost", port) else {
                Issue.record("an unknown certificate was taken")
                return
            }
            #expect(unknown.kind == .tls)
            #expect(unknown.message.contains("certificate"))
            #expect(!unknown.isAmbiguous)
            #expect(kind(send(to: "127.0.0.1", port, trusting: files.certificate)) == .tls, "for another host")
            #expect(status(send(to: "localhost", port, trusting: files.certificate)) == 200)
        }
    }

    @Test func anExpiredCertificateIsRefused() throws {
        try withServer(isExpired: true) { port, files in
            guard case .failure(let failure) = send(to: "localhost", port, trusting: files.certificate) else {
                Issue.record("an expired certificate was taken")
                return
            }
            #expect(failure.kind == .tls)
            #expect(failure.message.contains("expired"))
        }
    }

    @Test func aDestinationsOwnCertificatesAreItsOwn() throws {
        try withServer { port, files in
            let client = CurlHTTPClient()
            defer { client.stop() }
            let route = TransferRoute(certificateAuthorityFile: files.certificate)
            // In turn, so that neither the handle nor the connection of one serves the other.
            for _ in 0..<2 {
                #expect(status(send(to: "localhost", port, by: route, with: client)) == 200)
                #expect(kind(send(to: "localhost", port, with: client)) == .tls)
            }
            let missing = TransferRoute(certificateAuthorityFile: files.certificate + ".gone")
            #expect(kind(send(to: "localhost", port, by: missing, with: client)) == .tls)
        }
    }

    @Test func aClientCertificateIsShownWhereOneIsAskedFor() throws {
        try withServer(["-Verify", "1", "-verify_return_error", "-CAfile", directory.path + "/certificate.pem"]) {
            port, files in
            let client = CurlHTTPClient()
            defer { client.stop() }
            let plain = TransferRoute(certificateAuthorityFile: files.certificate)
            #expect(status(send(to: "localhost", port, by: plain, with: client)) == nil)
            let shown = TransferRoute(
                certificateAuthorityFile: files.certificate, clientCertificateFile: files.certificate,
                clientKeyFile: files.key)
            #expect(status(send(to: "localhost", port, by: shown, with: client)) == 200)
            #expect(status(send(to: "localhost", port, by: plain, with: client)) == nil, "no connection is lent")
        }
    }

    @Test func aDestinationsOwnProxyIsUsedForItAlone() {
        let proxy = TestReceiver()
        let receiver = TestReceiver()
        let client = CurlHTTPClient()
        defer {
            client.stop()
            proxy.stop()
            receiver.stop()
        }
        var options = TransferOptions(allowsPrivateAddresses: true)
        for _ in 0..<2 {
            options.route = TransferRoute(proxy: proxy.url(""))
            let url = "http://hooks.invalid/a"
            #expect(status(CurlHTTPClientTests.send(OutboundRequest(url: url, options: options), with: client)) == 200)
            options.route = nil
            let direct = OutboundRequest(url: receiver.url(), options: options)
            #expect(status(CurlHTTPClientTests.send(direct, with: client)) == 200)
        }
        #expect(proxy.requests.map(\.target) == ["http://hooks.invalid/a", "http://hooks.invalid/a"])
        #expect(receiver.requests.map(\.target) == ["/", "/"])
    }
}
