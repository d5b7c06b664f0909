import Inbound
import TestSupport
import Testing

/// Requests damaged at random: the server may refuse them, but it must stay up and lose no connection.
@Suite struct HTTPServerHostileInputTests {
    private static let corpus = [
        "GET /a?b=c HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world",
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: 1\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
        "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\nHEAD http://h:80//x HTTP/1.0\r\nX:  1\r\n 2\r\n\r\n",
    ]

    @Test("damaged requests", arguments: [1, 2, 3] as [UInt64])
    func survives(seed: UInt64) throws {
        var random = Generator(state: seed)
        try withServer({ $0.bodyByteLimit = 4096 }) { server in
            for _ in 0..<200 {
                let request = damaged(Array(Self.corpus[random.below(Self.corpus.count)].utf8), &random)
                let client = try RawHTTPClient(port: server.port)
                let split = random.below(request.count + 1)
                // The server may close, even reset, before it has everything.
                try? client.send(Array(request[..<split]))
                try? client.send(Array(request[split...]))
                if random.below(4) == 0 {
                    client.close(resetting: random.below(2) == 0)
                } else {
                    client.finishSending()
                    _ = try client.readToEnd()
                }
            }
            let client = try RawHTTPClient(port: server.port)
            try client.send("GET", "/fine")
            #expect(try client.readResponse().text == "GET /fine ")
            client.close()
            try eventually("closed connections") { server.statistics.openConnections == 0 }
        }
    }

    private func damaged(_ request: [UInt8], _ random: inout Generator) -> [UInt8] {
        var bytes = request
        for _ in 0...random.below(4) where !bytes.isEmpty {
            let at = random.below(bytes.count)
            switch random.below(5) {
            case 0: bytes[at] = UInt8(random.below(256))
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(Array("\0\r\n \t:;,/?#-+09\u{7F}".utf8)[random.below(16)], at: at)
            case 3: bytes.insert(contentsOf: bytes[at...].prefix(random.below(20)), at: at)
            default: bytes.removeLast(min(bytes.count, random.below(8)))
            }
        }
        return bytes
    }

    /// A linear congruential generator: the same bytes for the same seed.
    private struct Generator {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }
}
