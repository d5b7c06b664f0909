import EventModel
import Identity
import Platform
import TestSupport
import Testing

@Suite struct IdentityLimitsTests {
    private let make = Namespace()

    struct TypeCase: CustomTestStringConvertible, Sendable {
        var type: IdentifierType
        var limit: Int
        var testDescription: String { "\(limit) of \(type.name)" }
    }

    static let types = IdentifierType.fixed.dropFirst().map { TypeCase(type: $0, limit: $0.trust == .weak ? 50 : 5) }

    @Test(arguments: types + [TypeCase(type: .external("loyalty_card"), limit: 5)])
    func aProfileHoldsSoManyOfAType(_ c: TypeCase) throws {
        let simulation = Simulation()
        for index in 0..<c.limit {
            #expect(try simulation.send(make.user("1"), make(c.type, "\(index)")).refusals.isEmpty)
        }
        let outcome = try simulation.send(make.user("1"), make(c.type, "one too many"))
        #expect(outcome.state == .refused)
        #expect(outcome.refusals == [IdentityRefusal(type: c.type, reason: .typeLimit)])
        simulation.commit()
        #expect(try simulation.root(of: make.user("1")).size == UInt32(c.limit + 1))
    }

    @Test func externalTypesAreCountedEachForItself() throws {
        let simulation = Simulation()
        for index in 0..<8 {
            #expect(try simulation.send(make.user("1"), make(.external("system\(index)"), "1")).refusals.isEmpty)
        }
    }

    @Test func inventedTypesStopAtTheLimit() throws {
        let simulation = Simulation()
        for index in 1..<32 { try simulation.send(make.user("1"), make(.external("x\(index)"), "1")) }
        let outcome = try simulation.send(make.user("1"), make(.external("x32"), "1"))
        #expect(outcome.refusals.map(\.reason) == [.typeLimit])
    }

    @Test func theLimitHoldsForMergingProfilesToo() throws {
        let simulation = Simulation()
        for index in 0..<3 { try simulation.send(make.user("1"), make.email("a\(index)")) }
        for index in 0..<3 { try simulation.send(make(.crmID, "1"), make.email("b\(index)")) }
        #expect(try simulation.send(make.user("1"), make(.crmID, "1")).refusals.map(\.reason) == [.typeLimit])
    }

    @Test func whatGivesWayIsTheWeakestInConflict() throws {
        var limits = IdentityLimits()
        limits.profileSize = 4
        let simulation = Simulation(limits: limits)
        let outcome = try simulation.send(
            make(.fbp, "1"), make.anonymous("1"), make(.phone, "1"), make.email("1"), make.user("1"))
        #expect(outcome.state == .new)
        #expect(outcome.refusals == [IdentityRefusal(type: .fbp, reason: .sizeLimit)])
    }

    /// Days after the first weak identifiers at which one more is seen, and whether it joins.
    @Test(arguments: [(0, false), (40, false), (80, false), (91, true), (900, true)])
    func weakIdentifiersCountForTheirWindow(day: Int, joins: Bool) throws {
        let simulation = Simulation()
        for index in 0..<50 { try simulation.send(make.user("1"), make.anonymous("\(index)")) }
        simulation.time = simulation.time + .seconds(day * 86_400)
        let outcome = try simulation.send(make.user("1"), make.anonymous("late"))
        #expect(outcome.refusals.map(\.reason) == (joins ? [] : [.typeLimit]))
    }

    @Test func anEdgeRefusedForTheWindowJoinsLater() throws {
        let simulation = Simulation()
        for index in 0..<50 { try simulation.send(make.user("1"), make.anonymous("\(index)")) }
        try simulation.send(make.user("1"), make.anonymous("late"))
        simulation.commit()
        simulation.time = simulation.time + .seconds(91 * 86_400)
        #expect(try simulation.send(make.user("1"), make.anonymous("late")).state == .merged)
        simulation.commit()
        let edge = try #require(try simulation.edge(make.user("1"), make.anonymous("late")))
        #expect(edge.joins)
        #expect(edge.earlier.map(\.refusal) == [.typeLimit])
    }

