import EventModel
import JSON
import Platform
import Testing

@testable import Canonicalizer

@Suite struct DateReaderTests {
    private let document = JSONDocument()

    private func read(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        return DateReader.read(bytes.span)?.rfc3339
    }

    @Test(
        "date forms of the reference are read",
        arguments: [
            ("2026-04-23T14:12:33Z", "2026-04-23T14:12:33.000Z"),
            ("2026-04-23T14:12:33.5Z", "2026-04-23T14:12:33.500Z"),
            ("2026-04-23T14:12:33.123456789+02:00", "2026-04-23T12:12:33.123Z"),
            ("2026-04-23T14:12:33.123-0330", "2026-04-23T17:42:33.123Z"),
            ("2026-04-23t14:12:33z", "2026-04-23T14:12:33.000Z"),
            ("2026-04-23 14:12:33", "2026-04-23T14:12:33.000Z"), ("2026-04-23T14:12", "2026-04-23T14:12:00.000Z"),
            ("2026-04-23", "2026-04-23T00:00:00.000Z"), (" 2026-04-23 ", "2026-04-23T00:00:00.000Z"),
            ("1776953553", "2026-04-23T14:12:33.000Z"), ("1776953553123", "2026-04-23T14:12:33.123Z"),
            ("1776953553123456", "2026-04-23T14:12:33.123Z"), ("1776953553.25", "2026-04-23T14:12:33.250Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999Z"),
            ("2026-04-23T14:12:33.123456789012345678901234567890Z", "2026-04-23T14:12:33.123Z"),
            ("0000-01-01", "0000-01-01T00:00:00.000Z"),
        ])
    func readable(_ text: String, _ expected: String) {
        #expect(read(text) == expected)
    }

    @Test("the usual form reads like the same time with a zone written out")
    func usualForm() {
        let parts = [
            "2026-04-23T14:12:33.123", "2024-02-29T23:59:59.999", "0000-01-01T00:00:00.000", "1999-12-31T09:08:07.006",
            "2026-02-29T00:00:00.000", "2026-00-10T00:00:00.000", "2026-13-10T00:00:00.000", "2026-04-31T00:00:00.000",
            "2026-04-00T00:00:00.000", "2026-04-23T24:00:00.000", "2026-04-23T23:60:00.000", "2026-12-31T23:59:60.000",
            "2026-12-31T23:59:61.000", "2026-04-23 14:12:33.123", "2026/04/23T14:12:33.123", "2026-04-23T14:12:33,123",
            "20a6-04-23T14:12:33.123", "2026-04-23T14:12:3:.123", "2026-04-23T14:12:33.12/", "２026-04-23T14:12:33.",
        ]
        for part in parts { #expect(read(part + "Z") == read(part + "+00:00"), "\(part)") }
    }

    @Test(
        "other texts are no dates",
        arguments: [
            "", "yesterday", "0000-00-00", "10000-01-01T00:00:00Z", "2026-13-01", "2026-02-29", "2026-04-23T24:00:00Z",
            "2026-04-23T14:60:00Z", "2026-04-23T14:12:61Z", "2026-04-23T14:12:33.Z", "2026-04-23T14:12:33X",
            "2026-04-23T14:12:33+2:00", "2026-04-23T14:12:33+24:00", "2026-04-23T", "2026-04-23T14", "2026/04/23",
            "Thu Mar 24 2016 17:46:45 GMT+0000 (UTC)", "177695355", "17769535531", "1000000000000000000", "-1776953553",
            "1e18", "1776953553.", "1776953553.2x", "２０２６-04-23",
        ])
    func unreadable(_ text: String) {
        #expect(read(text) == nil)
    }

    @Test("JSON numbers are epochs, and nothing but numbers and strings is a time")
    func jsonValues() throws {
        #expect(DateReader.read(try document.parse("1776953553")) == Timestamp(seconds: 1_776_953_553))
        #expect(DateReader.read(try document.parse("1776953553123")) == Timestamp(milliseconds: 1_776_953_553_123))
        for text in ["1e18", "1.7e9", "true", "{}", "[1776953553]", "null", "-5"] {
            #expect(DateReader.read(try document.parse(text)) == nil, "\(text)")
        }
    }

    @Test("what a timestamp prints is read back", arguments: 0..<300)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let time = Timestamp(milliseconds: Int64(random.next() % 253_402_300_799_999))
        #expect(read(time.rfc3339) == time.rfc3339)
    }
}

