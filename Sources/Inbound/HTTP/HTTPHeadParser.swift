import Glibc

/// Reads the head of a request, strictly (RFC 9112, sections 2 to 6; reference inbound, rows 32, 33 and 102).
///
/// What two readers could take for two different requests is refused rather than guessed at: bare line feeds, folded
/// fields, blanks before a colon, more than one length. Pure.
struct HTTPHeadParser {
    /// What the bytes so far are.
    enum Result {
        /// The head does not end in them.
        case incomplete
        case complete(HTTPHead)
        case refused(HTTPRefusal)
    }

    private let bytes: UnsafeRawBufferPointer
    private var head = HTTPHead()
    private var hostCount = 0
    private var lengthCount = 0
    private var encodingCount = 0
    private var saysKeepAlive = false

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Reads one head from the beginning of `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: What has come of the request.
    ///   - byteLimit: How long the head may be, its last line included.
    ///   - fieldLimit: How many fields it may have.
    /// - Returns: The head, why there is none, or that more bytes are needed.
    /// - Complexity: O(bytes of the head).
    static func parse(_ bytes: UnsafeRawBufferPointer, byteLimit: Int, fieldLimit: Int) -> Result {
        var parser = HTTPHeadParser(bytes)
        do throws(HTTPRefusal) {
            guard try parser.read(byteLimit: byteLimit, fieldLimit: fieldLimit) else { return .incomplete }
            return .complete(parser.head)
        } catch {
            return .refused(error)
        }
    }

    private mutating func read(byteLimit: Int, fieldLimit: Int) throws(HTTPRefusal) -> Bool {
        var position = 0
        // An empty line before a request is a leftover of an old client's last one (RFC 9112, section 2.2).
        while position + 1 < bytes.count, bytes[position] == Self.cr, bytes[position + 1] == Self.lf { position += 2 }
        guard var end = try lineEnd(from: position, byteLimit: byteLimit) else { return false }
        // The end is looked for before anything is read, so that a head in pieces costs no more than one in one.
        let firstLine = position..<end
        position = end + 2
        let fieldsStart = position
        var lineCount = 0
        while true {
            guard let next = try lineEnd(from: position, byteLimit: byteLimit) else { return false }
            end = next
            if end == position { break }
            lineCount += 1
            position = end + 2
        }
        if lineCount > fieldLimit { throw .headersTooLarge }
        head.byteCount = end + 2
        try readRequestLine(firstLine)
        head.fields.reserveCapacity(lineCount)
        position = fieldsStart
        for _ in 0..<lineCount {
            guard let end = try lineEnd(from: position, byteLimit: byteLimit) else { return false }
            try readField(position..<end)
            position = end + 2
        }
        try check()
        return true
    }

    /// Where the line that begins at `start` ends, without its CR and LF; nil if it has not come in full.
    private func lineEnd(from start: Int, byteLimit: Int) throws(HTTPRefusal) -> Int? {
        let seen = min(bytes.count, byteLimit)
        guard let base = bytes.baseAddress, start < seen, let found = memchr(base + start, Int32(Self.lf), seen - start)
        else {
            if bytes.count >= byteLimit { throw .headersTooLarge }
            return nil
        }
        let end = UnsafeRawPointer(found) - base
        guard end > start, bytes[end - 1] == Self.cr else { throw .badLineEnd }
        return end - 1
    }

    // MARK: Request line

    private mutating func readRequestLine(_ line: Range<Int>) throws(HTTPRefusal) {
        guard let methodEnd = firstBlank(in: line), methodEnd > line.lowerBound else { throw .badRequestLine }
        let targetStart = methodEnd + 1
        guard let targetEnd = firstBlank(in: targetStart..<line.upperBound), targetEnd > targetStart else {
            throw .badRequestLine
        }
        for position in line.lowerBound..<methodEnd where !Self.isTokenByte(bytes[position]) { throw .badRequestLine }
        for position in targetStart..<targetEnd where bytes[position] <= 0x20 || bytes[position] == 0x7F {
            throw .badRequestLine
        }
        head.method = Self.method(text(line.lowerBound..<methodEnd))
        head.target = HTTPHead.Place(start: UInt32(targetStart), count: UInt32(targetEnd - targetStart))
        try readVersion(targetEnd + 1..<line.upperBound)
    }

    private mutating func readVersion(_ place: Range<Int>) throws(HTTPRefusal) {
        let text = text(place)
        guard text.count == 8, Self.isEqual(text[..<7], "HTTP/1."), (48...57).contains(text[7]) else {
            throw text.count >= 5 && Self.isEqual(text[..<5], "HTTP/") ? .badVersion : .badRequestLine
        }
        head.minorVersion = text[7] == 48 ? 0 : 1
    }

    private func firstBlank(in place: Range<Int>) -> Int? {
        for position in place where bytes[position] == 0x20 { return position }
        return nil
    }

    private static func method(_ text: UnsafeRawBufferPointer) -> HTTPMethod {
        for method in [HTTPMethod.post, .get, .options, .head, .put, .patch, .delete]
        where text.count == method.rawValue.utf8.count && text.elementsEqual(method.rawValue.utf8) { return method }
        return .other
    }

    // MARK: Fields

    private mutating func readField(_ line: Range<Int>) throws(HTTPRefusal) {
        if Self.isBlank(bytes[line.lowerBound]) { throw .foldedHeader }
        var colon = line.lowerBound
        while colon < line.upperBound, Self.isTokenByte(bytes[colon]) { colon += 1 }
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == UInt8(ascii: ":") else {
            // A blank before the colon hides a field from one of two readers (RFC 9112, section 5.1).
            let isBlank = colon < line.upperBound && Self.isBlank(bytes[colon])
            throw isBlank ? .badFraming : .badHeader
        }
        var start = colon + 1
        var end = line.upperBound
        while start < end, Self.isBlank(bytes[start]) { start += 1 }
        while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
        for position in start..<end {
            let byte = bytes[position]
            if byte < 0x20 && byte != 0x09 || byte == 0x7F { throw .badHeader }
        }
        head.fields.append(
            HTTPHead.Field(
                name: HTTPHead.Place(start: UInt32(line.lowerBound), count: UInt32(colon - line.lowerBound)),
                value: HTTPHead.Place(start: UInt32(start), count: UInt32(end - start))))
        try note(name: text(line.lowerBound..<colon), value: text(start..<end))
    }

    /// Takes what a field says about the message and the connection.
    private mutating func note(
        name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer
    ) throws(HTTPRefusal) {
        switch name.count {
        case 4 where Self.isEqual(name, "Host"): hostCount += 1
        case 6 where Self.isEqual(name, "Expect"): head.expectsContinue = Self.isEqual(value, "100-continue")
        case 10 where Self.isEqual(name, "Connection"): noteConnection(value)
        case 14 where Self.isEqual(name, "Content-Length"):
            lengthCount += 1
            head.framing = .length(try Self.length(value))
        case 17 where Self.isEqual(name, "Transfer-Encoding"):
            encodingCount += 1
            guard Self.isEqual(value, "chunked") else { throw .badFraming }
            head.framing = .chunked
        default: break
        }
    }

    private mutating func noteConnection(_ value: UnsafeRawBufferPointer) {
        for item in value.split(separator: UInt8(ascii: ",")) {
            var item = item
            while let first = item.first, Self.isBlank(first) { item = item.dropFirst() }
            while let last = item.last, Self.isBlank(last) { item = item.dropLast() }
            if Self.isEqual(item, "close") { head.closes = true }
            if Self.isEqual(item, "keep-alive") { saysKeepAlive = true }
        }
    }

    /// Digits only, as other readers take signs and blanks for different numbers.
    private static func length(_ value: UnsafeRawBufferPointer) throws(HTTPRefusal) -> Int {
        guard (1...18).contains(value.count) else { throw .badFraming }
        var length = 0
        for digit in value {
            guard (48...57).contains(digit) else { throw .badFraming }
            length = length * 10 + Int(digit - 48)
        }
        return length
    }

    private mutating func check() throws(HTTPRefusal) {
        let isOld = head.minorVersion == 0
        if lengthCount + encodingCount > 1 || encodingCount == 1 && isOld { throw .badFraming }
        if isOld ? hostCount > 1 : hostCount != 1 { throw .badHost }
        head.closes = head.closes || isOld && !saysKeepAlive
        head.saysKeepAlive = isOld && !head.closes
        // RFC 9110, section 10.1.1: a client of HTTP/1.0 does not know the answer.
        if isOld { head.expectsContinue = false }
    }

    // MARK: Bytes

    private static let cr = UInt8(ascii: "\r")
    private static let lf = UInt8(ascii: "\n")

    private func text(_ place: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[place]) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Whether the text is this word in any case.
    private static func isEqual(_ text: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
        guard text.count == word.utf8CodeUnitCount, let base = text.baseAddress else { return false }
        return strncasecmp(base.assumingMemoryBound(to: CChar.self), word.cString, text.count) == 0
    }

    private static func isEqual(_ text: Slice<UnsafeRawBufferPointer>, _ word: StaticString) -> Bool {
        isEqual(UnsafeRawBufferPointer(rebasing: text), word)
    }

    /// RFC 9110, section 5.6.2: `tchar`, a bit for each byte.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        let low: UInt64 = 0x03FF_6CFA_0000_0000  // !#$%&'*+-. and the digits
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE  // ^_`|~ and the letters
        return byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }
}
