import CZlib

@testable import Inbound

/// Packs bytes as senders do.
enum Gzip {
    /// One gzip member.
    static func member(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
        var stream = z_stream()
        precondition(
            deflateInit2_(
                &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
                == Z_OK)
        defer { deflateEnd(&stream) }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(input.count))) + 64) {
                output, count in
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}

extension GzipInflater {
    /// The unpacked bytes, copied, or the fault.
    func unpack(_ bytes: [UInt8], byteLimit: Int = 1 << 20) -> Result<[UInt8], RequestFault> {
        bytes.withUnsafeBytes { bytes in
            Result { () throws(RequestFault) in Array(try inflate(bytes, byteLimit: byteLimit)) }
        }
    }
}
