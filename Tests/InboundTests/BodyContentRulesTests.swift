import EventModel
import Testing

@testable import Inbound

/// Reference inbound, 3.3 and section 9, rows 20-23.
@Suite struct BodyContentRulesTests {
    private static let webhook = EventRoute(.rudderstack)
    private static let native = EventRoute(native: .batch)

    private func check(_ headers: HeaderLines, _ route: EventRoute) -> Result<ContentEncoding, RequestFault> {
        Result { () throws(RequestFault) in try ContentRules.check(headers, for: route) }
    }

    @Test(
        "rows 20-22: media types",
        arguments: [
            (["application/json"], nil, nil),
            (["application/json; charset=utf-8"], nil, nil),
            (["Application/JSON;charset=\"UTF-8\""], nil, nil),
            (["application/json;charset=utf8"], nil, nil),
            (["application/json; charset=US-ASCII"], nil, nil),
            (["application/json; boundary=x; charset=utf-8"], nil, nil),
            (["application/cloudevents+json"], nil, nil),
            (["application/vnd.api+json; version=1"], nil, nil),
            (["application/json; charset=iso-8859-1"], .unsupportedCharset, .unsupportedCharset),
            (["application/json; charset=utf-16"], .unsupportedCharset, .unsupportedCharset),
            (["application/x-www-form-urlencoded", "application/json"], nil, nil),
            (["application/json", "text/html"], nil, nil),
            (["text/html, application/json"], nil, nil),
            (["application/json; charset=utf-16", "application/json"], nil, nil),
            (["text/plain"], .unsupportedMediaType, nil),
            (["text/plain;charset=UTF-8"], .unsupportedMediaType, nil),
            (["text/plain; charset=iso-8859-1"], .unsupportedMediaType, nil),
            ([], .unsupportedMediaType, nil),
            (["text/html"], .unsupportedMediaType, .unsupportedMediaType),
            (["application/xml"], .unsupportedMediaType, .unsupportedMediaType),
            (["multipart/form-data; boundary=x"], .unsupportedMediaType, .unsupportedMediaType),
            (["application/x-www-form-urlencoded"], .unsupportedMediaType, .unsupportedMediaType),
            (["application/jsonx"], .unsupportedMediaType, .unsupportedMediaType),
            (["json"], .unsupportedMediaType, .unsupportedMediaType),
            ([""], .unsupportedMediaType, nil),
            (["/json"], .unsupportedMediaType, .unsupportedMediaType),
            (["application/ json"], .unsupportedMediaType, .unsupportedMediaType),
        ] as [([String], RequestFault.Code?, RequestFault.Code?)])
    func mediaTypes(_ lines: [String], webhook: RequestFault.Code?, native: RequestFault.Code?) {
        let headers = HeaderLines(lines.map { ("Content-Type", $0) })
        #expect(check(headers, Self.webhook).faultCode == webhook)
        #expect(check(headers, Self.native).faultCode == native)
    }

    @Test(
        "row 23: content encodings",
        arguments: [
            ([], .identity), (["gzip"], .gzip), (["GZip "], .gzip), (["x-gzip"], .gzip), (["identity"], .identity),
            ([""], .identity), (["identity, gzip"], .gzip), (["identity", "gzip"], .gzip), (["br"], nil),
            (["zstd"], nil),
            (["deflate"], nil), (["gzip, gzip"], nil), (["gzip", "gzip"], nil), (["gzip, br"], nil),
            (["gzip;q=1"], nil),
        ] as [([String], ContentEncoding?)])
    func encodings(_ lines: [String], expected: ContentEncoding?) {
        let headers = HeaderLines([("Content-Type", "application/json")] + lines.map { ("content-encoding", $0) })
        for route in [Self.webhook, Self.native] {
            switch check(headers, route) {
            case .success(let encoding): #expect(encoding == expected)
            case .failure(let fault):
                #expect(expected == nil)
                #expect(fault.code == .unsupportedEncoding)
                #expect(fault.status == 415)
            }
        }
    }
}
