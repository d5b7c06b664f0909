import EventModel
import Identity
import Platform
import TestSupport
import Testing

/// What the graph does after others have removed profiles from the store.
@Suite struct IdentityForgettingTests {
    private let make = Namespace()

    @Test func aProfileThatIsGoneBeginsAnew() throws {
        let simulation = Simulation()
        let ids = [make.user("1"), make.email("1"), make.anonymous("1")]
        let others = [make.user("2"), make.anonymous("2")]
        try simulation.send(IdentityEvent(identifiers: ids))
        try simulation.send(IdentityEvent(identifiers: others))
        let changes = simulation.graph.takeChanges()
        // The store is as if the first profile had never been.
        let own = Set(ids.map(\.node))
        simulation.store.apply(
            IdentityChanges(
                nodes: changes.nodes.filter { !own.contains($0.id) },
                edges: changes.edges.filter { !own.contains($0.first) }))
        simulation.graph.forget(ids.map(\.node), changes.edges.filter { own.contains($0.first) })
        #expect(try simulation.send(IdentityEvent(identifiers: ids)).state == .new)
        #expect(try simulation.send(IdentityEvent(identifiers: others)).state == .existing)
        let again = simulation.graph.takeChanges()
        #expect(Set(again.nodes.map(\.id)) == own)
        #expect(again.edges.count == 2, "its edges are written anew")
    }
}
