import EventModel

/// A set of purposes.
struct PurposeSet: OptionSet, Sendable {
    let rawValue: UInt8

    static let analytics = PurposeSet(rawValue: 1)
    static let ads = PurposeSet(rawValue: 2)
    static let adsUserData = PurposeSet(rawValue: 4)
    static let adsPersonalization = PurposeSet(rawValue: 8)
    static let advertising: PurposeSet = [.ads, .adsUserData, .adsPersonalization]
    static let all: PurposeSet = [.analytics, .ads, .adsUserData, .adsPersonalization]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ purposes: [ConsentPurpose]) {
        self = []
        for purpose in purposes { formUnion(PurposeSet(purpose)) }
    }

    init(_ purpose: ConsentPurpose) {
        switch purpose {
        case .analytics: self = .analytics
        case .ads: self = .ads
        case .adsUserData: self = .adsUserData
        case .adsPersonalization: self = .adsPersonalization
        }
    }

    func contains(_ purpose: ConsentPurpose) -> Bool { contains(PurposeSet(purpose)) }
}
