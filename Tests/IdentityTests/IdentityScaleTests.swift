import EventModel
import Identity
import Platform
import TestSupport
import Testing

/// A value that everybody shares joins hardly anybody, however many events carry it.
@Suite struct IdentityScaleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var shared: IdentifierType
        var own: IdentifierType
        var events: UInt64
        /// Identifiers of the biggest profile at the end.
        var size: UInt32
        var isBlocked: Bool
    }

    @Test(arguments: [
        Case(
            testDescription: "an e-mail of a million users", shared: .email, own: .userID, events: 1_000_000, size: 2,
            isBlocked: true),
        Case(
            testDescription: "a device of users", shared: .anonymousID, own: .userID, events: 20_000, size: 2,
            isBlocked: true),
        Case(
            testDescription: "an e-mail on devices", shared: .email, own: .anonymousID, events: 20_000, size: 51,
            isBlocked: false),
        Case(
            testDescription: "a device of e-mails", shared: .anonymousID, own: .email, events: 20_000, size: 6,
            isBlocked: false),
    ])
    func aSharedValueNeverMakesAGiant(_ c: Case) throws {
        let graph = IdentityGraph()
        let store = MemoryIdentityStore()
        let shared = identifier(c.shared, 0)
        let time = Timestamp(seconds: 1_767_225_600)
        var biggest: UInt32 = 0
        var alertCount = 0
        for event in 1...c.events {
            let outcome = try graph.resolve(
                [identifier(c.own, event), shared], event: EventSequence(event), at: time, reader: store)
            alertCount += outcome.alerts.count
            guard event % 5000 == 0 else { continue }
            var changes = graph.takeChanges()
            for node in changes.nodes { biggest = max(biggest, node.size) }
            // Nobody of those who came later is asked for again.
            if event > 5000 {
                changes.nodes.removeAll { $0.id != shared.node && $0.isRoot && $0.size == 1 }
                changes.edges = []
            }
            store.apply(changes)
        }
        #expect(biggest == c.size)
        #expect(try store.node(shared.node)?.isBlocked == c.isBlocked)
        #expect(alertCount == (c.isBlocked ? 1 : 0))
    }

    /// An identifier whose node comes from a number, which is faster than hashing.
    private func identifier(_ type: IdentifierType, _ number: UInt64) -> Identifier {
        let spread = number &* 0x9E37_79B9_7F4A_7C15
        let node = NodeID(high: UInt64(type.trust.rawValue) << 56 | UInt64(type.trustRank) << 48, low: spread)
        return Identifier(type: type, value: "", node: node)
    }
}
