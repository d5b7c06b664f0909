import JSON
import Testing

/// What RFC 8259 demands to be taken (y), refused (n), or leaves open (i).
@Suite struct JSONGrammarTests {
    @Test(
        "takes every text that the grammar has",
        arguments: [
            "null", "true", "false", "0", "-0", "\"\"", "[]", "{}", " [] ", "\t{}\r\n", "[[]   ]", "[1 ]", "[ 4]",
            "[true]", "[\"a\"]", "[null, 1, \"1\", {}]", "[1\n]", "[1,null,null,null,2]", "[2] ", "[false]",
            "{\"a\":\"b\",\"a\":\"b\"}", "{\"a\":\"b\",\"a\":\"c\"}", "{\"\":0}", "{\"foo\\u0000bar\": 42}",
            "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }", "{\"x\":[{\"id\": \"xxx\"}], \"id\": \"xxx\"}", "{\"a\":[]}",
            "{\n\"a\": \"b\"\n}", "[123e65]", "[0e+1]", "[0e1]", "[ 4.5e1]", "[-0]", "[-123]", "[-1]", "[1E22]",
            "[1E-2]", "[1E+2]", "[123e45]", "[123.456e78]", "[1e-2]", "[123]", "[123.456789]",
            "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
            "[\"\\u0060\\u012a\\u12AB\"]", "[\"\\uD801\\udc37\"]", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
            "[\"\\\\u0000\"]", "[\"a/*b*/c/*d//e\"]", "[\"\\\\a\"]", "[\"\\uFFFF\"]", "[\"\u{7F}\"]", "[\"\u{1F600}\"]",
            "[\"\\u0022\"]", "[\"asd \"]", "[\"\u{2028}\u{2029}\"]", "\" \"", "[\"new\\u000Aline\"]", "-1", "1.5e-7",
        ])
    func accepts(_ text: String) throws {
        let document = JSONDocument()
        _ = try document.parse(text)
    }

    @Test(
        "refuses every text that the grammar has not",
        arguments: [
            "[1 true]", "[a]", "[\"\": 1]", "[\"\"],", "[,1]", "[1,,2]", "[\"x\",,]", "[\"x\"]]", "[\"\",]", "[\"x\"",
            "[x", "[3[4]]", "[1:2]", "[,]", "[-]", "[   , \"\"]", "[\"a\",\n4\n,1,", "[1,]", "[1,,]", "[*]", "[\"\"",
            "[1,", "[1,\n1\n,1", "[{}", "[fals]", "[nul]", "[tru]", "[++1234]", "[+1]", "[+Inf]", "[-01]", "[-1.0.]",
            "[-2.]", "[-NaN]", "[.-1]", "[.2e-3]", "[0.1.2]", "[0.3e+]", "[0.3e]", "[0.e1]", "[0E+]", "[0E]", "[1.0e+]",
            "[1.0e-]", "[1.0e]", "[1 000.0]", "[1eE2]", "[2.e+3]", "[2.e-3]", "[2.e3]", "[9.e+]", "[Inf]", "[NaN]",
            "[Infinity]", "[-Infinity]", "[0x1]", "[0x42]", "[1+2]", "[-foo]", "[- 1]", "[-012]", "[-.123]", "[-1x]",
            "[1ea]", "[1.]", "[.123]", "[1.2a-3]", "[1.8011670033376514H-308]", "[012]", "[1__2]", "[\u{FF11}]",
            "[\"x\", truth]", "{[: \"x\"}", "{\"x\", null}", "{\"x\"::\"b\"}", "{key: 'value'}", "{\"a\":\"a\" 123}",
            "{\"a\" b}", "{:\"b\"}", "{\"a\" \"b\"}", "{\"a\":", "{\"a\"", "{1:1}", "{9999E9999:1}",
            "{null:null,null:null}",
            "{\"id\":0,,,,,}", "{'a':0}", "{\"id\":0,}", "{\"a\":\"b\"}/**/", "{\"a\":\"b\"}//",
            "{\"a\":\"b\",,\"c\":\"d\"}",
            "{a: \"b\"}", "{\"a\":\"a", "{ \"foo\" : \"bar\", \"a\" }", "{\"a\":\"b\"}#", " ]", "\"",
            "['single quote']",
            "[\"\\uD800\\u\"]", "[\"\\uD800\\u1\"]", "[\"\\uD800\\u1x\"]", "[\\u0020\"asd\"]", "[\"\\x00\"]",
            "[\"\\\\\\\"]", "[\"\\\t\"]", "[\"\\\u{1F300}\"]", "[\"\\\"]", "[\"\\u00A\"]", "[\"\\uD834\\uDd\"]",
            "[\"\\a\"]",
            "[\"\\uqqqq\"]", "[\"\u{1}\"]", "[\"a\u{0}a\"]", "[\"new\nline\"]", "[\"\t\"]", "abc", "<.>", "[<null>]",
            "[1]x",
            "[1]]", "[\"asd]", "aå", "[True]", "1]", "{\"x\": true,", "[][]", "]", "{}}", "{\"\":", "[", "{",
            "[{\"\":[{",
            "[\"a", "[\"a\"", "\u{2060}", "\u{00A0}[]", "[\u{000C}]", "{\"a\":/*comment*/\"b\"}", "{\"a\": true} \"x\"",
            "é",
            "[1]\u{0}", "\u{0}", "nullx", "truefalse", "{\"a\":1 \"b\":2}", "\"a\"b", "[\"a\"1]", "[1\"a\"]",
        ])
    func refuses(_ text: String) {
        let document = JSONDocument()
        #expect(throws: JSONError.self) { try document.parse(text) }
    }

