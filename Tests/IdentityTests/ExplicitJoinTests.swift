import EventModel
import Identity
import TestSupport
import Testing

@Suite struct ExplicitJoinTests {
    private let make = Namespace()

    @Test func aLinkCallJoinsTwoUniqueIDs() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.email("1"))
        try simulation.send(make.user("2"), make.email("2"))
        let outcome = try simulation.link(make.user("1"), make.user("2"))
        let (kept, gone) =
            make.user("1").node < make.user("2").node
            ? (make.user("1"), make.user("2")) : (make.user("2"), make.user("1"))
        #expect(outcome.state == .merged)
        #expect(outcome.profile == ProfileID(kept))
        #expect(outcome.previousProfiles == [ProfileID(gone)])
        simulation.commit()
        #expect(try simulation.edge(make.user("1"), make.user("2"))?.decision.authority == .linkCall)
        #expect(try simulation.profile(of: make.email("1")) == simulation.profile(of: make.email("2")))
    }

    @Test func aLinkCallDoesNotJoinTwoUsersThroughADevice() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.anonymous("shared"))
        try simulation.send(make.user("2"))
        let outcome = try simulation.link(make.anonymous("shared"), make.user("2"))
        #expect(outcome.state == .refused)
        #expect(outcome.refusals.map(\.reason) == [.uniqueConflict])
    }

    @Test func anOperatorJoinsTwoUsersThroughAnything() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.email("1"))
        try simulation.send(make.user("2"), make.email("2"))
        #expect(try simulation.link(make.email("1"), make.email("2"), by: .operatorAction).state == .merged)
    }

    @Test func whoTravelsWithALinkCallIsNotJoinedByIt() throws {
        let simulation = Simulation()
        try simulation.send(make.user("3"), make.anonymous("1"))
        let join = ExplicitJoin(make.user("1"), make.user("2"), by: .linkCall)
        let outcome = try simulation.send(make.user("1"), make.user("2"), make.anonymous("1"), joins: [join])
        #expect(outcome.state == .existing)
        #expect(outcome.profile == [make.user("1"), make.user("2")].map { ProfileID($0) }.min())
        #expect(outcome.refusals == [IdentityRefusal(type: .anonymousID, reason: .uniqueConflict)])
    }

    @Test func aMergeCallJoinsPairsThatAreNotAStar() throws {
        let simulation = Simulation()
        let users = (0..<4).map { make.user("\($0)") }
        let joins = [(0, 1), (1, 2), (2, 3), (3, 0), (1, 1)].map {
            ExplicitJoin(users[$0.0], users[$0.1], by: .linkCall)
        }
        let outcome = try simulation.send(joins: joins)
        simulation.commit()
        #expect(outcome.state == .new)
        #expect(outcome.profile == ProfileID(users.map(\.node).min()!))
        for user in users { #expect(try simulation.profile(of: user) == outcome.profile) }
    }

    @Test func afterALinkCallBothNamesAreOnePerson() throws {
        let simulation = Simulation()
        try simulation.link(make.user("1"), make.user("2"))
        #expect(try simulation.send(make.user("1"), make.anonymous("1")).refusals.isEmpty)
        #expect(try simulation.send(make.user("2"), make.anonymous("1")).refusals.isEmpty)
        #expect(try simulation.send(make.user("3"), make.anonymous("1")).state == .refused)
    }

    @Test func aNameThatEverybodyIsLinkedToStopsAtTheLimit() throws {
        var limits = IdentityLimits()
        limits.uniqueLinksBeforeBlock = 5
        let simulation = Simulation(limits: limits)
        for index in 1..<5 {
            #expect(try simulation.link(make.user("guest"), make.user("\(index)")).refusals.isEmpty)
        }
        let outcome = try simulation.link(make.user("guest"), make.user("5"))
        #expect(outcome.state == .refused)
        #expect(outcome.refusals == [IdentityRefusal(type: .userID, reason: .typeLimit)])
    }

    @Test func aRefusedPairIsNotTriedAgainAsPartOfTheStar() throws {
        let simulation = Simulation()
        try simulation.send(make.user("1"), make.anonymous("1"))
        let outcome = try simulation.link(make.user("2"), make.anonymous("1"))
        #expect(outcome.refusals.count == 1)
        simulation.commit()
        #expect(try simulation.edge(make.user("2"), make.anonymous("1"))?.decision.authority == .linkCall)
    }
}
