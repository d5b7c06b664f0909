import EventModel
import Testing

@testable import Canonicalizer

/// The core of one section as its specification lists it: the notices before the opt-outs, and the bits behind them.
///
/// Written from the documents, field by field, so that a wrong position in the product's table shows.
struct USPrivacyForm: Sendable, CustomTestStringConvertible {
    let name: String
    let id: Int
    var version = 1
    let notices: Int
    let optOuts: [String]
    /// Fields of two bits behind the opt-outs: sensitive data, known children, further consents, and three of the MSPA.
    let others: Int

    var testDescription: String { "\(name) version \(version)" }

    private static let two = ["sale", "targeted"]
    private static let three = ["sale", "sharing", "targeted"]

    static let all = [
        USPrivacyForm(
            name: "usnat", id: 7, notices: 6, optOuts: three, others: 12 + 2 + 1 + 3),
        USPrivacyForm(
            name: "usnat", id: 7, version: 2, notices: 6, optOuts: ["sale", "sharing", "targeted"],
            others: 16 + 3 + 1 + 3),
        USPrivacyForm(name: "usca", id: 8, notices: 3, optOuts: ["sale", "sharing"], others: 9 + 2 + 1 + 3),
        USPrivacyForm(name: "usva", id: 9, notices: 3, optOuts: two, others: 8 + 1 + 3),
        USPrivacyForm(name: "usco", id: 10, notices: 3, optOuts: two, others: 7 + 1 + 3),
        USPrivacyForm(name: "usut", id: 11, notices: 4, optOuts: two, others: 8 + 1 + 3),
        USPrivacyForm(name: "usct", id: 12, notices: 3, optOuts: two, others: 8 + 3 + 3),
        USPrivacyForm(name: "usfl", id: 13, notices: 3, optOuts: two, others: 8 + 3 + 1 + 3),
        USPrivacyForm(name: "usmt", id: 14, notices: 3, optOuts: two, others: 8 + 3 + 1 + 3),
        USPrivacyForm(name: "usor", id: 15, notices: 3, optOuts: two, others: 11 + 3 + 1 + 3),
        USPrivacyForm(name: "ustx", id: 16, notices: 3, optOuts: two, others: 8 + 1 + 1 + 3),
        USPrivacyForm(name: "usde", id: 17, notices: 3, optOuts: two, others: 9 + 5 + 1 + 3),
        USPrivacyForm(name: "usia", id: 18, notices: 4, optOuts: two, others: 8 + 1 + 3),
        USPrivacyForm(name: "usne", id: 19, notices: 3, optOuts: two, others: 8 + 1 + 1 + 3),
        USPrivacyForm(name: "usnh", id: 20, notices: 3, optOuts: two, others: 8 + 3 + 1 + 3),
        USPrivacyForm(name: "usnj", id: 21, notices: 3, optOuts: two, others: 10 + 5 + 1 + 3),
        USPrivacyForm(name: "ustn", id: 22, notices: 3, optOuts: two, others: 8 + 1 + 1 + 3),
        USPrivacyForm(name: "usmn", id: 23, notices: 3, optOuts: two, others: 8 + 1 + 1 + 3),
    ]

    /// The section with one value in every field but the opt-outs named; with a sub-section for GPC if `control` is given.
    func text(
        _ answers: [String: Int] = [:], others value: Int = 0, version: Int? = nil, control: Bool? = nil
    ) -> String {
        var core = BitWriter()
        core.put(version ?? self.version, 6)
        for _ in 0..<notices { core.put(value, 2) }
        for name in optOuts { core.put(answers[name] ?? 0, 2) }
        for _ in 0..<others { core.put(value, 2) }
        guard let control else { return core.text }
        var bits = BitWriter()
        bits.put(1, 2)
        bits.put(control ? 1 : 0, 1)
        return core.text + "." + bits.text
    }

    /// Reads the section as the only one of a GPP string.
    func read(_ text: String) throws -> (state: ConsentState, notes: [Note]) { try readUSSection(id, text) }
}

