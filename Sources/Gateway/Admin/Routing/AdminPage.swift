import JSON

/// The answer of a list.
enum AdminPage {
    /// One JSON object: the entries under `member`, and `next_cursor` if more may follow.
    static func json(_ member: StaticString, _ entries: [[UInt8]], next: String?) -> [UInt8] {
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.key(member)
            json.array { json in for entry in entries { json.raw(entry) } }
            json.member("next_cursor", next)
        }
        return json.bytes
    }
}

extension FixedWidthInteger {
    /// The bytes from the highest to the lowest, for places in cursors.
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}

extension Collection<UInt8> {
    /// The number of its bytes, the highest first; those beyond its width are lost.
    func bigEndianInteger<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number {
        reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }
}
