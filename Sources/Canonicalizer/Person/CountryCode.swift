import JSON

/// Two letters in the place of an ISO 3166-1 alpha-2 code.
struct CountryCode: Sendable, Hashable {
    /// A number of 0 to 675: the letters as digits to the base 26.
    let index: Int

    static let indexCount = 26 * 26

    /// Two letters of either case, whether or not they are a country; nil for anything else.
    init?(letters: some Collection<UInt8>) {
        guard letters.count == 2 else { return nil }
        var index = 0
        for letter in letters {
            guard ASCII.isLetter(letter) else { return nil }
            index = index * 26 + Int(letter | 0x20) - 97
        }
        self.index = index
    }

    /// A code of two lower-case letters.
    init(known letters: String) {
        guard let code = CountryCode(letters: letters.utf8) else { fatalError("\(letters) is no country code") }
        self = code
    }

    /// Reads a code of two or three letters, or a name (reference destinations/geo-normalization, 7).
    ///
    /// Nil for what is no country: free text must not be hashed as one.
    init?(text: JSONText) {
        let text = text.trimmed
        if let code = CountryCode(letters: text) {
            guard let country = code.asCountry else { return nil }
            self = country
            return
        }
        guard text.count <= 128 else { return nil }
        var folded = ByteBuffer()
        TextFold.append(text, to: &folded)
        let name = folded.string
        if let country = CountryCode(letters: name.utf8)?.asCountry {
            self = country  // `U.S.`, `U.K.`
            return
        }
        guard let code = CountryTable.byName[name] else { return nil }
        self = code
    }

    /// The two letters, lower-case.
    var bytes: [UInt8] { [UInt8(97 + index / 26), UInt8(97 + index % 26)] }

    /// The two letters, lower-case.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The country that these letters mean, if any; `uk` means `gb`.
    var asCountry: CountryCode? {
        if self == .unitedKingdomAlias { return .unitedKingdom }
        return CountryTable.isCountry[index] ? self : nil
    }

    static let unitedStates = CountryCode(known: "us")
    static let canada = CountryCode(known: "ca")
    private static let unitedKingdom = CountryCode(known: "gb")
    private static let unitedKingdomAlias = CountryCode(known: "uk")
}
