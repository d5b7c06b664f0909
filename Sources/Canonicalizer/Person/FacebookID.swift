import Platform

/// A value of Meta's cookies `_fbc` and `_fbp`: `fb.<subdomain index>.<creation time, ms>.<payload>`, with one more part
/// that Meta's own parameter builder appends (reference inbound, 8.3).
struct FacebookID: Equatable {
    /// The whole value.
    let text: String
    /// The click id of `fbc`, the random number of `fbp`.
    let payload: String
    /// Whether the creation time was in seconds.
    let isRepaired: Bool

    private static let appendixByteLimit = 16

    /// Reads a click cookie; nil if its form or time is wrong.
    init?(fbc text: String, latest: Timestamp) {
        self.init(text, latest: latest, isPayloadByte: Self.isClickByte)
    }

    /// Reads a browser cookie; nil if its form or time is wrong.
    init?(fbp text: String, latest: Timestamp) {
        self.init(text, latest: latest, isPayloadByte: ASCII.isDigit)
    }

    /// Makes a click cookie from a click id, as Meta's pixel would have at that time on a site's main domain.
    ///
    /// Nil if the id has characters that no click id of Meta has.
    init?(click: String, createdAt: Timestamp) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32 + click.utf8.count)
        bytes.append(contentsOf: "fb.1.".utf8)
        bytes.append(contentsOf: String(createdAt.milliseconds).utf8)
        bytes.append(UInt8(ascii: "."))
        let start = bytes.count
        bytes.append(contentsOf: click.utf8)
        for position in start..<bytes.count where !Self.isClickByte(bytes[position]) { return nil }
        text = String(decoding: bytes, as: UTF8.self)
        payload = click
        isRepaired = false
    }

    private static func isClickByte(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private init?(_ text: String, latest: Timestamp, isPayloadByte: (UInt8) -> Bool) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard 4...5 ~= parts.count, parts[0].elementsEqual("fb".utf8), parts[1].count == 1,
            parts[1].first.map({ UInt8(ascii: "0")...UInt8(ascii: "2") ~= $0 }) == true,
            let time = Int64(String(decoding: parts[2], as: UTF8.self)), parts[2].allSatisfy(ASCII.isDigit),
            !parts[3].isEmpty, parts[3].allSatisfy(isPayloadByte)
        else { return nil }
        if parts.count == 5 {
            guard 1...Self.appendixByteLimit ~= parts[4].count, parts[4].allSatisfy(Self.isClickByte) else {
                return nil
            }
        }
        // Seconds where milliseconds belong are a common fault; 11 and 12 digits are neither.
        let isSeconds = parts[2].count == 10
        guard isSeconds || parts[2].count == 13, time * (isSeconds ? 1000 : 1) <= latest.milliseconds else {
            return nil
        }
        payload = String(decoding: parts[3], as: UTF8.self)
        isRepaired = isSeconds
        guard isSeconds else {
            self.text = text
            return
        }
        var repaired = parts.map { String(decoding: $0, as: UTF8.self) }
        repaired[2] += "000"
        self.text = repaired.joined(separator: ".")
    }
}
