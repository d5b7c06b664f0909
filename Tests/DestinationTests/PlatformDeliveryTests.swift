import EventModel
import Foundation
import Gateway
import Outbound
import Platform
import TestSupport
import Testing

/// Each platform over real sockets against a stand-in that checks what the real one checks.
@Suite(.timeLimit(.minutes(5))) struct PlatformDeliveryTests {
    private struct Run {
        let standIn: StandIn
        let deliveries: [Delivery]
        /// The words that failed deliveries have.
        let words: [String]
    }

    /// The canonical events of a platform's cases that give a request, each under an id of its own.
    private static func events(_ platform: PlatformCases, count: Int) throws -> [(id: String, canonical: [UInt8])] {
        let profile = SourceProfile(name: "test", kind: .rudderstack, tenant: .offline)
        let now = SystemClock().now
        let filter = CanonicalizeFilter(profile: profile, now: now)
        return (0..<count).compactMap { index in
            let id = "event-\(index)"
            let envelope = platform.envelope.merged(
                with: .object([
                    "messageId": .string(id), "originalTimestamp": .string(now.rfc3339), "sentAt": .null,
                    "timestamp": .string(now.rfc3339), "receivedAt": .null,
                    "properties": .object([
                        "event_id": .string(id), "order_id": .string("O-\(index)"), "lead_id": .string("L-\(index)"),
                    ]),
                ]))
            let line = filter.lines(for: Array(envelope.text.utf8))[0]
            return line.isRejection ? nil : (id, line.bytes)
        }
    }

    private func run(
        _ api: any StandInAPI.Type, count: Int, behaviour: StandIn.Behaviour = StandIn.Behaviour(),
        retryDelay: Duration = .milliseconds(20),
        until isDone: (MemoryDeliveryStore.State) -> Bool
    ) throws -> Run {
        let platform = try #require(PlatformCases.all.first { $0.api.platform.rawValue == api.kind })
        let standIn = StandIn(api, behaviour)
        let settings = try PlatformSettings(
            platform.api, name: "there", words: standIn.settings)
        let destination = PlatformDestination.make(
            platform.api, settings,
            PlatformDestination.Configuration(
                policy: DeliveryPolicy(
                    retry: RetrySchedule(attemptLimit: 4, backoff: .list([retryDelay])), concurrencyLimit: 2),
                options: TransferOptions(allowsPrivateAddresses: true)))
        let store = MemoryDeliveryStore()
        let events = try Self.events(platform, count: count)
        #expect(events.count == count)
        for (index, event) in events.enumerated() {
            store.add(
                UInt64(index + 1), to: ["there"], at: SystemClock().now,
                canonical: String(decoding: event.canonical, as: UTF8.self))
        }
        let client = CurlHTTPClient()
        var configuration = DeliveryEngineConfiguration()
        configuration.outcomeDelay = .milliseconds(1)
        let engine = DeliveryEngine(
            destinations: [destination], store: store, client: client, logger: Logger(level: .error),
            configuration: configuration)
        let isReached = store.state.wait { isDone($0) }
        #expect(isReached)
        engine.stop(grace: .seconds(5))
        client.stop()
        standIn.stop()
        return store.state.withLock { state in
            Run(
                standIn: standIn, deliveries: state.settled,
                words: state.outcomes.compactMap(\.delivery.lastError))
        }
    }

    @Test(arguments: StandIns.all.indices)
    func eventsGoInBatchesAndEachIsAccepted(_ index: Int) throws {
        let run = try run(StandIns.all[index], count: 60) { $0.settled.count >= 60 }
        #expect(run.standIn.faults == [])
        #expect(Set(run.standIn.accepted).count == 60)
        #expect(run.standIn.accepted.count == 60)
        #expect(run.deliveries.allSatisfy { $0.status == .delivered })
    }

    @Test(arguments: StandIns.all.indices)
    func oneBadEventIsRefusedByItselfWithThePlatformsWords(_ index: Int) throws {
        var behaviour = StandIn.Behaviour()
        behaviour.badEvents = ["event-5", "event-17", "O-5", "O-17", "L-5", "L-17"]
        let run = try run(StandIns.all[index], count: 20, behaviour: behaviour) { state in
            state.settled.count >= 20
        }
        let dropped = run.deliveries.filter { $0.status == .dropped }
        #expect(dropped.count == 2)
        #expect(dropped.allSatisfy { $0.dropReason == .rejected })
        #expect(dropped.allSatisfy { $0.lastError?.contains(StandIn.badWords) == true }, "\(dropped.map(\.lastError))")
        #expect(run.deliveries.count { $0.status == .delivered } == 18)
        #expect(Set(run.standIn.accepted).count == 18)
    }

    @Test(arguments: StandIns.all.indices)
    func throttledEventsAreSentAgain(_ index: Int) throws {
        var behaviour = StandIn.Behaviour()
        behaviour.throttleCount = 1
        let run = try run(StandIns.all[index], count: 3, behaviour: behaviour) { state in
            state.settled.count { $0.status == .delivered } >= 3
        }
        #expect(Set(run.standIn.accepted).count == 3)
    }

    @Test func oneBlockByRedditsEdgePasses() throws {
        var behaviour = StandIn.Behaviour()
        behaviour.firstAnswers = [.status(403, body: "<html>blocked</html>")]
        let run = try run(RedditStandIn.self, count: 3, behaviour: behaviour) { $0.settled.count >= 3 }
        #expect(Set(run.standIn.accepted).count == 3)
        #expect(run.deliveries.allSatisfy { $0.status == .delivered && $0.attemptCount == 1 })
    }

    @Test(arguments: StandIns.all.indices)
    func aRefusedTokenStopsTheDestinationAndLosesNothing(_ index: Int) throws {
        var behaviour = StandIn.Behaviour()
        behaviour.refusesToken = true
        let run = try run(StandIns.all[index], count: 8, behaviour: behaviour, retryDelay: .seconds(60)) { state in
            state.outcomes.count { $0.delivery.status == .failed && $0.delivery.lastError != nil } >= 8
        }
        #expect(run.deliveries.isEmpty)
        #expect(run.standIn.accepted == [])
        // What was under way may come to its end; after that nothing is sent.
        #expect(run.standIn.requests.count <= 6, "\(run.standIn.requests.map(\.target))")
        #expect(run.words.allSatisfy { !$0.contains("example-") }, "\(run.words)")
    }
}
