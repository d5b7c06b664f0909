import Crypto
import EventModel
import JSON

/// Address, device and typed ids of an event's context.
extension PersonReader {
    private static let idKey: JSONKey = "id"
    private static let typeKey: JSONKey = "type"
    private static let advertisingIDKey: JSONKey = "advertisingId"
    private static let adTrackingKey: JSONKey = "adTrackingEnabled"
    private static let trackingStatusKey: JSONKey = "attTrackingStatus"

    /// How many typed ids an event may bring.
    static var externalIDLimit: Int { 32 }

    /// Reads the context; the request's own facts fill what it does not say.
    mutating func readContext(_ context: JSONValue?, requestIP: JSONValue?, transport: TransportFacts) {
        var ip: JSONValue?
        if let context {
            for member in context.members {
                switch names[member].context {
                case .ip: ip = member.value
                case .userAgent: user.userAgent = user.userAgent ?? member.value.nonBlankString
                case .locale: user.locale = member.value.nonBlankString
                case .device: readDevice(member.value)
                case .externalIDs: readExternalIDs(member.value)
                default: break
                }
            }
        }
        user.clientIP = publicAddress(ip) ?? publicAddress(requestIP)
        if user.clientIP == nil, let address = transport.clientIP { user.clientIP = publicAddress(Array(address.utf8)) }
        user.userAgent = user.userAgent ?? transport.userAgent
    }

    private mutating func publicAddress(_ value: JSONValue?) -> String? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.text?.trimmed else {
            notes.add(.ipInvalid)
            return nil
        }
        return publicAddress(text)
    }

    private mutating func publicAddress<Text: RandomAccessCollection<UInt8>>(_ text: Text) -> String?
    where Text.Index == Int {
        if text.isEmpty { return nil }
        let address = IPAddress.firstPublic(in: text)
        if address == nil { notes.add(.ipInvalid) }
        return address
    }

    private mutating func readDevice(_ device: JSONValue) {
        user.deviceID = device[Self.idKey]?.nonBlankString.flatMap { Self.isBlankID($0) ? nil : $0 }
        guard let id = device[Self.advertisingIDKey]?.text?.trimmed, !JunkText.contains(id) else { return }
        let status = device[Self.trackingStatusKey].flatMap { TrackingStatus($0) }
        let tracking = device[Self.adTrackingKey].flatMap { ConsentAnswer(reading: $0) }
        if tracking == .denied || status == .restricted || status == .denied { return }
        let text = id.string.lowercased()
        // What a platform gives instead of an id when tracking is off.
        if !Self.isBlankID(text) { user.advertisingID = text }
    }

    private static func isBlankID(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == 0x30 || $0 == 0x2D } }

    private mutating func readExternalIDs(_ list: JSONValue) {
        for element in list.elements where user.otherExternalIDs.count < Self.externalIDLimit {
            guard let type = element[Self.typeKey]?.text?.trimmed, !type.isEmpty,
                let text = element[Self.idKey]?.scalarText?.trimmed
            else { continue }
            guard !JunkText.contains(text) else {
                notes.add(.junkIdentifier)
                continue
            }
            let id = UserData.ExternalID(type: type.string, value: keptID(text, type: type))
            if !user.otherExternalIDs.contains(id) { user.otherExternalIDs.append(id) }
        }
    }

    private static let phoneTypes = FoldedTable<Bool>([
        ("phone", true), ("phonenumber", true), ("mobile", true), ("mobilephone", true), ("msisdn", true),
        ("whatsapp", true), ("sms", true),
    ])

    /// A typed id as it is kept: addresses and phone numbers only as hashes, unless plain values are kept.
    private mutating func keptID(_ text: JSONText, type: JSONText) -> String {
        if let digest = addressDigest(text) {
            notes.add(.personalDataHashed)
            return digest.hex
        }
        guard !rules.keepsPlain, Self.phoneTypes[type] != nil, Self.readyDigest(text) == nil else { return text.string }
        notes.add(.personalDataHashed)
        if PhoneNumber.read(text, country: rules.defaultCountry, digits: &variant, into: &bytes) == .valid {
            return bytes.digest(from: 1, by: rules.hasher).hex
        }
        return rules.hasher.digest(of: Array(text)).hex
    }
}

extension JSONValue {
    /// The trimmed text of a string that says something.
    fileprivate var nonBlankString: String? {
        guard let text = text?.trimmed, !JunkText.contains(text) else { return nil }
        return text.string
    }
}
