import Crypto
import EventModel
import JSON
import Platform

/// SHA-256 over what a sender said, so that a repeated event can be told from another one with the same id.
///
/// Covers the type, the event's name, all ids but the message's, the client's own time, properties, traits and merge
/// pairs. Leaves out what changes between two attempts to deliver the same event: message id, `sentAt`, `receivedAt`,
/// addresses, retry counters and the rest of the context.
///
/// Senders decode and encode again between attempts. So the order of members, members that are null, escapes and the
/// spelling of numbers (`10`, `10.0`, `1e1`) do not matter. Each part is written with its kind and length, so that no
/// two contents read the same.
struct Fingerprint: ~Copyable {
    private var text = ScratchBytes(capacity: 4096)
    /// The members of the objects that are being written, each object's sorted; the innermost object's come last.
    private var members = SortedMembers(capacity: 64)

    /// A fingerprint maker with memory of its own.
    init() {}

    /// The fingerprint of one envelope.
    mutating func digest(of envelope: ReadEnvelope, hasher: SHA256) -> Digest {
        text.removeAll()
        write(envelope.type.rawValue)
        write(envelope.event)
        write(envelope.name)
        write(envelope.category)
        write(id: envelope.userID)
        write(id: envelope.anonymousID)
        write(id: envelope.previousID)
        write(id: envelope.groupID)
        write(time: envelope.times.originalTimestamp ?? envelope.times.timestamp ?? envelope.times.occurredAt)
        write(envelope.properties)
        write(envelope.traits)
        write(envelope.contextTraits)
        write(envelope.mergeProperties)
        return unsafe text.withBytes { unsafe hasher.digest(of: $0) }
    }

    private enum Mark {
        static let absent = UInt8(ascii: "0")
        static let null = UInt8(ascii: "z")
        static let yes = UInt8(ascii: "t")
        static let no = UInt8(ascii: "f")
        static let number = UInt8(ascii: "n")
        static let time = UInt8(ascii: "@")
        static let string = UInt8(ascii: "s")
        static let array = UInt8(ascii: "[")
        static let object = UInt8(ascii: "{")
        static let end = UInt8(ascii: "]")
    }

    private mutating func write(_ string: String) {
        text.append(Mark.string)
        string.withText { writeCounted($0) }
    }

    /// Writes an id; a missing one is an empty text.
    private mutating func write(id: SourceID?) {
        if let text = id?.text { write(text) } else { write("") }
    }

    private mutating func write(time value: JSONValue?) {
        guard let value, let time = DateReader.read(value) else {
            write(value)
            return
        }
        text.append(Mark.time)
        text.append(word: UInt32(truncatingIfNeeded: time.milliseconds))
        text.append(word: UInt32(truncatingIfNeeded: time.milliseconds >> 32))
    }

    /// Writes a value; an object without members says as little as none.
    private mutating func write(_ value: JSONValue?) {
        guard let value else {
            text.append(Mark.absent)
            return
        }
        let kind = value.kind
        if kind == .null || kind == .object && value.count == 0 {
            text.append(Mark.absent)
        } else {
            writeValue(value, kind: kind)
        }
    }

    /// Recursion is as deep as the text, which the parser has limited.
    private mutating func writeValue(_ value: JSONValue, kind: JSONKind) {
        switch kind {
        case .null: text.append(Mark.null)
        case .bool: text.append(value.bool == true ? Mark.yes : Mark.no)
        case .number: value.withSource { writeNumber($0) }
        case .string:
            text.append(Mark.string)
            value.withText { writeCounted($0) }
        case .array:
            text.append(Mark.array)
            for element in value.elements { writeValue(element, kind: element.kind) }
            text.append(Mark.end)
        case .object: writeMembers(of: value)
        }
    }

    private mutating func writeMembers(of object: JSONValue) {
        text.append(Mark.object)
        let start = members.count
        for member in object.members {
            let kind = member.value.kind
            if kind != .null { members.append(SortedMember(member, kind: kind)) }
        }
        sortMembers(from: start)
        let end = members.count
        for index in start..<end {
            let member = members[index]
            member.member.withNameText { writeCounted($0) }
            writeValue(member.member.value, kind: member.kind)
        }
        members.removeLast(end - start)
        text.append(Mark.end)
    }

    /// Sorts the last members by name in bytes; most objects are small, and many are sorted already.
    private mutating func sortMembers(from start: Int) {
        let end = members.count
        guard end - start <= 32 else {
            members.sortLast(end - start)
            return
        }
        for index in start..<end {
            let member = members[index]
            var position = index
            while position > start, SortedMember.precedes(member, members[position - 1]) {
                members[position] = members[position - 1]
                position -= 1
            }
            if position < index { members[position] = member }
        }
    }

    private mutating func writeCounted(_ bytes: Span<UInt8>) {
        text.appendCounted(bytes)
    }

    /// Writes a number as its sign, its significant digits and the power of ten they are multiplied with.
    private mutating func writeNumber(_ number: Span<UInt8>) {
        var digitCount = 0
        var exponent = 0
        var isInFraction = false
        text.append(Mark.number)
        let signPosition = text.count
        text.append(UInt8(ascii: "+"))
        var position = 0
        while position < number.count {
            let byte = number[position]
            position += 1
            switch byte {
            case UInt8(ascii: "-"): text.set(byte, at: signPosition)
            case UInt8(ascii: "."): isInFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                exponent += Self.integer(number, from: position)
                position = number.count
            default:
                if isInFraction { exponent -= 1 }
                if digitCount == 0, byte == 48 { continue }
                text.append(byte)
                digitCount += 1
            }
        }
        while digitCount > 0, text.last == 48 {
            text.removeLast()
            digitCount -= 1
            exponent += 1
        }
        if digitCount == 0 {
            text.set(UInt8(ascii: "+"), at: signPosition)
            exponent = 0
        }
        text.append(Mark.end)
        text.append(word: UInt32(truncatingIfNeeded: exponent))
    }

    /// The exponent that begins at a position; the parser has limited it to four digits.
    private static func integer(_ number: Span<UInt8>, from start: Int) -> Int {
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
