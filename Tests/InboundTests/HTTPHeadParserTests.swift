import TestSupport
import Testing

@testable import Inbound

@Suite struct HTTPHeadParserTests {
    private static let example =
        "POST /v1/track?a=b HTTP/1.1\r\nHost: shop.example.com\r\nContent-Type:application/json\r\n"
        + "content-length: \t12 \r\nX-Empty:\r\n\r\n"

    private func parse(_ text: String, byteLimit: Int = 65_536, fieldLimit: Int = 100) -> HTTPHeadParser.Result {
        Array(text.utf8).withUnsafeBytes {
            HTTPHeadParser.parse($0, byteLimit: byteLimit, fieldLimit: fieldLimit)
        }
    }

    @Test func takesAHeadApart() throws {
        let text = Array(Self.example.utf8)
        try text.withUnsafeBytes { bytes in
            guard case .complete(let head) = HTTPHeadParser.parse(bytes, byteLimit: 65_536, fieldLimit: 100) else {
                Issue.record("the head is not complete")
                return
            }
            let view = HTTPHeadView(head: head, bytes: bytes)
            #expect(head.method == .post)
            #expect(String(decoding: view.target, as: UTF8.self) == "/v1/track?a=b")
            #expect(head.minorVersion == 1)
            #expect(head.framing == .length(12))
            #expect(head.byteCount == text.count)
            #expect(!head.closes)
            let values = head.fields.map { String(decoding: view.text($0.value), as: UTF8.self) }
            #expect(values == ["shop.example.com", "application/json", "12", ""])
            let length = try #require(view.value("Content-Length"))
            #expect(String(decoding: length, as: UTF8.self) == "12")
            #expect(view.value("Content-Lengt") == nil)
            #expect(view.value("X-Other") == nil)
        }
    }

    @Test func waitsForTheWholeHead() {
        for count in 0..<Self.example.utf8.count {
            guard case .incomplete = parse(String(decoding: Self.example.utf8.prefix(count), as: UTF8.self)) else {
                Issue.record("\(count) bytes of a head are not the whole of it")
                return
            }
        }
    }

    @Test func leavesWhatFollowsAlone() {
        guard case .complete(let head) = parse(Self.example + "{\"event\":1}GET / HTTP/1.1\r\n") else {
            Issue.record("the head is not complete")
            return
        }
        #expect(head.byteCount == Self.example.utf8.count)
    }

    struct Persistence: Sendable, CustomTestStringConvertible {
        var version: Int
        var field: String
        var closes: Bool
        var saysKeepAlive: Bool
        var testDescription: String { "HTTP/1.\(version), \(field.isEmpty ? "no Connection" : field)" }
    }

    @Test(
        "what becomes of the connection",
        arguments: [
            Persistence(version: 1, field: "", closes: false, saysKeepAlive: false),
            Persistence(version: 1, field: "Connection: close", closes: true, saysKeepAlive: false),
            Persistence(version: 1, field: "Connection: upgrade , CLOSE", closes: true, saysKeepAlive: false),
            Persistence(version: 1, field: "Connection: closed", closes: false, saysKeepAlive: false),
            Persistence(version: 0, field: "", closes: true, saysKeepAlive: false),
            Persistence(version: 0, field: "Connection: Keep-Alive", closes: false, saysKeepAlive: true),
            Persistence(version: 0, field: "Connection: keep-alive, close", closes: true, saysKeepAlive: false),
        ])
    func persistence(_ c: Persistence) {
        let field = c.field.isEmpty ? "" : c.field + "\r\n"
        guard case .complete(let head) = parse("GET / HTTP/1.\(c.version)\r\nHost: h\r\n\(field)\r\n") else {
            Issue.record("the head is not complete")
            return
        }
        #expect(head.closes == c.closes)
        #expect(head.saysKeepAlive == c.saysKeepAlive)
    }

    @Test("no bytes make it read beyond them or trap", arguments: 0..<40 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var bytes = Array(Self.example.utf8)
        for _ in 0..<200 {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: position)
            case 2: bytes.insert(UInt8(ascii: "\n"), at: position)
            default: bytes.insert(contentsOf: Array("\r\n".utf8), at: position)
            }
            if bytes.count < 8 { bytes = Array(Self.example.utf8) }
            let copy = bytes
            copy.withUnsafeBytes { buffer in
                guard case .complete(let head) = HTTPHeadParser.parse(buffer, byteLimit: 400, fieldLimit: 20) else {
                    return
                }
                #expect(head.byteCount <= buffer.count)
                #expect(head.fields.count <= 20)
                let view = HTTPHeadView(head: head, bytes: buffer)
                for field in head.fields { #expect(view.text(field.value).count <= buffer.count) }
            }
        }
    }
}