/// Reads a GPP string with one section.
func readUSSection(_ id: Int, _ text: String) throws -> (state: ConsentState, notes: [Note]) {
    let read = try readConsent(#"{"context": {"gpp": "\#(gppHeader([id...id]))~\#(text)"}}"#)
    return (read.state, read.notes)
}

@Suite struct PersonUSPrivacySectionTests {
    @Test("every opt-out of every section counts, by itself", arguments: USPrivacyForm.all)
    func optOuts(_ form: USPrivacyForm) throws {
        for name in form.optOuts {
            // 2 everywhere else, so that a bit read one place off shows.
            let others = form.optOuts.filter { $0 != name }.map { ($0, 2) }
            let read = try form.read(form.text(Dictionary(uniqueKeysWithValues: others + [(name, 1)]), others: 2))
            #expect(read.state.usOptOut, "\(name)")
            #expect(read.state.letters == "--dd")
            #expect(read.state.limitedDataUse == .init(options: ["LDU"], country: 0, state: 0))
            #expect(read.state.hasLimitedDataUse == true)
            #expect(!read.state.globalPrivacyControl)
            #expect(read.state.sources == ["iab_gpp"])
            #expect(read.notes.isEmpty)
        }
    }

    @Test("what is no opt-out says nothing, whatever the notices and consents beside it", arguments: USPrivacyForm.all)
    func silence(_ form: USPrivacyForm) throws {
        for answer in [0, 2] {
            for others in 0...2 {
                let answers = Dictionary(uniqueKeysWithValues: form.optOuts.map { ($0, answer) })
                let read = try form.read(form.text(answers, others: others, control: false))
                #expect(read.state.letters == "----")
                #expect(!read.state.usOptOut && !read.state.globalPrivacyControl)
                #expect(read.state.limitedDataUse == nil && read.state.hasLimitedDataUse == nil)
                #expect(read.notes.isEmpty)
            }
        }
    }

    @Test("Global Privacy Control in a sub-section counts as the browser's", arguments: USPrivacyForm.all)
    func control(_ form: USPrivacyForm) throws {
        let read = try form.read(form.text(control: true))
        #expect(read.state.globalPrivacyControl && !read.state.usOptOut)
        #expect(read.state.letters == "--dd")
        #expect(read.state.hasLimitedDataUse == true)
        #expect(read.notes.isEmpty)
    }

    @Test(
        "another version, a cut text and values that nobody defined are an opt-out",
        arguments: USPrivacyForm.all)
    func malformed(_ form: USPrivacyForm) throws {
        let whole = form.text()
        var texts = (0..<whole.count).map { String(whole.prefix($0)) }
        texts += [0, 3, 63].map { form.text(version: $0) } + form.optOuts.map { form.text([$0: 3]) }
        texts += ["!" + whole.dropFirst(), whole + ".", whole + ".!", whole + ".AA", whole + ".gA", whole + ".YA.x%"]
        for text in texts {
            let read = try form.read(text)
            #expect(read.state.usOptOut, "\(text)")
            #expect(read.state.letters == "--dd", "\(text)")
            #expect(read.notes == [.consentMalformed], "\(text)")
        }
    }

    @Test(
        "sections as the reference library's own tests have them",
        arguments: [
            // IABTechLab/iabgpp-es, modules/cmpapi/test/encoder/section/Us*.test.ts.
            (7, "BAAAAAAAAABA.QA", false, false), (7, "BVVVkkkkkpFY.YA", true, true), (7, "BVQqAAAACg", false, false),
            (8, "BAAAAABA.QA", false, false), (8, "BVWSSSVY.YA", true, true), (8, "BbYbGwXY.YA", true, true),
            (9, "BAAAABA", false, false), (9, "BVWSSVY", true, false), (12, "BAAAAAEA.QA", false, false),
            (12, "BVWSSZFg.YA", true, true), (12, "BbYbG22w", true, false), (13, "BAAAAABA", false, false),
            (13, "BVWSSZlY", true, false), (18, "BAAAAAQ.Q", false, false), (18, "BVVkklW.Y", true, true),
            (18, "BVVkklWA.YA", true, true), (21, "BAAAAAAAQA.QA", false, false), (21, "BVWSSRklWA.YA", true, true),
            (23, "BAAAAAQ.Q", false, false), (23, "BVWSSVWA.YA", true, true),
        ])
    func published(_ id: Int, _ text: String, _ isOptOut: Bool, _ control: Bool) throws {
        let read = try readUSSection(id, text)
        #expect(read.state.usOptOut == isOptOut)
        #expect(read.state.globalPrivacyControl == control)
        #expect(read.notes.isEmpty)
    }

    @Test func aStringWithEverySectionOfItsTimeIsRead() throws {
        // IABTechLab/iabgpp-es, modules/cmpapi/test/GppModel.test.ts: defaults of sections 2, 5 and 6 to 12.
        let text =
            "DBACOaw~CPSG_8APSG_8AAAAAAENAACAAAAAAAAAAAAAAAAAAAAA.QAAA.IAAA~CPSG_8APSG_8AAAAAAENAACAAAAAAAAAAAAAAAAA"
            + ".YAAAAAAAAAA~1---~BAAAAAAAAAA.QA~BAAAAAAA.QA~BAAAAAA~BAAAAAA.QA~BAAAAAAA~BAAAAAAA.QA"
        let read = try readConsent(#"{"context": {"gpp": "\#(text)"}}"#)
        #expect(read.state.letters == "dddd")  // nobody consented in the EU's section
        #expect(!read.state.usOptOut && !read.state.globalPrivacyControl)
        #expect(read.notes == [.gppUndecoded])  // Canada's
    }

    @Test("of several sections only those that apply count")
    func applicable() throws {
        let california = try #require(USPrivacyForm.all.first { $0.id == 8 }).text(["sale": 2])
        let virginia = try #require(USPrivacyForm.all.first { $0.id == 9 }).text(["targeted": 1], control: true)
        let text = "\(gppHeader([8...9]))~\(california)~\(virginia)"
        func read(_ ids: String) throws -> ConsentState {
            try readConsent(#"{"properties": {"gpp": "\#(text)", "gpp_sid": \#(ids)}}"#).state
        }
        #expect(try !read("[8]").usOptOut)
        #expect(try !read("[8]").globalPrivacyControl)
        #expect(try read("[9]").usOptOut)
        #expect(try read(#""8,9""#).globalPrivacyControl)
        #expect(try read("null").usOptOut)
    }

    @Test(
        "unknown ids, and those whose form is a draft, count as unknown",
        arguments: [1, 3, 5, 24, 25, 26, 27, 40])
    func unknown(_ id: Int) throws {
        let read = try readUSSection(id, "BVVVkkkkkpFY.YA")
        #expect(read.state.letters == "----")
        #expect(!read.state.usOptOut && !read.state.globalPrivacyControl)
        #expect(read.notes == [.gppUndecoded])
    }

    @Test func anOptOutDeniesWhatAnotherSignalGranted() throws {
        let text = "\(gppHeader([8...8]))~BVWSSSVY"
        let read = try readConsent(
            #"{"context": {"gpp": "\#(text)", "consent": {"ad_user_data": "granted", "ad_storage": "granted"}}}"#)
        #expect(read.state.letters == "-gdd")
    }
}
