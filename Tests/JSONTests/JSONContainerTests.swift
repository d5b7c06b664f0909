import JSON
import Testing

@Suite struct JSONContainerTests {
    @Test("kinds and scalar readings")
    func kinds() throws {
        let document = JSONDocument()
        let root = try document.parse(#"{"n":null,"t":true,"f":false,"i":-12,"d":1.5e2,"s":"x","a":[1,2],"o":{"k":1}}"#)
        #expect(root.kind == .object)
        #expect(root["n"]?.isNull == true)
        #expect(root["t"]?.bool == true)
        #expect(root["f"]?.bool == false)
        #expect(root["i"]?.int64 == -12)
        #expect(root["i"]?.isInteger == true)
        #expect(root["d"]?.isInteger == false)
        #expect(root["d"]?.int64 == nil)
        #expect(root["d"]?.double == 150)
        #expect(root["s"]?.string == "x")
        #expect(root["a"]?.count == 2)
        #expect(root["o"]?["k"]?.int64 == 1)
        #expect(root["missing"] == nil)
        #expect(root["s"]?["k"] == nil)
        #expect(root["s"]?.bool == nil)
        #expect(root["t"]?.string == nil)
        #expect(root["s"]?.numberText == nil)
        let text = try #require(root["s"])
        #expect(text.elements.map(\.kind).isEmpty)
        #expect(text.members.map(\.name).isEmpty)
        #expect(root.members.map(\.name) == ["n", "t", "f", "i", "d", "s", "a", "o"])
    }

    @Test("integers beyond 64 bits are integers without a 64-bit value")
    func largeIntegers() throws {
        let document = JSONDocument()
        let root = try document.parse("[9223372036854775807,-9223372036854775808,9223372036854775808]")
        #expect(root.elements.map(\.int64) == [.max, .min, nil])
        #expect(root.elements.map(\.isInteger) == [true, true, true])
    }

    @Test(
        "a repeated key is found in objects of any size, wherever it stands",
        arguments: [2, 3, 15, 16, 17, 18, 40, 300])
    func repeatedKeysInObjectsOfAnySize(_ count: Int) throws {
        let document = JSONDocument()
        for first in [0, count / 2, count - 2] {
            for second in [first + 1, count - 1] where second > first && second < count {
                var names = (0..<count).map { "key\($0)" }
                names[second] = names[first]
                let text =
                    "{" + names.enumerated().map { "\"\($1)\":[{\"key0\":0},\($0)]" }.joined(separator: ",") + "}"
                let root = try document.parse(text)
                #expect(document.hasDuplicateKeys)
                #expect(root.repeatedKeys == [names[first]])
                #expect(root.members.count(where: { _ in true }) == count - 1)
                #expect(root.allMembers.enumerated().filter { $1.isShadowed }.map(\.offset) == [first])
            }
        }
        let text = "{" + (0..<count).map { "\"key\($0)\":{\"key0\":0}" }.joined(separator: ",") + "}"
        _ = try document.parse(text)
        #expect(!document.hasDuplicateKeys)
    }

    @Test("marks are zero after parsing, and stay where they were left")
    func marks() throws {
        let document = JSONDocument()
        let text = #"{"a":1,"b":{"c":[1,{}]},"esc\u0061ped":"x"}"#
        for _ in 0..<2 {
            let root = try document.parse(text)
            #expect(root.mark == 0)
            #expect(root.members.map(\.mark) == [0, 0, 0])
            for (position, member) in root.members.enumerated() { member.mark = UInt16(position + 7) }
            root.mark = .max
            root["b"]?["c"]?.mark = 5
            #expect(root.members.map(\.mark) == [7, 8, 9])
            #expect(root.mark == .max)
            #expect(root["b"]?["c"]?.mark == 5)
            #expect(root["b"]?.mark == 0)
            #expect(root["a"]?.mark == 0)
            #expect(root.members.map(\.name) == ["a", "b", "escaped"])
        }
    }

    @Test("a name's key has its first bytes, whether or not it was written with escapes")
    func nameKeys() throws {
        let document = JSONDocument()
        let root = try document.parse(#"{"":0,"a":0,"ab":0,"abcdefgh":0,"abcdefghi":0,"\u0061b":0}"#)
        let keys = root.allMembers.map(\.nameKey)
        let first: UInt64 = 0x6867_6665_6463_6261
        #expect(keys.map(\.prefix) == [0, 0x61, 0x6261, first, first, 0x6261])
        #expect(keys.map(\.byteCount) == [0, 1, 2, 8, 9, 2])
        #expect(keys[5] == keys[2])
        #expect(keys[3].suffix == first && keys[4].suffix == 0x6968_6766_6564_6362)
    }

    @Test("a string keeps a mark until the next text")
    func stringMarks() throws {
        let document = JSONDocument()
        var root = try document.parse(#"{"a":"x","b":"y","c":1}"#)
        root["a"]?.markString()
        #expect(root.members.map(\.value.isMarkedString) == [true, false, false])
        #expect(root["a"]?.string == "x")
        root = try document.parse(#"{"a":"x"}"#)
        #expect(root["a"]?.isMarkedString == false)
    }

    @Test("row 44: the last of a repeated key wins, and the repetition is known")
    func duplicates() throws {
        let document = JSONDocument()
        let root = try document.parse(
            #"{"a":1,"b":{"c":1,"c":2,"\u0063":3},"a":{"x":[1,2]},"d":{"a":1},"a":4}"#)
        #expect(document.hasDuplicateKeys)
        #expect(root["a"]?.int64 == 4)
        #expect(root["b"]?["c"]?.int64 == 3)
        #expect(root.members.map(\.value.hasRepeatedKeys) == [true, false, false])
        #expect(root.repeatedKeys == ["a"])
        #expect(root["b"]?.repeatedKeys == ["c"])
        #expect(root["d"]?.repeatedKeys == [])
        #expect(root.members.map(\.name) == ["b", "d", "a"])
        #expect(root.count == 5)
        let many = try document.parse("{" + (0..<3000).map { "\"k\($0 % 1000)\":\($0)" }.joined(separator: ",") + "}")
        #expect(many.repeatedKeys == (0..<1000).map { "k\($0)" })
        #expect(many.hasRepeatedKeys)
        _ = try document.parse(#"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}"#)
        #expect(!document.hasDuplicateKeys)
    }

    @Test("the same key in thousands of objects is no repetition, and thousands of keys are told apart")
    func manyKeys() throws {
        let document = JSONDocument()
        let objects = repeatElement(#"{"id":1,"name":"x"}"#, count: 5000).joined(separator: ",")
        _ = try document.parse("[\(objects)]")
        #expect(!document.hasDuplicateKeys)
        let members = (0..<5000).map { "\"key\($0)\":\($0)" }
        let root = try document.parse("{\(members.joined(separator: ","))}")
        #expect(!document.hasDuplicateKeys)
        #expect(root[name: "key4999"]?.int64 == 4999)
        #expect(root.memberCount == 5000)
        let again = try document.parse("{\(members.joined(separator: ",")),\"key17\":true}")
        #expect(again.repeatedKeys == ["key17"])
        #expect(again[name: "key17"]?.bool == true)
    }

    @Test("counts: direct children up to 65 535, nodes and members of the whole")
    func counts() throws {
        let document = JSONDocument()
        let small = try document.parse(#"[{"a":1,"b":[1,{"c":2}]},"x"]"#)
        #expect(small.count == 2)
        #expect(small.nodeCount == 11)
        #expect(small.memberCount == 3)
        #expect(small.elements.map(\.nodeCount) == [9, 1])
        let large = try document.parse("[" + repeatElement("1", count: 70_000).joined(separator: ",") + "]")
        #expect(large.count == 65_535)
        #expect(large.nodeCount == 70_001)
        #expect(large.elements.reduce(0) { count, _ in count + 1 } == 70_000)
    }

    @Test("a made key finds its member in every document, however the name is written")
    func keys() throws {
        let names = ["alpha", "beta", "", "a key of more than eight bytes"]
        let plain = JSONDocument()
        let escaped = JSONDocument()
        let first = try plain.parse(#"{"alpha":1,"beta":2,"":3,"a key of more than eight bytes":4}"#)
        let second = try escaped.parse(#"{"\u0061lpha":1,"b\u0065ta":2,"":3,"a key of more than \u0065ight bytes":4}"#)
        #expect(first.members.map(\.nameHash) == second.members.map(\.nameHash))
        for (index, name) in names.enumerated() {
            let key = JSONKey(name)
            for root in [first, second] {
                #expect(root[key]?.int64 == Int64(index + 1))
                #expect(root.members.map { $0.isNamed(key) } == names.map { $0 == name })
            }
            #expect(key.name == name)
            #expect("\(key)" == name)
        }
    }

    @Test("names of every length are found, written plainly or with escapes")
    func keyLengths() throws {
        let names = (0..<80).map {
            String("abcdefghijklmnopqrstuvwxyz".prefix($0)) + String(repeating: "z", count: max(0, $0 - 26))
        }
        let document = JSONDocument()
        let plain = try document.parse("{" + names.map { "\"\($0)\":\($0.utf8.count)" }.joined(separator: ",") + "}")
        for name in names { #expect(plain[name: name]?.int64 == Int64(name.utf8.count)) }
        #expect(plain[name: "abcdefgi"] == nil)
        let escaped = try document.parse(
            "{" + names.map { "\"\($0.replacing("c", with: "\\u0063"))\":\($0.utf8.count)" }.joined(separator: ",")
                + "}")
        for name in names { #expect(escaped[name: name]?.int64 == Int64(name.utf8.count)) }
    }

    @Test("a document reads one text after another and gives memory back")
    func reuse() throws {
        let document = JSONDocument()
        let large = "[" + repeatElement("\"text \\n\"", count: 50_000).joined(separator: ",") + "]"
        for _ in 0..<3 {
            #expect(try document.parse(large).count == 50_000)
            document.trim(keepByteCount: 1024)
            #expect(throws: JSONError.self) { try document.parse("[") }
            #expect(try document.parse("{\"a\":[true]}")["a"]?.count == 1)
            document.trim()
        }
    }
}
