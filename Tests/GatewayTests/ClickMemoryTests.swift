import EventModel
import Foundation
import JSON
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// What earlier events leave for later ones of the same person (reference inbound, 8.1 place 9, and 8.3).
@Suite struct ClickMemoryTests {
    /// The click ids of the events that a bench's store has, by message id.
    private struct Stored: Decodable {
        struct User: Decodable {
            var fbclid: String?
            var fbc: String?
            var fbp: String?
            var gclid: String?
            var ttclid: String?
            var rememberedIds: [String]?
        }
        var messageId: String
        var userData: User
    }

    private func stored(_ bench: CommitBench) throws -> [String: Stored.User] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let events = try EventReader(bench.store).recentEvents(bench.profile.tenant.accountNumber, limit: .max)
        return Dictionary(
            uniqueKeysWithValues: try events.map { event in
                let event = try decoder.decode(Stored.self, from: Data(event.canonical))
                return (event.messageId, event.userData)
            })
    }

    /// Commits events one by one, each with a state of its own: nothing is known but what the store has.
    private func commit(_ bench: CommitBench, _ events: (json: String, after: Duration)...) throws {
        for event in events {
            let state = try bench.makeState()
            _ = try state.decide(bench.event(event.json, after: event.after))
            try bench.store.commit(state.takeBatch(), .buffered)
        }
    }

    private static func page(
        _ message: String, query: String = "", anonymous: String = "a-1", more: String = ""
    ) -> String {
        #"{"type":"page","messageId":"\#(message)","anonymousId":"\#(anonymous)",\#(more)"#
            + #""context":{"page":{"url":"https://shop.example/?\#(query)"}}}"#
    }

    private static func purchase(_ message: String, _ ids: String, properties: String = "") -> String {
        #"{"type":"track","event":"Order Completed","messageId":"\#(message)",\#(ids),"#
            + #""properties":{"order_id":"o-\#(message)","revenue":1,"currency":"EUR"\#(properties)}}"#
    }

    private static let browser = #""anonymousId":"a-1""#
    private static let day = Duration.seconds(86_400)
    private static func made(_ click: String, _ after: Duration = .zero) -> String {
        "fb.1.\((CommitBench.start + after).milliseconds).\(click)"
    }

    @Test func anFBCRepeatsTheTimeOfTheFirstEventWithItsClick() throws {
        let bench = try CommitBench()
        try commit(
            bench, (Self.page("1", query: "fbclid=IwAb-_C"), .zero),
            (Self.page("2", query: "fbclid=IwAb-_C"), .seconds(60)),
            (Self.page("3", query: "fbclid=Other"), .seconds(120)),
            (Self.page("4", query: "fbclid=IwAb-_C"), .seconds(180)),
            (Self.page("5", query: "fbclid=IwAb-_C", anonymous: "a-2"), .seconds(240)))
        let stored = try stored(bench)
        #expect(["1", "2", "4"].allSatisfy { stored[$0]?.fbc == Self.made("IwAb-_C") })
        #expect(stored["1"]?.rememberedIds == nil && stored["2"]?.rememberedIds == ["fbc"])
        #expect(stored["3"]?.fbc == Self.made("Other", .seconds(120)))
        #expect(stored["5"]?.fbc == Self.made("IwAb-_C", .seconds(240)), "another browser, another pair")
    }

    @Test func aConversionTakesTheLastClickOfItsBrowser() throws {
        let bench = try CommitBench()
        try commit(
            bench, (Self.page("1", query: "gclid=First&fbclid=F1"), .zero),
            (Self.page("2", query: "gclid=Second"), .seconds(60)),
            (Self.purchase("3", Self.browser), .seconds(120)),
            (Self.purchase("4", Self.browser, properties: #","gclid":"Own""#), .seconds(180)),
            (Self.purchase("5", #""anonymousId":"a-2""#), .seconds(240)), (Self.page("6"), .seconds(300)))
        let stored = try stored(bench)
        #expect(stored["3"]?.gclid == "Second" && stored["3"]?.fbclid == "F1")
        #expect(stored["3"]?.fbc == Self.made("F1"))
        #expect(stored["3"]?.rememberedIds == ["fbclid", "fbc", "gclid"])
        #expect(stored["4"]?.gclid == "Own" && stored["4"]?.rememberedIds == ["fbclid", "fbc"])
        #expect(stored["5"]?.gclid == nil && stored["5"]?.rememberedIds == nil)
        #expect(stored["6"]?.gclid == nil, "page views are not looked up")
    }

    @Test("a server's order finds the click of the browser that its user signed in with")
    func userIDs() throws {
        let bench = try CommitBench()
        let login = #"{"type":"identify","messageId":"2","anonymousId":"a-1","userId":"u-1"}"#
        try commit(
            bench, (Self.page("1", query: "ttclid=T", more: #""properties":{"fbp":"fb.1.1700000000000.77"},"#), .zero),
            (login, .seconds(60)), (Self.purchase("3", #""userId":"u-1""#), .seconds(120)),
            (Self.purchase("4", #""userId":"u-1","anonymousId":"a-9""#), .seconds(180)),
            (Self.purchase("5", #""userId":"u-2""#), .seconds(240)))
        let stored = try stored(bench)
        #expect(stored["3"]?.ttclid == "T" && stored["3"]?.fbp == "fb.1.1700000000000.77")
        #expect(stored["4"]?.ttclid == "T" && stored["4"]?.fbp == nil, "another browser has another fbp")
        #expect(stored["5"]?.ttclid == nil)
    }

    @Test("each platform's window ends by itself")
    func windows() throws {
        let bench = try CommitBench()
        try commit(
            bench, (Self.page("1", query: "gclid=G&ttclid=T&fbclid=F"), .zero),
            (Self.purchase("2", Self.browser), Self.day * 30),
            (Self.purchase("3", Self.browser), Self.day * 30 + .milliseconds(1)),
            (Self.purchase("4", Self.browser), Self.day * 90),
            (Self.purchase("5", Self.browser), Self.day * 90 + .milliseconds(1)))
        let stored = try stored(bench)
        #expect(stored["2"]?.rememberedIds == ["fbclid", "fbc", "gclid", "ttclid"])
        #expect(stored["3"]?.rememberedIds == ["fbclid", "fbc", "gclid"])
        #expect(stored["4"]?.rememberedIds == ["fbclid", "fbc", "gclid"])
        #expect(stored["5"]?.rememberedIds == nil)
    }

    @Test func anEventThatHappenedBeforeTheClickDoesNotGetIt() throws {
        let bench = try CommitBench()
        let late = Self.purchase("2", Self.browser).dropLast() + #","originalTimestamp":"2026-04-23T14:00:00Z"}"#
        try commit(bench, (Self.page("1", query: "gclid=G"), .zero), (String(late), .seconds(60)))
        #expect(try stored(bench)["2"]?.gclid == nil)
    }

    @Test func anOlderClickThatArrivesLateReplacesNothing() throws {
        let bench = try CommitBench()
        let late = Self.page("2", query: "gclid=Old").dropLast() + #","originalTimestamp":"2026-04-23T14:00:00Z"}"#
        try commit(
            bench, (Self.page("1", query: "gclid=New"), .zero), (String(late), .seconds(60)),
            (Self.purchase("3", Self.browser), .seconds(120)))
        #expect(try stored(bench)["3"]?.gclid == "New")
    }

    @Test("a browser's own fbc is kept byte for byte and remembered; a newer click wins over an older cookie")
    func cookies() throws {
        let bench = try CommitBench()
        let cookie = "fb.1.1776000000000.Old.AQ"
        func stating(_ message: String) -> String {
            Self.purchase(message, Self.browser, properties: #","fbc":"\#(cookie)""#)
        }
        try commit(
            bench, (stating("1"), .zero), (Self.purchase("2", Self.browser), .seconds(1)),
            (Self.page("3", query: "fbclid=New"), .seconds(2)), (stating("4"), .seconds(3)),
            (Self.purchase("5", Self.browser), .seconds(4)), (Self.page("6", query: "fbclid=Old"), .seconds(5)))
        let stored = try stored(bench)
        #expect(stored["1"]?.fbc == cookie && stored["2"]?.fbc == cookie)
        #expect(stored["4"]?.fbc == Self.made("New", .seconds(2)) && stored["4"]?.fbclid == "New")
        #expect(stored["5"]?.fbc == Self.made("New", .seconds(2)))
        #expect(stored["6"]?.fbc == cookie, "the cookie of the same click is the one that was seen")
    }

    @Test func aCopyByAnotherWayTeachesItsClick() throws {
        let bench = try CommitBench()
        let copy =
            #"{"type":"track","event":"Order Completed","messageId":"2","anonymousId":"a-1","#
            + #""properties":{"order_id":"o-1","gclid":"G"}}"#
        try commit(
            bench, (Self.purchase("1", Self.browser), .zero), (copy, .seconds(1)),
            (Self.purchase("3", Self.browser), .seconds(2)))
        #expect(try stored(bench).keys.sorted() == ["1", "3"])
        #expect(try stored(bench)["3"]?.gclid == "G")
    }

    @Test func whatIsRememberedIsNoConflict() throws {
        let bench = try CommitBench()
        try commit(
            bench, (Self.page("1", query: "gclid=G"), .zero), (Self.purchase("2", Self.browser), .seconds(1)))
        let state = try bench.makeState()
        let changed = Self.purchase("2", Self.browser).replacing(#""revenue":1"#, with: #""revenue":2"#)
        guard case .duplicate(let duplicate) = try state.decide(bench.event(changed, after: .seconds(1))) else {
            Issue.record("the same message was taken twice")
            return
        }
        #expect(duplicate.differingFields == ["custom_data.value", "properties.revenue"])
    }

    @Test("without clicks nothing is looked up, and an unchanged click is not written again")
    func costs() throws {
        let bench = try CommitBench()
        try commit(bench, (Self.purchase("1", Self.browser), .zero), (Self.page("2"), .zero))
        #expect(try bench.store.count(.clicks) == 0)
        let state = try bench.makeState()
        for number in 3..<6 { _ = try state.decide(bench.event(Self.page("\(number)", query: "gclid=G"))) }
        let writes = state.takeBatch().operations.count { $0.family == .clicks }
        #expect(writes == 1)
    }

    @Test func batchesThatFailTeachNothing() throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        _ = try state.decide(bench.event(Self.page("1", query: "gclid=G")))
        state.discard()
        _ = try state.decide(bench.event(Self.purchase("2", Self.browser)))
        try bench.store.commit(state.takeBatch(), .buffered)
        #expect(try stored(bench)["2"]?.gclid == nil)
    }

    @Test("an event completed here reads as the canonicalizer would have written it")
    func order() throws {
        let bench = try CommitBench()
        let typed = #""context":{"device":{"id":"d-1"},"externalIds":[{"type":"crm","id":"7"}]}"#
        let own = Self.purchase("1", Self.browser + "," + typed, properties: #","gclid":"G","ttclid":"T""#)
        let bare = Self.purchase("1", Self.browser + "," + typed, properties: #","ttclid":"T""#)
        let complete = try JSONSerialization.jsonObject(with: Data(bench.event(own).canonical)) as? NSDictionary
        let patched = ClickPatch.apply(
            [UserData.ClickID(.gclid, "G")], to: try bench.event(bare).canonical, .init())
        let expected = try #require(complete?["user_data"] as? [String: Any])
        let object = try JSONSerialization.jsonObject(with: Data(patched)) as? [String: Any]
        var actual = try #require(object?["user_data"] as? [String: Any])
        #expect(actual.removeValue(forKey: "remembered_ids") as? [String] == ["gclid"])
        #expect(NSDictionary(dictionary: actual) == NSDictionary(dictionary: expected))
        func user(_ json: [UInt8]) -> String {
            let text = String(decoding: json, as: UTF8.self)
            return String(text.split(separator: #""user_data":"#)[1].split(separator: #","custom_data""#)[0])
        }
        #expect(
            user(patched).replacing(#","remembered_ids":["gclid"]"#, with: "") == user(try bench.event(own).canonical))
    }
}

/// Requests to erase somebody's data (reference inbound, row 105).
@Suite struct ErasureRequestTests {
    @Test func aDeleteCallIsRecordedAndDeliveredNowhere() throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        let delete = #"{"type":"delete","messageId":"d-1","userId":"97980","context":[],"integrations":[]}"#
        guard case .accepted(_, let destinationCount) = try state.decide(bench.event(delete)) else {
            Issue.record("the request was not taken")
            return
        }
        #expect(destinationCount == 0)
        let batch = state.takeBatch()
        #expect(!batch.operations.contains { $0.family == .deliveries || $0.family == .due })
        try bench.store.commit(batch, .buffered)
        let account = bench.profile.tenant.accountNumber
        let record = try #require(try EventReader(bench.store).erasures(account, .ascending, limit: 10).first)
        #expect(record == ErasureRecord(record.request) && record.phase == .requested)
        let request = record.request
        #expect(request.subjects == [ErasureRequest.Subject(type: "user_id", value: "97980")])
        #expect(request.environment == "production" && request.source == "rudderstack")
        #expect(request.requestedAt == CommitBench.start)
    }

    @Test("a track call of that name is delivered nowhere either, and asks for nothing")
    func trackCalls() throws {
        let bench = try CommitBench()
        let state = try bench.makeState()
        let track = #"{"type":"track","event":"Privacy Delete","messageId":"d-2","userId":"97980"}"#
        guard case .accepted(_, let destinationCount) = try state.decide(bench.event(track)) else {
            Issue.record("the event was not taken")
            return
        }
        #expect(destinationCount == 0)
        #expect(!state.takeBatch().operations.contains { $0.family == .erasures })
    }
}
