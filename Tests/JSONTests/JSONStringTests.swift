import JSON
import Testing

@Suite struct JSONStringTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var source: String, text: String
        var hasLoneSurrogate = false, hasControl = false
        var testDescription: String { source }
    }

    @Test(
        "escapes are resolved",
        arguments: [
            Case(source: #""plain""#, text: "plain"),
            Case(source: #""a\"b\\c\/d""#, text: "a\"b\\c/d"),
            Case(source: #""\b\f\n\r\t""#, text: "\u{8}\u{C}\n\r\t", hasControl: true),
            Case(source: #""\u0041\u00e9\u20AC""#, text: "Aé€"),
            Case(source: #""\uD83D\uDE00""#, text: "😀"),
            Case(source: #""\ud83d\ude00 and \u00e9""#, text: "😀 and é"),
            Case(source: #""\u0000""#, text: "\u{0}", hasControl: true),
            Case(source: #""\u001f""#, text: "\u{1F}", hasControl: true),
            Case(source: #""\u0020""#, text: " "),
            Case(source: #""\uFFFD""#, text: "\u{FFFD}"),
            Case(source: #""\ud800""#, text: "\u{FFFD}", hasLoneSurrogate: true),
            Case(source: #""\udc00""#, text: "\u{FFFD}", hasLoneSurrogate: true),
            Case(source: #""\ud800x""#, text: "\u{FFFD}x", hasLoneSurrogate: true),
            Case(source: #""\ud800\n""#, text: "\u{FFFD}\n", hasLoneSurrogate: true, hasControl: true),
            Case(source: #""\ud800\u0041""#, text: "\u{FFFD}A", hasLoneSurrogate: true),
            Case(source: #""\ud800\ud83d\ude00""#, text: "\u{FFFD}😀", hasLoneSurrogate: true),
            Case(source: #""\ude00\ud83d""#, text: "\u{FFFD}\u{FFFD}", hasLoneSurrogate: true),
            Case(source: "\"naïve 😀\"", text: "naïve 😀"),
            Case(source: #""""#, text: ""),
        ])
    func unescapes(_ c: Case) throws {
        let document = JSONDocument()
        for source in [c.source, "[\(c.source)]", "{\"k\":\(c.source)}", "{\(c.source):1}"] {
            let root = try document.parse(source)
            guard let member = root.members.first(where: { _ in true }) else {
                let string = root.elements.first { _ in true } ?? root
                #expect(string.string == c.text)
                #expect(string.hasLoneSurrogate == c.hasLoneSurrogate)
                #expect(string.hasControlCharacter == c.hasControl)
                continue
            }
            #expect(member.value.string ?? member.name == c.text)
            #expect(root[name: member.name] != nil)
        }
    }

    @Test("a value's text as sent keeps its escapes")
    func rawBytesAreTheSource() throws {
        let document = JSONDocument()
        let root = try document.parse(#"  {"a" : "\u0041\/" , "b":[ 1 , {"c":-1.50e+01} ] }  "#)
        let a = try #require(root["a"])
        #expect(String(decoding: a.rawBytes, as: UTF8.self) == #""\u0041\/""#)
        #expect(String(decoding: try #require(root["b"]).rawBytes, as: UTF8.self) == #"[ 1 , {"c":-1.50e+01} ]"#)
        let elements = Array(try #require(root["b"]).elements)
        #expect(elements.map { String(decoding: $0.rawBytes, as: UTF8.self) } == ["1", #"{"c":-1.50e+01}"#])
        #expect(root.offset == 2)
        #expect(a.offset == 9)
    }

    @Test("every scalar survives a round trip through both escape forms")
    func everyScalar() throws {
        let document = JSONDocument()
        for block in stride(from: UInt32(0), to: 0x11_0000, by: 0x1000) {
            let scalars = (block..<block + 0x1000).compactMap { Unicode.Scalar($0) }
            let text = String(String.UnicodeScalarView(scalars))
            var writer = JSONWriter()
            writer.value(text)
            let written = try document.parse(writer.bytes).string
            #expect(written == text)
            let escaped = text.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            let read = try document.parse("\"\(escaped.joined())\"").string
            #expect(read.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test("strings of every length around the machine's word and block sizes are read whole", arguments: [0, 1])
    func lengths(_ escapeCount: Int) throws {
        let document = JSONDocument()
        for length in 0..<300 {
            let text = String(repeating: "x", count: length) + String(repeating: "\n", count: escapeCount)
            var writer = JSONWriter()
            writer.array { $0.value(text) }
            let read = try document.parse(writer.bytes).elements.map(\.string)
            #expect(read == [text])
        }
    }
}
