import Crypto
import EventModel
import JSON

/// Writes an event without the person: no hashed or plain e-mail, phone, name or address, click ids only (reference
/// inbound, 7.4).
///
/// Of `user_data` only click and browser ids stay, of `context` only what is about the page, the campaign and the
/// software. From `properties` goes what is named like personal data, every SHA-256 in hexadecimal, and every text with
/// an `@`: sources that keep plain values are stripped as well.
enum UserDataStripper {
    private static let clickIDs = Set(ClickIDKind.allCases.map(\.rawValue))
    private static let contextMembers: Set<String> = [
        "page", "campaign", "library", "app", "os", "screen", "timezone", "locale", "referrer", "active", "channel",
    ]
    private static let personalNames: Set<String> = [
        "email", "emailaddress", "mail", "useremail", "customeremail", "phone", "phonenumber", "mobile", "mobilephone",
        "tel", "telephone", "firstname", "lastname", "fullname", "name", "username", "givenname", "familyname",
        "surname",
        "address", "street", "streetaddress", "addressline1", "addressline2", "address1", "address2", "city", "state",
        "region", "province", "zip", "zipcode", "postalcode", "postcode", "country", "countrycode", "birthday",
        "birthdate", "dob", "dateofbirth", "gender", "sex", "age", "ip", "ipaddress", "userid", "externalid",
        "customerid", "billingaddress", "shippingaddress", "billing", "shippingdetails", "customer", "recipient",
    ]

    /// The canonical JSON without the person.
    static func strip(_ event: JSONValue) -> [UInt8] {
        var json = JSONWriter(capacity: 2048)
        json.object { json in
            for member in event.members {
                switch member.name {
                case "user_data": writePerson(member, to: &json)
                case "context": writeContext(member, to: &json)
                case "properties", "integrations":
                    json.key(name: member.name)
                    writeClean(member.value, to: &json)
                case "identifiers":
                    json.key(name: member.name)
                    json.array { _ in }
                default: copy(member, to: &json)
                }
            }
        }
        return json.bytes
    }

    private static func copy(_ member: JSONMember, to json: inout JSONWriter) {
        json.key(name: member.name)
        json.raw(member.value)
    }

    /// Click and browser ids, those of Google Analytics among the typed ids as well.
    private static func writePerson(_ member: JSONMember, to json: inout JSONWriter) {
        json.key(name: member.name)
        json.object { json in
            for inner in member.value.members {
                if clickIDs.contains(inner.name) { copy(inner, to: &json) }
                guard inner.name == "external_ids" else { continue }
                json.optionalArray("external_ids") { json in
                    for id in inner.value.elements where browserIDTypes.contains(id[.typeMember]?.string ?? "") {
                        json.raw(id)
                    }
                }
            }
        }
    }

    private static let browserIDTypes: Set<String> = ["ga4ClientId", "ga4AppInstanceId"]

    private static func writeContext(_ member: JSONMember, to json: inout JSONWriter) {
        json.key(name: member.name)
        json.object { json in
            for inner in member.value.members where contextMembers.contains(inner.name) && !isPersonal(inner.value) {
                json.key(name: inner.name)
                // The names of a page's or an app's members are no person's.
                writeClean(inner.value, to: &json, removesNames: false)
            }
        }
    }

    /// Writes a value without what is personal by its name or by its look.
    private static func writeClean(_ value: JSONValue, to json: inout JSONWriter, removesNames: Bool = true) {
        switch value.kind {
        case .object:
            json.object { json in
                for member in value.members where !isPersonal(member.value) {
                    if removesNames, personalNames.contains(IntegrationChoices.folded(member.name)) { continue }
                    json.key(name: member.name)
                    // What an item of an order is called is no person's name.
                    writeClean(member.value, to: &json, removesNames: removesNames && member.value.kind != .array)
                }
            }
        case .array:
            json.array { json in
                for element in value.elements where !isPersonal(element) {
                    writeClean(element, to: &json, removesNames: removesNames)
                }
            }
        case .null, .bool, .number, .string: json.raw(value)
        }
    }

    /// Whether a text is a SHA-256 in hexadecimal or could hold an address.
    private static func isPersonal(_ value: JSONValue) -> Bool {
        value.withString { text in
            text.contains(UInt8(ascii: "@")) || text.count == 64 && text.allSatisfy { Hex.value($0) != nil }
        } ?? false
    }
}
