import EventModel
import JSON
import Testing

@testable import Canonicalizer

/// Writes bits as base64url text, for consent strings.
struct BitWriter {
    private var bits: [Bool] = []

    mutating func put(_ number: Int, _ count: Int) {
        for shift in stride(from: count - 1, through: 0, by: -1) { bits.append(number >> shift & 1 == 1) }
    }

    /// Fibonacci code: set bits for the summands, the largest last, then one more.
    mutating func putFibonacci(_ number: Int) {
        var numbers = [1, 2]
        while numbers[numbers.count - 1] <= number { numbers.append(numbers.suffix(2).reduce(0, +)) }
        var rest = number
        var code: [Bool] = []
        for candidate in numbers.reversed() {
            if candidate <= rest {
                rest -= candidate
                code.append(true)
            } else if !code.isEmpty {
                code.append(false)
            }
        }
        bits += code.reversed() + [true]
    }

    var text: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return String(
            stride(from: 0, to: bits.count, by: 6).map { start in
                alphabet[(0..<6).reduce(0) { $0 << 1 | (start + $1 < bits.count && bits[start + $1] ? 1 : 0) }]
            })
    }
}

/// A TC string of version 2 with these purposes, and vendors as a bit field or as ranges.
func tcString(
    purposes: [Int], vendors: [Int] = [], highest: Int = 800, ranges: [ClosedRange<Int>]? = nil, version: Int = 2
) -> String {
    var bits = BitWriter()
    bits.put(version, 6)
    bits.put(0x1234_5678, 36)  // created
    bits.put(0x1234_5678, 36)  // updated
    bits.put(7, 12)  // tool
    bits.put(1, 12)
    bits.put(0, 6)
    bits.put(0b000100_001101, 12)  // language: EN
    bits.put(200, 12)  // vendor list
    bits.put(4, 6)
    bits.put(0, 2)
    bits.put(0, 12)  // special features
    for purpose in 1...24 { bits.put(purposes.contains(purpose) ? 1 : 0, 1) }
    bits.put(0, 24)  // legitimate interest
    bits.put(0, 1)
    bits.put(0b000011_000100, 12)  // publisher's country: DE
    bits.put(highest, 16)
    if let ranges {
        bits.put(1, 1)
        bits.put(ranges.count, 12)
        for range in ranges {
            bits.put(range.count > 1 ? 1 : 0, 1)
            bits.put(range.lowerBound, 16)
            if range.count > 1 { bits.put(range.upperBound, 16) }
        }
    } else {
        bits.put(0, 1)
        for vendor in 1...max(1, highest) { bits.put(vendors.contains(vendor) ? 1 : 0, 1) }
    }
    return bits.text
}

/// The header of a GPP string with these sections.
func gppHeader(_ ids: [ClosedRange<Int>]) -> String {
    var bits = BitWriter()
    bits.put(3, 6)
    bits.put(1, 6)
    bits.put(ids.count, 12)
    var last = 0
    for range in ids {
        bits.put(range.count > 1 ? 1 : 0, 1)
        bits.putFibonacci(range.lowerBound - last)
        if range.count > 1 { bits.putFibonacci(range.upperBound - range.lowerBound) }
        last = range.upperBound
    }
    return bits.text
}

