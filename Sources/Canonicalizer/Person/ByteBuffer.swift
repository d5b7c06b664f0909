import Crypto
import JSON

/// Room for one normalized value, in memory that is allocated once and reused.
///
/// A value that does not fit is none: see ``isUsable``. Not copyable, so that the memory has one owner. An inline array
/// would allocate nothing, but Swift copies one whenever it lends it; and an array asks before every byte whether it is
/// shared.
@safe
struct ByteBuffer: ~Copyable {
    /// As long as an e-mail address may be; no name or street that a platform could match is longer.
    static let capacity = 256

    private let base: UnsafeMutablePointer<UInt8>
    /// How many bytes it holds; never more than ``capacity``.
    private(set) var count = 0
    private var isOverfull = false

    /// An empty buffer.
    init() {
        unsafe base = .allocate(capacity: Self.capacity)
        unsafe base.initialize(repeating: 0, count: Self.capacity)
    }

    deinit { unsafe base.deallocate() }

    /// Whether it holds a whole value that is not empty.
    var isUsable: Bool { count > 0 && !isOverfull }

    var isEmpty: Bool { count == 0 }

    subscript(position: Int) -> UInt8 {
        precondition(position >= 0 && position < count, "a position beyond the bytes")
        return unsafe base[position]
    }

    mutating func removeAll() {
        count = 0
        isOverfull = false
    }

    mutating func append(_ byte: UInt8) {
        guard count < Self.capacity else {
            isOverfull = true
            return
        }
        unsafe base[count] = byte
        count += 1
    }

    /// Appends text in lower case if all of it is ASCII that can be seen: word by word, the last one overlapping.
    ///
    /// - Returns: Whether it was; if not, nothing is appended.
    mutating func append(lowercasing text: JSONText) -> Bool {
        let added = text.count
        guard added >= 8, added <= Self.capacity - count else { return false }
        let isVisible: Bool? = unsafe text.withContiguousStorageIfAvailable { bytes in
            guard let start = bytes.baseAddress else { return false }
            let source = unsafe UnsafeRawPointer(start)
            let target = unsafe UnsafeMutableRawPointer(base + count)
            var offset = 0
            while true {
                let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                guard ASCII.isVisible(word) else { return false }
                unsafe target.storeBytes(of: ASCII.lowercased(word), toByteOffset: offset, as: UInt64.self)
                if offset == added - 8 { return true }
                offset = min(offset + 8, added - 8)
            }
        }
        guard isVisible == true else { return false }
        count += added
        return true
    }

    /// Where a byte occurs first at or after a position.
    func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        var position = start
        while position < count {
            if unsafe base[position] == byte { return position }
            position += 1
        }
        return nil
    }

    mutating func append(contentsOf bytes: some Sequence<UInt8>) { for byte in bytes { append(byte) } }

    /// Appends the bytes of another buffer from `start` on.
    mutating func append(_ other: borrowing ByteBuffer, from start: Int = 0) {
        precondition(start >= 0 && start <= other.count, "a position beyond the bytes")
        let added = min(other.count - start, Self.capacity - count)
        unsafe (base + count).update(from: other.base + start, count: added)
        count += added
        isOverfull = isOverfull || other.isOverfull || added < other.count - start
    }

    /// Whether the bytes from `start` on are `bytes`.
    func isEqual(to bytes: [UInt8], from start: Int = 0) -> Bool {
        guard count - start == bytes.count else { return false }
        return bytes.indices.allSatisfy { self[start + $0] == bytes[$0] }
    }

    /// Whether both hold the same.
    func isEqual(to other: borrowing ByteBuffer) -> Bool {
        guard count == other.count else { return false }
        var position = 0
        while position < count, self[position] == other[position] { position += 1 }
        return position == count
    }

    /// The SHA-256 of the bytes from `start` on.
    func digest(from start: Int = 0, by hasher: SHA256) -> Digest {
        precondition(start >= 0 && start <= count, "a position beyond the bytes")
        return unsafe hasher.digest(of: UnsafeRawBufferPointer(start: base + start, count: count - start))
    }

    /// The bytes as text.
    var string: String {
        unsafe String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }
}
