import EventModel
import Foundation
import Outbound
import Platform
import TestSupport
import Testing

/// Several events in one request, each with an outcome of its own.
@Suite(.timeLimit(.minutes(5))) struct BatchDeliveryTests {
    /// Sends `[{"id": …}, …]` and reads back one status for each, as the batch APIs of ad platforms answer.
    private struct ListDestination: BatchDestination {
        let name = "list"
        var policy = DeliveryPolicy(
            retry: RetrySchedule(attemptLimit: 3, backoff: .list([.milliseconds(5)])), concurrencyLimit: 2)
        let templateVersion: String? = nil
        let url: String
        var batchLimits = BatchLimits(count: 10, byteCount: 1 << 20)

        func prepare(_ event: EventView, at time: Timestamp) -> Preparation {
            .send(
                OutboundRequest(
                    url: url, body: Array(#"{"id":"\#(event.eventID)"}"#.utf8),
                    options: TransferOptions(allowsPrivateAddresses: true)))
        }

        func joined(_ parts: [OutboundRequest], at time: Timestamp) -> OutboundRequest {
            var request = parts[0]
            request.body = Array("[".utf8) + Array(parts.map(\.body).joined(separator: ",".utf8)) + Array("]".utf8)
            return request
        }

        func outcomes(on response: HTTPResponse, to parts: [OutboundRequest], at time: Timestamp) -> [PartOutcome] {
            guard response.statusCode == 200 else { return [] }
            // One digit an event.
            return response.body.map { PartOutcome(AttemptVerdict(statusCode: Int($0 - 48) * 100)) }
        }

        func masked(_ bytes: [UInt8]) -> [UInt8] { bytes }
    }

    private func ids(_ request: TestReceiver.Request) -> [String] {
        struct Part: Decodable { var id: String }
        return (try? JSONDecoder().decode([Part].self, from: Data(request.body)).map(\.id)) ?? []
    }

    private func run(
        _ count: UInt64, _ change: (inout ListDestination) -> Void = { _ in },
        answer: @escaping @Sendable (TestReceiver.Request) -> TestReceiver.Answer
    ) -> (requests: [TestReceiver.Request], state: MemoryDeliveryStore.State) {
        let receiver = TestReceiver(answer)
        let client = CurlHTTPClient()
        let store = MemoryDeliveryStore()
        for sequence in 1...count {
            store.add(sequence, to: ["list"], at: SystemClock().now, canonical: #"{"event_id":"e\#(sequence)"}"#)
        }
        var destination = ListDestination(url: receiver.url())
        change(&destination)
        var configuration = DeliveryEngineConfiguration()
        configuration.outcomeDelay = .milliseconds(1)
        let engine = DeliveryEngine(
            destinations: [destination], store: store, client: client, logger: Logger(level: .error),
            configuration: configuration)
        #expect(store.state.wait { $0.settled.count >= count })
        engine.stop(grace: .seconds(5))
        client.stop()
        receiver.stop()
        return (receiver.requests, store.state.withLock { $0 })
    }

    /// 200 for every event of a request.
    private static func allTaken(_ request: TestReceiver.Request) -> TestReceiver.Answer {
        .status(200, body: String(repeating: "2", count: request.text.split(separator: ",").count))
    }

    @Test func eventsGoTogetherUpToTheLimit() {
        let (requests, state) = run(95, answer: Self.allTaken)
        #expect(requests.count == 10)
        #expect(requests.allSatisfy { ids($0).count <= 10 })
        #expect(Set(requests.flatMap(ids)) == Set((1...95).map { "e\($0)" }))
        #expect(state.settled.allSatisfy { $0.status == .delivered && $0.attemptCount == 1 })
        #expect(state.violations.isEmpty)
    }

    @Test func eachEventHasItsOwnOutcome() {
        let failures = Watched(1)
        let (requests, state) = run(10) { request in
            // The third is refused, the fifth fails once, the rest is taken.
            let statuses = request.text.split(separator: ",").map { part -> String in
                if part.contains("\"e3\"") { return "4" }
                guard part.contains("\"e5\"") else { return "2" }
                return failures.withLock { left in
                    left -= 1
                    return left >= 0 ? "5" : "2"
                }
            }
            return .status(200, body: statuses.joined())
        }
        #expect(requests.map(ids) == [(1...10).map { "e\($0)" }, ["e5"]])
        let ends = Dictionary(state.settled.map { ($0.sequence.value, $0) }, uniquingKeysWith: { $1 })
        #expect(ends[3]?.dropReason == .rejected)
        #expect(ends[5]?.status == .delivered)
        #expect(ends[5]?.attemptCount == 2)
        #expect(ends.values.filter { $0.status == .delivered && $0.attemptCount == 1 }.count == 8)
        // What is kept of a refused event is its own part.
        let refused = state.outcomes.first { $0.delivery.sequence.value == 3 }
        #expect(refused?.attempt?.requestBody == Array(#"{"id":"e3"}"#.utf8))
        #expect(state.violations.isEmpty)
    }

    @Test func anAnswerForTheWholeRequestCountsForAll() {
        let isFirst = Watched(true)
        let (requests, state) = run(10) { request in
            let fails = isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            return fails ? .status(503) : Self.allTaken(request)
        }
        #expect(requests.map { ids($0).count } == [10, 10])
        #expect(state.settled.allSatisfy { $0.status == .delivered && $0.attemptCount == 2 })
    }

    @Test func bytesLimitARequestToo() {
        let (requests, _) = run(20, { $0.batchLimits = BatchLimits(count: 100, byteCount: 40) }, answer: Self.allTaken)
        #expect(requests.allSatisfy { ids($0).count <= 4 })
        #expect(Set(requests.flatMap(ids)).count == 20)
    }

    @Test func anEventWaitsForOthersAsLongAsItMay() {
        let receiver = TestReceiver(Self.allTaken)
        let client = CurlHTTPClient()
        let store = MemoryDeliveryStore()
        var destination = ListDestination(url: receiver.url())
        destination.batchLimits = BatchLimits(count: 3, byteCount: 1 << 20, age: .seconds(3600))
        let engine = DeliveryEngine(
            destinations: [destination], store: store, client: client, logger: Logger(level: .error))
        for sequence in UInt64(1)...3 {
            store.add(sequence, to: ["list"], at: SystemClock().now, canonical: #"{"event_id":"e\#(sequence)"}"#)
            engine.notifyCommitted(destination: "list")
        }
        #expect(receiver.waitForRequests(1))
        #expect(receiver.requests.map(ids) == [["e1", "e2", "e3"]])
        engine.stop(grace: .seconds(5))
        client.stop()
        receiver.stop()
    }
}
