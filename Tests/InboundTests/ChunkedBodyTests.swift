import Testing

@testable import Inbound

@Suite struct ChunkedBodyTests {
    private static let example =
        "4\r\nWiki\r\n7;name=\"a b\"\r\npedia i\r\nB\r\nn \r\nchunks.\r\n0\r\nExpires: 0\r\n\r\n"
    private static let decoded = "Wikipedia in \r\nchunks."

    private func read(_ pieces: [String], byteLimit: Int = 1000) throws -> (body: String, rest: Int, isDone: Bool) {
        var chunks = ChunkedBody()
        var body: [UInt8] = []
        var rest = 0
        for piece in pieces {
            let bytes = Array(piece.utf8)
            let count = try bytes.withUnsafeBytes { try chunks.take($0, into: &body, byteLimit: byteLimit) }
            rest += bytes.count - count
        }
        return (String(decoding: body, as: UTF8.self), rest, chunks.isDone)
    }

    @Test func readsAlikeHoweverItIsCut() throws {
        let text = Self.example
        for first in 0...text.utf8.count {
            for second in stride(from: first, through: text.utf8.count, by: 7) {
                let pieces = [
                    String(text.utf8.prefix(first)) ?? "", String(text.utf8.prefix(second).dropFirst(first)) ?? "",
                    String(text.utf8.dropFirst(second)) ?? "",
                ]
                let result = try read(pieces)
                #expect(result.body == Self.decoded)
                #expect(result.isDone)
                #expect(result.rest == 0)
            }
        }
    }

    @Test func leavesTheNextRequestAlone() throws {
        let result = try read([Self.example + "GET / HTTP/1.1\r\n"])
        #expect(result.rest == 16)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var refusal: HTTPRefusal
        init(_ name: String, _ text: String, _ refusal: HTTPRefusal = .badChunk) {
            testDescription = name
            self.text = text
            self.refusal = refusal
        }
    }

    @Test(
        "what could be read in two ways is refused",
        arguments: [
            Case("no digits", "\r\n"), Case("a sign", "+4\r\nWiki\r\n"), Case("a prefix", "0x4\r\nWiki\r\n"),
            Case("a blank before", " 4\r\nWiki\r\n"), Case("a blank behind", "4 \r\nWiki\r\n"),
            Case("sixteen digits", "0000000000000004\r\nWiki\r\n"), Case("a bare line feed", "4\nWiki\r\n"),
            Case("data without its end", "4\r\nWikipedia\r\n"), Case("data that is short", "5\r\nWiki\r\n0\r\n"),
            Case("an endless extension", "4;" + String(repeating: "x", count: 300)),
            Case(
                "endless trailers",
                "0\r\n" + String(repeating: "X: \(String(repeating: "y", count: 200))\r\n", count: 50)),
            Case("too much", "3e9\r\n", .bodyTooLarge(1000)),
            Case("too much at once", "fffffffffffffff\r\n", .bodyTooLarge(1000)),
            Case("too much in the end", "3e8\r\n\(String(repeating: "x", count: 1000))\r\n1\r\n", .bodyTooLarge(1000)),
        ])
    func refuses(_ c: Case) {
        #expect(throws: c.refusal) { try read([c.text]) }
        #expect(throws: c.refusal) { try read(c.text.map { String($0) }) }
    }
}
