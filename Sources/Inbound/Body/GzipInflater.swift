import CZlib

/// Unpacks gzip bodies (RFC 1952) one after another, reusing its memory.
///
/// Belongs to one thread at a time.
public final class GzipInflater {
    /// How many times larger a body may get, once it is larger than ``ratioFreeByteCount``.
    ///
    /// JSON of events packs 5 to 20 times; deflate itself ends at about 1000.
    public static let ratioLimit = 100
    /// How many bytes a body may unpack to before its ratio is looked at.
    public static let ratioFreeByteCount = 1 << 20

    private static let smallestBuffer = 64 << 10

    /// The stream never moves: zlib keeps a pointer to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var buffer: UnsafeMutableRawBufferPointer
    private var count = 0

    /// An inflater that has unpacked nothing yet.
    public init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        buffer = .allocate(byteCount: Self.smallestBuffer, alignment: 16)
        let code = tl_inflate_init_gzip(stream)
        precondition(code == Z_OK, "zlib could not start: \(code); its installation is broken or memory is out")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        buffer.deallocate()
    }

    /// Unpacks one body; several members in a row count as one.
    ///
    /// - Parameters:
    ///   - body: The packed bytes.
    ///   - byteLimit: How many bytes it may unpack to; never more than this are held.
    /// - Returns: The unpacked bytes, valid until the next call of any method.
    /// - Throws: `gzip_invalid`, `gzip_truncated`, or `body_too_large` (rows 24, 26, 27).
    public func inflate(
        _ body: UnsafeRawBufferPointer, byteLimit: Int
    ) throws(RequestFault) -> UnsafeRawBufferPointer {
        count = 0
        // The bytes before are not touched by inflate, which takes a pointer to mutable ones for historical reasons.
        let start = UnsafeMutableRawPointer(mutating: body.baseAddress)?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.next_in = start
        var unread = body.count
        while unread > 0 {
            // zlib would wait for the second byte of a member before it says that the first is wrong.
            guard body[body.count - unread] == 0x1F else { throw Self.invalid }
            inflateReset(stream)
            unread = try inflateMember(unread, bodyCount: body.count, byteLimit: byteLimit)
        }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }

    /// Gives back memory when the last body was larger than `keepByteCount`.
    public func trim(keepByteCount: Int = 1 << 20) {
        count = 0
        if buffer.count > keepByteCount { resize(to: Self.smallestBuffer) }
    }

    /// Unpacks up to the end of one member and returns how many packed bytes are left.
    private func inflateMember(_ unread: Int, bodyCount: Int, byteLimit: Int) throws(RequestFault) -> Int {
        var unread = unread
        while true {
            if count == buffer.count { resize(to: buffer.count * 2) }
            // One byte more than the limit tells a body that ends there from one that goes on.
            let room = min(buffer.count - count, byteLimit - count + 1)
            let offered = min(unread, Int(UInt32.max))
            stream.pointee.avail_in = UInt32(offered)
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self).advanced(by: count)
            stream.pointee.avail_out = UInt32(min(room, Int(UInt32.max)))
            let roomOffered = Int(stream.pointee.avail_out)
            let code = CZlib.inflate(stream, Z_NO_FLUSH)
            unread -= offered - Int(stream.pointee.avail_in)
            count += roomOffered - Int(stream.pointee.avail_out)
            try checkSize(read: bodyCount - unread, byteLimit: byteLimit)
            switch code {
            case Z_STREAM_END: return unread
            case Z_OK where unread > 0 || stream.pointee.avail_out == 0: continue
            case Z_OK, Z_BUF_ERROR:
                throw RequestFault(.gzipTruncated, "the gzip body ends too early; send it whole")
            case Z_MEM_ERROR: fatalError("out of memory for a gzip body of \(bodyCount) bytes")
            default:
                throw RequestFault(
                    .gzipInvalid, "the body is not gzip although Content-Encoding says so; send gzip or drop the header"
                )
            }
        }
    }

    private static var invalid: RequestFault {
        RequestFault(
            .gzipInvalid, "the body is not gzip although Content-Encoding says so; send gzip or drop the header")
    }

    private func checkSize(read: Int, byteLimit: Int) throws(RequestFault) {
        let isRatioSuspect = count > Self.ratioFreeByteCount && count / Self.ratioLimit > read
        guard count <= byteLimit, !isRatioSuspect else {
            throw RequestFault(
                .bodyTooLarge,
                "the body unpacks to more than \(byteLimit) bytes or 100 times its size; send less at once")
        }
    }

    private func resize(to byteCount: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        buffer.deallocate()
        buffer = larger
    }
}
