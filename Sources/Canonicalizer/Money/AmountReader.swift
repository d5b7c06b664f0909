import EventModel
import JSON

/// Reads money and other decimal numbers exactly (reference inbound, 6.5 and rows 50 and 74).
enum AmountReader {
    /// What reading a number came to.
    enum Reading: Sendable, Equatable {
        case absent
        case amount(Amount)
        /// A string with a lone comma before one, two or more than three digits: `12,50`.
        case commaAmount(Amount)
        case unparsable
        case outOfRange
    }

    /// Reads a JSON number, or a string of decimal digits with at most one currency sign or code before it.
    static func read(_ value: JSONValue?) -> Reading {
        guard let value else { return .absent }
        switch value.kind {
        case .null: return .absent
        case .number: return value.withSource { readNumber($0) }
        case .string: return value.withText { readText($0) } ?? .unparsable
        case .bool, .array, .object: return .unparsable
        }
    }

    /// Reads an amount; notes what makes it unreadable or was taken for granted.
    static func amount(_ value: JSONValue?, notes: inout NoteList) -> Amount? {
        switch read(value) {
        case .absent: return nil
        case .amount(let amount): return amount
        case .commaAmount(let amount):
            notes.add(.decimalComma)
            return amount
        case .unparsable: notes.add(.valueUnparsable)
        case .outOfRange: notes.add(.numberOutOfRange)
        }
        return nil
    }

    private static func readNumber(_ text: Span<UInt8>) -> Reading {
        if let amount = readShort(text) { return .amount(amount) }
        var digits = DecimalDigits()
        for index in text.indices {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "-"): digits.isNegative = true
            case UInt8(ascii: "."): digits.isInFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): return readExponent(text, isZero: !digits.hasNonZero)
            default: digits.take(byte)
            }
        }
        return digits.reading
    }

    /// Reads a number of at most 15 digits without sign and exponent, at most six of them after the point; nil for others.
    private static func readShort(_ text: Span<UInt8>) -> Amount? {
        guard text.count <= 15 else { return nil }
        var number: Int64 = 0
        var scale: Int64 = 0  // 0 before the point, then the millionths that its last digit stands for
        for index in text.indices {
            let digit = text[index] &- 48
            if digit < 10 {
                number = number * 10 + Int64(digit)
                if scale == 1 { return nil }
                scale /= 10
            } else if text[index] == UInt8(ascii: "."), scale == 0 {
                scale = 1_000_000
            } else {
                return nil
            }
        }
        return Amount(micros: Int128(number) * Int128(scale == 0 ? 1_000_000 : scale))
    }

    /// Reads a number with an exponent, which the fast path cannot.
    private static func readExponent(_ text: Span<UInt8>, isZero: Bool) -> Reading {
        let amount = unsafe text.withUnsafeBufferPointer { unsafe Amount($0) }
        guard let amount else { return .outOfRange }
        return amount == .zero && !isZero ? .outOfRange : .amount(amount)
    }

    /// Reads `^[+-]?\d{1,15}(\.\d+)?$` after taking away ASCII spaces, one leading currency and clear thousands commas.
    private static func readText(_ text: Span<UInt8>) -> Reading {
        var digits = DecimalDigits()
        var start = 0
        skipSpaces(text, &start)
        var hasSign = takeSign(text, &start, &digits)
        skipCurrency(text, &start)
        skipSpaces(text, &start)
        if !hasSign { hasSign = takeSign(text, &start, &digits) }
        skipSpaces(text, &start)
        guard let comma = CommaRole(of: text.extracting(start..<text.count)) else { return .unparsable }
        for index in start..<text.count {
            switch text[index] {
            case 0x20: continue
            case UInt8(ascii: ","): if comma == .decimal { digits.isInFraction = true }
            case UInt8(ascii: "."): digits.isInFraction = true
            default: digits.take(text[index])
            }
        }
        if case .amount(let amount) = digits.reading, comma == .decimal { return .commaAmount(amount) }
        return digits.reading
    }

    private static func skipSpaces(_ text: Span<UInt8>, _ position: inout Int) {
        while position < text.count, text[position].isASCIISpace { position += 1 }
    }

    private static func takeSign(_ text: Span<UInt8>, _ position: inout Int, _ digits: inout DecimalDigits) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") else {
            return false
        }
        digits.isNegative = text[position] == UInt8(ascii: "-")
        position += 1
        return true
    }

    /// Skips `$`, `€` and the like, `US$` and `R$`, or an ISO 4217 code.
    private static func skipCurrency(_ text: Span<UInt8>, _ position: inout Int) {
        var end = position
        while end < text.count, end - position < 3, text[end].isASCIILetter { end += 1 }
        if end - position == 3, Currency.isListed(text.extracting(position..<end)) {
            position = end
            return
        }
        if end - position > 2 { return }
        let rest = text.extracting(end..<text.count)
        if rest.count >= 1, rest[0] == UInt8(ascii: "$") {
            position = end + 1
        } else if end == position {
            // UTF-8 of U+00A2…U+00A5 and of the block of currency symbols, U+20A0…U+20CF.
            if rest.count >= 2, rest[0] == 0xC2, rest[1] >= 0xA2, rest[1] <= 0xA5 {
                position += 2
            } else if rest.count >= 3, rest[0] == 0xE2, rest[1] == 0x82 && rest[2] >= 0xA0 || rest[1] == 0x83 {
                position += 3
            }
        }
    }
}

