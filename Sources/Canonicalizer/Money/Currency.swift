/// The currencies of ISO 4217, without the codes for "none" and "for testing".
enum Currency {
    /// The upper-case code that three letters of any case are, if it is listed.
    static func code(_ text: Span<UInt8>) -> String? {
        guard isListed(text) else { return nil }
        let letters: InlineArray<3, UInt8> = [text[0] & 0xDF, text[1] & 0xDF, text[2] & 0xDF]
        return letters.span.text(in: 0..<3)
    }

    /// Whether text is the code of a currency in any case.
    static func isListed(_ text: Span<UInt8>) -> Bool {
        guard text.count == 3, text[0].isASCIILetter, text[1].isASCIILetter, text[2].isASCIILetter else { return false }
        let index = place(text[0], text[1], text[2])
        return bits[index >> 6] >> UInt64(index & 63) & 1 == 1
    }

    /// The upper-case code that text is, if it is listed; see ``code(_:)-(Span<UInt8>)``.
    static func code(_ text: String) -> String? { code(Array(text.utf8).span) }

    /// Every combination of three letters has its bit.
    private static let bits: [UInt64] = {
        var bits = [UInt64](repeating: 0, count: 26 * 26 * 26 / 64 + 1)
        for code in codes.split(separator: " ") {
            let letters = Array(code.utf8)
            let index = place(letters[0], letters[1], letters[2])
            bits[index >> 6] |= 1 << UInt64(index & 63)
        }
        return bits
    }()

    private static func place(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int {
        (Int(first & 31) - 1) * 676 + (Int(second & 31) - 1) * 26 + Int(third & 31) - 1
    }

    /// List one of ISO 4217, with the codes withdrawn since 2015, which old shops still send.
    private static let codes = """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BYR BZD \
        CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL \
        GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD \
        KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO \
        NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD \
        SSP STD STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VEF VES VND \
        VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XUA YER ZAR ZMW ZWG ZWL
        """
}
