import EventModel
import Outbound
import Platform
import Storage
import Testing

@testable import Gateway

/// `platform_down`, `delivery_rate_drop`, `queue_backlog` and `destination_disabled` over simulated time.
@Suite struct AlertDestinationRuleTests {
    /// A simulation that looks every 15 seconds.
    private static func quick() throws -> AlertSimulation {
        var simulation = try AlertSimulation()
        simulation.step = .seconds(15)
        simulation.settings.interval = .seconds(15)
        simulation.deliver(0, to: "hook")
        simulation.look()
        return simulation
    }

    // MARK: - platform_down

    @Test(
        "a destination is down when nearly all fails for long enough",
        arguments: [
            // Delivered and failed in each look, how long, and whether that opens an alert.
            (0, 1, Duration.minutes(10), true), (0, 1, .minutes(4), false), (1, 20, .minutes(12), true),
            (1, 3, .minutes(30), false), (5, 0, .minutes(30), false), (0, 0, .minutes(30), false),
        ] as [(UInt64, UInt64, Duration, Bool)])
    func down(_ delivered: UInt64, _ failed: UInt64, _ duration: Duration, _ isDown: Bool) throws {
        var simulation = try Self.quick()
        simulation.run(for: duration) { simulation, _ in simulation.deliver(delivered, failed: failed, to: "hook") }
        #expect(simulation.story == (isDown ? ["opened platform_down hook"] : []))
    }

    @Test func aDestinationThatIsDownSaysWhatItAnswersAndSinceWhen() throws {
        var simulation = try Self.quick()
        simulation.run(for: .minutes(1)) { simulation, _ in simulation.deliver(3, to: "hook") }
        let start = simulation.time
        simulation.run(for: .minutes(6)) { simulation, _ in
            simulation.deliver(0, failed: 2, to: "hook")
            simulation.deliver(0, failed: 1, to: "hook", "timeout_after_send")
        }
        let alert = try #require(simulation.opened.first)
        #expect((.minutes(5) ... .seconds(330)).contains(alert.openedAt - start))
        #expect(alert.since - start <= .seconds(15))
        #expect(alert.summary.contains("http_503 42, timeout_after_send 21"), "\(alert.summary)")
        #expect(alert.summary.contains("the last one that delivered was at \(start.rfc3339)"))
        #expect(alert.nextStep.contains("tracklayer dead list --destination hook"))
        // A single success is no recovery, and neither is silence.
        simulation.deliver(1, to: "hook")
        simulation.run(for: .minutes(20))
        #expect(simulation.story.count == 1)
        simulation.run(for: .minutes(12)) { simulation, _ in simulation.deliver(3, to: "hook") }
        #expect(simulation.story.last == "cleared platform_down hook")
    }

    @Test func whatFlickersOpensNothing() throws {
        var simulation = try Self.quick()
        for _ in 0..<20 {
            simulation.run(for: .minutes(3)) { simulation, _ in simulation.deliver(0, failed: 1, to: "hook") }
            simulation.run(for: .minutes(3)) { simulation, _ in simulation.deliver(1, to: "hook") }
        }
        #expect(simulation.story.isEmpty)
    }

    @Test func anAlertOfADestinationThatIsDisabledOrGoneIsCleared() throws {
        for isRemoved in [true, false] {
            var simulation = try Self.quick()
            simulation.run(for: .minutes(6)) { simulation, _ in simulation.deliver(0, failed: 1, to: "hook") }
            if isRemoved { simulation.destinations = [:] } else { simulation.destinations["hook"]?.state = .disabled }
            simulation.run(for: .seconds(15))
            #expect(simulation.story == ["opened platform_down hook", "cleared platform_down hook"])
            let note = isRemoved ? "The configuration does not name it any more" : "The configuration disables it."
            #expect(simulation.cleared.first?.clearNote?.hasPrefix(note) == true)
        }
    }

    @Test func afterARestartAnOpenAlertWaitsForWhatTheDestinationDoes() throws {
        var simulation = try Self.quick()
        simulation.run(for: .minutes(6)) { simulation, _ in simulation.deliver(0, failed: 1, to: "hook") }
        simulation.restart()
        simulation.destinations["hook"]?.state = nil
        simulation.run(for: .minutes(10))
        simulation.destinations["hook"]?.state = .running
        simulation.run(for: .minutes(10))
        #expect(simulation.story == ["opened platform_down hook"])
    }

    // MARK: - delivery_rate_drop

    /// Twelve attempts an hour in the small hours and 120 by day, of which a share fails that depends on the hour.
    private static func traffic(_ simulation: inout AlertSimulation, _ time: Timestamp, failing: UInt64) {
        let isNight = time.civil.hour < 6
        let total: UInt64 = isNight ? 4 : 20
        let failed = total * failing / 100
        simulation.deliver(total - failed, failed: failed, to: "hook", "http_422")
    }

    @Test(
        "the share that counts as usual is the hour's own",
        arguments: [
            // What fails as always by day, what fails now, and whether that is a drop.
            (5, 5, false), (5, 15, false), (5, 50, true), (40, 40, false), (40, 50, false), (40, 80, true),
        ] as [(UInt64, UInt64, Bool)])
    func share(_ usual: UInt64, _ now: UInt64, _ isDrop: Bool) throws {
        var simulation = try AlertSimulation()
        simulation.run(for: .days(15)) { Self.traffic(&$0, $1, failing: usual) }
        simulation.run(for: .hours(10)) { Self.traffic(&$0, $1, failing: usual) }
        #expect(simulation.story.isEmpty)
        simulation.run(for: .hours(2)) { Self.traffic(&$0, $1, failing: now) }
        #expect(simulation.story == (isDrop ? ["opened delivery_rate_drop hook"] : []))
        guard isDrop else { return }
        let alert = try #require(simulation.opened.first)
        #expect(alert.summary.contains("usual at this hour of the week is \(100 - usual) %"), "\(alert.summary)")
        #expect(alert.summary.contains("http_422"))
        simulation.run(for: .hours(2)) { Self.traffic(&$0, $1, failing: usual) }
        #expect(simulation.story.last == "cleared delivery_rate_drop hook")
    }

