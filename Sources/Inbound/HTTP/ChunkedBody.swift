/// Reads a chunked body piece by piece, strictly (RFC 9112, section 7.1).
///
/// Pure; knows nothing of sockets.
struct ChunkedBody: Equatable {
    private enum State: Equatable {
        /// In the line that says how long the next chunk is.
        case size
        case data(rest: Int)
        /// Before the line end that follows a chunk's data.
        case dataEnd
        /// In the fields after the last chunk, which are read and forgotten.
        case trailer
        case done
    }

    private var state = State.size
    private var line: [UInt8] = []
    private var trailerByteCount = 0

    /// The longest line of a chunk's size, extensions included, and the most bytes of trailers.
    static let lineByteLimit = 256
    static let trailerByteLimit = 8 << 10

    /// Whether the body has ended.
    var isDone: Bool { state == .done }

    /// Takes bytes as they came and appends what is body to `body`.
    ///
    /// - Parameters:
    ///   - bytes: What follows the bytes taken before.
    ///   - body: Gets the data of the chunks.
    ///   - byteLimit: How long the body may become.
    /// - Returns: How many bytes belong to the body; the rest is the next request's.
    /// - Throws: Why the body cannot be read, or that it is too long.
    mutating func take(
        _ bytes: UnsafeRawBufferPointer, into body: inout [UInt8], byteLimit: Int
    ) throws(HTTPRefusal) -> Int {
        var position = 0
        while position < bytes.count, state != .done {
            switch state {
            case .data(let rest):
                let count = min(rest, bytes.count - position)
                body.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
                position += count
                state = count == rest ? .dataEnd : .data(rest: rest - count)
            case .size, .dataEnd, .trailer:
                let byte = bytes[position]
                position += 1
                guard byte == UInt8(ascii: "\n") else {
                    line.append(byte)
                    if line.count > Self.lineByteLimit, state != .trailer || line.count > Self.trailerByteLimit {
                        throw .badChunk
                    }
                    continue
                }
                guard line.popLast() == UInt8(ascii: "\r") else { throw .badChunk }
                try endLine(bodyCount: body.count, byteLimit: byteLimit)
                line.removeAll(keepingCapacity: true)
            case .done: break
            }
        }
        return position
    }

    private mutating func endLine(bodyCount: Int, byteLimit: Int) throws(HTTPRefusal) {
        switch state {
        case .size:
            let size = try Self.size(line)
            if size > byteLimit - bodyCount { throw .bodyTooLarge(byteLimit) }
            state = size == 0 ? .trailer : .data(rest: size)
        case .dataEnd:
            guard line.isEmpty else { throw .badChunk }
            state = .size
        case .trailer:
            trailerByteCount += line.count + 2
            if trailerByteCount > Self.trailerByteLimit { throw .badChunk }
            if line.isEmpty { state = .done }
        case .data, .done: break
        }
    }

    /// The number before the extensions: hexadecimal digits alone, as signs and blanks read differently elsewhere.
    private static func size(_ line: [UInt8]) throws(HTTPRefusal) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        guard (1...15).contains(digits.count) else { throw .badChunk }
        var size = 0
        for digit in digits {
            switch digit {
            case 48...57: size = size << 4 | Int(digit - 48)
            case 65...70: size = size << 4 | Int(digit - 55)
            case 97...102: size = size << 4 | Int(digit - 87)
            default: throw .badChunk
            }
        }
        return size
    }
}
