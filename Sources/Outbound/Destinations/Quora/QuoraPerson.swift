import Crypto
import EventModel
import JSON
import Platform

/// `user` (reference quora, section 2): in plain, as the sender wrote it where the source keeps that.
struct QuoraPerson {
    private let event: PlatformEvent
    private let address: JSONValue?

    init(_ event: PlatformEvent) {
        self.event = event
        address = event.trait(Self.addressKey)
    }

    func write(sendsAddress: Bool, to json: inout JSONWriter) {
        json.member("email", event[.email])
        json.member("name", name)
        json.member("phone_number", event[.phone])
        json.member("date_of_birth", birthDate)
        if sendsAddress { json.member("ip", event[.clientIP]) }
        json.member("country", event[.country]?.string?.uppercased())
        json.member("region", region)
        json.member("city", Self.text(address?[Self.cityKey]) ?? event[.city]?.string)
        json.member("postal_code", postalCode)
    }

    private static let addressKey: JSONKey = "address"
    private static let nameKey: JSONKey = "name"
    private static let cityKey: JSONKey = "city"
    private static let regionKeys: [JSONKey] = ["state", "region"]
    private static let postalCodeKeys: [JSONKey] = ["postalCode", "postal_code", "zip"]
    private static let birthDateKeys: [JSONKey] = ["birthday", "dateOfBirth", "date_of_birth", "dob"]

    private var name: String? {
        if let name = Self.text(event.trait(Self.nameKey)) { return name }
        let names = [event[.firstName]?.string, event[.lastName]?.string].compactMap(\.self)
        return names.isEmpty ? nil : names.joined(separator: " ")
    }

    /// As `YYYY-MM-DD` only; an event keeps it so from sources with `hashing: false`.
    private var birthDate: String? {
        Self.birthDateKeys.lazy.compactMap { Self.text(event.trait($0)) }.first { RFC3339.day($0) != nil }
    }

    /// A state's two letters, else what the sender wrote.
    private var region: String? {
        let known = event[.state]?.string
        if let known, known.utf8.count == 2 { return known.uppercased() }
        return Self.regionKeys.lazy.compactMap { Self.text(address?[$0]) }.first ?? known
    }

    /// Without the sender's own, the kept one in capitals, as post offices write it.
    private var postalCode: String? {
        Self.postalCodeKeys.lazy.compactMap { Self.text(address?[$0]) }.first
            ?? event[.postalCode]?.string?.uppercased()
    }

    /// A text or number of the sender's without blanks around it; nil for a hash, of which Quora makes nothing.
    private static func text(_ value: JSONValue?) -> String? {
        guard let words = value?.idText?.split(whereSeparator: \.isWhitespace), !words.isEmpty else { return nil }
        let text = words.joined(separator: " ")
        let isHash = [32, 64].contains(text.utf8.count) && text.utf8.allSatisfy { Hex.value($0) != nil }
        return isHash ? nil : text
    }
}
