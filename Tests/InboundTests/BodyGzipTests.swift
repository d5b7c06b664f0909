import TestSupport
import Testing

@testable import Inbound

/// Reference inbound, section 9, rows 24, 26 and 27.
@Suite struct BodyGzipTests {
    private static let text = Array(#"{"type":"track","event":"Order Completed","properties":{"revenue":39.95}}"#.utf8)

    @Test("bodies of every size come back, one after another", arguments: [0, 1, 9])
    func roundTrip(level: Int32) {
        let inflater = GzipInflater()
        var random = SplitMix64(seed: 7)
        for size in [0, 1, 100, 65_535, 65_536, 65_537, 131_072, 1 << 20] {
            let bytes = (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next() & 15) }
            #expect(try! inflater.unpack(Gzip.member(bytes, level: level)).get() == bytes)
        }
    }

    @Test("row 26: several members are one body")
    func members() throws {
        let inflater = GzipInflater()
        let packed = Gzip.member(Array("{\"a\":".utf8)) + Gzip.member([]) + Gzip.member(Array("1}".utf8))
        #expect(try inflater.unpack(packed).get() == Array("{\"a\":1}".utf8))
        #expect(try inflater.unpack([]).get() == [])
    }

    @Test(
        "row 24: what is not gzip is invalid",
        arguments: [
            Array("{\"type\":\"track\"}".utf8), [0x1F, 0x8C, 8, 0], [0x1F, 0x8B, 7, 0, 0, 0, 0, 0, 0, 3],
            [0x78, 0x9C, 0x01, 0x02],
        ])
    func notGzip(_ bytes: [UInt8]) {
        #expect(GzipInflater().unpack(bytes).faultCode == .gzipInvalid)
    }

    @Test("row 26: a body cut anywhere is truncated")
    func truncated() {
        let inflater = GzipInflater()
        let packed = Gzip.member(Self.text)
        for length in 1..<packed.count {
            #expect(inflater.unpack(Array(packed.prefix(length))).faultCode == .gzipTruncated)
        }
        for length in 1..<packed.count {
            #expect(inflater.unpack(packed + packed.prefix(length)).faultCode == .gzipTruncated)
        }
    }

    @Test("row 26: a wrong checksum, a wrong length and trailing garbage are invalid")
    func damaged() {
        let inflater = GzipInflater()
        let packed = Gzip.member(Self.text)
        for index in (packed.count - 8)..<packed.count {
            var damaged = packed
            damaged[index] ^= 1
            #expect(inflater.unpack(damaged).faultCode == .gzipInvalid)
        }
        for garbage in [[0], [0, 0, 0], Array("garbage".utf8), [0x1F, 0x8C]] as [[UInt8]] {
            #expect(inflater.unpack(packed + garbage).faultCode == .gzipInvalid)
        }
        // After every fault the next body is read as if nothing had been.
        #expect(try! inflater.unpack(packed).get() == Self.text)
    }

    @Test("row 27: a body at the limit is read, one byte more is too large")
    func limit() {
        let inflater = GzipInflater()
        var random = SplitMix64(seed: 1)
        for limit in [1, 1000, 65_536, 100_000] {
            let bytes = (0..<limit + 1).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let fitting = Array(bytes.dropLast())
            #expect(try! inflater.unpack(Gzip.member(fitting), byteLimit: limit).get() == fitting)
            #expect(inflater.unpack(Gzip.member(bytes), byteLimit: limit).faultCode == .bodyTooLarge)
            let members = Gzip.member(fitting) + Gzip.member([1])
            #expect(inflater.unpack(members, byteLimit: limit).faultCode == .bodyTooLarge)
        }
    }

    @Test("row 27: beyond the first MiB a ratio of more than 100 is a bomb")
    func bomb() {
        let inflater = GzipInflater()
        let free = [UInt8](repeating: 0x20, count: 1 << 20)
        #expect(try! inflater.unpack(Gzip.member(free), byteLimit: 32 << 20).get() == free)
        let packed = Gzip.member([UInt8](repeating: 0x20, count: 30 << 20))
        let fault = inflater.unpack(packed, byteLimit: 32 << 20)
        #expect(fault.faultCode == .bodyTooLarge)
        guard case .failure(let fault) = fault else { return }
        #expect(fault.status == 413)
        #expect(fault.closesConnection)
    }

    @Test("memory taken for a large body is given back")
    func trim() throws {
        let inflater = GzipInflater()
        var random = SplitMix64(seed: 3)
        let bytes = (0..<(3 << 20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for _ in 0..<2 {
            #expect(try inflater.unpack(Gzip.member(bytes, level: 1), byteLimit: 4 << 20).get() == bytes)
            inflater.trim()
            #expect(try inflater.unpack(Gzip.member(Self.text)).get() == Self.text)
        }
    }

    @Test("random bytes and damaged bodies are unpacked or refused, never worse", arguments: 0..<20 as Range<UInt64>)
    func hostile(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let inflater = GzipInflater()
        let packed = Gzip.member(Self.text)
        for round in 0..<200 {
            var bytes = packed
            if round % 2 == 0 {
                bytes =
                    [0x1F, 0x8B, 8, 0] + (0..<random.next() % 100).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            } else {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            if let code = inflater.unpack(bytes).faultCode { #expect([.gzipInvalid, .gzipTruncated].contains(code)) }
        }
    }
}
