import EventModel
import Identity
import Platform
import TestSupport
import Testing

/// What the graph reads and writes, and when.
@Suite struct IdentityMemoryTests {
    private let make = Namespace()

    private func customer(_ number: Int) -> [Identifier] {
        [make.user("\(number)"), make.email("\(number)"), make.anonymous("\(number)")]
    }

    @Test func aRepeatCustomerCostsNeitherReadsNorWrites() throws {
        let simulation = Simulation()
        try simulation.send(IdentityEvent(identifiers: customer(1)))
        simulation.commit()
        let (nodeReads, edgeReads) = (simulation.store.nodeReadCount, simulation.store.edgeReadCount)
        for _ in 0..<3 { try simulation.send(IdentityEvent(identifiers: customer(1))) }
        #expect(simulation.store.nodeReadCount == nodeReads)
        #expect(simulation.store.edgeReadCount == edgeReads)
        #expect(simulation.graph.takeChanges().isEmpty)
    }

    @Test func aNewCustomerIsLookedUpOnceAnIdentifier() throws {
        let simulation = Simulation()
        try simulation.send(IdentityEvent(identifiers: customer(1)))
        #expect(simulation.store.nodeReadCount == 3)
        try simulation.send(make.user("1"), make.anonymous("another"))
        #expect(simulation.store.nodeReadCount == 4)
        #expect(simulation.store.edgeReadCount == 0)
    }

    @Test func afterARestartACustomerIsReadOnce() throws {
        let simulation = Simulation()
        try simulation.send(IdentityEvent(identifiers: customer(1)))
        simulation.commit()
        simulation.restart()
        let (nodeReads, edgeReads) = (simulation.store.nodeReadCount, simulation.store.edgeReadCount)
        for _ in 0..<3 { try simulation.send(IdentityEvent(identifiers: customer(1))) }
        #expect(simulation.store.nodeReadCount == nodeReads + 3)
        #expect(simulation.store.edgeReadCount == edgeReads + 2)
        #expect(simulation.graph.takeChanges().isEmpty)
    }

    @Test func aBatchSeesItsOwnChangesAndWritesThemOnce() throws {
        let simulation = Simulation(cacheNodeLimit: 0, cacheEdgeLimit: 0)
        for _ in 0..<3 { try simulation.send(IdentityEvent(identifiers: customer(1))) }
        try simulation.send(make.user("1"), make(.phone, "1"))
        try simulation.send(make(.phone, "1"), make.anonymous("2"))
        let changes = simulation.graph.takeChanges()
        #expect(changes.nodes.count == 5)
        #expect(Set(changes.nodes.map(\.id)).count == 5)
        #expect(changes.edges.count == 4)
        #expect(changes.nodes.count { $0.isRoot } == 1)
        #expect(changes.nodes.first { $0.isRoot }?.size == 5)
        #expect(simulation.graph.takeChanges().isEmpty)
    }

    @Test func memoryStaysWithinItsLimit() throws {
        let simulation = Simulation(cacheNodeLimit: 30)
        for number in 0..<100 {
            try simulation.send(IdentityEvent(identifiers: customer(number)))
            simulation.commit()
        }
        // The customers of long ago are read again, those of just now are not.
        var reads = simulation.store.nodeReadCount
        try simulation.send(IdentityEvent(identifiers: customer(99)))
        #expect(simulation.store.nodeReadCount == reads)
        reads = simulation.store.nodeReadCount
        for number in 0..<50 { try simulation.send(IdentityEvent(identifiers: customer(number))) }
        #expect(simulation.store.nodeReadCount == reads + 150)
    }

    @Test func workDoesNotGrowWithTheProfile() throws {
        var limits = IdentityLimits()
        limits.weakPerType = .max
        let simulation = Simulation(limits: limits, cacheNodeLimit: 0, cacheEdgeLimit: 0)
        for index in 0..<900 {
            try simulation.send(make.user("1"), make.anonymous("\(index)"))
            simulation.commit()
        }
        let reads = simulation.store.nodeReadCount
        try simulation.send(make.user("1"), make.anonymous("new"))
        #expect(simulation.store.nodeReadCount - reads <= 3)
        #expect(simulation.graph.takeChanges().nodes.count == 2)
    }

    @Test func pathsStayShortAndAreFlattenedOnTheWay() throws {
        var limits = IdentityLimits()
        limits.weakPerType = .max
        let simulation = Simulation(limits: limits)
        // Pairs of equals, then pairs of those: the deepest trees that joining by size can make.
        var level = (0..<64).map { make.anonymous("\($0)") }
        let deepest = level[63]
        while level.count > 1 {
            for index in stride(from: 0, to: level.count, by: 2) { try simulation.send(level[index], level[index + 1]) }
            simulation.commit()
            level = stride(from: 0, to: level.count, by: 2).map { level[$0] }
        }
        #expect(try depths(simulation).max()! <= 6)
        let before = try depths(simulation).reduce(0, +)
        try simulation.send(deepest, make.anonymous("new"))
        simulation.commit()
        #expect(try depths(simulation).reduce(0, +) <= before + 1)
        #expect(try depth(of: deepest.node, simulation) == 1)
    }

    private func depths(_ simulation: Simulation) throws -> [Int] {
        try simulation.store.allNodes.map { try depth(of: $0.id, simulation) }
    }

    private func depth(of id: NodeID, _ simulation: Simulation) throws -> Int {
        var node = try #require(try simulation.store.node(id))
        var steps = 0
        while !node.isRoot {
            node = try #require(try simulation.store.node(node.parent))
            steps += 1
        }
        return steps
    }

    @Test func aDamagedStoreIsReportedAndNotWalkedForEver() throws {
        let simulation = Simulation()
        var (first, second) = (
            IdentityNode(make.user("1"), firstSeen: simulation.time, firstEvent: EventSequence(1)),
            IdentityNode(make.user("2"), firstSeen: simulation.time, firstEvent: EventSequence(1))
        )
        first.parent = second.id
        second.parent = first.id
        simulation.store.apply(IdentityChanges(nodes: [first, second]))
        let circle = #expect(throws: StoreError.self) { try simulation.send(make.user("1")) }
        #expect(circle?.code == .corrupt)
        #expect(circle?.message.hasSuffix("is 64 steps or more from its root; restore a backup") == true)

        first.parent = make.user("nobody").node
        simulation.store.apply(IdentityChanges(nodes: [first]))
        simulation.restart()
        let orphan = #expect(throws: StoreError.self) { try simulation.send(make.user("1")) }
        #expect(orphan?.code == .corrupt)
        #expect(orphan?.message.hasSuffix("is a parent but not in the store; restore a backup") == true)
    }

    @Test func theStoreInMemoryIsAnIdentityStore() throws {
        let store = MemoryIdentityStore()
        try checkIdentityStore(store) { store.apply($0) }
    }
}
