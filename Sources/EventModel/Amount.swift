/// An exact decimal number with up to six digits after the point; what money is counted in.
///
/// Never goes through binary floating point. Holds up to 15 digits before the point.
public struct Amount: Sendable, Hashable, Comparable {
    /// Millionths.
    ///
    /// Kept in two words: Swift 6.3 on x86-64 misaligns optionals of types that hold an `Int128` in debug builds.
    public var micros: Int128 { Int128(high) << 64 | Int128(low) }

    private let high: Int64
    private let low: UInt64

    /// An amount of so many millionths.
    public init(micros: Int128) {
        high = Int64(truncatingIfNeeded: micros >> 64)
        low = UInt64(truncatingIfNeeded: micros)
    }

    /// A whole number.
    public init(_ whole: Int) { self.init(micros: Int128(whole) * 1_000_000) }

    /// Nothing, as in an amount that sums begin with.
    public static let zero = Amount(micros: 0)

    /// Digits that an amount may have before the point.
    public static let wholeDigitLimit = 15

    /// Whether the left amount is the smaller one; exact, as both are whole millionths.
    public static func < (left: Amount, right: Amount) -> Bool { left.micros < right.micros }

    /// The sum; one too large for 128 bits stops at the largest amount there is, so that no input can stop the process.
    public static func + (left: Amount, right: Amount) -> Amount {
        let (sum, hasOverflowed) = left.micros.addingReportingOverflow(right.micros)
        return hasOverflowed ? largest(isNegative: left.isNegative) : Amount(micros: sum)
    }

    /// The amount with the other sign; stops at the largest amount like the difference.
    public static prefix func - (amount: Amount) -> Amount { .zero - amount }

    /// The difference; stops at the largest amount like the sum.
    public static func - (left: Amount, right: Amount) -> Amount {
        let (difference, hasOverflowed) = left.micros.subtractingReportingOverflow(right.micros)
        return hasOverflowed ? largest(isNegative: left.isNegative) : Amount(micros: difference)
    }

    /// The product, rounded to six digits, halves away from zero; stops at the largest amount like the sum.
    public static func * (left: Amount, right: Amount) -> Amount {
        // (whole · 10⁶ + fraction) · right / 10⁶, so that 15 digits times 15 digits stay within 128 bits.
        let (whole, fraction) = left.micros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let factor = right.micros.magnitude
        let isNegative = left.isNegative != right.isNegative
        let (wholePart, hasWholeOverflowed) = whole.multipliedReportingOverflow(by: factor)
        let (fractionPart, hasFractionOverflowed) = fraction.multipliedReportingOverflow(by: factor)
        let (numerator, hasHalfOverflowed) = fractionPart.addingReportingOverflow(500_000)
        let (product, hasSumOverflowed) = wholePart.addingReportingOverflow(numerator / 1_000_000)
        let hasOverflowed = hasWholeOverflowed || hasFractionOverflowed || hasHalfOverflowed || hasSumOverflowed
        guard !hasOverflowed, let micros = Int128(exactly: product) else { return largest(isNegative: isNegative) }
        return Amount(micros: isNegative ? -micros : micros)
    }

    private static func largest(isNegative: Bool) -> Amount { Amount(micros: isNegative ? .min : .max) }

    /// The number below or at this one that has no fraction; at most what 64 bits hold.
    public var roundedDown: Int {
        let quotient = micros / 1_000_000
        return Int(clamping: micros < 0 && micros % 1_000_000 != 0 ? quotient - 1 : quotient)
    }

    /// Whether there is nothing after the point.
    public var isWhole: Bool { micros % 1_000_000 == 0 }

    /// Whether the amount is below zero; zero is not.
    public var isNegative: Bool { micros < 0 }

    /// The distance from zero.
    public var magnitude: Amount { isNegative ? -self : self }
}

extension Amount: CustomStringConvertible {
    /// Reads the decimal form of RFC 8259, section 6 (exponents included), rounding beyond six digits half to even.
    ///
    /// - Returns: nil if the text is no number or has more than ``wholeDigitLimit`` digits before the point.
    public init?(_ text: some Sequence<UInt8>) {
        var parser = DecimalParser()
        for byte in text { guard parser.take(byte) else { return nil } }
        guard let amount = parser.amount else { return nil }
        self = amount
    }

    /// Reads decimal text; see ``init(_:)-(Sequence<UInt8>)``.
    public init?(_ text: String) { self.init(text.utf8) }

    /// Plain decimal text without trailing zeros: `129.99`, `-0.5`, `10`.
    public var description: String { unsafe withText { unsafe String(decoding: $0, as: UTF8.self) } }

