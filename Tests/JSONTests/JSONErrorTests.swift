import JSON
import TestSupport
import Testing

@Suite struct JSONErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var bytes: [UInt8], code: JSONError.Code
        var offset: Int, line = 1, column: Int
        var testDescription: String { String(decoding: bytes, as: UTF8.self).debugDescription }

        init(_ text: String, _ code: JSONError.Code, offset: Int, line: Int = 1, column: Int) {
            self.init(Array(text.utf8), code, offset: offset, line: line, column: column)
        }

        init(_ bytes: [UInt8], _ code: JSONError.Code, offset: Int, line: Int = 1, column: Int) {
            self.bytes = bytes
            self.code = code
            self.offset = offset
            self.line = line
            self.column = column
        }
    }

    @Test(
        "an error says what is wrong and where",
        arguments: [
            Case("", .empty, offset: 0, column: 1),
            Case(" \n\t\r ", .empty, offset: 0, column: 1),
            Case("\u{FEFF}", .empty, offset: 0, column: 1),
            Case("{\"a\":1,}", .invalidSyntax, offset: 7, column: 8),
            Case("[1,]", .invalidSyntax, offset: 3, column: 4),
            Case("{'a':1}", .invalidSyntax, offset: 1, column: 2),
            Case("{a:1}", .invalidSyntax, offset: 1, column: 2),
            Case("{\n  \"a\": 1,\n  \"b\": tru\n}", .invalidSyntax, offset: 19, line: 3, column: 8),
            Case("{\"a\":1", .invalidSyntax, offset: 6, column: 7),
            Case("[\"abc", .invalidSyntax, offset: 1, column: 2),
            Case("[\"a\nb\"]", .invalidSyntax, offset: 3, column: 4),
            Case("[\"\\q\"]", .invalidSyntax, offset: 2, column: 3),
            Case("[007]", .invalidSyntax, offset: 1, column: 2),
            Case("{\"event\":\"Big \"Sale\" now\"}", .invalidSyntax, offset: 15, column: 16),
            Case("{} {}", .trailingData, offset: 3, column: 4),
            Case("{}\n{}", .trailingData, offset: 3, line: 2, column: 1),
            Case("{}x", .trailingData, offset: 2, column: 3),
            Case("{\"a\":1e12345}", .invalidNumber, offset: 5, column: 6),
            Case([0x22, 0xFF, 0x22], .invalidUTF8, offset: 1, column: 2),
            Case([0x22, 0xC0, 0x80, 0x22], .invalidUTF8, offset: 1, column: 2),
            Case([0x22, 0xED, 0xA0, 0x80, 0x22], .invalidUTF8, offset: 1, column: 2),
            Case([0x22, 0xC3, 0xA9, 0x80, 0x22], .invalidUTF8, offset: 3, column: 4),
            Case([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], .invalidUTF8, offset: 1, column: 2),
            Case([0x22, 0xE2, 0x82], .invalidUTF8, offset: 1, column: 2),
            Case([0xFF, 0xFE, 0x7B, 0x00], .invalidUTF8, offset: 0, column: 1),
        ])
    func locates(_ c: Case) {
        let document = JSONDocument()
        let error = #expect(throws: JSONError.self) { try document.parse(c.bytes) }
        #expect(error?.code == c.code)
        #expect(error?.offset == c.offset)
        #expect(error?.line == c.line)
        #expect(error?.column == c.column)
        #expect(error.map { "\($0)" } == error?.message)
    }

    @Test("messages name the place and never quote the text")
    func messages() {
        let document = JSONDocument()
        let error = #expect(throws: JSONError.self) { try document.parse("{\"email\": jane@example.com}") }
        #expect(error?.message == "the text is not JSON at line 1, column 11")
        let encoding = #expect(throws: JSONError.self) { try document.parse([0x5B, 0x22, 0x80, 0x22, 0x5D]) }
        #expect(encoding?.message == "the text is not UTF-8 at byte 2")
    }

    @Test("the offset of bad UTF-8 is where the valid text ends", arguments: 0..<40 as Range<UInt64>)
    func utf8Offset(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let alphabet: [Character] = ["a", "é", "€", "😀", " "]
        let document = JSONDocument()
        for length in [0, 1, 7, 63, 64, 65, 4090, 4095, 4096, 4097, 9000] {
            let before = String((0..<length).map { _ in alphabet[Int(random.next() % 5)] })
            let faults: [[UInt8]] = [
                [0xFF], [0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x9F],
            ]
            let fault = faults[Int(random.next() % 6)]
            let after = String((0..<Int(random.next() % 5000)).map { _ in alphabet[Int(random.next() % 5)] })
            let error = #expect(throws: JSONError.self) {
                try document.parse([0x22] + Array(before.utf8) + fault + [0x20] + Array(after.utf8) + [0x22])
            }
            #expect(error?.code == .invalidUTF8)
            #expect(error?.offset == 1 + before.utf8.count)
        }
    }

    @Test("row 45: nesting at the limit is read, one more level is not, however many brackets follow")
    func depth() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        let document = JSONDocument()
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
            let levels = open.count == 6 ? 32 : 64
            _ = try document.parse(nested(levels, open, close))
            let error = #expect(throws: JSONError.self) { try document.parse(nested(levels + 1, open, close)) }
            #expect(error?.code == .tooDeep)
            _ = try document.parse(nested(levels + 1, open, close), limits: JSONLimits(depth: 66))
        }
        for text in [String(repeating: "[", count: 1_000_000), nested(500_000, "[", "]")] {
            let error = #expect(throws: JSONError.self) { try document.parse(text) }
            #expect(error?.code == .tooDeep)
            #expect(error?.offset == 64)
        }
        #expect(try document.parse(nested(1024, "[", "]"), limits: JSONLimits(depth: 1_000_000)).kind == .array)
        let error = #expect(throws: JSONError.self) {
            try document.parse(nested(1025, "[", "]"), limits: JSONLimits(depth: 1_000_000))
        }
        #expect(error?.code == .tooDeep)
    }

    @Test("row 46: values and keys are counted together against the limit")
    func valueLimit() throws {
        let document = JSONDocument()
        let limits = JSONLimits(valueCount: 7)
        _ = try document.parse(#"{"a":[1,2],"b":3}"#, limits: limits)
        for text in [
            #"{"a":[1,2],"b":3,"c":4}"#, #"[1,2,3,4,5,6,7]"#, #"[[[[[[[[]]]]]]]]"#, "[1,2,3,4,5,\"\\n\",\"\\n\"]",
        ] {
            let error = #expect(throws: JSONError.self) { try document.parse(text, limits: limits) }
            #expect(error?.code == .tooManyValues)
            #expect(error?.message == "the JSON has more than 7 values")
        }
    }

    @Test("a failed parse leaves a document that reads the next text")
    func recovers() throws {
        let document = JSONDocument()
        for bad in ["[", "{\"a\":1,\"a\":", "[NaN]", "\u{FEFF}", "[\"\\ud800\\", "[1e99999]"] {
            #expect(throws: JSONError.self) { try document.parse(bad) }
            let root = try document.parse(#"{"a":"\u0041"}"#)
            #expect(root["a"]?.string == "A")
            #expect(!document.hasDuplicateKeys)
        }
    }

    @Test("row 36: a byte order mark is skipped and counts in offsets")
    func byteOrderMark() throws {
        let document = JSONDocument()
        let root = try document.parse("\u{FEFF}{\"a\":1}")
        #expect(root["a"]?.int64 == 1)
        #expect(root.offset == 3)
        let error = #expect(throws: JSONError.self) { try document.parse("\u{FEFF}{a}") }
        #expect(error?.offset == 4)
        #expect(throws: JSONError.self) { try document.parse("{\u{FEFF}}") }
    }
}
