import EventModel
import JSON

/// What of an event Meta can match a person by (reference meta, the end of 2.3).
struct MetaMatchKeys: OptionSet {
    let rawValue: UInt16

    static let place = MetaMatchKeys(rawValue: 1)
    static let gender = MetaMatchKeys(rawValue: 2)
    static let userAgent = MetaMatchKeys(rawValue: 4)
    static let birthDate = MetaMatchKeys(rawValue: 8)
    static let firstName = MetaMatchKeys(rawValue: 16)
    static let lastName = MetaMatchKeys(rawValue: 32)
    /// Any key that is enough by itself: e-mail, phone, an id, an address, a click.
    static let strong = MetaMatchKeys(rawValue: 64)

    /// What is too broad: Meta answers code 100, subcode 2804050.
    private static let broad: [MetaMatchKeys] = [
        [.place, .gender, .userAgent], [.birthDate, .userAgent], [.firstName, .gender], [.lastName, .gender],
    ]

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(_ event: PlatformEvent) {
        let isStrong =
            event.hash(.email) != nil || event.hash(.phone) != nil || event.userOrAnonymousID != nil
            || event[.clientIP] != nil || event[.clickID(.fbc)] != nil || event[.clickID(.fbp)] != nil
            || event[.advertisingID] != nil
        var keys: MetaMatchKeys = isStrong ? .strong : []
        let hasPlace =
            event.hash(.city) != nil || event.hash(.country) != nil || event.hash(.state) != nil
            || event.hash(.postalCode) != nil
        if hasPlace { keys.insert(.place) }
        if event.hash(.gender) != nil { keys.insert(.gender) }
        if event[.userAgent] != nil { keys.insert(.userAgent) }
        if event.hash(.birthDate) != nil { keys.insert(.birthDate) }
        if event.hash(.firstName) != nil { keys.insert(.firstName) }
        if event.hash(.lastName) != nil { keys.insert(.lastName) }
        rawValue = keys.rawValue
    }

    /// Whether Meta would try to match.
    var isSufficient: Bool { !Self.broad.contains { isSubset(of: $0) } }
}
