import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

@Suite struct AlertStoreTests {
    private let directory = TemporaryDirectory()
    private static let start = Timestamp(CivilTime(year: 2026, month: 1, day: 5))

    private static func alert(_ number: Int, _ kind: AlertKind = .platformDown) -> AlertRecord {
        let time = start + .seconds(number)
        var alert = AlertRecord(
            id: AlertID(after: nil, at: time), key: AlertKey(kind, "hook"), openedAt: time, since: time - .seconds(60),
            summary: "It is down.", nextStep: "Look.", figures: [.init("attempts", -3), .init("state", "running")])
        alert.tellings = [.init(channel: "webhook", openedAt: time), .init(channel: "email", openedAt: time)]
        alert.tellings[1].clearedAt = time + .seconds(9)
        return alert
    }

    @Test func idsRiseAndAreReadAsTheyAreWritten() throws {
        let first = AlertID(after: nil, at: Self.start)
        let second = AlertID(after: first, at: Self.start)
        let back = AlertID(after: second, at: Self.start - .seconds(60))
        #expect(first < second && second < back)
        #expect(AlertID("\(back)") == back)
        for text in ["", "alr_", "alr_12", "alr_+123456789012345", "alr_000000000000000G", "ALR_0000000000000000"] {
            #expect(AlertID(text) == nil, "\(text)")
        }
    }

    @Test func alertsAreListedTheNewestFirstInPagesAndByWhatTheyAre() throws {
        let path = directory.file("data")
        var expected: [AlertRecord] = []
        do {
            let store = try RocksDBStore(directory: path)
            var batch = WriteBatch()
            for number in 0..<10 {
                var alert = Self.alert(number, number.isMultiple(of: 2) ? .platformDown : .queueBacklog)
                if number < 6 {
                    alert.clearedAt = alert.openedAt + .seconds(5)
                    alert.clearNote = "Over."
                }
                batch.putAlert(alert)
                expected.insert(alert, at: 0)
            }
            try store.commit(batch, .buffered)
            store.close()
        }
        let store = try RocksDBStore(directory: path)
        defer { store.close() }
        let alerts = AlertStore(store)
        #expect(try alerts.alerts(limit: 100) == expected)
        let page = try alerts.alerts(limit: 4)
        #expect(page == Array(expected.prefix(4)))
        #expect(try alerts.alerts(after: page.last?.id, limit: 100) == Array(expected.dropFirst(4)))
        #expect(try alerts.alerts(status: .open, limit: 100).count == 4)
        #expect(try alerts.alerts(status: .cleared, kind: .queueBacklog, limit: 100).count == 3)
        #expect(try alerts.alert(expected[3].id) == expected[3])
        #expect(try alerts.alert(AlertID(7)) == nil)
        let old = try alerts.clearedAlerts(before: Self.start + .seconds(8), limit: 100)
        #expect(old == expected.suffix(3).map(\.id).reversed())
        var batch = WriteBatch()
        for id in old { batch.deleteAlert(id) }
        try store.commit(batch, .buffered)
        #expect(try alerts.alerts(limit: 100).count == 7)
    }

    @Test func whatWasLearnedOutlivesTheProcess() throws {
        let path = directory.file("data")
        var record = BaselineRecord()
        record.hours[0] = [.init(good: 3, total: 4), .init(good: 1 << 40, total: .max)]
        record.hours[167] = [.init(good: 0, total: 0)]
        record.hourStart = Self.start
        record.observed = .seconds(1800)
        record.current = .init(good: 7, total: 9)
        record.lastSeenAt = Self.start + .seconds(3)
        record.peaks = [1, 2, 3]
        record.peak = 9
        record.peakDay = 20_000
        do {
            let store = try RocksDBStore(directory: path)
            var batch = WriteBatch()
            batch.putBaseline(record, of: .source("web"))
            batch.putBaseline(BaselineRecord(), of: .destination("web"))
            // What cannot be read is learned anew.
            batch.put(.counters, Array("baseline/source/odd".utf8), [9, 9])
            try store.commit(batch, .buffered)
            store.close()
        }
        let store = try RocksDBStore(directory: path)
        defer { store.close() }
        #expect(
            try AlertStore(store).baselines() == [.source("web"): record, .destination("web"): BaselineRecord()])
    }
}
