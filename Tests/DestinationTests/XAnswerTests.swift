import TestSupport
import Testing

@testable import Outbound

/// Reference x, sections 5 and 6.
@Suite struct XAnswerTests {
    static let settings = [
        "pixel_id=o8z6j", "event_ids.purchase=tw-o8z6j-ol288", "auth_mode=pixel_token", "pixel_token=example-token",
    ]

    private static func errors(_ code: String, _ message: String) -> String {
        #"{"errors":[{"code":"\#(code)","message":"\#(message)"}]}"#
    }

    @Test(
        "all or nothing",
        arguments: [
            PlatformAnswerCase("all well", 200, #"{"data":{"conversions_processed":2}}"#, "accepted", "accepted"),
            PlatformAnswerCase(
                "fewer than were sent", 200, #"{"data":{"conversions_processed":1}}"#, "accepted X processed 1 of 2",
                "accepted X processed 1 of 2"),
            PlatformAnswerCase(
                "a bad conversion is looked for", 400, errors("INVALID_PARAMETER", "bad"),
                "apart INVALID_PARAMETER: bad", "apart INVALID_PARAMETER: bad"),
            PlatformAnswerCase(
                "a bad conversion alone", 400, errors("INVALID_PARAMETER", "bad"), "rejected INVALID_PARAMETER: bad"),
            PlatformAnswerCase(
                "a pixel that is not there", 404, errors("NOT_FOUND", "no pixel"), "refused NOT_FOUND: no pixel",
                "refused NOT_FOUND: no pixel"),
            PlatformAnswerCase(
                "not allowed", 403, errors("FORBIDDEN", "no"), "refused FORBIDDEN: no", "refused FORBIDDEN: no"),
            PlatformAnswerCase("a fault of its own", 503, "", "transient"),
        ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try XAPI.configured(Self.settings)) == answer.expected)
    }

    @Test(
        arguments: [
            (400, errors("INVALID_PARAMETER", "Event_id (tw-o8z6j-b) is not a single event tag (SET)")),
            (404, errors("WEB_EVENT_TAG_NOT_FOUND", "tw-o8z6j-b")),
        ])
    func aWrongEventIDCostsItsOwnEventsOnly(_ status: Int, body: String) throws {
        let api = try XAPI.configured(Self.settings)
        let response = HTTPResponse(statusCode: status, body: Array(body.utf8))
        func verdicts(_ ids: String...) -> [AttemptVerdict] {
            let parts = ids.map { Array(#"{"event_id":"\#($0)"}"#.utf8) }
            return api.outcomes(on: response, to: parts, at: PlatformAnswerCase.now).map(\.verdict)
        }
        #expect(verdicts("tw-o8z6j-a", "tw-o8z6j-b", "tw-o8z6j-bc") == [.apart, .rejected, .apart])
        #expect(verdicts("tw-o8z6j-a", "tw-o8z6j-c") == [.apart, .apart], "not ours: the request goes in halves")
        #expect(verdicts("tw-o8z6j-b") == [.rejected])
    }
}
