import EventModel
import Identity
import Platform
import TestSupport
import Testing

@Suite struct IdentityGraphTests {
    private let make = Namespace()

    /// What the identity states answer, one event after the other: the last one is the one that is checked.
    struct StateCase: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// Identifiers as `u:1 e:1 a:1` an event.
        var events: [String]
        var state: IdentityState
        var profile: String?
        var previous: [String] = []
        var refusals: [EdgeRefusal] = []
    }

    static let states = [
        StateCase(testDescription: "no identifier", events: [""], state: .none, profile: nil),
        StateCase(testDescription: "one new", events: ["a:1"], state: .new, profile: "a:1"),
        StateCase(testDescription: "several new", events: ["a:1 u:1 e:1"], state: .new, profile: "u:1"),
        StateCase(testDescription: "one known", events: ["a:1", "a:1"], state: .existing, profile: "a:1"),
        StateCase(testDescription: "all known", events: ["a:1 u:1", "u:1 a:1"], state: .existing, profile: "u:1"),
        StateCase(
            testDescription: "a stronger one joins a known profile", events: ["a:1", "u:1 a:1"], state: .existing,
            profile: "u:1", previous: ["a:1"]),
        StateCase(
            testDescription: "a weaker one joins a known profile", events: ["u:1", "u:1 a:1"], state: .existing,
            profile: "u:1"),
        StateCase(
            testDescription: "two profiles", events: ["u:1", "a:1", "u:1 a:1"], state: .merged, profile: "u:1",
            previous: ["a:1"]),
        StateCase(
            testDescription: "three profiles", events: ["e:1 a:1", "a:2", "p:1", "u:1 e:1 p:1 a:2"], state: .merged,
            profile: "u:1", previous: ["e:1", "p:1", "a:2"]),
        StateCase(
            testDescription: "two profiles by a new identifier", events: ["e:1", "a:1", "u:1 e:1 a:1"],
            state: .merged, profile: "u:1", previous: ["e:1", "a:1"]),
        StateCase(
            testDescription: "a device of another user", events: ["u:1 a:1", "u:2 a:1"], state: .refused,
            profile: "u:2", refusals: [.uniqueConflict]),
        StateCase(
            testDescription: "two users in one event", events: ["u:1 u:2"], state: .refused, profile: "u:1|u:2",
            refusals: [.uniqueConflict]),
        StateCase(
            testDescription: "only the weaker join refused", events: ["u:1 a:1", "u:2 e:2", "u:2 e:2 a:1"],
            state: .existing, profile: "u:2", refusals: [.uniqueConflict]),
        StateCase(
            testDescription: "two users through an e-mail and a device", events: ["u:1 e:1", "u:2 a:2", "e:1 a:2"],
            state: .refused, profile: "u:1", refusals: [.uniqueConflict]),
        StateCase(
            testDescription: "an innocent one joins although a stronger one is refused",
            events: ["u:1 e:1", "u:2 e:1 a:2", "a:2"], state: .existing, profile: "u:2"),
    ]

    @Test(arguments: states)
    func answersTheState(_ c: StateCase) throws {
        for batchSize in [1, c.events.count] {
            let simulation = Simulation()
            var outcome: IdentityOutcome?
            for (index, event) in c.events.enumerated() {
                outcome = try simulation.send(IdentityEvent(identifiers: identifiers(event)))
                if (index + 1) % batchSize == 0 { simulation.commit() }
            }
            let result = try #require(outcome)
            #expect(result.state == c.state)
            let profiles = (c.profile ?? "").split(separator: "|").map { identifiers(String($0))[0].node }
            #expect(result.profile == profiles.min().map { ProfileID($0) })
            #expect(result.previousProfiles == c.previous.map { ProfileID(identifiers($0)[0]) })
            #expect(result.refusals.map(\.reason) == c.refusals)
            #expect(result.primaryNode == identifiers(c.events[c.events.count - 1]).map(\.node).min())
        }
    }

    private func identifiers(_ text: String) -> [Identifier] {
        let types: [Character: IdentifierType] = ["u": .userID, "e": .email, "p": .phone, "a": .anonymousID]
        return text.split(separator: " ").compactMap { word in
            word.first.flatMap { types[$0] }.map { make($0, String(word)) }
        }
    }

    @Test func orderAndDoublesInAnEventDoNotMatter() throws {
        let event = identifiers("u:1 e:1 p:1 a:1")
        var expected: IdentityChanges?
        for order in [event, event.reversed(), event + event.reversed()] {
            let simulation = Simulation()
            try simulation.send(IdentityEvent(identifiers: order))
            let changes = simulation.graph.takeChanges()
            #expect(changes.nodes.count == 4)
            #expect(changes == expected ?? changes)
            expected = changes
        }
    }

    @Test func theStrongestIdentifierIsJoinedToEachOther() throws {
        let simulation = Simulation()
        let (user, email, device) = (make.user("1"), make.email("1"), make.anonymous("1"))
        try simulation.send(device, email, user)
        simulation.commit()
        let expected = [email, device].map { other in
            IdentityEdge(
                first: user.node, second: other.node,
                decision: EdgeDecision(event: simulation.lastEvent, seenAt: simulation.time, ruleVersion: 1))
        }
        #expect(simulation.store.allEdges == expected)
    }

    @Test func anEdgeKeepsTheFirstEventThatSaidIt() throws {
        let simulation = Simulation()
        for _ in 0..<3 {
            try simulation.send(make.user("1"), make.anonymous("1"))
            simulation.commit()
        }
        #expect(try simulation.edge(make.user("1"), make.anonymous("1"))?.decision.event == EventSequence(1))
    }

    @Test func anEdgeWithinOneProfileIsKeptToo() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.email("1"), make.anonymous("1"))
        try simulation.send(make.email("1"), make.anonymous("1"))
        simulation.commit()
        let edge = try #require(try simulation.edge(make.email("1"), make.anonymous("1")))
        #expect(edge.joins)
        #expect(edge.decision.event == EventSequence(2))
        #expect(edge.decision.merge == nil)
    }

    @Test func aMergeNamesBothSidesBefore() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.email("1"))
        try simulation.send(make.anonymous("1"), make(.fbp, "1"), make(.deviceID, "1"))
        let outcome = try simulation.send(make.email("1"), make(.fbp, "1"))
        simulation.commit()
        let merge = try #require(try simulation.edge(make.email("1"), make(.fbp, "1"))?.decision.merge)
        #expect(merge.first == ProfileID(make.user("1")))
        #expect(merge.second == ProfileID(make.anonymous("1")))
        #expect((merge.firstSize, merge.secondSize, merge.size) == (2, 3, 5))
        #expect(merge.result == outcome.profile)
        #expect(try simulation.root(of: make.user("1")).mergeCount == 1)
    }

    @Test func aRefusedIdentifierHasAProfileOfItsOwn() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.email("shared"))
        try simulation.send(make.user("2"), make.email("shared"))
        #expect(try simulation.send(make.user("2")).profile == ProfileID(make.user("2")))
        #expect(try simulation.send(make.email("shared")).profile == ProfileID(make.user("1")))
        simulation.commit()
        #expect(try simulation.profile(of: make.user("2")) == ProfileID(make.user("2")))
    }

    @Test func aRefusedEdgeIsKeptWithItsReasonAndFirstEvent() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.anonymous("1"))
        for _ in 0..<2 {
            let outcome = try simulation.send(make.user("2"), make.anonymous("1"))
            #expect(outcome.refusals == [IdentityRefusal(type: .anonymousID, reason: .uniqueConflict)])
            simulation.commit()
            simulation.restart()
        }
        let edge = try #require(try simulation.edge(make.user("2"), make.anonymous("1")))
        #expect(edge.decision.refusal == .uniqueConflict)
        #expect(edge.decision.event == EventSequence(2))
        #expect(edge.earlier.isEmpty)
    }

    @Test func oldProfileIDsLeadToTheProfileForEver() throws {
        let simulation = Simulation()
        let old = [make.anonymous("1"), make(.fbp, "1"), make.email("1"), make.user("1")]
        for identifier in old.reversed() { try simulation.send(identifier) }
        try simulation.send(old[0], old[1])
        try simulation.send(old[1], old[2])
        try simulation.send(old[2], old[3])
        simulation.commit()
        for identifier in old { #expect(try simulation.profile(of: identifier) == ProfileID(make.user("1"))) }
    }

    @Test func environmentsAreKeptApart() throws {
        let simulation = Simulation()
        let staging = Namespace(environment: "staging")
        try simulation.send(make.user("1"), make.anonymous("1"))
        let outcome = try simulation.send(staging.user("2"), staging.anonymous("1"))
        #expect(outcome.state == .new)
        #expect(outcome.profile == ProfileID(staging.user("2")))
    }

    @Test func aBusinessDuplicateOfSomebodyElseJoinsNothing() throws {
        let simulation = Simulation()
        let outcome = try simulation.send(make.user("1"), make.email("1"), mayJoin: false)
        #expect(outcome.state == .refused)
        #expect(outcome.refusals.map(\.reason) == [.businessIDConflict])
        simulation.commit()
        #expect(try simulation.profile(of: make.email("1")) == ProfileID(make.email("1")))
        // An event of their own joins them; the refusal stays on record.
        #expect(try simulation.send(make.user("1"), make.email("1")).state == .merged)
        simulation.commit()
        let edge = try #require(try simulation.edge(make.user("1"), make.email("1")))
        #expect(edge.joins)
        #expect(edge.earlier.map(\.refusal) == [.businessIDConflict])
        #expect(edge.earlier.map(\.event) == [EventSequence(1)])
    }

    @Test func joiningEdgesOutliveABusinessDuplicate() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.email("1"))
        let outcome = try simulation.send(make.user("1"), make.email("1"), mayJoin: false)
        #expect(outcome.state == .existing)
        #expect(outcome.refusals.isEmpty)
    }
}
