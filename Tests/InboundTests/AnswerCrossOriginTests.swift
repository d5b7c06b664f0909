import Testing

@testable import Inbound

/// Reference inbound, 3.7.
@Suite struct AnswerCrossOriginTests {
    private static let origin: HeaderLines = ["Origin": "https://shop.example.com"]

    private func value(_ name: String, _ headers: [Answer.Header]) -> String? {
        headers.first { "\($0.name)" == name }?.value
    }

    @Test("a preflight is answered with what was asked for")
    func preflight() {
        let asked = "authorization, anonymousid, content-type, sentat, rsa-retry-attempt"
        let answer = CrossOrigin.preflight(Self.origin.adding("Access-Control-Request-Headers", asked))
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
        #expect(value("Access-Control-Allow-Origin", answer.headers) == "https://shop.example.com")
        #expect(value("Access-Control-Allow-Credentials", answer.headers) == "true")
        #expect(value("Access-Control-Allow-Methods", answer.headers) == "POST, GET, OPTIONS")
        #expect(value("Access-Control-Allow-Headers", answer.headers) == asked)
        #expect(value("Access-Control-Max-Age", answer.headers) == "900")
        #expect(value("Vary", answer.headers) == "Origin, Access-Control-Request-Headers")
    }

    @Test(
        "header names that are none are not echoed",
        arguments: [
            "", ",", "a,,b", "a b", "a:b", "a\r\nSet-Cookie: x", "é", "\"a\"", String(repeating: "a", count: 1025),
        ])
    func hostileNames(_ names: String) {
        let answer = CrossOrigin.preflight(Self.origin.adding("Access-Control-Request-Headers", names))
        #expect(answer.status == 204)
        #expect(value("Access-Control-Allow-Headers", answer.headers) == nil)
        #expect(value("Access-Control-Allow-Origin", answer.headers) != nil)
    }

    @Test("answers let the page read them")
    func actual() {
        let headers = CrossOrigin.headers(for: Self.origin)
        #expect(value("Access-Control-Allow-Origin", headers) == "https://shop.example.com")
        #expect(value("Access-Control-Allow-Credentials", headers) == "true")
        #expect(value("Access-Control-Expose-Headers", headers) == "Retry-After, X-Request-Id")
        #expect(value("Vary", headers) == "Origin")
        #expect(
            value("Access-Control-Allow-Origin", CrossOrigin.headers(for: ["Origin": "null"] as HeaderLines)) == "null")
    }

    @Test("calls of servers get none")
    func servers() {
        #expect(CrossOrigin.headers(for: [:] as HeaderLines).isEmpty)
        #expect(CrossOrigin.preflight([:] as HeaderLines).headers.isEmpty)
    }

    @Test("an origin that would break a header is not echoed")
    func hostileOrigin() {
        let headers = CrossOrigin.headers(for: ["Origin": "https://a\r\nSet-Cookie: x"] as HeaderLines)
        #expect(value("Access-Control-Allow-Origin", headers) == nil)
        #expect(value("Vary", headers) == "Origin")
    }
}
