import Testing

@testable import Gateway

@Suite struct ConfigurationYAMLTests {
    // MARK: Trees

    @Test func keepsTheOrderStyleAndPlaceOfEveryNode() throws {
        let text = """
            b: plain
            a: "quoted"
            list: [1, two]
            block: |
              line

            """
        let document = YAMLDocument(Array(text.utf8))
        let root = try #require(document.root)
        #expect(document.faults.isEmpty)
        guard case .mapping(let entries) = root.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.key) == ["b", "a", "list", "block"])
        #expect(entries.map(\.keyMark.line) == [1, 2, 3, 4])
        #expect(entries[0].value.content == .scalar(YAMLScalar(text: "plain", style: .plain)))
        #expect(entries[0].value.mark == YAMLMark(line: 1, column: 4))
        #expect(entries[1].value.content == .scalar(YAMLScalar(text: "quoted", style: .quoted)))
        guard case .sequence(let members) = entries[2].value.content else {
            Issue.record("no sequence")
            return
        }
        #expect(members.map(\.mark.column) == [8, 11])
        #expect(entries[3].value.content == .scalar(YAMLScalar(text: "line\n", style: .block)))
        #expect(root.nodeCount == 11)
    }

    @Test func anAliasIsTheNodeOfItsAnchor() throws {
        let root = try #require(YAMLDocument(Array("a: &x [1]\nb: *x".utf8)).root)
        guard case .mapping(let entries) = root.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries[0].value == entries[1].value)
    }

    @Test func bracesOfPlaceholdersSurviveFlowStyle() throws {
        let text = "a: [${ONE}, ${TWO:-x}]\nb: {c: ${THREE}, d: 1}\n${key}: \"${FOUR}\""
        let root = try #require(YAMLDocument(Array(text.utf8)).root)
        guard case .mapping(let entries) = root.content, case .sequence(let members) = entries[0].value.content else {
            Issue.record("other shape")
            return
        }
        #expect(
            members.map(\.content) == [
                .scalar(YAMLScalar(text: "${ONE}", style: .plain)),
                .scalar(YAMLScalar(text: "${TWO:-x}", style: .plain)),
            ])
        #expect(members.map(\.mark.column) == [5, 13])
        #expect(entries[2].key == "${key}")
        #expect(entries[2].value.content == .scalar(YAMLScalar(text: "${FOUR}", style: .quoted)))
    }

    @Test func emptyFilesHaveNoRoot() {
        for text in ["", "\n", "# only a comment\n", "---\n..."] {
            let document = YAMLDocument(Array(text.utf8))
            #expect(document.faults.isEmpty)
            if let root = document.root { #expect(root.content == .scalar(YAMLScalar(text: "", style: .plain))) }
        }
    }

    // MARK: Scalars

    @Test(
        "the core schema of YAML 1.2 decides what plain text means",
        arguments: [
            ("", .null), ("~", .null), ("null", .null), ("Null", .null), ("nULL", .text),
            ("true", .boolean(true)), ("FALSE", .boolean(false)), ("yes", .text), ("off", .text),
            ("0", .integer(0)), ("-17", .integer(-17)), ("+3", .integer(3)), ("007", .integer(7)),
            ("0o17", .integer(15)), ("0xFf", .integer(255)), ("0b1", .text),
            ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number),
            ("1.5", .number), ("1.", .number), (".5", .number), ("1e3", .number), ("-1E-3", .number), (".inf", .number),
            (".", .text), ("1e", .text), ("1.2.3", .text), ("2s", .text), ("0x", .text), ("-", .text),
        ] as [(String, YAMLValue)])
    func coreSchema(_ text: String, _ value: YAMLValue) {
        #expect(YAMLScalar(text: text, style: .plain).value == value)
        #expect(YAMLScalar(text: text, style: .quoted).value == .text)
    }

    // MARK: Faults

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let fault: String
        var testDescription: String { name }
    }

    @Test(
        "what cannot be read is refused with its place",
        arguments: [
            Case(name: "tab indents", text: "a:\n\tb: 1", fault: "2:1: a tab cannot indent; use spaces"),
            Case(name: "tab in a block", text: "a: |\n  x\n\t y\n", fault: "3:1: a tab cannot indent; use spaces"),
            Case(
                name: "duplicate key", text: "a: 1\nb: 2\na: 3", fault: "3:1: the key is already on line 1"),
            Case(
                name: "second document", text: "a: 1\n---\nb: 2",
                fault: "2:1: a second document begins; keep one document a file"),
            Case(
                name: "tag", text: "a: !!str 1",
                fault: "1:4: tags such as !!str are not supported; write the plain value"),
            Case(name: "unknown alias", text: "a: *x", fault: "1:4: no anchor &x ends before this alias"),
            Case(name: "alias of itself", text: "a: &x [*x]", fault: "1:8: no anchor &x ends before this alias"),
            Case(name: "list as key", text: "[a]: 1", fault: "1:1: a key must be text, not a list or a mapping"),
            Case(
                name: "colon in text", text: "a: b: c",
                fault:
                    "1:5: a colon is not allowed here; put quotes around text with a colon, and check the indentation"),
            Case(
                name: "at sign", text: "a: @b",
                fault: "1:4: a value cannot begin with this character; put quotes around it"),
            Case(
                name: "open list", text: "a: [1, 2\nb: 3",
                fault: "2:2: did not find expected ',' or ']' while parsing a flow sequence that begins on line 1"),
            Case(
                name: "open quote", text: "a: \"b",
                fault: "1:6: found unexpected end of stream while scanning a quoted scalar"),
            Case(
                name: "deep nesting", text: String(repeating: "[", count: 40),
                fault: "1:33: nested deeper than 32 levels"),
            Case(name: "control character", text: "a: \"é\u{1}\"", fault: "1:6: the character U+1 is not allowed"),
        ])
    func refuses(_ c: Case) {
        let faults = YAMLDocument(Array(c.text.utf8)).faults
        #expect(faults.map { "\($0.mark.line):\($0.mark.column): \($0.message)" } == [c.fault])
    }

    @Test(
        "bytes that are no UTF-8 are refused with their place",
        arguments: [
            ([0x61, 0x3A, 0x20, 0xFF], 4), ([0xFF, 0xFE, 0x61, 0x00], 1), ([0x61, 0xC3], 2), ([0xED, 0xA0, 0x80], 1),
        ] as [([UInt8], Int)])
    func notUTF8(_ bytes: [UInt8], column: Int) {
        let faults = YAMLDocument(bytes).faults
        #expect(faults == [YAMLFault(mark: YAMLMark(line: 1, column: column), message: "not UTF-8")])
    }

    @Test func theCharactersThatHideBracesAreRefused() {
        let message = "the character U+FDD0 is not allowed"
        #expect(
            YAMLDocument(Array("a: ".utf8) + [0xEF, 0xB7, 0x90]).faults
                == [YAMLFault(mark: YAMLMark(line: 1, column: 4), message: message)])
    }

    @Test func aByteOrderMarkIsSkipped() {
        #expect(YAMLDocument([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8)).faults.isEmpty)
    }

    @Test func aliasesOfAliasesAreStoppedAtTheLimit() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let members = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(members)]\n"
        }
        let messages = YAMLDocument(Array(text.utf8)).faults.map(\.message)
        #expect(messages == ["more than 100000 values, with aliases written out"])
    }

    @Test func filesAreStoppedAtTheLimit() {
        let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: YAMLDocument.byteLimit)
        #expect(YAMLDocument(bytes).faults.isEmpty)
        #expect(YAMLDocument(bytes + [0x23]).faults.map(\.message) == ["the file is longer than 1 MiB"])
    }
}
