import Crypto
import EventModel
import JSON

/// `userData` (reference microsoft, 1.2).
struct MicrosoftPerson {
    private let clickID: String?
    private let advertisingID: JSONValue?
    private let hasPerson: Bool

    init(_ event: PlatformEvent) {
        clickID = event[.clickID(.msclkid)]?.string.flatMap(Self.validClickID)
        advertisingID = event.operatingSystem == .ios || event.operatingSystem == .android ? event[.advertisingID] : nil
        hasPerson =
            event.hash(.emailMicrosoft) != nil || event.hash(.phonePlus) != nil || event[.anonymousID] != nil
            || event[.userID] != nil
    }

    /// Whether Microsoft would take it: address and browser do not count.
    var isSufficient: Bool { hasPerson || clickID != nil || advertisingID != nil }

    func write(_ event: PlatformEvent, sendsAddress: Bool, to json: inout JSONWriter) {
        json.member("anonymousId", event[.anonymousID])
        json.member("externalId", event[.userID])
        json.member("em", event.hash(.emailMicrosoft))
        json.member("ph", event.hash(.phonePlus))
        json.member("msclkid", clickID)
        switch event.operatingSystem {
        case .ios: json.member("idfa", advertisingID)
        case .android: json.member("gaid", advertisingID)
        case .other, nil: break
        }
        guard sendsAddress else { return }
        json.member("clientIpAddress", event[.clientIP])
        json.member("clientUserAgent", event[.userAgent])
    }

    /// A UUID with or without dashes; the tag's cookie puts `_uet` before it.
    private static func validClickID(_ text: String) -> String? {
        let id = text.hasPrefix("_uet") ? String(text.dropFirst(4)) : text
        let digits = id.utf8.filter { $0 != UInt8(ascii: "-") }
        let hasDashes = digits.count != id.utf8.count
        guard digits.count == 32, digits.allSatisfy({ Hex.value($0) != nil }), !hasDashes || id.utf8.count == 36 else {
            return nil
        }
        return id
    }
}
