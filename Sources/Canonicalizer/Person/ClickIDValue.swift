/// Takes click ids out of what they lie in, and checks them (reference inbound, 8.2).
enum ClickIDValue {
    /// The id in a value, unchanged; nil if there is none that could be genuine.
    static func unwrap(
        _ text: some RandomAccessCollection<UInt8>, _ wrapping: ClickIDTable.Wrapping
    ) -> String? {
        switch wrapping {
        case .none: isValid(text) ? String(decoding: text, as: UTF8.self) : nil
        case .googleClick: afterPoints(text, prefix: "GCL.", pointCount: 2)
        case .googleAnalytics: clientID(text)
        case .googleClientID: isTwoNumbers(text) ? String(decoding: text, as: UTF8.self) : nil
        case .googleSession: sessionID(text)
        case .microsoft:
            unwrap(text.starts(with: "_uet".utf8) ? text.dropFirst(4) : text.dropFirst(0), .none)
        case .x: cookieOfX(text)
        }
    }

    /// Whether a value is 1 to 500 printable ASCII characters without blanks, quotes and angle brackets, and no
    /// placeholder.
    static func isValid(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        guard 1...ClickIDFinds.byteLimit ~= text.count else { return false }
        for byte in text {
            switch byte {
            case 0...0x20, 0x7F...0xFF, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"):
                return false
            default: break
            }
        }
        return !isPlaceholder(text)
    }

    private static let test = Array("test".utf8)

    private static func isPlaceholder(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        if text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") { return true }
        if text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") { return true }
        return text.isEqualIgnoringCase(test) || JunkText.contains(text)
    }

    /// What follows so many points, of a value that begins with `prefix`.
    private static func afterPoints(
        _ text: some RandomAccessCollection<UInt8>, prefix: String, pointCount: Int
    ) -> String? {
        guard text.starts(with: prefix.utf8) else { return nil }
        var rest = text[...]
        for _ in 0..<pointCount {
            guard let point = rest.firstIndex(of: UInt8(ascii: ".")) else { return nil }
            rest = rest[rest.index(after: point)...]
        }
        return isValid(rest) ? String(decoding: rest, as: UTF8.self) : nil
    }

    /// The last two parts of `GA1.2.<number>.<number>`; two numbers alone are a client id already.
    private static func clientID(_ text: some RandomAccessCollection<UInt8>) -> String? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count >= 2, parts.count == 2 || text.starts(with: "GA".utf8) else { return nil }
        let last = parts.suffix(2)
        guard last.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) }) else { return nil }
        return last.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    }

    /// The third part of `GS1.1.<number>.…`; of `GS2.1.s<number>$…` what is between `s` and the first `$`.
    private static func sessionID(_ text: some RandomAccessCollection<UInt8>) -> String? {
        guard text.count <= ClickIDFinds.byteLimit else { return nil }
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        var session = parts[2][...]
        if text.starts(with: "GS2.".utf8) {
            guard session.first == UInt8(ascii: "s") else { return nil }
            session = session.dropFirst().prefix { $0 != UInt8(ascii: "$") }
        } else if !text.starts(with: "GS1.".utf8) {
            return nil
        }
        return session.isEmpty || !session.allSatisfy(ASCII.isDigit) ? nil : String(decoding: session, as: UTF8.self)
    }

    private static func isTwoNumbers(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.count <= 64 && parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(ASCII.isDigit) }
    }

    /// The member `twclid` of percent-encoded JSON.
    private static func cookieOfX(_ text: some RandomAccessCollection<UInt8>) -> String? {
        guard text.count <= 2048 else { return nil }
        var decoded = String(decoding: text, as: UTF8.self)
        for (escape, character) in [("%22", "\""), ("%3A", ":"), ("%3a", ":")] {
            decoded = decoded.split(separator: escape, omittingEmptySubsequences: false).joined(separator: character)
        }
        guard
            let start = decoded.split(separator: "\"twclid\":\"", maxSplits: 1, omittingEmptySubsequences: false)
                .dropFirst().first
        else { return unwrap(Array(text), .none) }
        let value = Array(start.prefix { $0 != "\"" }.utf8)
        return isValid(value) ? String(decoding: value, as: UTF8.self) : nil
    }
}
