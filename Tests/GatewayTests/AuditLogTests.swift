import EventModel
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// Who had what done, written down before it is done.
@Suite struct AuditLogTests {
    private let store = MemoryStore()
    private let clock = DeliveryTestClock()
    private let lines = LogRecorder()

    private final class LogRecorder: LogSink {
        private let kept = Guarded<[String]>([])
        func write(_ line: String) { kept.withLock { $0.append(line) } }
        var lines: [String] { kept.withLock { $0 } }
    }

    private func log(age: Duration = .seconds(86_400), limit: Int = 100) throws -> AuditLog {
        try AuditLog(
            store: AuditStore(store), age: { age }, limit: limit, clock: clock,
            logger: Logger(level: .info, sink: lines))
    }

    private func order(_ action: String = "hold_destination") -> AuditLog.Order {
        AuditLog.Order(actor: "ada", remoteAddress: "127.0.0.1", action: action, subject: "name=hook")
    }

    private func entries(_ log: AuditLog) throws -> [String] {
        try log.entries(before: nil, limit: 1000).map {
            "\($0.actor) \($0.action) \($0.subject) \($0.outcome.rawValue) \($0.detail)"
        }
    }

    @Test func anOrderIsWrittenDownBeforeItIsCarriedOut() throws {
        let log = try log()
        var during: [String] = []
        let result = try log.carryOut(order()) {
            during = try entries(log)
            return (7, detail: "held")
        }
        #expect(during == ["ada hold_destination name=hook begun "])
        #expect(result == 7)
        #expect(try entries(log) == ["ada hold_destination name=hook done held"])
    }

    @Test func aFailureIsWrittenDownWithItsCode() throws {
        let log = try log()
        #expect(throws: AdminFailure.self) {
            try log.carryOut(order()) { () throws -> (Void, detail: String) in
                throw AdminFailure(409, "destination_disabled", "it is disabled")
            }
        }
        #expect(try entries(log) == ["ada hold_destination name=hook failed destination_disabled"])
    }

    @Test func whatCannotBeWrittenDownIsNotDone() throws {
        let log = try log()
        store.failCommit(1, with: StoreError(.io, "the disk is broken"))
        #expect(throws: StoreError.self) {
            try log.carryOut(order()) {
                Issue.record("it was carried out")
                return ((), detail: "")
            }
        }
        #expect(try entries(log).isEmpty)
    }

    @Test func anEndThatCannotBeWrittenIsInTheLog() throws {
        let log = try log()
        store.failCommit(2, with: StoreError(.io, "the disk is broken"))
        #expect(try log.carryOut(order()) { (1, detail: "held") } == 1, "it was done, so it is answered")
        #expect(try entries(log) == ["ada hold_destination name=hook begun "])
        #expect(lines.lines.contains { $0.contains("hold_destination") && $0.contains("done") })
    }

    @Test func theOldestGoWhenThereAreTooMany() throws {
        let log = try log(limit: 5)
        for number in 1...12 { try log.carryOut(order("order_\(number)")) { ((), detail: "") } }
        #expect(try log.entries(before: nil, limit: 100).map(\.action) == (8...12).reversed().map { "order_\($0)" })
    }

    @Test func theOldestGoWhenTheyAreTooOld() throws {
        let log = try log(age: .seconds(100))
        for number in 1...3 {
            try log.carryOut(order("order_\(number)")) { ((), detail: "") }
            clock.advance(by: .seconds(60))
        }
        try log.carryOut(order("order_4")) { ((), detail: "") }
        #expect(try log.entries(before: nil, limit: 100).map(\.action) == ["order_4", "order_3"])
    }

    @Test func aSmallerLimitIsReachedInSteps() throws {
        let first = try log(limit: 1000)
        for number in 1...150 { try first.carryOut(order("order_\(number)")) { ((), detail: "") } }
        let second = try log(limit: 5)
        for number in 151...153 { try second.carryOut(order("order_\(number)")) { ((), detail: "") } }
        #expect(try second.entries(before: nil, limit: 1000).count == 5)
    }

    @Test func numbersGoOnAfterARestartEvenIfTheClockWentBack() throws {
        try log().carryOut(order("first")) { ((), detail: "") }
        clock.advance(by: .seconds(-3600))
        let log = try log()
        try log.carryOut(order("second")) { ((), detail: "") }
        #expect(try log.entries(before: nil, limit: 10).map(\.action) == ["second", "first"])
    }

    @Test func longTextsAreCut() throws {
        let log = try log()
        var order = order()
        order.subject = String(repeating: "x", count: 5000)
        try log.carryOut(order) { ((), detail: String(repeating: "y", count: 5000)) }
        let entry = try #require(try log.entries(before: nil, limit: 1).first)
        #expect(entry.subject.count == 1000)
        #expect(entry.detail.count == 1000)
    }
}