    /// Lends the ASCII bytes of ``description`` without allocating.
    public func withText<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.textByteLimit) { text in
            var position = text.count
            func put(_ byte: UInt8) {
                position -= 1
                unsafe text[position] = byte
            }
            let magnitude = micros.magnitude
            var (whole, rest) = Self.parts(of: magnitude)
            if rest > 0 {
                var digitCount = 6
                while rest % 10 == 0 {
                    rest /= 10
                    digitCount -= 1
                }
                var digits = rest
                for _ in 0..<digitCount {
                    put(48 + UInt8(digits % 10))
                    digits /= 10
                }
                put(UInt8(ascii: "."))
            }
            while whole > UInt128(UInt64.max) {
                put(48 + UInt8(whole % 10))
                whole /= 10
            }
            var word = UInt64(whole)
            repeat {
                put(48 + UInt8(word % 10))
                word /= 10
            } while word > 0
            if isNegative { put(UInt8(ascii: "-")) }
            return unsafe body(UnsafeBufferPointer(rebasing: text[position...]))
        }
    }

    /// What stands before and after the point; nearly every amount fits a machine word, which divides ten times faster.
    private static func parts(of magnitude: UInt128) -> (whole: UInt128, rest: UInt64) {
        if let word = UInt64(exactly: magnitude) { return (UInt128(word / 1_000_000), word % 1_000_000) }
        let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        return (whole, UInt64(rest))
    }

    /// Room for a sign, the 33 digits of the largest whole part, a point and six digits.
    private static let textByteLimit = 48
}

/// Collects the digits of one decimal number.
private struct DecimalParser {
    private enum Stage { case start, sign, whole, point, fraction, mark, exponentSign, exponent }

    private var stage = Stage.start
    private var isNegative = false
    private var coefficient: UInt128 = 0
    private var digitCount = 0  // significant digits in `coefficient`
    private var scale = 0  // how far the point stands to the left of the coefficient's end
    private var hasLostDigits = false
    private var isExponentNegative = false
    private var exponent = 0

    /// More digits than any amount has; those beyond only matter for rounding.
    private static let digitLimit = 34

    mutating func take(_ byte: UInt8) -> Bool {
        switch (stage, byte) {
        case (.start, UInt8(ascii: "-")):
            isNegative = true
            stage = .sign
        case (.start, 48...57), (.sign, 48...57), (.whole, 48...57):
            add(byte, isFraction: false)
            stage = .whole
        case (.whole, UInt8(ascii: ".")): stage = .point
        case (.point, 48...57), (.fraction, 48...57):
            add(byte, isFraction: true)
            stage = .fraction
        case (.whole, UInt8(ascii: "e")), (.whole, UInt8(ascii: "E")), (.fraction, UInt8(ascii: "e")),
            (.fraction, UInt8(ascii: "E")):
            stage = .mark
        case (.mark, UInt8(ascii: "-")), (.mark, UInt8(ascii: "+")):
            isExponentNegative = byte == UInt8(ascii: "-")
            stage = .exponentSign
        case (.mark, 48...57), (.exponentSign, 48...57), (.exponent, 48...57):
            exponent = min(exponent * 10 + Int(byte - 48), 100_000)
            stage = .exponent
        default: return false
        }
        return true
    }

    private mutating func add(_ digit: UInt8, isFraction: Bool) {
        if digitCount >= Self.digitLimit {
            if digit != 48 { hasLostDigits = true }
            if !isFraction { scale -= 1 }
            return
        }
        coefficient = coefficient * 10 + UInt128(digit - 48)
        if coefficient > 0 { digitCount += 1 }
        if isFraction { scale += 1 }
    }

    /// The value in millionths, if the text was a whole number within the limit.
    var amount: Amount? {
        guard stage == .whole || stage == .fraction || stage == .exponent else { return nil }
        guard coefficient > 0 else { return .zero }
        let shift = 6 - scale + (isExponentNegative ? -exponent : exponent)
        guard digitCount + shift <= Amount.wholeDigitLimit + 6 else { return nil }
        var result = coefficient
        if shift >= 0 {
            for _ in 0..<shift { result *= 10 }
        } else {
            guard digitCount + shift >= 0 else { return .zero }
            var divisor: UInt128 = 1
            for _ in 0..<(-shift) { divisor *= 10 }
            let (quotient, rest) = result.quotientAndRemainder(dividingBy: divisor)
            let half = divisor / 2
            let isUp = rest > half || rest == half && (hasLostDigits || quotient % 2 == 1)
            result = isUp ? quotient + 1 : quotient
        }
        return Amount(micros: isNegative ? -Int128(result) : Int128(result))
    }
}