@Suite struct EventTimeTests {
    private func occurredAt(
        _ times: String, kind: SourceKind = .rudderstack, dialect: Dialect? = nil, now: String,
        sentAtHeader: String? = nil
    ) throws -> (time: String, notes: [Note]) {
        var harness = CanonicalizerHarness(kind: kind) { $0.dialect = dialect }
        let bytes = Array(now.utf8)
        let received = DateReader.read(bytes.span)
        harness.transport = TransportFacts(receivedAt: try #require(received))
        harness.transport.sentAt = sentAtHeader
        let event = try harness.event(
            #"{"type":"track","messageId":"m","userId":"u","event":"E"\#(times.isEmpty ? "" : ",")\#(times)}"#)
        return (event.occurredAt.rfc3339, event.notes.notes)
    }

    @Test("a native RudderStack event is corrected: the documented example")
    func rudderStackExample() throws {
        let (time, notes) = try occurredAt(
            #""originalTimestamp":"2026-04-23T07:00:43.400Z","sentAt":"2026-04-23T07:00:45.124Z""#, kind: .native,
            dialect: .rudderstack, now: "2026-04-23T07:00:45.558Z")
        #expect(time == "2026-04-23T07:00:43.834Z")
        #expect(notes == [])
    }

    @Test("a native RudderStack event is corrected: the vendor's golden test, which ends after reception")
    func rudderStackGolden() throws {
        let (time, notes) = try occurredAt(
            #""originalTimestamp":"2026-04-23T01:23:45Z","sentAt":"2026-04-23T01:23:00Z""#, kind: .native,
            dialect: .rudderstack, now: "2026-04-23T02:23:45Z")
        #expect(time == "2026-04-23T02:24:30.000Z")
        #expect(notes == [])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var times: String
        var kind = SourceKind.rudderstack
        var dialect: Dialect?
        var header: String?
        var expected: String
        var notes: [Note] = []
        var testDescription: String { name }
    }

    static let now = "2026-04-23T12:00:00Z"

    @Test(
        "the table of reference inbound, 4.4",
        arguments: [
            Case(
                name: "webhook: timestamp comes first",
                times: #""timestamp":"2026-04-23T11:00:00Z","originalTimestamp":"2026-04-23T10:00:00Z""#,
                expected: "2026-04-23T11:00:00.000Z"),
            Case(
                name: "webhook: sentAt corrects nothing",
                times: #""originalTimestamp":"2026-04-23T10:00:00Z","sentAt":"2026-04-23T10:30:00Z""#,
                expected: "2026-04-23T10:00:00.000Z"),
            Case(
                name: "webhook: then the CDP's reception", times: #""receivedAt":"2026-04-23T09:00:00Z""#,
                kind: .segment, expected: "2026-04-23T09:00:00.000Z"),
            Case(name: "webhook: then now", times: "", kind: .segment, expected: "2026-04-23T12:00:00.000Z"),
            Case(
                name: "webhook: what cannot be read is passed over",
                times: #""timestamp":"yesterday","originalTimestamp":"2026-04-23T10:00:00Z""#,
                expected: "2026-04-23T10:00:00.000Z", notes: [.timestampUnparsable]),
            Case(
                name: "webhook: an empty time is none", times: #""timestamp":"","receivedAt":"2026-04-23T09:00:00Z""#,
                expected: "2026-04-23T09:00:00.000Z"),
            Case(
                name: "native RudderStack: a timestamp is taken as it is",
                times: #""timestamp":"2026-04-23T11:00:00Z","sentAt":"2026-04-23T11:30:00Z""#, kind: .native,
                dialect: .rudderstack, expected: "2026-04-23T11:00:00.000Z"),
            Case(
                name: "native RudderStack: original time without sentAt",
                times: #""originalTimestamp":"2026-04-23T11:00:00Z""#, kind: .native, dialect: .rudderstack,
                expected: "2026-04-23T11:00:00.000Z"),
            Case(
                name: "native RudderStack: a client's receivedAt is ignored",
                times: #""receivedAt":"2026-04-23T09:00:00Z""#, kind: .native, dialect: .rudderstack,
                expected: "2026-04-23T12:00:00.000Z"),
            Case(
                name: "native: the SentAt header stands in",
                times: #""originalTimestamp":"2026-04-23T11:00:00Z""#, kind: .native, dialect: .rudderstack,
                header: "2026-04-23T11:59:00Z", expected: "2026-04-23T11:01:00.000Z"),
            Case(
                name: "native Segment: timestamp is corrected",
                times: #""timestamp":"2026-04-23T11:00:00Z","sentAt":"2026-04-23T11:59:30Z""#, kind: .native,
                dialect: .segment, expected: "2026-04-23T11:00:30.000Z"),
            Case(
                name: "native Segment: timestamp without sentAt", times: #""timestamp":"2026-04-23T11:00:00Z""#,
                kind: .native, dialect: .segment, expected: "2026-04-23T11:00:00.000Z"),
            Case(
                name: "native: an unreadable sentAt corrects nothing",
                times: #""timestamp":"2026-04-23T11:00:00Z","sentAt":"soon""#, kind: .native, dialect: .segment,
                expected: "2026-04-23T11:00:00.000Z", notes: [.timestampUnparsable]),
            Case(
                name: "native, told from the envelope: RudderStack",
                times: #""originalTimestamp":"2026-04-23T11:00:00Z","sentAt":"2026-04-23T11:59:00Z""#, kind: .native,
                expected: "2026-04-23T11:01:00.000Z"),
            Case(
                name: "native, told from the envelope: RudderStack's mark wins",
                times: #""rudderId":"r","timestamp":"2026-04-23T11:00:00Z","sentAt":"2026-04-23T11:59:00Z""#,
                kind: .native, expected: "2026-04-23T11:00:00.000Z"),
            Case(
                name: "native, told from the envelope: otherwise Segment",
                times: #""timestamp":"2026-04-23T11:00:00Z","sentAt":"2026-04-23T11:59:00Z""#, kind: .native,
                expected: "2026-04-23T11:01:00.000Z"),
            Case(
                name: "an offline event sent days later keeps its age",
                times: #""originalTimestamp":"2026-04-20T12:00:00Z","sentAt":"2026-04-23T11:59:59Z""#, kind: .native,
                dialect: .rudderstack, expected: "2026-04-20T12:00:01.000Z"),
            Case(
                name: "row 80: 2099 is clamped to now", times: #""timestamp":"2099-01-01T00:00:00Z""#,
                expected: "2026-04-23T12:00:00.000Z", notes: [.timestampFutureClamped]),
            Case(
                name: "row 80: ten minutes ahead is within the tolerance",
                times: #""timestamp":"2026-04-23T12:10:00Z""#,
                expected: "2026-04-23T12:10:00.000Z"),
            Case(
                name: "row 80: 1970 is implausible",
                times: #""timestamp":"1970-01-01T00:00:00Z","receivedAt":"2026-04-23T09:00:00Z""#,
                expected: "2026-04-23T09:00:00.000Z", notes: [.timestampImplausible]),
            Case(
                name: "row 80: 1970 without another time is now", times: #""timestamp":"1970-01-01T00:00:00Z""#,
                expected: "2026-04-23T12:00:00.000Z", notes: [.timestampImplausible]),
            Case(
                name: "row 80: 0000-00-00 is unparsable", times: #""timestamp":"0000-00-00""#,
                expected: "2026-04-23T12:00:00.000Z", notes: [.timestampUnparsable]),
            Case(
                name: "row 80: yesterday is unparsable", times: #""timestamp":"yesterday""#,
                expected: "2026-04-23T12:00:00.000Z", notes: [.timestampUnparsable]),
            Case(
                name: "row 80: 1e18 is unparsable", times: #""timestamp":1e18"#,
                expected: "2026-04-23T12:00:00.000Z", notes: [.timestampUnparsable]),
            Case(
                name: "row 81: a sentAt a year before corrects nothing",
                times: #""originalTimestamp":"2026-04-23T11:00:00Z","sentAt":"2025-04-23T11:00:00Z""#, kind: .native,
                dialect: .rudderstack, expected: "2026-04-23T11:00:00.000Z", notes: [.skewImplausible]),
            Case(
                name: "row 82: a JSON number follows the epoch rules", times: #""timestamp":1776942000"#,
                expected: "2026-04-23T11:00:00.000Z"),
            Case(
                name: "older than seven days is stale", times: #""timestamp":"2026-04-16T11:59:59Z""#,
                expected: "2026-04-16T11:59:59.000Z", notes: [.timestampStale]),
        ])
    func table(_ c: Case) throws {
        let (time, notes) = try occurredAt(
            c.times, kind: c.kind, dialect: c.dialect, now: Self.now, sentAtHeader: c.header)
        #expect(time == c.expected)
        #expect(notes == c.notes)
    }

    @Test(
        "a thin body has its own order of times",
        arguments: [
            (#""sent_at":"2026-04-23T11:00:00Z""#, "2026-04-23T11:00:00.000Z"),
            (#""sent_at":"2026-04-23T11:00:00Z","timestamp":"2026-04-23T10:00:00Z""#, "2026-04-23T10:00:00.000Z"),
            (#""sent_at":"2026-04-23T11:00:00Z","occurred_at":"2026-04-23T10:00:00Z""#, "2026-04-23T10:00:00.000Z"),
            (
                #""sent_at":"2026-04-23T11:00:00Z","original_timestamp":"2026-04-23T10:00:00Z""#,
                "2026-04-23T10:00:00.000Z"
            ),
            (#""received_at":"2026-04-23T10:00:00Z""#, "2026-04-23T12:00:00.000Z"),
            (#""sent_at":"<no value>""#, "2026-04-23T12:00:00.000Z"),
        ])
    func thin(_ times: String, _ expected: String) throws {
        var harness = CanonicalizerHarness()
        harness.transport = TransportFacts(receivedAt: Timestamp(seconds: 1_776_945_600))
        let event = try harness.event(
            #"{"type":"track","message_id":"m","user_id":"u","event":"E","properties":{},\#(times)}"#)
        #expect(event.occurredAt.rfc3339 == expected)
        #expect(event.notes.isEmpty)
    }
}
