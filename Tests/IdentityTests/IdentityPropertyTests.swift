import EventModel
import Identity
import Platform
import TestSupport
import Testing

/// Laws that hold for every stream of events; the argument is the seed.
@Suite struct IdentityPropertyTests {
    /// How a stream is cut into batches and processes, and how little memory it gets.
    struct Setting: CustomTestStringConvertible, Sendable {
        var seed: UInt64
        var batchSizeMax: Int
        var restarts: Bool
        var cacheLimit: Int
        var testDescription: String { "seed \(seed), batches to \(batchSizeMax), memory \(cacheLimit)" }
    }

    static let settings = (1...6).flatMap { seed in
        [(1, false, 0), (7, true, 1), (64, false, 5), (1000, true, 1000)].map {
            Setting(seed: UInt64(seed), batchSizeMax: $0.0, restarts: $0.1, cacheLimit: $0.2)
        }
    }

    private static let step: Duration = .seconds(8 * 3600)

    /// Runs a stream, every event hours after the one before, and gives the outcomes.
    private func run(_ events: [IdentityEvent], _ setting: Setting, _ simulation: Simulation) throws
        -> [IdentityOutcome]
    {
        var random = IdentityStreams(seed: setting.seed &+ 1000)
        var outcomes: [IdentityOutcome] = []
        var rest = random.number(in: 1...setting.batchSizeMax)
        for event in events {
            outcomes.append(try simulation.send(event))
            simulation.time = simulation.time + Self.step
            rest -= 1
            guard rest == 0 else { continue }
            simulation.commit()
            if setting.restarts { simulation.restart() }
            rest = random.number(in: 1...setting.batchSizeMax)
        }
        simulation.commit()
        return outcomes
    }

    private func simulation(_ limits: IdentityLimits, _ cacheLimit: Int) -> Simulation {
        Simulation(limits: limits, cacheNodeLimit: cacheLimit, cacheEdgeLimit: cacheLimit)
    }

    private static let undisturbed = Setting(seed: 0, batchSizeMax: 1_000_000, restarts: false, cacheLimit: 1000)

    @Test(arguments: settings)
    func peacefulEdgesGiveTheSameProfilesInAnyOrder(_ setting: Setting) throws {
        var streams = IdentityStreams(seed: setting.seed)
        let events = streams.peacefulEvents(people: 6, eventsEach: 40)
        let reference = simulation(IdentityLimits(), 1000)
        let outcomes = try run(events, Self.undisturbed, reference)
        #expect(outcomes.allSatisfy { $0.refusals.isEmpty })
        let other = simulation(IdentityLimits(), setting.cacheLimit)
        _ = try run(streams.shuffled(events), setting, other)
        for node in reference.store.allNodes {
            let profile = try ProfileMembers.profile(of: node.id, reader: reference.store)
            #expect(try ProfileMembers.profile(of: node.id, reader: other.store) == profile)
        }
        #expect(reference.store.allNodes.map(\.id) == other.store.allNodes.map(\.id))
        let pairs = reference.store.allEdges.map { [$0.first, $0.second] }
        #expect(pairs == other.store.allEdges.map { [$0.first, $0.second] })
    }

    @Test(arguments: settings)
    func batchesRestartsAndMemoryLeaveNoTrace(_ setting: Setting) throws {
        var streams = IdentityStreams(seed: setting.seed)
        let events = streams.conflictingEvents(400)
        let reference = simulation(IdentityStreams.tightLimits, 1000)
        let expected = try run(events, Self.undisturbed, reference)
        let other = simulation(IdentityStreams.tightLimits, setting.cacheLimit)
        #expect(try run(events, setting, other) == expected)
        #expect(other.store.allNodes == reference.store.allNodes)
        #expect(other.store.allEdges == reference.store.allEdges)
    }

