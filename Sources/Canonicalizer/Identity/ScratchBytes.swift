import Glibc

/// A byte buffer that is filled, read and emptied again and again without giving its memory back.
///
/// Cheaper than an array for many small pieces: no uniqueness check and no generic copying for each. Not copyable, so that
/// the memory has one owner.
@safe struct ScratchBytes: ~Copyable {  // @safe: every access is checked against `count` or makes room first.
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// How many bytes there are.
    private(set) var count = 0
    /// What is kept when a large event has made the buffer grow, in bytes.
    private static let keptCapacity = 1 << 16

    /// A buffer with room for `capacity` bytes before it grows.
    init(capacity: Int) {
        self.capacity = capacity
        unsafe base = .allocate(capacity: capacity)
    }

    deinit { unsafe base.deallocate() }

    /// Forgets the bytes.
    mutating func removeAll() {
        count = 0
        if capacity > Self.keptCapacity { resize(to: Self.keptCapacity) }
    }

    /// Appends one byte.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base[count] = byte
        count += 1
    }

    /// Appends the four bytes of a number, least significant first.
    @inline(__always)
    mutating func append(word: UInt32) {
        reserve(4)
        unsafe UnsafeMutableRawPointer(base + count).storeBytes(of: word.littleEndian, as: UInt32.self)
        count += 4
    }

    /// Appends bytes.
    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>) {
        reserve(bytes.count)
        unsafe bytes.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe memcpy(base + count, start, source.count)
        }
        count += bytes.count
    }

    /// Appends the number of bytes, four bytes long, and the bytes.
    ///
    /// Most are a few: those are copied in words that overlap, which takes less than asking `memcpy`.
    @inline(__always)
    mutating func appendCounted(_ bytes: Span<UInt8>) {
        let added = bytes.count
        reserve(added + 4)
        unsafe bytes.withUnsafeBytes { source in
            let end = unsafe UnsafeMutableRawPointer(base + count)
            unsafe end.storeBytes(of: UInt32(truncatingIfNeeded: added).littleEndian, as: UInt32.self)
            guard let start = source.baseAddress else { return }
            if added > 16 {
                unsafe memcpy(end + 4, start, added)
            } else if added >= 8 {
                let first = unsafe start.loadUnaligned(as: UInt64.self)
                let last = unsafe start.loadUnaligned(fromByteOffset: added - 8, as: UInt64.self)
                unsafe end.storeBytes(of: first, toByteOffset: 4, as: UInt64.self)
                unsafe end.storeBytes(of: last, toByteOffset: added - 4, as: UInt64.self)
            } else if added >= 4 {
                let first = unsafe start.loadUnaligned(as: UInt32.self)
                let last = unsafe start.loadUnaligned(fromByteOffset: added - 4, as: UInt32.self)
                unsafe end.storeBytes(of: first, toByteOffset: 4, as: UInt32.self)
                unsafe end.storeBytes(of: last, toByteOffset: added, as: UInt32.self)
            } else {
                for index in 0..<added {
                    unsafe end.storeBytes(of: source[index], toByteOffset: 4 + index, as: UInt8.self)
                }
            }
        }
        count += added + 4
    }

    /// Changes a byte that is there.
    mutating func set(_ byte: UInt8, at position: Int) {
        precondition(position < count, "byte \(position) of \(count)")
        unsafe base[position] = byte
    }

    /// The last byte, if there is one.
    var last: UInt8? { count > 0 ? unsafe base[count - 1] : nil }

    /// Removes the last byte.
    mutating func removeLast() {
        precondition(count > 0, "nothing to remove")
        count -= 1
    }

    /// Lends the bytes.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    }

    @inline(__always)
    private mutating func reserve(_ addition: Int) {
        if count + addition > capacity { resize(to: max(capacity * 2, count + addition)) }
    }

    private mutating func resize(to newCapacity: Int) {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        unsafe larger.update(from: base, count: min(count, newCapacity))
        unsafe base.deallocate()
        unsafe base = larger
        capacity = newCapacity
    }
}
