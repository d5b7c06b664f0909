/// A request's target taken apart (RFC 9112, section 3.2); borrows the text.
struct HTTPTarget {
    /// The path before normalisation: empty for an absolute target without one.
    let path: UnsafeBufferPointer<UInt8>
    /// What follows the question mark, if there is one.
    let query: UnsafeBufferPointer<UInt8>?
    private let isNormal: Bool

    /// Takes apart `/path?query`, `http://host/path?query` and `*`.
    init(_ target: UnsafeBufferPointer<UInt8>) {
        var start = 0
        if target.first != UInt8(ascii: "/"), let authority = Self.authority(of: target) {
            start = authority
            while start < target.count, !Self.ends(target[start], authority: true) { start += 1 }
        }
        var end = start
        var isNormal = true
        var previous: UInt8 = 0
        while end < target.count, !Self.ends(target[end], authority: false) {
            if target[end] == UInt8(ascii: "/") && previous == UInt8(ascii: "/") { isNormal = false }
            previous = target[end]
            end += 1
        }
        if previous == UInt8(ascii: "/") && end - start > 1 { isNormal = false }
        path = UnsafeBufferPointer(rebasing: target[start..<end])
        self.isNormal = isNormal && end > start

        guard end < target.count, target[end] == UInt8(ascii: "?") else {
            query = nil
            return
        }
        let queryStart = end + 1
        let queryEnd = target[queryStart...].firstIndex(of: UInt8(ascii: "#")) ?? target.count
        query = UnsafeBufferPointer(rebasing: target[queryStart..<queryEnd])
    }

    /// The path with doubled slashes made one and without a trailing one (inbound reference, row 19).
    var normalizedPath: String {
        if isNormal { return String(decoding: path, as: UTF8.self) }
        let slash = UInt8(ascii: "/")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.count)
        for byte in path where byte != slash || bytes.last != slash { bytes.append(byte) }
        if bytes.count > 1 && bytes.last == slash { bytes.removeLast() }
        return bytes.isEmpty ? "/" : String(decoding: bytes, as: UTF8.self)
    }

    /// Where the authority of an absolute target begins.
    private static func authority(of target: UnsafeBufferPointer<UInt8>) -> Int? {
        for scheme in ["http://", "https://"] as [StaticString] where target.count >= scheme.utf8CodeUnitCount {
            let count = scheme.utf8CodeUnitCount
            // Lower-casing by the bit is exact for letters, and `:` and `/` have the bit already.
            if (0..<count).allSatisfy({ target[$0] | 0x20 == scheme.utf8Start[$0] }) { return count }
        }
        return nil
    }

    private static func ends(_ byte: UInt8, authority: Bool) -> Bool {
        byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") || (authority && byte == UInt8(ascii: "/"))
    }
}
