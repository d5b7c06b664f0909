import JSON

/// What we need of a TC string of IAB Europe's TCF, version 2 (reference inbound, 7.3 rule 5).
struct TCFString: Equatable {
    /// Purposes 1 to 24 that were consented to; bit n is purpose n.
    let purposes: UInt32
    /// Whether vendor 755 (Google) was; nil if the vendor section is cut off.
    let isGoogleConsented: Bool?

    /// Google Advertising Products in the Global Vendor List.
    private static let googleVendor = 755
    private static let version = 2

    // Where the fields of the core segment begin, in bits.
    private static let purposesStart = 152
    private static let vendorsStart = 213
    private static let vendorBitsStart = 230

    /// Reads the core segment; nil if this is no TC string of version 2.
    init?(_ text: JSONText) {
        let core = text.prefix { $0 != UInt8(ascii: ".") }
        guard let bits = BitText(core), bits.number(at: 0, bitCount: 6) == Self.version,
            bits.bitCount >= Self.vendorsStart
        else { return nil }
        var purposes: UInt32 = 0
        for purpose in 1...24 where bits[Self.purposesStart + purpose - 1] { purposes |= 1 << UInt32(purpose) }
        self.purposes = purposes
        isGoogleConsented = Self.isConsented(vendor: Self.googleVendor, in: bits)
    }

    /// Whether all these purposes were consented to.
    func consents(to wanted: Int...) -> Bool { wanted.allSatisfy { purposes & 1 << UInt32($0) != 0 } }

    private static func isConsented(vendor: Int, in bits: BitText) -> Bool? {
        guard let highest = bits.number(at: vendorsStart, bitCount: 16),
            let isRange = bits.number(at: vendorBitsStart - 1, bitCount: 1)
        else { return nil }
        if isRange == 0 {
            guard bits.bitCount >= vendorBitsStart + highest else { return nil }
            return vendor <= highest && bits[vendorBitsStart + vendor - 1]
        }
        guard let entryCount = bits.number(at: vendorBitsStart, bitCount: 12) else { return nil }
        var position = vendorBitsStart + 12
        var isFound = false
        for _ in 0..<entryCount {
            guard let isSpan = bits.number(at: position, bitCount: 1),
                let first = bits.number(at: position + 1, bitCount: 16)
            else { return nil }
            position += 17
            var last = first
            if isSpan == 1 {
                guard let end = bits.number(at: position, bitCount: 16) else { return nil }
                last = end
                position += 16
            }
            if first <= vendor, vendor <= last { isFound = true }
        }
        return isFound
    }
}
