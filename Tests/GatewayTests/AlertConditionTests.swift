import Platform
import Testing

@testable import Gateway

/// Alerts open late and clear late.
@Suite struct AlertConditionTests {
    private static let start = AlertSimulation.monday

    /// One letter a look, a minute apart: b(ad), g(ood), - for between; what is opened and cleared, and after how many.
    @Test(
        "a condition has to last",
        arguments: [
            ("bbbb", "o3"), ("bbgbbb", ""), ("bb-bbb", ""), ("bbbbgggg", "o3 c7"), ("bbbb----", "o3"),
            ("bbbbggbgggg", "o3 c10"), ("bbbbgg-ggg", "o3"), ("gggg", ""), ("bbbbggggbbbb", "o3 c7 o11"),
        ])
    func levels(_ looks: String, _ expected: String) {
        var condition = AlertCondition()
        var story: [String] = []
        for (number, letter) in looks.enumerated() {
            let level: AlertLevel = letter == "b" ? .bad : letter == "g" ? .good : .between
            let time = Self.start + .minutes(number)
            switch condition.note(level, at: time, openAfter: .minutes(3), clearAfter: .minutes(3)) {
            case .opened(let since):
                story.append("o\(number)")
                #expect(time - since == .minutes(3))
            case .cleared: story.append("c\(number)")
            case nil: break
            }
        }
        #expect(story.joined(separator: " ") == expected)
    }

    @Test func whatIsKnownToBeBadForLongOpensAtOnce() {
        var condition = AlertCondition()
        let change = condition.note(
            .bad, at: Self.start, since: Self.start - .minutes(9), openAfter: .minutes(3), clearAfter: .zero)
        #expect(change == .opened(since: Self.start - .minutes(9)))
    }

    @Test func aClockThatIsSetBackKeepsNothingWaiting() {
        var condition = AlertCondition()
        _ = condition.note(.bad, at: Self.start, openAfter: .minutes(3), clearAfter: .zero)
        let earlier = Self.start - .days(1)
        _ = condition.note(.bad, at: earlier, openAfter: .minutes(3), clearAfter: .zero)
        let change = condition.note(.bad, at: earlier + .minutes(3), openAfter: .minutes(3), clearAfter: .zero)
        #expect(change == .opened(since: earlier))
    }

    @Test func hoursOfTheWeekBeginOnMonday() {
        #expect(HourOfWeek(AlertSimulation.monday).number == 0)
        #expect(HourOfWeek(AlertSimulation.monday + .hours(167) + .minutes(59)).number == 167)
        #expect(HourOfWeek(AlertSimulation.monday + .days(7)).number == 0)
        #expect(HourOfWeek(0).previous.number == 167)
        #expect(HourOfWeek(Timestamp(milliseconds: -1)).number == 71)
    }
}
