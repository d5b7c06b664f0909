import EventModel
import Platform
import Storage
import Testing

@testable import Gateway

/// Storms of alerts do not become storms of messages.
@Suite struct AlertPlannerTests {
    /// One channel, its alerts, and what it was sent.
    private struct Channel {
        var planner = AlertPlanner(channel: "webhook")
        var settings = AlertMessagesConfiguration(
            group: .seconds(30), interval: .seconds(3600), remind: .seconds(86_400), hourlyLimit: 12)
        var alerts: [AlertID: AlertRecord] = [:]
        var now = AlertSimulation.monday
        var isUp = true
        /// One text a message: `opened hook, cleared other`.
        var sent: [String] = []
        var tries = 0

        @discardableResult mutating func open(_ subject: String) -> AlertID {
            let id = AlertID(after: alerts.keys.max(), at: now)
            alerts[id] = AlertRecord(
                id: id, key: AlertKey(.platformDown, subject), openedAt: now, since: now, summary: "", nextStep: "",
                figures: [])
            return id
        }

        mutating func clear(_ id: AlertID) { alerts[id]?.clearedAt = now }

        mutating func run(for duration: Duration, step: Duration = .seconds(15)) {
            let end = now + duration
            while now < end {
                now = now + step
                guard let message = planner.next(Array(alerts.values), settings, at: now) else { continue }
                tries += 1
                if isUp {
                    sent.append(
                        message.items.map { "\($0.news.rawValue) \($0.alert.key.subject)" }.joined(separator: ", "))
                }
                for (id, telling) in planner.finish(message, isSuccess: isUp, at: now) { alerts[id]?.note(telling) }
            }
        }
    }

    @Test func alertsThatOpenTogetherAreOneMessage() {
        var channel = Channel()
        channel.open("a")
        channel.run(for: .seconds(15))
        channel.open("b")
        channel.open("c")
        channel.run(for: .hours(1))
        #expect(channel.sent == ["opened a, opened b, opened c"])
    }

    @Test func whatClearsBeforeItIsToldIsNotTold() {
        var channel = Channel()
        let id = channel.open("a")
        channel.run(for: .seconds(15))
        channel.clear(id)
        channel.run(for: .hours(1))
        #expect(channel.sent.isEmpty)
    }

    @Test func thereIsOneMessageThatItHasCleared() {
        var channel = Channel()
        let id = channel.open("a")
        channel.run(for: .minutes(5))
        channel.clear(id)
        channel.run(for: .days(3), step: .minutes(1))
        #expect(channel.sent == ["opened a", "cleared a"])
    }

    @Test func anAlertThatFlapsIsToldOnceWithinTheInterval() {
        var channel = Channel()
        for _ in 0..<11 {
            let id = channel.open("a")
            channel.run(for: .minutes(2))
            channel.clear(id)
            channel.run(for: .minutes(2))
        }
        #expect(channel.sent == ["opened a", "cleared a"])
        // Still open when the interval ends: told then.
        channel.open("a")
        channel.run(for: .minutes(30))
        #expect(channel.sent == ["opened a", "cleared a", "opened a"])
    }

    @Test func whatStaysOpenIsToldAgainEachDay() {
        var channel = Channel()
        channel.open("a")
        channel.run(for: .days(3), step: .minutes(10))
        #expect(channel.sent == ["opened a", "reminder a", "reminder a"])
    }

    @Test func anHourHasSoManyMessagesAndTheRestGoesAlongLater() {
        var channel = Channel()
        channel.settings.hourlyLimit = 3
        for number in 1...10 {
            channel.open("d\(number)")
            channel.run(for: .minutes(1))
        }
        #expect(channel.sent.count == 3)
        channel.run(for: .minutes(61))
        #expect(channel.sent.count == 4)
        #expect(channel.sent.last?.split(separator: ",").count ?? 0 >= 5)
        let told = channel.sent.flatMap { $0.split(separator: ", ") }
        #expect(Set(told).count == 10 && told.count == 10)
    }

    @Test func whatCannotBeSentIsTriedAgainAndLessAndLessOften() {
        var channel = Channel()
        channel.isUp = false
        channel.settings.hourlyLimit = 1000
        channel.open("a")
        channel.run(for: .hours(12))
        #expect((20...30).contains(channel.tries), "\(channel.tries)")
        channel.isUp = true
        channel.run(for: .hours(1))
        #expect(channel.sent == ["opened a"])
    }

    @Test func aRestartNeitherRepeatsNorForgets() {
        var channel = Channel()
        let told = channel.open("a")
        channel.run(for: .minutes(5))
        channel.open("b")
        channel.planner = AlertPlanner(channel: "webhook", recent: Array(channel.alerts.values))
        channel.run(for: .minutes(5))
        #expect(channel.sent == ["opened a", "opened b"])
        channel.clear(told)
        channel.planner = AlertPlanner(channel: "webhook", recent: Array(channel.alerts.values))
        channel.run(for: .minutes(5))
        channel.open("a")
        channel.run(for: .minutes(5))
        #expect(channel.sent == ["opened a", "opened b", "cleared a"], "a was told less than an hour ago")
    }

    @Test func nothingIsSentWhileAMessageIsUnderWay() {
        var channel = Channel()
        channel.open("a")
        let later = channel.now + .minutes(1)
        let message = channel.planner.next(Array(channel.alerts.values), channel.settings, at: later)
        #expect(message?.channel == "webhook")
        channel.open("b")
        let another = channel.planner.next(Array(channel.alerts.values), channel.settings, at: later + .hours(1))
        #expect(another == nil)
    }

    @Test func aMessageSaysWhatHappenedSinceWhenAndWhatToDo() throws {
        var simulation = try AlertSimulation()
        simulation.deliver(0, to: "hook")
        simulation.look()
        simulation.run(for: .minutes(30)) { simulation, _ in simulation.deliver(0, failed: 4, to: "hook") }
        let alert = try #require(simulation.opened.first)
        var planner = AlertPlanner(channel: "email")
        let settings = Channel().settings
        let next = planner.next([alert], settings, at: alert.openedAt + .minutes(1))
        let message = try #require(next)
        let whole = AlertMessage(message: message, time: alert.openedAt + .minutes(1), host: "gw1")
        #expect(whole.title == "opened: platform_down hook")
        for part in [
            "OPENED: platform_down, hook", alert.summary, "Since: \(alert.since.rfc3339)", "Next: See what it answers",
            "More: tracklayer alerts show \(alert.id)",
        ] {
            #expect(whole.text.contains(part))
        }
        #expect(whole.text.utf8.allSatisfy { $0 < 0x80 })
        let json = String(decoding: whole.json, as: UTF8.self)
        #expect(json.hasPrefix(#"{"type":"tracklayer.alerts","message_id":"msg_"#))
        #expect(json.contains(#""news":"opened","id":"\#(alert.id)","kind":"platform_down","subject":"hook""#))
        #expect(json.contains(#""figures":{"attempts":"#))
        // The same news has the same id when it is sent again.
        let again = AlertMessage(message: message, time: alert.openedAt + .minutes(9), host: "gw1")
        #expect(again.id == whole.id)
    }
}
