import Crypto
import EventModel

/// Row 103 and its like: pixels whose event cannot be taken, and which are images all the same.
enum NativePixels {
    /// A pixel, and the code under which its failure is counted.
    struct Case: Sendable {
        let name: String
        let target: String
        let code: String
    }

    static let cases: [Case] = [
        Case(name: "103 data is no base64", target: "/v1/pixel/track?data=%21%21", code: "pixel_invalid"),
        Case(name: "103 data is no JSON", target: segment("{\"event\":"), code: "pixel_invalid"),
        Case(name: "103 data is a list", target: segment("[\(key)]"), code: "pixel_invalid"),
        Case(name: "103 data is empty", target: "/v1/pixel/track?writeKey=\(good)&data=", code: "pixel_invalid"),
        Case(
            name: "103 data names nobody", target: segment("{\(key),\"event\":\"Odd\"}"), code: "pixel_invalid"),
        Case(
            name: "103 no event", target: "/pixel/v1/track?writeKey=\(good)&anonymousId=a", code: "pixel_invalid"),
        Case(
            name: "103 too many dots",
            target: "/pixel/v1/track?writeKey=\(good)&event=E&anonymousId=a&\(String(repeating: "a.", count: 40))=1",
            code: "pixel_invalid"),
        Case(name: "12 no key", target: "/pixel/v1/track?event=E&anonymousId=a", code: "write_key_missing"),
        Case(
            name: "13 unknown key", target: "/pixel/v1/page?writeKey=nobody&anonymousId=a", code: "write_key_invalid"),
        Case(
            name: "16 disabled source", target: "/pixel/v1/page?writeKey=\(NativeInputTests.disabledKey)&anonymousId=a",
            code: "source_disabled"),
        Case(
            name: "15 two keys",
            target: segment(#"{"writeKey":"other","event":"Odd","userId":"u"}"#) + "&writeKey=\(good)",
            code: "write_key_conflict"),
    ]

    private static let good = GatewayYAML.writeKey
    private static let key = "\"writeKey\":\"\(GatewayYAML.writeKey)\""

    static func segment(_ json: String, _ type: String = "track") -> String {
        "/v1/pixel/\(type)?data=" + Base64.encode(Array(json.utf8), alphabet: .urlSafe)
    }
}
