import TestSupport
import Testing

/// Remembered click ids over real sockets, a real store and restarts.
@Suite struct ClickMemoryRestartTests {
    private func page(_ message: String, _ query: String, at time: String) -> String {
        #"{"type":"page","messageId":"\#(message)","anonymousId":"a-1","originalTimestamp":"\#(time)","#
            + #""context":{"page":{"url":"https://shop.example/?\#(query)"}}}"#
    }

    @Test func aRestartForgetsNoClick() throws {
        let gateway = try GatewayHarness()
        let time = "2026-04-23T14:12:33.000Z"
        let fbc = #""fbc":"fb.1.1776953553000.IwAR2-x_Y""#
        #expect(try gateway.postRudderStack(page("1", "fbclid=IwAR2-x_Y&gclid=Cj0-_K", at: time)).status == 200)
        try gateway.restart()
        let again = page("2", "fbclid=IwAR2-x_Y", at: "2026-04-23T14:20:00.000Z")
        #expect(try gateway.postRudderStack(again).item.status == "accepted")
        try gateway.restart()
        let login = Samples.identify(message: "3", user: "user-7", anonymous: "a-1")
        #expect(try gateway.postRudderStack(login).item.status == "accepted")
        try gateway.restart()
        let order = Samples.purchase(order: "o-1", user: "user-7")
            .replacing("14:12:33", with: "14:30:00")
        #expect(try gateway.postSegment(order).item.status == "accepted")
        #expect(gateway.receiver.waitForRequests(4))
        let delivered = gateway.receiver.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(delivered.contains { $0.contains(#""event_id":"o-1""#) && $0.contains(fbc) && $0.contains("Cj0-_K") })
        let entries = try gateway.inspect().entries()
        let stored = Dictionary(uniqueKeysWithValues: entries.map { ($0.event.messageId, $0.canonical) })
        #expect(stored["1"]?.contains(fbc) == true && stored["2"]?.contains(fbc) == true)
        #expect(stored["m-o-1"]?.contains(#""remembered_ids":["fbclid","fbc","gclid"]"#) == true)
    }
}
