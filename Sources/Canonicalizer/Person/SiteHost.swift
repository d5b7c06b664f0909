import JSON

/// The host of a URL, for telling whether two pages belong to one site.
enum SiteHost {
    /// The host as written, without user info and port; nil if the text is no http(s) URL.
    static func of(_ url: JSONText) -> JSONText? {
        guard let colon = url.firstIndex(of: UInt8(ascii: ":")), 4...5 ~= colon - url.startIndex,
            url.hasPrefixIgnoringCase(http), url[colon..<url.endIndex].starts(with: separator)
        else { return nil }
        var start = colon + 3
        var end = start
        while end < url.endIndex, !isEndOfAuthority(url[end]) {
            if url[end] == UInt8(ascii: "@") { start = end + 1 }
            end += 1
        }
        let host = url[start..<end]
        let isBracketed = host.first == UInt8(ascii: "[")
        guard !isBracketed, let port = host.lastIndex(of: UInt8(ascii: ":")) else { return host }
        return host[host.startIndex..<port]
    }

    static func isEndOfAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
            || byte == UInt8(ascii: "\\")
    }

    private static let http = Array("http".utf8)
    private static let separator = Array("://".utf8)

    /// Whether both hosts are the same or share their registrable domain.
    static func isSameSite(_ left: JSONText, _ right: JSONText) -> Bool {
        let left = registrable(left)
        let right = registrable(right)
        guard !left.isEmpty, left.count == right.count else { return false }
        return zip(left, right).allSatisfy { ASCII.lowercased($0) == ASCII.lowercased($1) }
    }

    /// Second-level labels under which countries register names, as the public suffix list has them.
    private static let secondLevels: [[UInt8]] = [
        "co", "com", "org", "net", "gov", "edu", "ac", "gob", "gov", "mil", "ne", "or", "go", "sch", "ltd", "plc", "me",
    ].map { Array($0.utf8) }

    /// The last two labels of a host, or three where a country registers under a second level; a number as it is.
    ///
    /// Stands in for the public suffix list, which would be far more than this one use needs: a wrong answer only makes
    /// a click id be found or not be found in a referrer.
    private static func registrable(_ host: JSONText) -> JSONText {
        var dots: [Int] = []
        for position in host.indices where host[position] == UInt8(ascii: ".") { dots.append(position) }
        guard let last = dots.last, last + 1 < host.endIndex, !ASCII.isDigit(host[host.endIndex - 1]) else {
            return host
        }
        guard dots.count >= 2 else { return host }
        let second = dots[dots.count - 2]
        let isCountry = host.endIndex - last - 1 == 2
        let level = host[second + 1..<last]
        guard isCountry, secondLevels.contains(where: { level.isEqualIgnoringCase($0) }) else {
            return host[second + 1..<host.endIndex]
        }
        return dots.count == 2 ? host : host[dots[dots.count - 3] + 1..<host.endIndex]
    }
}
