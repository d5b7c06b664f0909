import EventModel
import Platform
import Storage
import Testing

@testable import Gateway

/// `tracking_stopped` over simulated weeks: what was learned decides, and what was not learned says nothing.
@Suite struct AlertSourceRuleTests {
    /// A shop that sends 60 events an hour from 8 to 22 h, and none at night.
    private static func shop(_ simulation: inout AlertSimulation, _ time: Timestamp) {
        if (8..<22).contains(time.civil.hour) { simulation.sources["shop", default: 0] += 5 }
    }

    private static func learned(_ weeks: Int = 3) throws -> AlertSimulation {
        var simulation = try AlertSimulation()
        simulation.sources["shop"] = 0
        simulation.run(for: .days(7 * weeks), shop)
        return simulation
    }

    @Test func aMerchantThatIsQuietAtNightAsAlwaysRaisesNothing() throws {
        let simulation = try Self.learned(6)
        #expect(simulation.story.isEmpty)
        let record = try #require(simulation.learned[.source("shop")])
        #expect(record.hours[10].count == BaselineRecord.weekLimit)
        #expect(record.hours[10].allSatisfy { $0.total == 60 })
        #expect(record.hours[2].allSatisfy { $0.total == 0 })
    }

    @Test("a gateway without history raises nothing by guess", arguments: [0, 3, 13])
    func newGateway(_ days: Int) throws {
        var simulation = try AlertSimulation()
        simulation.sources["shop"] = 0
        simulation.run(for: .days(days), Self.shop)
        simulation.run(for: .days(2))
        #expect(simulation.story.isEmpty)
    }

    @Test func aMerchantThatGoesQuietOpensOneAlertThatClearsWhenItIsBack() throws {
        var simulation = try Self.learned()
        simulation.run(for: .hours(10), Self.shop)
        let quietSince = simulation.time
        simulation.run(for: .hours(4))
        #expect(simulation.story == ["opened tracking_stopped shop"])
        let alert = try #require(simulation.opened.first)
        // Twenty events are missing after 20 minutes, and that for 15 more.
        #expect((.minutes(30) ... .minutes(45)).contains(alert.openedAt - quietSince))
        #expect(alert.summary.contains("shop has gone quiet"))
        #expect(alert.summary.contains("60 an hour at this hour of the week"))
        #expect(alert.summary.contains(quietSince.rfc3339))
        #expect(alert.nextStep.contains("tracklayer explain"))
        #expect(alert.figures.contains(.init("usual_events_per_hour", 60)))
        let back = simulation.time
        simulation.run(for: .hours(1), Self.shop)
        #expect(simulation.story.last == "cleared tracking_stopped shop")
        let cleared = try #require(simulation.cleared.first)
        #expect((.minutes(15) ... .minutes(30)).contains(try #require(cleared.clearedAt) - back))
        // The hours of the silence were not learned.
        #expect(simulation.learned[.source("shop")]?.hours[11].last?.total == 60)
        simulation.run(for: .days(7), Self.shop)
        #expect(simulation.story.count == 2)
    }

    @Test("less than a tenth is quiet, half is not", arguments: [(0, true), (30, true), (2, false)])
    func share(_ every: Int, _ isQuiet: Bool) throws {
        var simulation = try Self.learned()
        simulation.run(for: .hours(9), Self.shop)
        var number = 0
        simulation.run(for: .hours(6)) { simulation, time in
            number += 1
            if every > 0, number % every == 0 { Self.shop(&simulation, time) }
        }
        #expect(simulation.story == (isQuiet ? ["opened tracking_stopped shop"] : []))
    }

    @Test func aSourceThatSendsInBurstsIsQuietBetweenThem() throws {
        var simulation = try AlertSimulation()
        simulation.sources["batch"] = 0
        let burst = { (simulation: inout AlertSimulation, time: Timestamp) in
            if time.civil.minute == 5 { simulation.sources["batch", default: 0] += 1000 }
        }
        // Its manner has to be known before its silence says anything.
        simulation.run(for: .days(35), burst)
        #expect(simulation.story.isEmpty)
        simulation.run(for: .hours(3))
        #expect(simulation.story == ["opened tracking_stopped batch"])
    }

    @Test func aRestartForgetsNeitherWhatWasLearnedNorAnOpenAlert() throws {
        var simulation = try Self.learned()
        simulation.restart()
        simulation.run(for: .hours(10), Self.shop)
        simulation.run(for: .hours(1))
        #expect(simulation.story == ["opened tracking_stopped shop"])
        let id = try #require(simulation.opened.first?.id)
        simulation.restart()
        simulation.run(for: .hours(2))
        #expect(simulation.story.count == 1, "silence went on, and nobody has seen an event")
        simulation.run(for: .hours(1), Self.shop)
        #expect(simulation.cleared.map(\.id) == [id])
    }

    @Test func anHourThatWasNotWholeIsNotLearned() throws {
        var simulation = try Self.learned(1)
        let before = try #require(simulation.learned[.source("shop")]).hours.map(\.count)
        simulation.run(for: .hours(9), Self.shop)
        // Away from 9:00 to 11:30.
        simulation.restart(after: .minutes(150))
        simulation.run(for: .hours(1), Self.shop)
        let after = try #require(simulation.learned[.source("shop")]).hours.map(\.count)
        #expect(after[8] == before[8] + 1)
        #expect(after[9..<12] == before[9..<12])
    }

    @Test func anAlertClearsWhenTheSourceOrTheKindIsGone() throws {
        for isKind in [false, true] {
            var simulation = try Self.learned()
            simulation.run(for: .hours(10), Self.shop)
            simulation.run(for: .hours(1))
            #expect(simulation.story.count == 1)
            if isKind { simulation.settings.kinds = [.platformDown] } else { simulation.sources = [:] }
            simulation.run(for: .minutes(5))
            #expect(simulation.cleared.first?.clearNote?.hasPrefix("The configuration does not") == true)
        }
    }
}
