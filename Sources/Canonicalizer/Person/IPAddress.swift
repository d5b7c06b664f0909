import JSON

/// Reads the addresses of visitors (reference inbound, section 9, row 85).
enum IPAddress {
    /// The first public address of a comma-separated list, as its sender wrote it.
    ///
    /// Nil if there is none: private, loopback, link-local and other special ranges and whatever is no address, zones
    /// included, are passed over. An IPv4 address mapped into IPv6 comes back as the former.
    static func firstPublic<Text: RandomAccessCollection<UInt8>>(in text: Text) -> String? where Text.Index == Int {
        var start = text.startIndex
        while start < text.endIndex {
            var end = start
            while end < text.endIndex, text[end] != UInt8(ascii: ",") { end += 1 }
            if let address = publicAddress(text, from: start, to: end) { return address }
            start = end + 1
        }
        return nil
    }

    private static func publicAddress<Text: RandomAccessCollection<UInt8>>(
        _ text: Text, from start: Int, to end: Int
    ) -> String? where Text.Index == Int {
        var start = start
        var end = end
        while start < end, ASCII.isBlank(text[start]) { start += 1 }
        while start < end, ASCII.isBlank(text[end - 1]) { end -= 1 }
        guard 2...45 ~= end - start else { return nil }
        if let number = version4(text, from: start, to: end) {
            return isPublic(version4: number) ? String(decoding: text[start..<end], as: UTF8.self) : nil
        }
        guard let number = version6(text[start..<end]) else { return nil }
        if number >> 32 == 0xFFFF {
            let mapped = UInt32(truncatingIfNeeded: number)
            guard isPublic(version4: mapped) else { return nil }
            return "\(mapped >> 24).\(mapped >> 16 & 255).\(mapped >> 8 & 255).\(mapped & 255)"
        }
        return isPublic(version6: number) ? String(decoding: text[start..<end], as: UTF8.self) : nil
    }

    /// Reads four decimal numbers; a leading zero could mean octal and is refused.
    private static func version4<Text: RandomAccessCollection<UInt8>>(
        _ text: Text, from start: Int, to end: Int
    ) -> UInt32? where Text.Index == Int {
        var number: UInt32 = 0
        var part: UInt32 = 0
        var digitCount = 0
        var partCount = 1
        for position in start..<end {
            let digit = UInt32(text[position] &- UInt8(ascii: "0"))
            if digit < 10 {
                if digitCount > 0, part == 0 { return nil }
                part = part * 10 + digit
                digitCount += 1
                guard part <= 255 else { return nil }
            } else {
                guard text[position] == UInt8(ascii: "."), digitCount > 0, partCount < 4 else { return nil }
                number = number << 8 | part
                part = 0
                digitCount = 0
                partCount += 1
            }
        }
        return partCount == 4 && digitCount > 0 ? number << 8 | part : nil
    }

    /// Reads the text form of RFC 4291, 2.2.
    private static func version6<Text: RandomAccessCollection<UInt8>>(_ text: Text) -> UInt128?
    where Text.Index == Int {
        var groups: (before: UInt128, after: UInt128) = (0, 0)
        var counts = (before: 0, after: 0)
        var hasGap = false
        var rest = text[...]
        if rest.first == UInt8(ascii: ":"), !rest.starts(with: "::".utf8) { return nil }
        func put(_ group: UInt32, bits: Int) {
            if hasGap {
                groups.after = groups.after << UInt128(bits) | UInt128(group)
                counts.after += bits / 16
            } else {
                groups.before = groups.before << UInt128(bits) | UInt128(group)
                counts.before += bits / 16
            }
        }
        while !rest.isEmpty {
            if rest.starts(with: "::".utf8) {
                guard !hasGap else { return nil }
                hasGap = true
                rest = rest.dropFirst(2)
                continue
            }
            if rest.first == UInt8(ascii: ":") {
                rest = rest.dropFirst()
                guard !rest.isEmpty, rest.first != UInt8(ascii: ":") else { return nil }
            }
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            let part = rest[..<end]
            if end == rest.endIndex, part.contains(UInt8(ascii: ".")) {
                guard let number = version4(part, from: part.startIndex, to: part.endIndex) else { return nil }
                put(number, bits: 32)
            } else {
                guard let group = hexadecimal(part) else { return nil }
                put(group, bits: 16)
            }
            guard counts.before + counts.after <= 8 else { return nil }
            rest = rest[end...]
        }
        let count = counts.before + counts.after
        guard hasGap ? count < 8 : count == 8 else { return nil }
        guard hasGap else { return groups.before }
        return (counts.before == 0 ? 0 : groups.before << UInt128((8 - counts.before) * 16)) | groups.after
    }

    private static func hexadecimal(_ text: some Collection<UInt8>) -> UInt32? {
        guard 1...4 ~= text.count else { return nil }
        var number: UInt32 = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - 48
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - 87
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - 55
            default: return nil
            }
            number = number << 4 | UInt32(digit)
        }
        return number
    }

    /// Whether no range for special purposes holds the address (RFC 6890); those for documentation count as public, as
    /// examples use them.
    private static func isPublic(version4 number: UInt32) -> Bool {
        switch number >> 24 {
        case 0, 10, 127, 224...255: false
        case 100: number >> 22 != 0x6440_0000 >> 22  // shared by carriers' customers, 100.64/10
        case 169: number >> 16 != 0xA9FE  // link-local
        case 172: number >> 20 != 0xAC1
        case 192: number >> 16 != 0xC0A8 && number >> 8 != 0xC0_0000
        case 198: number >> 17 != 0xC612 >> 1  // benchmarks, 198.18/15
        default: true
        }
    }

    private static func isPublic(version6 number: UInt128) -> Bool {
        let first = UInt32(truncatingIfNeeded: number >> 96)
        if number <= 1 { return false }  // unspecified, loopback
        if first >> 25 == 0xFC >> 1 { return false }  // unique local, fc00::/7
        // Link-local and site-local.
        if first >> 22 == 0xFE80_0000 >> 22 || first >> 22 == 0xFEC0_0000 >> 22 { return false }
        return first >> 24 != 0xFF  // multicast
    }
}