/// What the commas in a number's text mean.
private enum CommaRole {
    case none, thousands, decimal

    /// Nil if the text has anything but digits, spaces, commas and one point, or its commas can be read in two ways.
    init?(of text: Span<UInt8>) {
        var commaCount = 0
        var pointCount = 0
        var groupDigits = 0
        var digitCount = 0
        var isGrouped = true
        for index in text.indices {
            switch text[index] {
            case 48...57:
                groupDigits += 1
                digitCount += 1
            case UInt8(ascii: ","):
                if pointCount > 0 || groupDigits == 0 || commaCount > 0 && groupDigits != 3 { return nil }
                if groupDigits > 3 { isGrouped = false }
                commaCount += 1
                groupDigits = 0
            case UInt8(ascii: "."):
                if pointCount > 0 || groupDigits == 0 || commaCount > 0 && groupDigits != 3 { return nil }
                pointCount += 1
                groupDigits = 0
            case 0x20: continue
            default: return nil
            }
        }
        guard digitCount > 0, groupDigits > 0 else { return nil }
        switch (commaCount, pointCount) {
        case (0, _): self = .none
        case (_, 1), (2..., _):
            guard isGrouped, pointCount == 1 || groupDigits == 3 else { return nil }
            self = .thousands
        default:
            // One comma and no point: three digits after it could be thousands as well as thousandths.
            guard groupDigits != 3 else { return nil }
            self = .decimal
        }
    }
}

/// Digits of a decimal number on their way to millionths, rounded half to even beyond those.
private struct DecimalDigits {
    var isNegative = false
    var isInFraction = false
    private(set) var hasNonZero = false
    private var whole: UInt64 = 0
    private var wholeCount = 0
    private var fraction: UInt64 = 0
    private var fractionCount = 0
    private var firstLost: UInt8 = 0
    private var hasLostMore = false

    mutating func take(_ byte: UInt8) {
        let digit = byte &- 48
        if digit != 0 { hasNonZero = true }
        if !isInFraction {
            if whole > 0 || digit > 0 { wholeCount += 1 }
            if wholeCount <= Amount.wholeDigitLimit { whole = whole * 10 + UInt64(digit) }
        } else if fractionCount < 6 {
            fraction = fraction * 10 + UInt64(digit)
            fractionCount += 1
        } else if fractionCount == 6 {
            firstLost = digit
            fractionCount += 1
        } else if digit != 0 {
            hasLostMore = true
        }
    }

    var reading: AmountReader.Reading {
        if wholeCount > Amount.wholeDigitLimit { return .outOfRange }
        var micros = fraction
        for _ in min(fractionCount, 6)..<6 { micros *= 10 }
        if firstLost > 5 || firstLost == 5 && (hasLostMore || micros % 2 == 1) { micros += 1 }
        let total = Int128(whole) * 1_000_000 + Int128(micros)
        // A number that is not zero must not become a value of zero.
        if total == 0, hasNonZero { return .outOfRange }
        return .amount(Amount(micros: isNegative ? -total : total))
    }
}
