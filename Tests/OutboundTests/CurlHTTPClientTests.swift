import Outbound
import Platform
import TestSupport
import Testing

@Suite struct CurlHTTPClientTests {
    /// Sends one request and waits for its end.
    static func send(_ request: OutboundRequest, with client: CurlHTTPClient) -> HTTPResult? {
        let result = Watched<HTTPResult?>(nil)
        client.submit(request) { ended in result.withLock { $0 = ended } }
        result.wait { $0 != nil }
        return result.withLock { $0 }
    }

    /// Runs `body` with a receiver and a client, and ends both.
    private func withClient(
        _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
        answer: @escaping @Sendable (TestReceiver.Request) -> TestReceiver.Answer = { _ in .status(200) },
        _ body: (CurlHTTPClient, TestReceiver) throws -> Void
    ) rethrows {
        let receiver = TestReceiver(answer)
        let client = CurlHTTPClient(configuration)
        defer {
            client.stop()
            receiver.stop()
        }
        try body(client, receiver)
    }

    private func request(
        _ url: String, _ method: HTTPMethod = .post, body: String = "{}", timeout: Duration = .seconds(10)
    ) -> OutboundRequest {
        OutboundRequest(
            method: method, url: url, headers: [HTTPHeader("Content-Type", "application/json")], body: Array(body.utf8),
            options: TransferOptions(connectTimeout: timeout, totalTimeout: timeout, allowsPrivateAddresses: true))
    }

    private func response(_ result: HTTPResult?) -> HTTPResponse {
        guard case .response(let response) = result else {
            Issue.record("no response: \(String(describing: result))")
            return HTTPResponse(statusCode: 0)
        }
        return response
    }

    private func failure(_ result: HTTPResult?) -> HTTPFailure {
        guard case .failure(let failure) = result else {
            Issue.record("no failure: \(String(describing: result))")
            return HTTPFailure(.cancelled, "")
        }
        return failure
    }

    // MARK: - What is sent