@Suite struct PersonTCFTests {
    @Test(
        "purposes",
        arguments: [
            (Array(1...10), "gggg"), ([], "dddd"), ([1], "dgdd"), ([1, 7], "dggd"), ([1, 8], "ggdd"), ([7, 8], "dddd"),
            ([3, 4], "dddg"), ([3], "dddd"), ([1, 3, 4, 7], "dggg"), ([24], "dddd"),
        ])
    func purposes(_ purposes: [Int], _ letters: String) throws {
        let read = try readConsent(#"{"context": {"consent": {"tcf": "\#(tcString(purposes: purposes))"}}}"#)
        #expect(read.state.letters == letters)
        #expect(read.state.sources == ["iab_tcf"])
        #expect(read.notes.isEmpty)
    }

    @Test(
        "TC strings are found in their places",
        arguments: [
            #"{"context": {"consent": {"tcf": "TC"}}}"#, #"{"context": {"consent": {"tcString": "TC"}}}"#,
            #"{"context": {"tcf": {"tcString": "TC"}}}"#, #"{"context": {"tcString": "TC"}}"#,
            #"{"context": {"euconsent-v2": "TC"}}"#, #"{"properties": {"tcf": "TC"}}"#,
            #"{"properties": {"tc_string": "TC.segment.other"}}"#, #"{"traits": {"consent": {"tcString": " TC "}}}"#,
        ])
    func places(_ text: String) throws {
        let tc = tcString(purposes: [1, 7])
        #expect(try readConsent(text.replacing("TC", with: tc)).state.letters == "dggd")
    }

    @Test func googleIsAVendorOfItsOwn() throws {
        func google(_ text: String) throws -> Bool? {
            try readConsent(#"{"context": {"tcString": "\#(text)"}}"#).state.tcfGoogleVendor
        }
        #expect(try google(tcString(purposes: [1], vendors: [755])) == true)
        #expect(try google(tcString(purposes: [1], vendors: [754, 756])) == false)
        #expect(try google(tcString(purposes: [1], vendors: [755], highest: 755)) == true)
        #expect(try google(tcString(purposes: [1], highest: 754)) == false)
        #expect(try google(tcString(purposes: [1], ranges: [2...2, 750...760])) == true)
        #expect(try google(tcString(purposes: [1], ranges: [755...755])) == true)
        #expect(try google(tcString(purposes: [1], ranges: [1...754, 756...900])) == false)
        #expect(try google(tcString(purposes: [1], ranges: [])) == false)
        let cut = tcString(purposes: [1], vendors: [755]).prefix(60)
        #expect(try google(String(cut)) == nil)
        #expect(try google(String(tcString(purposes: [1], ranges: [2...2, 750...760]).prefix(44))) == nil)
    }

    @Test func aStringOfTheSpecificationIsRead() throws {
        // IAB GPP specification, section "Examples".
        let text = "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"
        let read = try readConsent(#"{"context": {"tcString": "\#(text)"}}"#)
        #expect(read.state.letters == "dddd")
        #expect(read.state.tcfGoogleVendor == false)
        #expect(read.notes.isEmpty)
    }

    @Test(
        "what cannot be decoded is a refusal",
        arguments: [
            #""x""#, #""CPXxRfAPXxRfAAfKABENB""#, #""C!XxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA""#, "7", "true",
            #""BPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA""#, "[]",
            #""not a tc string at all, but long enough to be one""#,
        ])
    func malformed(_ value: String) throws {
        let read = try readConsent(#"{"context": {"tcString": \#(value)}}"#)
        #expect(read.state.letters == "dddd")
        #expect(read.notes == [.tcfMalformed])
    }

    @Test("nothing is no refusal", arguments: [#""""#, "null", #""  ""#, "{}"])
    func empty(_ value: String) throws {
        let read = try readConsent(#"{"context": {"tcf": \#(value)}}"#)
        #expect(read.state == ConsentState())
    }

    @Test("text of any length is read without a trap", arguments: 0...250)
    func anyLength(_ count: Int) throws {
        let text = String(tcString(purposes: [1, 3, 4, 7, 8], ranges: [1...3, 700...760]).prefix(count))
        let read = try readConsent(#"{"context": {"tcString": "\#(text)"}}"#)
        #expect(count * 6 >= 213 ? read.state.letters == "gggg" : read.state[.ads] != .granted)
    }
}

@Suite struct PersonGPPTests {
    @Test(
        "examples of the specification",
        arguments: [
            ("DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "dddd", false), ("DBABTA~1YNN", "----", false),
            ("DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN", "dddd", false), ("DBABTA~1YYN", "--dd", true),
        ])
    func examples(_ text: String, _ letters: String, _ isOptOut: Bool) throws {
        let read = try readConsent(#"{"context": {"consent": {"gpp": "\#(text)"}}}"#)
        #expect(read.state.letters == letters)
        #expect(read.state.usOptOut == isOptOut)
        #expect(read.state.sources == ["iab_gpp"])
        #expect(read.notes.isEmpty)
    }

    @Test func sectionsAreReadByTheirIds() throws {
        let text = "\(gppHeader([2...2, 5...6]))~\(tcString(purposes: [1, 7]))~BBBB~1YYN"
        let read = try readConsent(#"{"context": {"gpp": {"gppString": "\#(text)"}}}"#)
        #expect(read.state.letters == "dgdd")  // the opt-out of the US section denies user data and personalization
        #expect(read.state.usOptOut)
        #expect(read.notes == [.gppUndecoded])
    }

    @Test("the string is kept with what the sender says of its sections, unless it is none")
    func isKept() throws {
        let text = "\(gppHeader([7...7]))~BAAAA.QA"
        let read = try readConsent(#"{"context": {"gpp": "\#(text)", "gpp_sid": [7]}}"#)
        #expect(read.state.gpp == ConsentState.GPP(text: text, applicableSections: [7]))
        var json = JSONWriter()
        read.state.write(to: &json)
        #expect(String(decoding: json.bytes, as: UTF8.self).contains(#""gpp":"\#(text)","gpp_sid":[7]"#))
        for other in ["\(gppHeader([7...7]))~jane@example.com", "x"] {
            #expect(try readConsent(#"{"context": {"gpp": "\#(other)"}}"#).state.gpp == nil)
        }
    }

    @Test(
        "only sections that apply count",
        arguments: [
            ("[2]", "dggd", false), (#""2,6""#, "dgdd", true), ("6", "--dd", true), ("[-1]", "----", false),
            (#"["6"]"#, "--dd", true), (#""2_7""#, "dggd", false), ("null", "dgdd", true),
        ])
    func applicable(_ ids: String, _ letters: String, _ isOptOut: Bool) throws {
        let text = "\(gppHeader([2...2, 6...6]))~\(tcString(purposes: [1, 7]))~1YYN"
        let read = try readConsent(#"{"properties": {"gpp_sid": \#(ids), "gpp": "\#(text)"}}"#)
        #expect(read.state.letters == letters)
        #expect(read.state.usOptOut == isOptOut)
    }

    @Test(
        "what cannot be decoded is a refusal",
        arguments: [
            #""x""#, #""DBABTA""#, #""DBABTA~1YNN~1YNN""#, #""CPXx~1YNN""#, "7", #""DB!BTA~1YNN""#, #""~""#, "[]",
        ])
    func malformed(_ value: String) throws {
        let read = try readConsent(#"{"properties": {"gpp": \#(value)}}"#)
        #expect(read.state.letters == "dddd")
        #expect(read.notes == [.consentMalformed])
    }

    @Test(
        "ids in Fibonacci code come back",
        arguments: [[1...1], [2...2, 6...6], [1...8, 20...23], [63...63], [7...22]])
    func fibonacci(_ ranges: [ClosedRange<Int>]) throws {
        let ids = ranges.flatMap(Array.init)
        let text = ([gppHeader(ranges)] + ids.map { "S\($0)" }).joined(separator: "~")
        let parsed = try PersonJSON(jsonString(text))
        let view = try #require(parsed.value.text)
        let gpp = try #require(GPPString(view))
        #expect(gpp.sections.map(\.id) == ids)
        #expect(gpp.sections.map { $0.text.string } == ids.map { "S\($0)" })
    }
}

@Suite struct PersonPrivacyFlagTests {
    @Test(
        "US Privacy strings",
        arguments: [
            ("1YYN", true, false), ("1YNN", false, false), ("1---", false, false), ("1yyn", true, false),
            ("1NNY", false, false),
            ("2YNN", true, true), ("1YN", true, true), ("1YNNN", true, true), ("1ZZZ", true, true),
            ("opt-out", true, true),
        ])
    func usPrivacy(_ text: String, _ isOptOut: Bool, _ isMalformed: Bool) throws {
        for place in ["context", "properties"] {
            let read = try readConsent(#"{"\#(place)": {"us_privacy": "\#(text)"}}"#)
            #expect(read.state.usOptOut == isOptOut)
            #expect(read.state.letters == (isOptOut ? "--dd" : "----"))
            #expect(read.state.sources == ["us_privacy"])
            #expect(read.notes == (isMalformed ? [.consentMalformed] : []))
        }
    }

    @Test(
        "global privacy control",
        arguments: [
            (#"{"context": {"gpc": true}}"#, true), (#"{"context": {"gpc": "1"}}"#, true),
            (#"{"context": {"gpc": 1}}"#, true),
            (#"{"context": {"globalPrivacyControl": true}}"#, true), (#"{"context": {"gpc": false}}"#, false),
            (#"{"context": {"gpc": null}}"#, false), (#"{"context": {"gpc": "perhaps"}}"#, true),
            (#"{"context": {"consent": {"gpc": true}}}"#, true),
        ])
    func globalPrivacyControl(_ text: String, _ isOn: Bool) throws {
        let read = try readConsent(text)
        #expect(read.state.globalPrivacyControl == isOn)
        #expect(read.state.letters == (isOn ? "--dd" : "----"))
        #expect((read.state.limitedDataUse != nil) == isOn)
        #expect(read.state.hasLimitedDataUse == (isOn ? true : nil))
    }

    @Test func theBrowsersHeaderCounts() throws {
        let read = try readConsent("{}", isPrivate: true)
        #expect(read.state.globalPrivacyControl)
        #expect(read.state.letters == "--dd")
        #expect(read.state.limitedDataUse == .init(options: ["LDU"], country: 0, state: 0))
        #expect(read.state.hasLimitedDataUse == true)
        #expect(read.state.sources == ["gpc"])
    }

    @Test func anOptOutDeniesWhatWasGranted() throws {
        let text = #"{"context": {"gpc": true, "consent": {"ad_storage": true, "ad_user_data": true}}}"#
        #expect(try readConsent(text).state.letters == "-gdd")
    }

    @Test(
        "Meta's limited data use",
        arguments: [
            (#"{"context": {"dataProcessingOptions": [["LDU"], 1, 1000]}}"#, ["LDU"], 1, 1000, false),
            (#"{"context": {"dataProcessingOptions": ["LDU", 1, "1000"]}}"#, ["LDU"], 1, 1000, false),
            (#"{"context": {"dataProcessingOptions": [["LDU"]]}}"#, ["LDU"], 0, 0, false),
            (#"{"context": {"dataProcessingOptions": [[], 0, 0]}}"#, [], 0, 0, false),
            (#"{"context": {"dataProcessingOptions": []}}"#, [], 0, 0, false),
            (#"{"context": {"dataProcessingOptions": "LDU"}}"#, ["LDU"], 0, 0, true),
            (#"{"context": {"dataProcessingOptions": [7]}}"#, ["LDU"], 0, 0, true),
            (#"{"context": {"dataProcessingOptions": [["LDU"], "x", 0]}}"#, ["LDU"], 0, 0, true),
            (
                #"{"properties": {"data_processing_options": ["LDU"], "data_processing_options_country": 1, "data_processing_options_state": 1000}}"#,
                ["LDU"], 1, 1000, false
            ),
            (#"{"properties": {"data_processing_options": "LDU"}}"#, ["LDU"], 0, 0, false),
            (#"{"properties": {"data_processing_options": []}}"#, [], 0, 0, false),
            (#"{"properties": {"data_processing_options": [1]}}"#, ["LDU"], 0, 0, true),
        ])
    func meta(_ text: String, _ options: [String], _ country: Int, _ state: Int, _ isMalformed: Bool) throws {
        let read = try readConsent(text)
        #expect(read.state.limitedDataUse == .init(options: options, country: country, state: state))
        #expect(read.state.sources == ["meta_ldu"])
        #expect(read.notes == (isMalformed ? [.consentMalformed] : []))
    }

    @Test func whatTheEventSaysItselfStandsBesideAnOptOut() throws {
        let read = try readConsent(
            #"{"context": {"gpc": true, "dataProcessingOptions": [[], 0, 0]}, "properties": {"limited_data_use": false}}"#
        )
        #expect(read.state.limitedDataUse == .init(options: [], country: 0, state: 0))
        #expect(read.state.hasLimitedDataUse == false)
    }

    @Test(
        "flags",
        arguments: [
            ("true", true, false), ("false", false, false), (#""1""#, true, false), (#""x""#, true, true),
            ("null", nil, false),
        ]
            as [(String, Bool?, Bool)])
    func flags(_ value: String, _ expected: Bool?, _ isMalformed: Bool) throws {
        let tiktok = try readConsent(#"{"properties": {"limited_data_use": \#(value)}}"#)
        #expect(tiktok.state.hasLimitedDataUse == expected)
        #expect(tiktok.notes == (isMalformed ? [.consentMalformed] : []))
        for text in [
            #"{"traits": {"opt_out": V}}"#, #"{"context": {"traits": {"opt_out": V}}}"#,
            #"{"properties": {"opt_out": V}}"#,
        ] {
            #expect(try readConsent(text.replacing("V", with: value)).state.optOut == expected)
        }
    }

    @Test(
        "tracking on phones",
        arguments: [
            (#""attTrackingStatus": 0"#, 0, "----"), (#""attTrackingStatus": 1"#, 1, "---d"),
            (#""attTrackingStatus": 2"#, 2, "---d"), (#""attTrackingStatus": 3"#, 3, "----"),
            (#""attTrackingStatus": "2""#, 2, "---d"), (#""attTrackingStatus": "authorized""#, 3, "----"),
            (#""attTrackingStatus": 4"#, nil, "---d"), (#""attTrackingStatus": "x""#, nil, "---d"),
            (#""attTrackingStatus": -9223372036854775808"#, nil, "---d"), (#""adTrackingEnabled": false"#, nil, "---d"),
            (#""adTrackingEnabled": true"#, nil, "----"), (#""adTrackingEnabled": "??""#, nil, "---d"),
        ] as [(String, Int?, String)])
    func mobile(_ member: String, _ status: Int?, _ letters: String) throws {
        let read = try readConsent(#"{"context": {"device": {\#(member)}}}"#)
        #expect(read.state.trackingStatus == status)
        #expect(read.state.letters == letters)
        #expect(read.state.sources == ["mobile"])
    }

    @Test func allSignalsAreListedInOrder() throws {
        let read = try readConsent(
            #"""
            {"properties": {"opt_out": true, "limited_data_use": true, "us_privacy": "1YNN", "consent": {"ads": true}},
             "context": {"device": {"adTrackingEnabled": true}, "dataProcessingOptions": [], "gpc": false,
              "gpp": "DBABTA~1YNN", "tcString": "\#(tcString(purposes: [1]))", "google_consent": {"ad_storage": true},
              "consent": {"categoryPreferences": {"x": true}}, "consentManagement": {"deniedConsentIds": ["y"]}}}
            """#)
        #expect(read.state.sources == ConsentSignal.allCases.map(\.name))
    }
}