    @Test(arguments: settings)
    func agreesWithTheRulesWrittenDownPlainly(_ setting: Setting) throws {
        var streams = IdentityStreams(seed: setting.seed)
        let events = streams.conflictingEvents(400)
        let simulation = simulation(IdentityStreams.tightLimits, setting.cacheLimit)
        let naive = NaiveGraph(limits: IdentityStreams.tightLimits)
        var time = simulation.time
        let outcomes = try run(events, setting, simulation)
        for (index, event) in events.enumerated() {
            let expected = naive.resolve(event, at: time)
            time = time + Self.step
            var outcome = outcomes[index]
            outcome.alerts = []
            #expect(outcome == expected, "event \(index)")
        }
        for profile in naive.profiles {
            for node in profile.members {
                #expect(try ProfileMembers.profile(of: node, reader: simulation.store)?.node == profile.members.min())
            }
        }
        let members = try naive.profiles.map { profile in
            try ProfileMembers.around(profile.members.min()!, reader: simulation.store)
        }
        #expect(members.map { $0?.nodes.map(\.id) } == naive.profiles.map { $0.members.sorted() })
    }

    @Test func theStreamsReachEveryLimitAndState() throws {
        var outcomes: [IdentityOutcome] = []
        for seed in 1...12 as ClosedRange<UInt64> {
            var streams = IdentityStreams(seed: seed)
            let events = streams.conflictingEvents(400)
            outcomes += try run(events, Self.undisturbed, simulation(IdentityStreams.tightLimits, 1000))
        }
        #expect(Set(outcomes.map(\.state)) == Set(IdentityState.allCases))
        #expect(Set(outcomes.flatMap(\.refusals).map(\.reason)) == Set(EdgeRefusal.allCases))
        #expect(outcomes.contains { $0.alerts.contains { if case .valueBlocked = $0 { true } else { false } } })
    }

    @Test(arguments: settings)
    func storedEdgesGiveTheStoredNodesAgain(_ setting: Setting) throws {
        var streams = IdentityStreams(seed: setting.seed)
        let simulation = simulation(IdentityStreams.tightLimits, setting.cacheLimit)
        _ = try run(streams.conflictingEvents(400), setting, simulation)
        let rebuilt = try IdentityRebuild.nodes(
            streams.shuffled(simulation.store.allNodes), joinedBy: streams.shuffled(simulation.store.allEdges),
            limits: IdentityStreams.tightLimits)
        #expect(rebuilt == simulation.store.allNodes)
    }

    @Test(arguments: settings)
    func aFailedCommitLeavesNoTrace(_ setting: Setting) throws {
        var streams = IdentityStreams(seed: setting.seed)
        let events = streams.conflictingEvents(300)
        let reference = simulation(IdentityStreams.tightLimits, 1000)
        let other = simulation(IdentityStreams.tightLimits, setting.cacheLimit)
        var start = 0
        while start < events.count {
            let batch = events[start..<min(events.count, start + streams.number(in: 1...setting.batchSizeMax))]
            let expected = try batch.map { try reference.send($0) }
            reference.commit()
            for attempt in 0..<2 {
                #expect(try batch.map { try other.send($0) } == expected)
                guard attempt == 0 else { break }
                // The commit may fail before or after the changes were taken.
                if streams.number(in: 0...1) == 0 { _ = other.graph.takeChanges() }
                other.failCommit(of: batch.count)
            }
            other.commit()
            start += batch.count
        }
        #expect(other.store.allNodes == reference.store.allNodes)
        #expect(other.store.allEdges == reference.store.allEdges)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func aFailedReadLeavesNoTrace(seed: UInt64) throws {
        var streams = IdentityStreams(seed: seed)
        let reference = simulation(IdentityStreams.tightLimits, 0)
        let other = simulation(IdentityStreams.tightLimits, 0)
        for event in streams.conflictingEvents(150) {
            let expected = try reference.send(event)
            reference.commit()
            var failures = 0
            while true {
                other.store.readsUntilFailure = failures
                defer { other.store.readsUntilFailure = nil }
                guard let outcome = try? other.send(event) else {
                    // What was read stays in memory, so that the next attempt gets further.
                    #expect(other.graph.takeChanges().isEmpty)
                    failures += 1
                    continue
                }
                #expect(outcome == expected)
                break
            }
            other.commit()
        }
        #expect(other.store.allNodes == reference.store.allNodes)
        #expect(other.store.allEdges == reference.store.allEdges)
    }
}