    @Test func withoutHistoryNoShareIsTooSmall() throws {
        var simulation = try AlertSimulation()
        simulation.run(for: .days(6)) { Self.traffic(&$0, $1, failing: 5) }
        simulation.run(for: .hours(30)) { Self.traffic(&$0, $1, failing: 60) }
        #expect(simulation.story.isEmpty)
    }

    // MARK: - queue_backlog and destination_disabled

    @Test(
        "a backlog counts where deliveries are made",
        arguments: [
            (DestinationStatus.State.running, Duration.minutes(6), true), (.paused, .minutes(6), true),
            (.running, .minutes(4), false), (.held, .hours(6), false), (.broken, .hours(6), false),
            (.gone, .hours(6), false),
        ] as [(DestinationStatus.State, Duration, Bool)])
    func backlog(_ state: DestinationStatus.State, _ age: Duration, _ isBacklog: Bool) throws {
        var simulation = try Self.quick()
        simulation.destinations["hook"]?.state = state
        simulation.run(for: .minutes(3)) { simulation, time in
            simulation.destinations["hook"]?.backlog = .init(waiting: 5000, dead: 0, oldestDueAt: time - age)
        }
        #expect(simulation.story.contains("opened queue_backlog hook") == isBacklog)
        guard isBacklog else { return }
        #expect(simulation.opened.first?.summary.contains("5000 events for hook wait") == true)
        simulation.run(for: .minutes(3)) { simulation, time in
            simulation.destinations["hook"]?.backlog?.oldestDueAt = time - .minutes(3)
        }
        #expect(simulation.cleared.isEmpty, "below the limit, and not yet below half of it")
        simulation.run(for: .minutes(3)) { simulation, _ in simulation.destinations["hook"]?.backlog = .init() }
        #expect(simulation.story.last == "cleared queue_backlog hook")
    }

    @Test(
        "what stops a destination opens at once and clears with the operator's word",
        arguments: [
            DestinationStatus.State.gone, .refused,
        ])
    func disabled(_ state: DestinationStatus.State) throws {
        var simulation = try Self.quick()
        simulation.destinations["hook"]?.state = state
        simulation.destinations["hook"]?.stoppedAt = simulation.time
        simulation.run(for: .seconds(15))
        #expect(simulation.story == ["opened destination_disabled hook"])
        #expect(simulation.opened.first?.nextStep.contains("tracklayer destinations resume hook") == true)
        simulation.destinations["hook"]?.state = .running
        simulation.run(for: .seconds(15))
        #expect(simulation.story.last == "cleared destination_disabled hook")
    }

    @Test func aFullCommitQueueIsABacklog() throws {
        var simulation = try Self.quick()
        simulation.queue = .init(weight: 85, limit: 100)
        simulation.run(for: .minutes(2))
        #expect(simulation.story == ["opened queue_backlog commit queue"])
        simulation.queue.weight = 50
        simulation.run(for: .minutes(5))
        #expect(simulation.story.count == 1)
        simulation.queue.weight = 10
        simulation.run(for: .minutes(2))
        #expect(simulation.story.count == 2)
    }

    // MARK: - store_trouble

    @Test(
        "each trouble of the store is an alert of its own",
        arguments: ["failing", "stopped", "read-only", "unwritable", "slow", "stuck", "busy", "full"])
    func store(_ trouble: String) throws {
        var simulation = try Self.quick()
        let sound = DiskSpace(freeByteCount: 8 << 30, byteCount: 16 << 30)
        simulation.store.disk = sound
        simulation.run(for: .minutes(1)) { simulation, _ in simulation.commit.syncs.observe(.milliseconds(5)) }
        #expect(simulation.story.isEmpty)
        simulation.run(for: .minutes(1)) { simulation, _ in
            switch trouble {
            case "failing":
                simulation.commit.failureCount += 1
                simulation.commit.lastFailure = StoreError(.io, "cannot write")
            case "stopped":
                simulation.store.statistics = StoreStatistics.made(isWriteStopped: true)
            case "read-only": simulation.store.disk?.isReadOnly = true
            case "unwritable": simulation.store.failure = StoreError(.full, "no space is left")
            case "slow": simulation.commit.syncs.observe(.seconds(3))
            case "stuck": simulation.commit.runningSync += .seconds(15)
            case "busy": simulation.store.busyFor += .seconds(15)
            default: simulation.store.disk?.freeByteCount = 100 << 20
            }
        }
        let subject =
            switch trouble {
            case "slow", "stuck", "busy": "store syncs"
            case "full": "store disk"
            default: "store writes"
            }
        #expect(simulation.story == ["opened store_trouble \(subject)"])
        #expect(simulation.opened.first?.summary.isEmpty == false)
        simulation.store = StoreReading(disk: sound)
        simulation.commit.runningSync = .zero
        simulation.run(for: .minutes(1))
        #expect(simulation.story.last == "cleared store_trouble \(subject)")
    }
}
