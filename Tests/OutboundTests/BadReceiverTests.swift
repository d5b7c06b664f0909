import EventModel
import Outbound
import Platform
import TestSupport
import Testing

/// Receivers that misbehave, over real sockets: what is recorded, and that a good one beside them gets everything at once.
@Suite(.timeLimit(.minutes(5))) struct BadReceiverTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// What the receiver does about a request; nil for one that is not there at all.
        var answer: TestReceiver.Answer?
        var status: DeliveryStatus
        var reason: DropReason?
        /// How the last error begins.
        var error: String
        var isAmbiguous = false
        /// Where to send instead of the receiver.
        var url: String?
        var allowsPrivateAddresses = true
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "black hole", answer: .silence, status: .dropped, reason: .exhausted, error: "timeout_after_send: ",
            isAmbiguous: true),
        Case(
            name: "drip", answer: .drip("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", everyMilliseconds: 20),
            status: .dropped, reason: .exhausted, error: "timeout_after_send: ", isAmbiguous: true),
        Case(
            name: "reset after the request", answer: .reset, status: .dropped, reason: .exhausted,
            error: "reset_after_send: ", isAmbiguous: true),
        Case(name: "1 GB", answer: .large(1 << 30), status: .delivered, reason: nil, error: ""),
        Case(
            name: "bad chunking", answer: .raw("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"),
            status: .dropped, reason: .exhausted, error: "HTTP 500"),
        Case(
            name: "a header of 40 MB", answer: .largeHeader(40 << 20), status: .dropped, reason: .exhausted,
            error: "bad_response: the header of the answer has more than 262144 bytes", isAmbiguous: true),
        Case(
            name: "no HTTP", answer: .raw("SSH-2.0-OpenSSH_9.2\r\n"), status: .dropped, reason: .exhausted,
            error: "bad_response: ", isAmbiguous: true),
        Case(
            name: "no such name", status: .dropped, reason: .exhausted, error: "dns: ",
            url: "http://no-such-host.invalid/"),
        Case(
            name: "redirect to an internal address",
            answer: .status(307, headers: ["Location: http://169.254.169.254/latest/meta-data/"]), status: .dropped,
            reason: .rejected, error: "HTTP 307"),
        Case(
            name: "a mapped internal address", status: .dropped, reason: .rejected, error: "address_refused: ",
            url: "http://[::ffff:169.254.169.254]/", allowsPrivateAddresses: false),
        Case(
            name: "429 with garbage in Retry-After",
            answer: .status(429, headers: ["Retry-After: a fortnight, -1, \u{7F}9999999999999999999"]),
            status: .dropped, reason: .exhausted, error: "HTTP 429"),
        Case(
            name: "two answers at once",
            answer: .status(200, body: "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), status: .delivered, reason: nil,
            error: ""),
    ]

    @Test("a bad receiver costs its own deliveries only", arguments: cases)
    func badReceiver(_ c: Case) throws {
        let bad = TestReceiver { _ in c.answer ?? .status(200) }
        let good = TestReceiver()
        let client = CurlHTTPClient()
        defer {
            client.stop()
            bad.stop()
            good.stop()
        }
        func destination(_ name: String, _ url: String) throws -> HTTPDestination {
            var configuration = HTTPDestinationConfiguration(name: name, url: url)
            configuration.allowsPrivateAddresses = name == "good" || c.allowsPrivateAddresses
            configuration.retry = RetrySchedule(attemptLimit: 2, backoff: .list([.milliseconds(5)]))
            configuration.totalTimeout = .milliseconds(name == "good" ? 10_000 : 250)
            return try HTTPDestination(configuration)
        }
        let store = MemoryDeliveryStore()
        for sequence in UInt64(1)...40 {
            let destinations = sequence == 1 ? ["bad", "good"] : ["good"]
            store.add(sequence, to: destinations, at: SystemClock().now, canonical: Fixture.canonical)
        }
        var configuration = DeliveryEngineConfiguration()
        configuration.outcomeDelay = .milliseconds(1)
        let engine = DeliveryEngine(
            destinations: [try destination("bad", c.url ?? bad.url()), try destination("good", good.url())],
            store: store, client: client, logger: Logger(level: .error), configuration: configuration)
        #expect(store.state.wait { $0.settled.count == 41 })
        engine.stop(grace: .seconds(5))
        #expect(store.state.withLock { $0.violations }.isEmpty)
        let settled = store.state.withLock { $0.settled }
        #expect(settled.filter { $0.destination == "good" && $0.status == .delivered }.count == 40)
        let end = try #require(settled.first { $0.destination == "bad" })
        #expect(end.status == c.status)
        #expect(end.dropReason == c.reason)
        #expect(end.lastError?.hasPrefix(c.error) ?? c.error.isEmpty, "\(end.lastError ?? "no error")")
        #expect(end.isAmbiguous == c.isAmbiguous)
        let kept = store.state.withLock { $0.outcomes.compactMap { $0.attempt?.responseBody.count }.max() ?? 0 }
        #expect(kept <= 64 << 10)
    }
}
