import JSON

/// States, provinces and postal codes (reference destinations/geo-normalization, 5 and 6).
enum Region {
    /// Appends a state: two letters for one of the US or Canada, otherwise its text without blanks and punctuation.
    ///
    /// Appends nothing if nothing is left. A nil country is an unknown one.
    static func appendState(_ text: JSONText, country: CountryCode?, to bytes: inout ByteBuffer) {
        let text = withoutCountryPrefix(text.trimmed, country: country)
        if country == nil || country == .unitedStates || country == .canada {
            if let code = CountryCode(letters: text) {
                bytes.append(contentsOf: code.bytes)
                return
            }
            var folded = ByteBuffer()
            TextFold.append(text.prefix(128), to: &folded)
            if folded.count == 2 {
                bytes.append(folded)
                return
            }
            let name = folded.string
            let unitedStates = country == .canada ? nil : unitedStatesByName[name]
            if let code = unitedStates ?? (country == .unitedStates ? nil : canadaByName[name]) {
                bytes.append(contentsOf: code.bytes)
                return
            }
        }
        TextRule.state.append(text, to: &bytes)
    }

    /// Takes the country off an ISO 3166-2 code: `US-CA` becomes `CA`.
    private static func withoutCountryPrefix(_ text: JSONText, country: CountryCode?) -> JSONText {
        guard 4...6 ~= text.count, text[text.startIndex + 2] == UInt8(ascii: "-"),
            let prefix = CountryCode(letters: text.prefix(2))?.asCountry, country == nil || country == prefix
        else { return text }
        let rest = text[text.startIndex + 3..<text.endIndex]
        return rest.allSatisfy(ASCII.isAlphanumeric) ? rest : text
    }

    /// Puts a postal code into an empty buffer: five digits for the US, otherwise lower case without blanks and dashes.
    ///
    /// Nothing if fewer than two characters are left or more than ``postalCodeByteLimit``.
    static func appendPostalCode(_ text: JSONText, country: CountryCode?, to bytes: inout ByteBuffer) {
        let text = text.trimmed
        if country == .unitedStates || country == nil && hasNineDigitShape(text) {
            let digitCount = text.count(where: ASCII.isDigit)
            // A spreadsheet or a number type has lost the leading zeros of 02101.
            if 1...4 ~= digitCount, digitCount == text.count {
                for _ in digitCount..<5 { bytes.append(UInt8(ascii: "0")) }
            }
            if digitCount >= 5 || !bytes.isEmpty {
                for byte in text where ASCII.isDigit(byte) && bytes.count < 5 { bytes.append(byte) }
                return
            }
        }
        var plain = ByteBuffer()
        TextRule.removesBlanks.append(text, to: &plain)
        for position in 0..<plain.count where plain[position] != UInt8(ascii: "-") { bytes.append(plain[position]) }
        if !(2...postalCodeByteLimit ~= bytes.count) { bytes.removeAll() }
    }

    /// Longer than any postal code with room for what people write beside it.
    static let postalCodeByteLimit = 32

    /// Whether the text is `ddddd-dddd`.
    private static func hasNineDigitShape(_ text: JSONText) -> Bool {
        text.count == 10 && text[text.startIndex + 5] == UInt8(ascii: "-")
            && text.prefix(5).allSatisfy(ASCII.isDigit) && text.suffix(4).allSatisfy(ASCII.isDigit)
    }

    private static let unitedStatesByName = table(
        """
        al alabama; ak alaska; az arizona; ar arkansas; ca california; co colorado; ct connecticut; de delaware;
        dc districtofcolumbia washingtondc; fl florida; ga georgia; hi hawaii; id idaho; il illinois; in indiana;
        ia iowa; ks kansas; ky kentucky; la louisiana; me maine; md maryland; ma massachusetts; mi michigan;
        mn minnesota; ms mississippi; mo missouri; mt montana; ne nebraska; nv nevada; nh newhampshire; nj newjersey;
        nm newmexico; ny newyork; nc northcarolina; nd northdakota; oh ohio; ok oklahoma; or oregon; pa pennsylvania;
        ri rhodeisland; sc southcarolina; sd southdakota; tn tennessee; tx texas; ut utah; vt vermont; va virginia;
        wa washington; wv westvirginia; wi wisconsin; wy wyoming; pr puertorico; gu guam;
        vi virginislands usvirginislands; as americansamoa; mp northernmarianaislands;
        """)

    private static let canadaByName = table(
        """
        on ontario; qc quebec; bc britishcolumbia; ab alberta; sk saskatchewan; mb manitoba; ns novascotia;
        nb newbrunswick; pe princeedwardisland; nl newfoundlandandlabrador newfoundland; yt yukon;
        nt northwestterritories; nu nunavut;
        """)

    private static func table(_ text: String) -> [String: CountryCode] {
        var table: [String: CountryCode] = [:]
        for row in text.split(separator: ";") {
            let words = row.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, let code = CountryCode(letters: first.utf8) else { continue }
            for name in words.dropFirst() { table[String(name)] = code }
        }
        return table
    }
}
