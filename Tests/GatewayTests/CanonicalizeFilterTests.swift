import EventModel
import Gateway
import Platform
import Testing

@Suite struct CanonicalizeFilterTests {
    @Test("an indented body gives one line", arguments: ["\n", "\r\n"])
    func indentedBody(_ lineBreak: String) throws {
        let body =
            #"{"type":"track","event":"Order Completed","messageId":"m","anonymousId":"visitor-1","integrations":{|},"properties":{|"a":1}}"#
            .split(separator: "|").joined(separator: lineBreak)
        let profile = SourceProfile(name: "shop", kind: .rudderstack, tenant: .offline)
        let lines = CanonicalizeFilter(profile: profile, now: Timestamp(seconds: 1_776_953_553))
            .lines(for: Array(body.utf8))
        let line = try #require(lines.first)
        #expect(lines.count == 1 && !line.isRejection)
        #expect(!line.bytes.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
    }
}
