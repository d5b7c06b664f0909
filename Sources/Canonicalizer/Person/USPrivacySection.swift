import JSON

/// What a section of a GPP string for the United States or one of them says about sale, sharing and targeted
/// advertising (reference inbound, 7.3 rules 6 and 7).
///
/// Fields and their order are those of "Sections/US-National" and "Sections/US-States" of
/// InteractiveAdvertisingBureau/Global-Privacy-Platform.
struct USPrivacySection: Equatable {
    /// Whether the person opted out of sale, of sharing or of targeted advertising.
    var isOptOut = false
    /// Whether the browser's Global Privacy Control was on.
    var globalPrivacyControl = false

    /// Whether the section with this id is one that this type reads.
    static func knows(id: Int) -> Bool { USPrivacyLayout[id] != nil }

    /// Reads a section: the core, and behind dots the sub-sections.
    ///
    /// Nil if the id is unknown, or the text is none of a known version: too short, not base64url, a value or a
    /// sub-section that the specification does not have.
    ///
    /// - Parameters:
    ///   - text: The section as it stands between the tildes.
    ///   - id: Its id in the header of the GPP string.
    init?(_ text: JSONText, id: Int) {
        guard let layout = USPrivacyLayout[id] else { return nil }
        let segments = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let first = segments.first, let core = BitText(first), let version = core.number(at: 0, bitCount: 6),
            let bitCount = layout.bitCount(ofVersion: version), core.bitCount >= bitCount
        else { return nil }
        for position in layout.optOuts {
            switch core.number(at: position, bitCount: 2) {
            case Answer.optedOut: isOptOut = true
            case Answer.notApplicable, Answer.didNotOptOut: continue
            default: return nil
            }
        }
        for segment in segments.dropFirst() {
            // All that the specifications have is the one for GPC: its type in two bits, then the flag.
            guard let bits = BitText(segment), bits.number(at: 0, bitCount: 2) == Self.controlType,
                let flag = bits.number(at: 2, bitCount: 1)
            else { return nil }
            if flag == 1 { globalPrivacyControl = true }
        }
    }

    /// The sub-section's type for Global Privacy Control; 0 is the core.
    private static let controlType = 1

    /// What two bits about an opt-out mean.
    private enum Answer {
        static let notApplicable = 0
        static let optedOut = 1
        static let didNotOptOut = 2
    }
}

/// Where the core of a section of the United States has the fields that matter, in bits.
private struct USPrivacyLayout {
    /// Where the fields `SaleOptOut`, `SharingOptOut` and `TargetedAdvertisingOptOut` begin, of those that it has.
    let optOuts: [Int]
    /// How many bits the core has, from version 1 on.
    let bitCounts: [Int]

    func bitCount(ofVersion version: Int) -> Int? {
        version >= 1 && version <= bitCounts.count ? bitCounts[version - 1] : nil
    }

    static subscript(id: Int) -> USPrivacyLayout? {
        let index = id - firstID
        return all.indices.contains(index) ? all[index] : nil
    }

    private static let firstID = 7

    /// By id, from 7 on.
    ///
    /// Every core begins with its version in 6 bits and has fields of 2 bits from there on. Maryland, Indiana, Kentucky
    /// and Rhode Island (24 to 27) are not here: their form was a draft for public comment in October 2025, and
    /// IABTechLab/iabgpp-es writes it without the section header that the draft asks for.
    private static let all = [
        // 7 usnat: sale, sharing, targeted advertising behind six notices. Version 2 (August 2024) has more sensitive data.
        USPrivacyLayout(optOuts: [18, 20, 22], bitCounts: [60, 70]),
        // 8 usca: sale and sharing behind three notices; California has no field for targeted advertising.
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [46]),
        // The others have no sharing; Utah and Iowa have a fourth notice.
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [40]),  // 9 usva
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [38]),  // 10 usco
        USPrivacyLayout(optOuts: [14, 16], bitCounts: [42]),  // 11 usut
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [44]),  // 12 usct
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [46]),  // 13 usfl
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [46]),  // 14 usmt
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [52]),  // 15 usor
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [42]),  // 16 ustx
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [52]),  // 17 usde
        USPrivacyLayout(optOuts: [14, 16], bitCounts: [42]),  // 18 usia
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [42]),  // 19 usne
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [46]),  // 20 usnh
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [54]),  // 21 usnj
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [42]),  // 22 ustn
        USPrivacyLayout(optOuts: [12, 14], bitCounts: [42]),  // 23 usmn
    ]
}