    @Test(arguments: [HTTPMethod.post, .put, .patch])
    func sendsWhatItIsGiven(_ method: HTTPMethod) throws {
        try withClient { client, receiver in
            var request = request(
                receiver.url("/a/../b?x=%2f&y= ".replacing(" ", with: "%20")), method, body: #"{"é":1}"#)
            request.headers.append(HTTPHeader("X-Empty", ""))
            request.headers.append(HTTPHeader("X-Twice", "1"))
            request.headers.append(HTTPHeader("X-Twice", "2"))
            #expect(response(Self.send(request, with: client)).statusCode == 200)
            let received = try #require(receiver.requests.first)
            #expect(received.method == method.rawValue)
            // Byte for byte: no path is shortened, no escape rewritten.
            #expect(received.target == "/a/../b?x=%2f&y=%20")
            #expect(received.text == #"{"é":1}"#)
            #expect(received.values(of: "Content-Type") == ["application/json"])
            #expect(received.values(of: "Content-Length") == ["8"])
            #expect(received.values(of: "X-Empty") == [""])
            #expect(received.values(of: "X-Twice") == ["1", "2"])
            #expect(received.values(of: "User-Agent") == ["TrackLayer-Gateway"])
            #expect(received.values(of: "Expect").isEmpty)
        }
    }

    @Test func methodsWithoutABodySendNone() {
        withClient { client, receiver in
            for method in [HTTPMethod.get, .delete, .post, .get] {
                var request = request(receiver.url(), method, body: "")
                request.headers = []
                _ = response(Self.send(request, with: client))
            }
            #expect(receiver.requests.map(\.method) == ["GET", "DELETE", "POST", "GET"])
            #expect(receiver.requests.map { $0.values(of: "Content-Length") } == [[], [], ["0"], []])
            #expect(receiver.requests.allSatisfy { $0.values(of: "Content-Type").isEmpty })
        }
    }

    @Test func aLargeBodyIsSentWithoutWaitingForPermission() {
        withClient { client, receiver in
            let body = String(repeating: "x", count: 3 << 20)
            #expect(response(Self.send(request(receiver.url(), body: body), with: client)).statusCode == 200)
            #expect(receiver.requests.first?.body.count == 3 << 20)
            #expect(response(Self.send(request(receiver.url()), with: client)).statusCode == 200)
            #expect(receiver.requests.last?.text == "{}")
        }
    }

    @Test func connectionsAreReused() {
        withClient { client, receiver in
            for _ in 0..<20 { _ = response(Self.send(request(receiver.url()), with: client)) }
            #expect(receiver.connectionCount == 1)
        }
    }

    @Test func requestsRunAtTheSameTime() {
        withClient(answer: { _ in .held(200) }) { client, receiver in
            let results = Watched<[HTTPResult]>([])
            for _ in 0..<32 {
                client.submit(request(receiver.url())) { result in results.withLock { $0.append(result) } }
            }
            #expect(receiver.waitForRequests(32))
            receiver.release()
            #expect(results.wait { $0.count == 32 })
        }
    }

    // MARK: - What comes back

    @Test func theAnswersHeadersAreKeptWhenAskedFor() {
        withClient(answer: { _ in
            .status(429, headers: ["retry-after: 7", "X-Other: 1", "X-Third: 2"], body: "slow down")
        }) { client, receiver in
            var request = request(receiver.url())
            request.options.responseHeaders = ["Retry-After", "x-other", "X-Absent"]
            let response = response(Self.send(request, with: client))
            #expect(response.statusCode == 429)
            #expect(response.headers == [HTTPHeader("Retry-After", "7"), HTTPHeader("x-other", "1")])
            #expect(response.header("retry-after") == "7")
            #expect(response.body == Array("slow down".utf8))
            #expect(response.bodyEnd == .complete)
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectsAreNotFollowed(_ status: Int) {
        withClient(answer: { _ in .status(status, headers: ["Location: /elsewhere"]) }) { client, receiver in
            #expect(response(Self.send(request(receiver.url()), with: client)).statusCode == status)
            #expect(receiver.requests.count == 1)
        }
    }

    @Test func aHugeAnswerIsCutOffAndItsStatusCounts() {
        withClient(answer: { _ in .large(1 << 30) }) { client, receiver in
            let response = response(Self.send(request(receiver.url()), with: client))
            #expect(response.statusCode == 200)
            #expect(response.body.count == 64 << 10)
            #expect(response.bodyEnd == .cutOff)
            #expect(receiver.sentByteCount < 64 << 20)
        }
    }

    @Test(
        arguments: [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
        ])
    func aStatusCountsThoughItsBodyIsBroken(_ text: String) {
        withClient(answer: { _ in .raw(text) }) { client, receiver in
            let response = response(Self.send(request(receiver.url()), with: client))
            #expect(response.statusCode == 200)
            #expect(response.bodyEnd == .broken)
        }
    }

    @Test func aStatusCountsThoughItsBodyNeverEnds() {
        withClient(answer: { _ in .stall("HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\nabc") }) { client, receiver in
            let result = Self.send(request(receiver.url(), timeout: .milliseconds(200)), with: client)
            let response = response(result)
            #expect(response.statusCode == 503)
            #expect(response.body == Array("abc".utf8))
            #expect(response.bodyEnd == .broken)
        }
    }

    @Test func interimAnswersAreNotTheAnswer() {
        let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No\r\n\r\n"
        withClient(answer: { _ in .raw(text) }) { client, receiver in
            #expect(response(Self.send(request(receiver.url()), with: client)).statusCode == 204)
        }
        withClient(answer: { _ in .raw("HTTP/1.1 100 Continue\r\n\r\n") }) { client, receiver in
            #expect(failure(Self.send(request(receiver.url()), with: client)).kind == .resetAfterSend)
        }
    }

    // MARK: - What fails

    @Test(
        arguments: [
            (.silence, .timeoutAfterSend), (.stall("HTTP/1.1 200 OK\r\nContent-"), .timeoutAfterSend),
            (.reset, .resetAfterSend), (.raw(""), .resetAfterSend), (.raw("HTTP/1.1 200 OK\r\nX: "), .resetAfterSend),
            (.raw("SSH-2.0-OpenSSH_9.2\r\n"), .badResponse), (.raw("HTTP/7.0 200 OK\r\n\r\n"), .badResponse),
        ] as [(TestReceiver.Answer, HTTPFailure.Kind)])
    func whatGoesWrongBehindTheRequestIsAmbiguous(_ answer: TestReceiver.Answer, kind: HTTPFailure.Kind) {
        withClient(answer: { _ in answer }) { client, receiver in
            let failure = failure(
                Self.send(request(receiver.url("/secret?token=x"), timeout: .milliseconds(200)), with: client))
            #expect(failure.kind == kind)
            #expect(failure.isAmbiguous)
            #expect(!failure.message.contains("secret") && !failure.message.contains("token"))
        }
    }

    @Test func aRefusedConnectionIsNotAmbiguous() {
        let receiver = TestReceiver()
        let url = receiver.url()
        receiver.stop()
        let client = CurlHTTPClient()
        defer { client.stop() }
        let failure = failure(Self.send(request(url), with: client))
        #expect(failure.kind == .connect)
        #expect(!failure.isAmbiguous)
    }

    @Test func aHandshakeThatNeverEndsIsATimeoutBeforeSending() {
        withClient(answer: { _ in .silence }) { client, receiver in
            let url = receiver.url().replacing("http:", with: "https:")
            let failure = failure(Self.send(request(url, timeout: .milliseconds(200)), with: client))
            #expect(failure.kind == .timeoutBeforeSend)
            #expect(!failure.isAmbiguous)
        }
    }

    @Test func aNameThatDoesNotResolveIsADNSFailure() {
        let client = CurlHTTPClient()
        defer { client.stop() }
        #expect(failure(Self.send(request("http://no-such-host.invalid/"), with: client)).kind == .dns)
    }

    @Test(
        arguments: [
            "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1/", "", "http://", "http://a b/",
            "http://[::1/",
        ]
    )
    func otherThanHTTPIsRefused(_ url: String) {
        let client = CurlHTTPClient()
        defer { client.stop() }
        #expect(failure(Self.send(request(url), with: client)).kind == .invalidRequest)
    }

    @Test(arguments: [
        HTTPHeader("X-A", "1\r\nX-B: 2"), HTTPHeader("X A", "1"), HTTPHeader("", "1"), HTTPHeader("X-A", "\u{0}"),
    ])
    func headersThatWouldBreakTheRequestAreRefused(_ header: HTTPHeader) {
        withClient { client, receiver in
            var request = request(receiver.url())
            request.headers = [header]
            #expect(failure(Self.send(request, with: client)).kind == .invalidRequest)
            #expect(receiver.requests.isEmpty)
        }
    }

    @Test func aBodyBeyondTheLimitIsRefused() {
        var configuration = HTTPClientConfiguration()
        configuration.requestByteLimit = 10
        withClient(configuration) { client, receiver in
            let body = String(repeating: "x", count: 11)
            #expect(failure(Self.send(request(receiver.url(), body: body), with: client)).kind == .tooLarge)
        }
    }

    @Test func moreTransfersThanTheLimitAreRefused() {
        var configuration = HTTPClientConfiguration()
        configuration.transferLimit = 2
        withClient(configuration, answer: { _ in .held(200) }) { client, receiver in
            let endedCount = Watched(0)
            for _ in 0..<2 { client.submit(request(receiver.url())) { _ in endedCount.withLock { $0 += 1 } } }
            #expect(receiver.waitForRequests(2))
            #expect(failure(Self.send(request(receiver.url()), with: client)).kind == .overloaded)
            receiver.release()
            #expect(endedCount.wait { $0 == 2 })
        }
    }

    @Test func stoppingEndsWhatIsUnderWay() {
        let receiver = TestReceiver { _ in .silence }
        let client = CurlHTTPClient()
        let result = Watched<HTTPResult?>(nil)
        client.submit(request(receiver.url())) { ended in result.withLock { $0 = ended } }
        #expect(receiver.waitForRequests(1))
        client.stop()
        let failure = failure(result.withLock { $0 })
        #expect(failure.kind == .cancelled)
        #expect(failure.isAmbiguous)
        #expect(self.failure(Self.send(request(receiver.url()), with: client)).kind == .cancelled)
        client.stop()
        receiver.stop()
    }

    // MARK: - Address guard

    @Test(arguments: ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "2130706433", "0x7f.1", "0.0.0.0"])
    func loopbackIsRefusedUnlessAllowed(_ host: String) {
        withClient { client, receiver in
            var request = request("http://\(host):\(receiver.port)/")
            request.options.allowsPrivateAddresses = false
            let failure = failure(Self.send(request, with: client))
            #expect(failure.kind == .addressRefused)
            #expect(!failure.isAmbiguous)
            #expect(receiver.connectionCount == 0)
        }
    }

    @Test func aConnectionThatAnotherDestinationMayUseIsNotLent() {
        withClient { client, receiver in
            let allowed = request(receiver.url())
            #expect(response(Self.send(allowed, with: client)).statusCode == 200)
            var refused = allowed
            refused.options.allowsPrivateAddresses = false
            #expect(failure(Self.send(refused, with: client)).kind == .addressRefused)
            #expect(receiver.requests.count == 1)
            #expect(response(Self.send(allowed, with: client)).statusCode == 200)
        }
    }

    @Test func proxiesInTheEnvironmentAreIgnored() {
        withClient { client, receiver in
            #expect(response(Self.send(request(receiver.url()), with: client)).statusCode == 200)
            #expect(receiver.requests.first?.target == "/")
        }
    }

    @Test func aConfiguredProxyIsUsed() {
        let proxy = TestReceiver()
        defer { proxy.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.proxy = proxy.url("")
        let client = CurlHTTPClient(configuration)
        defer { client.stop() }
        var request = request("http://hooks.invalid/a")
        request.options.allowsPrivateAddresses = false
        #expect(response(Self.send(request, with: client)).statusCode == 200)
        #expect(proxy.requests.first?.target == "http://hooks.invalid/a")
    }
}
