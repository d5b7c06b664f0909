/// Recognizes the numbers of payment cards.
enum CardNumber {
    /// How many digits card numbers have (ISO/IEC 7812).
    private static let digitCounts = 13...19
    /// As many digits under a name that says "card number" are taken for one even if the check digit is wrong.
    private static let suspectDigitCount = 12

    /// Whether text has 13 to 19 digits, maybe in groups, that pass Luhn's check.
    static func occurs(in text: some Sequence<UInt8>) -> Bool {
        var digits = Digits()
        for byte in text {
            if ASCII.isDigit(byte) {
                digits.append(byte - 48)
            } else if byte != 0x20, byte != UInt8(ascii: "-"), byte != UInt8(ascii: ".") {
                if digits.isCardNumber { return true }
                digits = Digits()
            }
        }
        return digits.isCardNumber
    }

    /// Whether text has so many digits that it can be no masked number and no last four.
    static func hasManyDigits(_ text: some Sequence<UInt8>) -> Bool {
        text.count(where: ASCII.isDigit) >= suspectDigitCount
    }

    /// The digits of one run, with Luhn's sum for both ways of counting from an end that is not known yet.
    private struct Digits {
        private var count = 0
        private var sums = (even: 0, odd: 0)

        mutating func append(_ digit: UInt8) {
            let plain = Int(digit)
            let doubled = plain < 5 ? plain * 2 : plain * 2 - 9
            sums = (even: sums.odd + plain, odd: sums.even + doubled)
            count += 1
        }

        /// Counted from the last digit, every second one is doubled.
        var isCardNumber: Bool { CardNumber.digitCounts.contains(count) && sums.even % 10 == 0 }
    }
}
