import Outbound
import Platform
import TestSupport
import Testing

/// Mail over real SMTP: plain, STARTTLS, TLS from the first byte, sign-in, refusals, and servers that say nothing.
@Suite(.enabled(if: TestMailServer.isPossible, "python3 is not installed"), .timeLimit(.minutes(5)))
struct SMTPClientTests {
    private let directory = TemporaryDirectory()

    private static func mail(_ text: String = "Hello.\n.\nA line with a dot above.") -> MailMessage {
        MailMessage(
            from: "gateway@example.com", to: ["ops@example.com", "oncall@example.com"], subject: "Alert",
            text: text, time: Timestamp(CivilTime(year: 2026, month: 4, day: 21, hour: 9)), id: "msg_1")
    }

    /// Sends one mail and waits for its end.
    private func send(_ message: MailMessage = mail(), to server: SMTPServer) -> String? {
        let client = SMTPClient()
        let outcome = Watched<[String?]>([])
        client.submit(message, to: server) { failure in outcome.withLock { $0.append(failure) } }
        outcome.wait { !$0.isEmpty }
        client.stop()
        return outcome.withLock { $0.first ?? "nothing was reported" }
    }

    private func server(
        _ port: UInt16, _ encryption: SMTPServer.Encryption, authority: String? = nil, password: String? = nil
    ) -> SMTPServer {
        var server = SMTPServer(host: "localhost", port: port)
        server.encryption = encryption
        server.certificateAuthorityFile = authority
        if let password { (server.username, server.password) = (TestMailServer.user.name, password) }
        server.timeout = .seconds(20)
        return server
    }

    /// A certificate for `localhost`, and its key.
    private func makeCertificate() -> (file: String, key: String) {
        let files = (file: directory.file("certificate.pem"), key: directory.file("key.pem"))
        let program = ChildProgram(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", files.key, "-out", files.file,
            ])
        // The end of its output is the end of the program.
        #expect(program?.line(beginningWith: "nothing") == nil)
        return files
    }

    @Test func aMailArrivesAsItWasWritten() throws {
        guard let receiver = TestMailServer(.plain) else { throw Failure() }
        #expect(send(to: server(receiver.port, .none)) == nil)
        let mail = try #require(receiver.nextMail())
        #expect(mail.sender == "gateway@example.com")
        #expect(mail.recipients == ["ops@example.com", "oncall@example.com"])
        #expect(mail.text.contains("Subject: Alert\r\n"))
        #expect(mail.text.contains("Date: Tue, 21 Apr 2026 09:00:00 +0000\r\n"))
        #expect(mail.text.contains("Message-ID: <msg_1@example.com>\r\n"))
        #expect(mail.text.hasSuffix("\r\n\r\nHello.\r\n.\r\nA line with a dot above.\r\n"))
        #expect(!mail.isSecure && mail.user == nil)
    }

    @Test("TLS and sign-in", arguments: [TestMailServer.Mode.starttls, .implicit])
    func tls(_ mode: TestMailServer.Mode) throws {
        let certificate = makeCertificate()
        guard let receiver = TestMailServer(mode, certificate: certificate) else { throw Failure() }
        let encryption: SMTPServer.Encryption = mode == .implicit ? .implicit : .startTLS
        let password = TestMailServer.user.password
        let good = server(receiver.port, encryption, authority: certificate.file, password: password)
        #expect(send(to: good) == nil)
        let mail = try #require(receiver.nextMail())
        #expect(mail.isSecure && mail.user == "mailer")
        // A certificate that nobody vouches for, and a wrong password.
        let unknown = send(to: server(receiver.port, encryption, password: password))
        #expect(unknown?.contains("certificate") == true, "\(unknown ?? "sent")")
        let wrong = send(to: server(receiver.port, encryption, authority: certificate.file, password: "wrong"))
        #expect(wrong != nil && wrong?.contains("wrong") == false)
    }

    @Test func withoutTheTLSThatWasAskedForNothingIsSent() throws {
        guard let receiver = TestMailServer(.plain) else { throw Failure() }
        #expect(send(to: server(receiver.port, .startTLS)) != nil)
    }

    @Test func aRefusalIsReportedWithTheServersCode() throws {
        guard let receiver = TestMailServer(.refuse) else { throw Failure() }
        #expect(send(to: server(receiver.port, .none))?.contains("550") == true)
    }

    @Test func aServerThatSaysNothingIsGivenUpAndHoldsUpNoEnd() throws {
        guard let receiver = TestMailServer(.silent) else { throw Failure() }
        var server = server(receiver.port, .none)
        server.timeout = .seconds(1)
        #expect(send(to: server) != nil)
        server.timeout = .seconds(60)
        let client = SMTPClient()
        let outcome = Watched<[String?]>([])
        let started = MonotonicTime.now
        client.submit(Self.mail(), to: server) { failure in outcome.withLock { $0.append(failure) } }
        client.stop()
        #expect(MonotonicTime.now - started < .seconds(10))
        #expect(outcome.withLock { $0.count } == 1)
        client.submit(Self.mail(), to: server) { failure in outcome.withLock { $0.append(failure) } }
        #expect(outcome.withLock { $0.count } == 2)
    }

    @Test func aDeadServerIsReported() {
        #expect(send(to: server(1, .none)) != nil)
    }

    @Test func headersAreOneLineAndTheTextIsAscii() {
        var message = Self.mail("Größe\n" + String(repeating: "word ", count: 60))
        message.subject = "one\r\nBcc: everybody@example.com"
        let text = String(decoding: message.bytes, as: UTF8.self)
        #expect(text.contains("Subject: one??Bcc: everybody@example.com\r\n"))
        #expect(text.contains("Gr??e\r\n") || text.contains("Gr?"))
        #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
    }

    private struct Failure: Error {}
}
