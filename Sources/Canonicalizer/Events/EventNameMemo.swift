import EventModel

/// The event names that senders used last, as they wrote them, and what each means: saves normalizing them again.
///
/// Every name has one place, which the next name with the same place takes. Belongs to one thread.
@safe final class EventNameMemo {
    // @safe: a place is below the capacity, as it is made of as many bits.
    private let slots: UnsafeMutablePointer<Slot?>

    private struct Slot {
        let name: [UInt8]
        let match: EventNameMatcher.Match
    }

    /// Longer names are not remembered, in bytes.
    private static var nameByteLimit: Int { 64 }
    private static var placeBits: UInt64 { 8 }
    private static var capacity: Int { 1 << Int(placeBits) }

    /// A memo of nothing.
    init() {
        unsafe slots = .allocate(capacity: Self.capacity)
        unsafe slots.initialize(repeating: nil, count: Self.capacity)
    }

    deinit {
        unsafe slots.deinitialize(count: Self.capacity)
        unsafe slots.deallocate()
    }

    /// What a name means, if it is remembered.
    func match(_ name: Span<UInt8>) -> EventNameMatcher.Match? {
        guard let place = Self.place(of: name), let slot = unsafe slots[place], slot.name.span.hasSameBytes(as: name)
        else { return nil }
        return slot.match
    }

    /// Remembers what a name means.
    func remember(_ name: Span<UInt8>, _ match: EventNameMatcher.Match) {
        guard let place = Self.place(of: name) else { return }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.count)
        for index in name.indices { bytes.append(name[index]) }
        unsafe slots[place] = Slot(name: bytes, match: match)
    }

    /// Mixes the first and last eight bytes; nil for names that are not remembered.
    private static func place(of name: Span<UInt8>) -> Int? {
        guard 8...nameByteLimit ~= name.count else { return nil }
        let bytes = unsafe name.bytes
        let first = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
        let last = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: name.count - 8, as: UInt64.self)
        let mixed = (first ^ last &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(name.count)) &* 0xBF58_476D_1CE4_E5B9
        return Int(mixed >> (64 - placeBits))
    }
}
