import JSON
import Testing

@Suite struct JSONWriterTests {
    @Test("commas and colons come by themselves")
    func structure() {
        var writer = JSONWriter(capacity: 0)
        writer.object {
            $0.member("a", 1)
            $0.key("b")
            $0.array {
                $0.value("x")
                $0.null()
                $0.value(true)
                $0.object { _ in }
                $0.array { _ in }
                $0.value(false)
            }
            $0.member("c", String?.none)
            $0.member("d", String?.some("y"))
            $0.key(name: "e\"f")
            $0.object { $0.member("g", false) }
            $0.key("h")
            $0.raw("{\"raw\":1}".utf8)
            $0.key("i")
            $0.null()
        }
        #expect(
            writer.text
                == #"{"a":1,"b":["x",null,true,{},[],false],"d":"y","e\"f":{"g":false},"h":{"raw":1},"i":null}"#)
        writer.removeAll()
        writer.value(7)
        #expect(writer.text == "7")
    }

    @Test("integers of every width up to 64 bits are written in full")
    func integers() {
        var writer = JSONWriter()
        writer.array {
            $0.value(Int64.min)
            $0.value(Int64.max)
            $0.value(UInt64.max)
            $0.value(UInt8(200))
            $0.value(Int8(-128))
            $0.value(0)
        }
        #expect(writer.text == "[-9223372036854775808,9223372036854775807,18446744073709551615,200,-128,0]")
    }

    @Test("strings escape what JSON demands and nothing else")
    func strings() {
        var writer = JSONWriter()
        writer.value("\u{0}\u{8}\u{C}\n\r\t\u{1F} \"\\/\u{7F}é\u{2028}😀")
        #expect(writer.text == "\"\\u0000\\u0008\\u000c\\n\\r\\t\\u001f \\\"\\\\/\u{7F}é\u{2028}😀\"")
        writer.removeAll()
        let bytes = Array("a\"b".utf8)
        bytes.withUnsafeBufferPointer { writer.value(utf8: $0) }
        #expect(writer.text == #""a\"b""#)
    }

    @Test("a copied value is JSON even where its source said NaN")
    func nonFiniteCopy() throws {
        let document = JSONDocument()
        let source = #" {"a":[NaN, 1 ,-Infinity],"b":{"c":Infinity},"d":"NaN"} "#
        let root = try document.parse(source, limits: JSONLimits(acceptsNonFinite: true))
        var writer = JSONWriter()
        writer.array {
            $0.raw(root)
            for member in root.members { $0.raw(member.value) }
        }
        #expect(
            writer.text
                == #"[{"a":[null, 1 ,null],"b":{"c":null},"d":"NaN"},[null, 1 ,null],{"c":null},"NaN"]"#)
        _ = try document.parse(writer.bytes)
    }
}
