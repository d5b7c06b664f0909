import Testing

@testable import Inbound

@Suite struct HTTPTargetTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var target: String
        var path: String
        var query: String?
        var testDescription: String { target }

        init(_ target: String, _ path: String, _ query: String? = nil) {
            self.target = target
            self.path = path
            self.query = query
        }
    }

    @Test(
        "target",
        arguments: [
            Case("/", "/"), Case("//", "/"), Case("///?q", "/", "q"), Case("/a/", "/a"), Case("/a//b//", "/a/b"),
            Case("//host/a", "/host/a"), Case("/a?", "/a", ""), Case("/a?b?c=//", "/a", "b?c=//"),
            Case("/a#b?c", "/a"), Case("/a?b#c", "/a", "b"), Case("/%2e%2E//x", "/%2e%2E/x"), Case("*", "*"),
            Case("http://h", "/"), Case("http://h:80/", "/"), Case("hTTps://u@h//a/?b", "/a", "b"),
            Case("http://h?a", "/", "a"), Case("ftp://h/a", "ftp:/h/a"), Case("a", "a"), Case("", "/"),
        ])
    func parts(_ c: Case) {
        var text = c.target
        text.withUTF8 { bytes in
            let target = HTTPTarget(bytes)
            #expect(target.normalizedPath == c.path)
            #expect(target.query.map { String(decoding: $0, as: UTF8.self) } == c.query)
        }
    }
}
