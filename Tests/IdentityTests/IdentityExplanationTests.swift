import EventModel
import Identity
import TestSupport
import Testing

@Suite struct IdentityExplanationTests {
    private let make = Namespace()

    private func explain(
        _ simulation: Simulation, _ start: Identifier, _ end: Identifier, edgeReadLimit: Int = 1_000_000
    ) throws -> IdentityExplanation {
        try IdentityExplanation.between(
            start.node, end.node, edgeReadLimit: edgeReadLimit, reader: simulation.store)
    }

    @Test func givesTheShortestChainWithItsEvents() throws {
        let simulation = Simulation()
        // A long way by four edges, then a short one by two.
        try simulation.send(make.user("1"), make.email("1"))
        try simulation.send(make.email("1"), make.anonymous("1"))
        try simulation.send(make.anonymous("1"), make(.fbp, "1"))
        try simulation.send(make(.fbp, "1"), make(.deviceID, "1"))
        try simulation.send(make.user("1"), make(.phone, "1"))
        try simulation.send(make(.phone, "1"), make(.deviceID, "1"))
        simulation.commit()
        guard case .connected(let chain) = try explain(simulation, make.user("1"), make(.deviceID, "1")) else {
            Issue.record("not connected")
            return
        }
        #expect(chain.map(\.first) == [make.user("1").node, make(.phone, "1").node])
        #expect(chain.map(\.second) == [make(.phone, "1").node, make(.deviceID, "1").node])
        #expect(chain.map(\.decision.event) == [EventSequence(5), EventSequence(6)])
        #expect(try explain(simulation, make(.deviceID, "1"), make.user("1")) == .connected(chain.reversed()))
    }

    @Test func anIdentifierIsConnectedToItself() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"))
        simulation.commit()
        #expect(try explain(simulation, make.user("1"), make.user("1")) == .connected([]))
    }

    @Test func showsTheRefusalBetweenTwoPeople() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.anonymous("1"))
        try simulation.send(make.user("2"), make.anonymous("1"))
        simulation.commit()
        let edge = try #require(try simulation.edge(make.user("2"), make.anonymous("1")))
        #expect(try explain(simulation, make.user("2"), make.anonymous("1")) == .separate(refused: edge))
        #expect(try explain(simulation, make.user("2"), make.user("1")) == .separate(refused: nil))
    }

    @Test func saysWhomItDoesNotKnow() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"))
        simulation.commit()
        #expect(try explain(simulation, make.user("1"), make.user("2")) == .unknown(make.user("2").node))
        #expect(try explain(simulation, make.user("2"), make.user("1")) == .unknown(make.user("2").node))
    }

    @Test func findsItsWayPastManyRefusedEdges() throws {
        let simulation = Simulation()
        try simulation.send(make.email("1"), make.anonymous("mine"))
        try simulation.send(make.email("2"), make.anonymous("other"))
        for index in 0..<600 { try simulation.send(make.email("1"), make.anonymous("\(index)")) }
        simulation.commit()
        guard case .connected(let chain) = try explain(simulation, make.email("1"), make.anonymous("mine")) else {
            Issue.record("not connected")
            return
        }
        #expect(chain.count == 1)
        #expect(
            try explain(simulation, make.email("1"), make.anonymous("mine"), edgeReadLimit: 0)
                == .unfinished(edgesRead: 0))
    }

    @Test func listsTheMembersOfAProfile() throws {
        let simulation = Simulation()
        let own = [make.user("1"), make.email("1"), make.anonymous("1"), make(.fbp, "1")]
        try simulation.send(own[2], own[3])
        try simulation.send(own[0], own[1])
        try simulation.send(own[1], own[2])
        try simulation.send(make.user("2"), own[2])
        simulation.commit()
        for identifier in own {
            let members = try #require(try ProfileMembers.around(identifier.node, reader: simulation.store))
            #expect(members.profile == ProfileID(own[0]))
            #expect(members.nodes.map(\.id) == own.map(\.node))
            #expect(members.isComplete)
        }
        #expect(try ProfileMembers.around(make.user("3").node, reader: simulation.store) == nil)
    }

    @Test func listsNoMoreMembersThanAskedFor() throws {
        let simulation = Simulation()
        for index in 0..<10 { try simulation.send(make.user("1"), make.anonymous("\(index)")) }
        simulation.commit()
        let some = try #require(try ProfileMembers.around(make.user("1").node, limit: 4, reader: simulation.store))
        #expect(some.nodes.count == 4)
        #expect(!some.isComplete)
        let all = try #require(try ProfileMembers.around(make.user("1").node, limit: 11, reader: simulation.store))
        #expect(all.nodes.count == 11)
        #expect(all.isComplete)
        let cut = try #require(
            try ProfileMembers.around(make.user("1").node, edgeReadLimit: 3, reader: simulation.store))
        #expect(cut.nodes.count == 4)
        #expect(!cut.isComplete)
    }

    @Test func rebuildingNamesAMissingNode() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.anonymous("1"))
        simulation.commit()
        let error = #expect(throws: StoreError.self) {
            try IdentityRebuild.nodes(
                [simulation.store.allNodes[0]], joinedBy: simulation.store.allEdges, limits: IdentityLimits())
        }
        #expect(error?.code == .corrupt)
    }
}
