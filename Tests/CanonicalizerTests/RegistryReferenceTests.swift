import EventModel
import Testing

@testable import Canonicalizer

/// Every row of the reference's registry against the product's, and every name as messy as real ones.
@Suite struct RegistryReferenceTests {
    private static let rows = RegistryReferenceTable.rows

    private func matcher(ambiguous: Set<String> = []) -> EventNameMatcher {
        var source = SourceProfile(name: "shop", kind: .rudderstack, tenant: CanonicalizerHarness.tenant)
        source.enabledAmbiguousNames = ambiguous
        return EventNameMatcher(source: source)
    }

    private func match(_ name: String, ambiguous: Set<String> = []) -> EventNameMatcher.Match? {
        var matcher = matcher(ambiguous: ambiguous)
        return name.withText { matcher.match($0) }
    }

    @Test func theTablesHaveTheSameRows() {
        #expect(Self.rows.count == 143)
        #expect(Self.rows.count { $0.trackStack != nil } == 66)
        #expect(Set(Self.rows.map(\.canonical)) == Set(EventRegistry.definitions.map(\.name.text)))
    }

    @Test("a row has the reference's twin, stage, class and business ids", arguments: rows)
    func facts(_ row: RegistryReferenceTable.Row) throws {
        let definition = try #require(EventRegistry.definition(named: row.canonical))
        #expect(definition.trackStackName == row.trackStack)
        #expect(definition.stage.rawValue == row.stage)
        #expect(definition.routing == row.routing)
        #expect(definition.businessIDs.map(\.name) == row.businessIDs.map(\.name))
        #expect(definition.requiresBusinessID == row.businessIDs.contains { $0.isRequired })
        for (choice, expected) in zip(definition.businessIDs, row.businessIDs) where expected.isRequired {
            #expect(choice.isEventID, "\(choice.name)")
        }
    }

    @Test("a row is found by each of its names, however it is written", arguments: rows)
    func names(_ row: RegistryReferenceTable.Row) {
        let names = [row.canonical, row.trackStack].compactMap { $0 } + row.names.filter { !$0.contains("*") }
        var matcher = matcher()
        for name in names {
            for spelling in MessySpellings.of(name) {
                let found = spelling.withText { matcher.match($0) }
                #expect(found?.name.text == row.canonical, "\(name) as \(spelling.debugDescription)")
            }
        }
    }

    @Test("an ambiguous name is custom until an account switches it on", arguments: rows)
    func ambiguous(_ row: RegistryReferenceTable.Row) {
        for name in row.ambiguousNames {
            for spelling in MessySpellings.of(name) {
                #expect(match(spelling)?.name.isCustom == true, "\(spelling.debugDescription)")
                #expect(match(spelling, ambiguous: [name])?.name.text == row.canonical, "\(spelling.debugDescription)")
            }
        }
    }

    @Test("no name of the reference means two rows")
    func oneMeaning() {
        var owners: [String: String] = [:]
        for row in Self.rows {
            let names = [row.canonical, row.trackStack].compactMap { $0 } + row.names + row.ambiguousNames
            for name in Set(names.map { EventNames.normalized($0) }) {
                #expect(owners[name] == nil, "\(name) means \(owners[name] ?? "") and \(row.canonical)")
                owners[name] = row.canonical
            }
        }
    }

    @Test(
        "Viewed <anything> Page is a page view, unless the registry knows better",
        arguments: [
            ("Viewed Pricing Page", "page_view"), ("viewed_checkout_step_2_page", "page_view"),
            ("ViewedHomePage", "page_view"), ("VIEWED  Product Detail  PAGE", "page_view"),
            ("Viewed Page", "page_view"),
            ("Viewed Product", "view_content"), ("Viewed Pages", "custom.viewed_pages"),
            ("Reviewed Home Page", "custom.reviewed_home_page"),
        ])
    func namedPages(_ name: String, _ canonical: String) {
        #expect(match(name)?.name.text == canonical)
    }

    @Test(
        "a call that is no track call is named by its type",
        arguments: [
            ("page", "page_view"), ("screen", "screen_view"), ("identify", "profile_update"), ("group", "group_update"),
            ("alias", "identity_link"), ("merge", "identity_link"), ("delete", "privacy_delete"),
        ])
    func calls(_ type: String, _ canonical: String) throws {
        let event = try CanonicalizerHarness().event(
            #"{"type":"\#(type)","messageId":"m","userId":"u","previousId":"p","event":"Order Completed","#
                + #""mergeProperties":[{"type":"email","value":"a@b.example"}]}"#)
        #expect(event.name.text == canonical)
        #expect(event.mappingRule == "type:\(type)")
    }

    @Test(
        "styled letters are the letters they stand for",
        arguments: [
            "𝐎𝐫𝐝𝐞𝐫 𝐂𝐨𝐦𝐩𝐥𝐞𝐭𝐞𝐝", "𝒪𝓇𝒹𝑒𝓇 𝒞𝑜𝓂𝓅𝓁𝑒𝓉𝑒𝒹", "𝙊𝙧𝙙𝙚𝙧_𝘾𝙤𝙢𝙥𝙡𝙚𝙩𝙚𝙙", "Ⓞⓡⓓⓔⓡ Ⓒⓞⓜⓟⓛⓔⓣⓔⓓ", "Ｏｒｄｅｒ－Ｃｏｍｐｌｅｔｅｄ",
            "𝔒𝔯𝔡𝔢𝔯 ℭ𝔬𝔪𝔭𝔩𝔢𝔱𝔢𝔡",
            "ºrder Completed", "Order\u{2003}\u{2003}Completed\u{2028}", "\u{2066}Order Completed\u{2069}",
        ])
    func styledLetters(_ name: String) {
        #expect(match(name)?.name.text == "purchase")
    }

    @Test func styledDigitsAreDigits() {
        #expect(match("Step ② of ３ and 𝟜⁵₆ ™")?.name.text == "custom.step_2_of_3_and_456_tm")
    }
}

/// The ways in which senders write one name.
enum MessySpellings {
    private static let separators = [
        " ", "   ", "_", "__", "-", ".", "/", ": ", "\t", "\u{A0}", "\u{3000}", " _ ", "$", " \u{202E}",
    ]

    static func of(_ name: String) -> [String] {
        let words: [String] = EventNames.normalized(name).split(separator: " ").map { String($0) }
        let capitalized: [String] = words.map { $0.prefix(1).uppercased() + String($0.dropFirst()) }
        let spaced: String = words.joined(separator: " ")
        let snake: String = words.joined(separator: "_")
        let title: String = capitalized.joined(separator: " ")
        let camel: String = words[0] + capitalized.dropFirst().joined()
        let last: String = capitalized[capitalized.count - 1]
        let mixed: String = (words.dropLast() + [last]).joined(separator: "_")
        var spellings: [String] = [name, spaced.uppercased(), snake.uppercased(), capitalized.joined(), camel, mixed]
        spellings.append("\u{FEFF} " + title + "\u{200B}\r\n")
        spellings.append("_" + snake + "_")
        spellings.append(wide(spaced))
        for separator in separators {
            spellings.append(words.joined(separator: separator))
            spellings.append(capitalized.joined(separator: separator))
        }
        return spellings
    }

    /// The full-width letters of East Asian keyboards.
    private static func wide(_ text: String) -> String {
        var wide = ""
        for scalar in text.unicodeScalars {
            let value: UInt32 = scalar == " " ? 0x3000 : scalar.value + 0xFEE0
            if let scalar = Unicode.Scalar(value) { wide.unicodeScalars.append(scalar) }
        }
        return wide
    }
}
