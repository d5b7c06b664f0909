import TestSupport
import Testing

@testable import Outbound

/// Reference meta, section 6.
@Suite struct MetaAnswerTests {
    static let settings = ["pixel_id=123456789012345", "access_token=example-access-token"]

    private static func error(_ code: Int, _ subcode: Int = 0, _ more: String = "") -> String {
        #"{"error":{"message":"words","code":\#(code),"error_subcode":\#(subcode)\#(more)}}"#
    }

    @Test(
        "code and subcode decide",
        arguments: [
            PlatformAnswerCase("all well", 200, #"{"events_received":2,"messages":[]}"#, "accepted", "accepted"),
            PlatformAnswerCase("a page with status 200", 200, "<html>", "transient", "transient"),
            PlatformAnswerCase(
                "a bad event is looked for", 400, error(100, 2_804_019), "apart [100/2804019] words",
                "apart [100/2804019] words"),
            PlatformAnswerCase("a bad event alone", 400, error(100, 2_804_019), "rejected [100/2804019] words"),
            PlatformAnswerCase("a token that is over", 400, error(190), "refused [190] words"),
            PlatformAnswerCase("a pixel that is not there", 400, error(100, 33), "refused [100/33] words"),
            PlatformAnswerCase("too many", 400, error(80_004), "throttled [80004] words"),
            PlatformAnswerCase(
                "it says that it passes", 400, error(9_999, 0, #","is_transient":true"#), "transient [9999] words"),
            PlatformAnswerCase("a page with status 502", 502, "<html>", "transient"),
        ])
    func meaning(_ answer: PlatformAnswerCase) throws {
        #expect(answer.outcomes(try MetaAPI.configured(Self.settings)) == answer.expected)
    }
}