    @Test func aProfileStopsGrowingAtItsSize() throws {
        var limits = IdentityLimits()
        limits.weakPerType = .max
        let simulation = Simulation(limits: limits)
        var alerts: [IdentityAlert] = []
        for index in 1..<1000 {
            let outcome = try simulation.send(make.user("1"), make.anonymous("\(index)"))
            #expect(outcome.refusals.isEmpty)
            alerts += outcome.alerts
        }
        #expect(alerts == [.profileNearSizeLimit(ProfileID(make.user("1")), size: 800, limit: 1000)])
        let outcome = try simulation.send(make.user("1"), make.anonymous("1000"))
        #expect(outcome.refusals.map(\.reason) == [.sizeLimit])
        #expect(outcome.alerts.isEmpty)
    }

    @Test func aProfileStopsMergingAtItsMerges() throws {
        var limits = IdentityLimits()
        limits.weakPerType = .max
        let simulation = Simulation(limits: limits)
        var alerts: [IdentityAlert] = []
        for index in 1...100 {
            try simulation.send(make.anonymous("\(index)"))
            let outcome = try simulation.send(make.user("1"), make.anonymous("\(index)"))
            #expect(outcome.state == (index == 1 ? .existing : .merged))
            alerts += outcome.alerts
        }
        #expect(alerts == [.profileNearMergeLimit(ProfileID(make.user("1")), merges: 80, limit: 100)])
        try simulation.send(make.anonymous("101"))
        try simulation.send(make.user("1"), make.anonymous("101"))
        try simulation.send(make.anonymous("102"))
        let outcome = try simulation.send(make.user("1"), make.anonymous("102"))
        #expect(outcome.refusals.map(\.reason) == [.mergeLimit])
        // Who was never seen before is no merge.
        #expect(try simulation.send(make.user("1"), make.anonymous("new")).refusals.isEmpty)
    }

    @Test func aValueThatLinksTooManyUsersBlocksItself() throws {
        let simulation = Simulation()
        let shared = make.email("office@example.org")
        for index in 1...50 {
            let outcome = try simulation.send(make.user("\(index)"), shared)
            #expect(outcome.alerts.isEmpty)
        }
        let last = try simulation.send(make.user("51"), shared)
        #expect(last.refusals.map(\.reason) == [.uniqueConflict])
        #expect(last.alerts == [.valueBlocked(shared.node, .email)])
        simulation.commit()
        simulation.restart()
        let after = try simulation.send(make.user("52"), shared)
        #expect(after.state == .refused)
        #expect(after.refusals == [IdentityRefusal(type: .email, reason: .blockedValue)])
        #expect(after.alerts.isEmpty)
    }

    @Test func aUserIsCountedOnceAgainstAValue() throws {
        var limits = IdentityLimits()
        limits.uniqueLinksBeforeBlock = 3
        let simulation = Simulation(limits: limits)
        let shared = make.anonymous("family tablet")
        try simulation.send(make.user("1"), shared)
        for round in 0..<4 {
            try simulation.send(make.user("2"), shared)
            try simulation.send(make.user("2"), make.email("\(round)"))
            // Through another of the same user's identifiers.
            #expect(try simulation.send(make.email("\(round)"), shared).alerts.isEmpty)
        }
        #expect(try simulation.send(make.user("3"), shared).alerts.isEmpty)
        #expect(try simulation.send(make.user("4"), shared).alerts == [.valueBlocked(shared.node, .anonymousID)])
    }

    @Test func aBlockedValueSaysNothingAboutAnybody() throws {
        var limits = IdentityLimits()
        limits.uniqueLinksBeforeBlock = 1
        let simulation = Simulation(limits: limits)
        let shared = make.email("a@example.org")
        try simulation.send(make.user("1"), shared)
        try simulation.send(make.user("2"), shared)

        let alone = try simulation.send(shared)
        #expect(alone.state == .none)
        #expect(alone.profile == nil)
        #expect(alone.primaryNode == nil)

        let device = make.anonymous("1")
        let stronger = try simulation.send(shared, device)
        #expect(stronger.state == .refused)
        #expect(stronger.profile == ProfileID(device))
        #expect(stronger.primaryNode == device.node)

        // What it joined before it was blocked stays joined.
        #expect(try simulation.send(make.user("1"), shared).state == .existing)
    }
}