    @Test(
        "what the grammar leaves open is taken and kept as sent",
        arguments: [
            ("[123123e1000]", "123123e1000"), ("[-1e+9999]", "-1e+9999"), ("[1e400]", "1e400"),
            ("[123123123123123123123123123123]", "123123123123123123123123123123"),
            ("[1.5e+0009]", "1.5e+0009"), ("[-0]", "-0"), ("[9007199254740993]", "9007199254740993"),
        ])
    func keepsNumbers(_ text: String, digits: String) throws {
        let document = JSONDocument()
        let number = try #require(try document.parse(text).elements.first { _ in true })
        #expect(number.numberText == digits)
    }

    @Test("row 50: an exponent of more than four digits is refused before anybody computes with it")
    func exponentLimit() {
        let document = JSONDocument()
        for text in ["1e10000", "[1e-10000]", "{\"a\":1.5E+123456789}"] {
            let error = #expect(throws: JSONError.self) { try document.parse(text) }
            #expect(error?.code == .invalidNumber)
        }
    }

    @Test("row 49: bare non-finite tokens are null where they are allowed, and only as whole tokens")
    func nonFinite() throws {
        let limits = JSONLimits(acceptsNonFinite: true)
        let document = JSONDocument()
        let root = try document.parse("[NaN,Infinity,-Infinity,null,{\"a\":[NaN]},[1]]", limits: limits)
        let elements = Array(root.elements)
        #expect(elements.map(\.isNull) == [true, true, true, true, false, false])
        #expect(elements.map(\.isNonFinite) == [true, true, true, false, false, false])
        #expect(elements.map(\.hasNonFiniteNumber) == [true, true, true, false, true, false])
        #expect(document.hasNonFiniteNumbers)
        for text in ["[nan]", "[-NaN]", "[+Infinity]", "[Infinit]", "[NaNa]", "[Infinity1]", "[- Infinity]"] {
            #expect(throws: JSONError.self) { try document.parse(text, limits: limits) }
        }
        _ = try document.parse("[1]", limits: limits)
        #expect(!document.hasNonFiniteNumbers)
    }
}
