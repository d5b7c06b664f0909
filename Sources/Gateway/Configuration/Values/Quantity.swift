/// How durations, sizes and rates are written in the configuration.
enum Quantity {
    private static let durationUnits: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]
    private static let sizeUnits: [(name: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// `30d`, `12h`, `30m`, `2s`, `500ms`, or several of them from the largest unit to the smallest: `2h40m`.
    static func duration(_ text: String) -> Duration? {
        var rest = text[...]
        var total: Int64 = 0
        var units = durationUnits[...]
        repeat {
            guard let (count, unit) = takeCount(&rest),
                let position = units.firstIndex(where: { $0.name == unit })
            else { return nil }
            let (part, isTooLong) = count.multipliedReportingOverflow(by: units[position].milliseconds)
            let (sum, isSumTooLong) = total.addingReportingOverflow(part)
            guard !isTooLong, !isSumTooLong else { return nil }
            total = sum
            units = units[(position + 1)...]
        } while !rest.isEmpty
        return .milliseconds(total)
    }

    /// A duration as ``duration(_:)`` reads it; less than a millisecond is cut off.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in durationUnits where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }

    /// Bytes of `512B`, `64KiB`, `8MiB` or `1GiB`.
    static func byteCount(_ text: String) -> Int? {
        var rest = text[...]
        guard let (count, unit) = takeCount(&rest), rest.isEmpty,
            let bytes = sizeUnits.first(where: { $0.name == unit })?.bytes
        else { return nil }
        let (product, isTooLarge) = Int(count).multipliedReportingOverflow(by: bytes)
        return isTooLarge ? nil : product
    }

    /// A size as ``byteCount(_:)`` reads it, in the largest unit that leaves no rest.
    static func text(byteCount: Int) -> String {
        for unit in sizeUnits where byteCount >= unit.bytes && byteCount.isMultiple(of: unit.bytes) {
            return "\(byteCount / unit.bytes)\(unit.name)"
        }
        return "\(byteCount)B"
    }

    /// Takes a whole number of at most 18 digits and the letters behind it.
    private static func takeCount(_ rest: inout Substring) -> (count: Int64, unit: Substring)? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard digits.count <= 18, let count = Int64(digits) else { return nil }
        rest = rest.dropFirst(digits.count)
        let unit = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest.dropFirst(unit.count)
        return (count, unit)
    }
}
