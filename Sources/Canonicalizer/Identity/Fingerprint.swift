import Crypto
import EventModel
import JSON
import Platform

/// A hash of what a sender said, so that a repeated event can be told from another one with the same id.
///
/// Covers the type, the event's name, all ids but the message's, the client's own time, properties, traits and merge
/// pairs. Leaves out what changes between two attempts to deliver the same event: message id, `sentAt`, `receivedAt`,
/// addresses, retry counters and the rest of the context.
///
/// Senders decode and encode again between attempts. So the order of members, members that are null, escapes and the
/// spelling of numbers (`10`, `10.0`, `1e1`) do not matter. Every part is a ``ContentHash`` that knows its kind and
/// length. Nothing but equality may be read from a fingerprint.
struct Fingerprint {
    private let names: NameBook

    /// A fingerprint maker that knows the names in `names`.
    init(names: NameBook) { self.names = names }

    /// The fingerprint of one envelope.
    func digest(of envelope: borrowing ReadEnvelope) -> Digest {
        var whole = ContentHash(.array)
        whole.append(envelope.type.rawValue.withText { ContentHash(.string, $0) })
        whole.append(part(envelope.event))
        whole.append(part(envelope.name))
        whole.append(part(envelope.category))
        whole.append(Self.hash(id: envelope.userID))
        whole.append(Self.hash(id: envelope.anonymousID))
        whole.append(Self.hash(id: envelope.previousID))
        whole.append(Self.hash(id: envelope.groupID))
        whole.append(
            hash(time: envelope.times.originalTimestamp ?? envelope.times.timestamp ?? envelope.times.occurredAt))
        whole.append(part(envelope.properties))
        whole.append(part(envelope.traits))
        whole.append(part(envelope.contextTraits))
        whole.append(part(envelope.mergeProperties))
        return whole.digest
    }

    /// The hash of an id, or that of none.
    private static func hash(id: SourceID?) -> ContentHash {
        guard let id else { return ContentHash(.absent) }
        return id.text.withText { ContentHash(.string, $0) }
    }

    private func hash(time value: JSONValue?) -> ContentHash {
        guard let value, let time = DateReader.read(value) else { return part(value) }
        return ContentHash(.time, UInt64(bitPattern: time.milliseconds), 0)
    }

    /// The hash of a part of the envelope; an object without members says as little as none.
    private func part(_ value: JSONValue?) -> ContentHash {
        guard let value, !value.isNull, value.kind != .object || value.count > 0 else { return ContentHash(.absent) }
        return hash(value)
    }

    /// The hash of any value; recursion is as deep as the text, which the parser has limited.
    private func hash(_ value: JSONValue) -> ContentHash {
        switch value.kind {
        case .null: return ContentHash(.null)
        case .bool: return ContentHash(value.bool == true ? .yes : .no)
        case .number: return value.withSource { ContentHash(number: $0) }
        case .string: return value.withText { ContentHash(.string, $0) } ?? ContentHash(.null)
        case .array:
            var whole = ContentHash(.array)
            for element in value.elements { whole.append(hash(element)) }
            return whole
        case .object:
            var whole = ContentHash(.object)
            for member in value.members where !member.value.isNull {
                whole.insert(names[member].contentHash, hash(member.value))
            }
            return whole
        }
    }
}

extension ContentHash {
    /// The most digits that a word holds whatever they are.
    private static var digitLimit: Int { 19 }

    /// The hash of a number's sign, its significant digits and the power of ten they are multiplied with.
    init(number text: Span<UInt8>) {
        var digits: UInt64 = 0
        var digitCount = 0
        var zeroCount = 0  // zeros that only count if another digit follows
        var exponent = 0
        var isInFraction = false
        var isNegative = false
        for position in text.indices {
            let digit = text[position] &- 48
            if digit < 10 {
                if isInFraction { exponent -= 1 }
                if digit == 0 {
                    if digitCount > 0 { zeroCount += 1 }
                    continue
                }
                digitCount += zeroCount + 1
                guard digitCount <= Self.digitLimit else {
                    self.init(longNumber: text)
                    return
                }
                while zeroCount > 0 {
                    digits *= 10
                    zeroCount -= 1
                }
                digits = digits * 10 + UInt64(digit)
            } else if text[position] == UInt8(ascii: ".") {
                isInFraction = true
            } else if text[position] == UInt8(ascii: "-") {
                isNegative = true
            } else {
                exponent += Self.exponent(text, from: position + 1)
                break
            }
        }
        exponent += zeroCount
        if digits == 0 { (exponent, isNegative) = (0, false) }
        self.init(.number, digits, UInt64(bitPattern: Int64(exponent * 2 + (isNegative ? 1 : 0))))
    }

    /// The same of a number with more digits than a word holds.
    private init(longNumber text: Span<UInt8>) {
        var digits: [UInt8] = []
        var exponent = 0
        var isInFraction = false
        var isNegative = false
        for position in text.indices {
            let byte = text[position]
            if byte.isASCIIDigit {
                if isInFraction { exponent -= 1 }
                if !digits.isEmpty || byte != 48 { digits.append(byte) }
            } else if byte == UInt8(ascii: ".") {
                isInFraction = true
            } else if byte == UInt8(ascii: "-") {
                isNegative = true
            } else {
                exponent += Self.exponent(text, from: position + 1)
                break
            }
        }
        while digits.last == 48 {
            digits.removeLast()
            exponent += 1
        }
        self.init(.longNumber, digits.span)
        append(ContentHash(.number, 0, UInt64(bitPattern: Int64(exponent * 2 + (isNegative ? 1 : 0)))))
    }

    /// The exponent that begins at a position; the parser has limited it to four digits.
    private static func exponent(_ number: Span<UInt8>, from start: Int) -> Int {
        var value = 0
        var isNegative = false
        for position in start..<number.count {
            switch number[position] {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "+"): break
            default: value = min(value * 10 + Int(number[position] - 48), 1_000_000)
            }
        }
        return isNegative ? -value : value
    }
}
