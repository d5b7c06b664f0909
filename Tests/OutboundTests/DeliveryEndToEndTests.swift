import Crypto
import EventModel
import Outbound
import Platform
import TestSupport
import Testing

/// Engine, destination, template, signature and client together, against a receiver on loopback.
@Suite(.timeLimit(.minutes(5))) struct DeliveryEndToEndTests {
    private func destination(
        _ name: String, _ receiver: TestReceiver, _ change: (inout HTTPDestinationConfiguration) -> Void = { _ in }
    ) throws -> HTTPDestination {
        var configuration = HTTPDestinationConfiguration(name: name, url: receiver.url("/\(name)"))
        configuration.template = #"{"id":"{{event_id}}","value":{{json properties.value}}}"#
        configuration.signingSecrets = ["dest_live_9f3b27"]
        configuration.allowsPrivateAddresses = true
        configuration.retry = RetrySchedule(attemptLimit: 3, backoff: .list([.milliseconds(5)]))
        change(&configuration)
        return try HTTPDestination(configuration)
    }

    private func run(
        _ destinations: [any Destination], store: MemoryDeliveryStore,
        until isDone: @escaping (MemoryDeliveryStore.State) -> Bool
    ) {
        let client = CurlHTTPClient()
        var configuration = DeliveryEngineConfiguration()
        configuration.outcomeDelay = .milliseconds(1)
        let engine = DeliveryEngine(
            destinations: destinations, store: store, client: client, logger: Logger(level: .error),
            configuration: configuration)
        #expect(store.state.wait(until: isDone))
        engine.stop(grace: .seconds(5))
        client.stop()
        #expect(store.state.withLock { $0.violations }.isEmpty)
    }

    @Test func aReceiverCanVerifyWhatItGets() throws {
        let receiver = TestReceiver()
        defer { receiver.stop() }
        let store = MemoryDeliveryStore()
        for sequence in UInt64(1)...200 {
            store.add(
                sequence, to: ["hook"], at: SystemClock().now,
                canonical: #"{"event_id":"e\#(sequence)","custom_data":{"value":129.99}}"#)
        }
        run([try destination("hook", receiver)], store: store) { $0.settled.count == 200 }
        #expect(receiver.requests.count == 200)
        #expect(receiver.connectionCount <= 16)
        #expect(Set(receiver.requests.map(\.text)) == Set((1...200).map { #"{"id":"e\#($0)","value":129.99}"# }))
        for request in receiver.requests {
            let code = HMAC.code(.sha256, key: Array("dest_live_9f3b27".utf8), message: request.body)
            #expect(request.values(of: "X-TrackLayer-Signature") == ["sha256=\(Hex.encode(code))"])
        }
    }

    @Test func everyAttemptCarriesTheSameBytes() throws {
        let failures = Watched(2)
        let receiver = TestReceiver { _ in
            failures.withLock { left in
                left -= 1
                return left >= 0 ? .status(503, headers: ["Retry-After: 0"]) : .status(200)
            }
        }
        defer { receiver.stop() }
        let store = MemoryDeliveryStore()
        store.add(1, to: ["hook"], at: SystemClock().now, canonical: Fixture.canonical)
        run([try destination("hook", receiver)], store: store) { $0.settled.count == 1 }
        #expect(receiver.requests.map(\.text) == Array(repeating: #"{"id":"A-10293","value":129.99}"#, count: 3))
        let outcomes = store.state.withLock { $0.outcomes }
        #expect(outcomes.map(\.delivery.status) == [.failed, .failed, .delivered])
        #expect(outcomes.map { $0.attempt?.statusCode } == [503, 503, 200])
    }

    @Test func misbehavingReceiversHoldUpNoOther() throws {
        let good = TestReceiver()
        let bad = TestReceiver { request in
            switch request.target {
            case "/silent": .silence
            case "/reset": .reset
            case "/redirect": .status(302, headers: ["Location: http://127.0.0.1:1/"])
            default: .large(1 << 30)
            }
        }
        defer {
            good.stop()
            bad.stop()
        }
        let names = ["silent", "reset", "redirect", "large"]
        let store = MemoryDeliveryStore()
        for sequence in UInt64(1)...50 {
            let isFirst = sequence == 1
            store.add(
                sequence, to: isFirst ? ["good"] + names : ["good"], at: SystemClock().now, canonical: Fixture.canonical
            )
        }
        let destinations = try names.map { try destination($0, bad) { $0.totalTimeout = .milliseconds(100) } }
        run([try destination("good", good)] + destinations, store: store) { $0.settled.count == 54 }
        let ends = store.state.withLock { state in
            Dictionary(state.settled.map { ($0.destination, $0) }, uniquingKeysWith: { $1 })
        }
        #expect(ends["good"]?.status == .delivered)
        #expect(ends["silent"]?.dropReason == .exhausted)
        #expect(ends["silent"]?.isAmbiguous == true)
        #expect(ends["reset"]?.dropReason == .exhausted)
        #expect(ends["reset"]?.isAmbiguous == true)
        #expect(ends["redirect"]?.dropReason == .rejected)
        #expect(ends["redirect"]?.lastStatusCode == 302)
        #expect(ends["large"]?.status == .delivered)
    }

    @Test func aPrivateAddressIsRefusedUnlessAllowed() throws {
        let receiver = TestReceiver()
        defer { receiver.stop() }
        let store = MemoryDeliveryStore()
        store.add(1, to: ["hook"], at: SystemClock().now, canonical: Fixture.canonical)
        run([try destination("hook", receiver) { $0.allowsPrivateAddresses = false }], store: store) {
            $0.settled.count == 1
        }
        let delivery = store.state.withLock { $0.settled.first }
        #expect(delivery?.dropReason == .rejected)
        #expect(delivery?.lastError?.hasPrefix("address_refused: ") == true)
        #expect(receiver.connectionCount == 0)
    }
}
