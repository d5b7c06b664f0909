/// A name in lower case without `_`, `-` and blanks: at most 16 ASCII letters and digits, packed into one number.
struct FoldedName: Hashable, Sendable {
    /// The bytes, the last one lowest.
    let packed: UInt128

    /// The name, or nil if it is empty, has other characters or more than 16 that count.
    init?(_ name: some Collection<UInt8>) {
        var packed: UInt128 = 0
        var count = 0
        for byte in name {
            if ASCII.isAlphanumeric(byte) {
                packed = packed << 8 | UInt128(ASCII.lowercased(byte))
                count += 1
            } else if byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-") && byte != UInt8(ascii: " ") {
                return nil
            }
        }
        guard count > 0, count <= Self.countMax else { return nil }
        self.packed = packed
    }

    init(packed: UInt128) { self.packed = packed }

    /// A name that is known to fit.
    init(known name: String) {
        guard let folded = FoldedName(name.utf8) else { fatalError("\(name) does not fit 16 letters and digits") }
        self = folded
    }

    static let countMax = 16

    /// How many letters and digits it has.
    var count: Int { (128 - packed.leadingZeroBitCount + 7) / 8 }

    /// What stands before `suffix`, or nil if the name does not end so or is no longer than it.
    func dropping(suffix: FoldedName) -> FoldedName? {
        let bits = suffix.count * 8
        guard bits < count * 8, packed & ((1 << UInt128(bits)) - 1) == suffix.packed else { return nil }
        return FoldedName(packed: packed >> UInt128(bits))
    }
}
