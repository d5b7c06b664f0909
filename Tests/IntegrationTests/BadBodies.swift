import EventModel

/// Rows 24 to 27 and 34 to 38: bytes that are not the text they should be.
enum BadBodies {
    static var cases: [BadInput] { get throws { try packed + texts } }

    private static func event(_ order: String) -> [UInt8] { Array(Samples.purchase(order: order).utf8) }

    private static func gzip(_ body: [UInt8]) -> BadInput.Request {
        .rudderstack(body, [("Content-Encoding", "gzip")])
    }

    private static var packed: [BadInput] {
        get throws {
            let good = try Gzip.pack(event("26g"))
            var badChecksum = try Gzip.pack(event("26c"))
            badChecksum[badChecksum.count - 6] ^= 0x55
            let halves = [Array(event("26m").prefix(40)), Array(event("26m").dropFirst(40))]
            return [
                BadInput("24 not gzip", gzip(event("24")), .refused(400, "gzip_invalid")),
                BadInput("25 gzip unannounced", .rudderstack(good), .refused(400, "invalid_json")) {
                    $0.text.contains("Content-Encoding: gzip")
                },
                BadInput("26 cut off", gzip(Array(good.dropLast(9))), .refused(400, "gzip_truncated")),
                BadInput("26 bad checksum", gzip(badChecksum), .refused(400, "gzip_invalid")),
                BadInput("26 garbage behind", gzip(good + Array("garbage".utf8)), .refused(400, "gzip_invalid")),
                BadInput("26 two members", gzip(try halves.flatMap(Gzip.pack)), .taken()),
                BadInput("26 good", gzip(good), .taken()),
                BadInput(
                    "27 bomb", gzip(try Gzip.pack([UInt8](repeating: 0x20, count: 16 << 20))),
                    .refused(413, "body_too_large")
                ) { $0.header("Connection") == "close" },
            ]
        }
    }

    private static let texts: [BadInput] = [
        BadInput("34 empty", .rudderstack(""), .refused(400, "empty_body")),
        BadInput("34 blank", .rudderstack(" \r\n\t "), .refused(400, "empty_body")),
        BadInput(
            "35 invalid UTF-8", .rudderstack(Array("{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)),
            .refused(400, "invalid_utf8")
        ) {
            $0.text.contains("byte 6")
        },
        BadInput("36 mark", .rudderstack([0xEF, 0xBB, 0xBF] + event("36")), .taken()),
        BadInput(
            "37 UTF-16", .rudderstack(Array("{\"a\":1}".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
            .refused(400, "invalid_utf8")),
        BadInput(
            "37 UTF-16 with a mark", .rudderstack([0xFE, 0xFF, 0, 0x7B, 0, 0x7D]), .refused(400, "invalid_utf8")),
        BadInput(
            "38 overlong", .rudderstack(Array("\"".utf8) + [0xC0, 0xAF] + Array("\"".utf8)),
            .refused(400, "invalid_utf8")),
        BadInput(
            "38 encoded surrogate", .rudderstack(Array("\"".utf8) + [0xED, 0xA0, 0x80] + Array("\"".utf8)),
            .refused(400, "invalid_utf8")),
    ]
}
