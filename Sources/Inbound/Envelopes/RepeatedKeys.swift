import EventModel
import JSON

/// What to do about a key that an object repeats (reference inbound, section 9, row 44).
///
/// Parsers disagree on which value counts. Where the choice could change who somebody is, what was paid or what was
/// consented to, nobody may guess; elsewhere the last value counts and the item is noted.
enum RepeatedKeys {
    /// The rejection of an event that repeats a key where it matters, or nil.
    static func rejection(of event: JSONValue) -> Rejection? {
        guard let path = sensitivePath(in: event, path: [], isSensitive: true) else { return nil }
        return Rejection(
            .duplicateKey, field: path.joined(separator: "."), "the item has a key twice; send each key once")
    }

    /// The fault of a batch envelope that repeats a key.
    static func fault(_ key: String) -> RequestFault {
        RequestFault(.duplicateKey, "the body has a key twice; send each key once", field: printable(key))
    }

    /// Parts of an event where every key matters.
    private static let sensitiveObjects: Set<String> = [
        "traits", "consent", "consentmanagement", "googleconsent", "categorypreferences", "mergeproperties",
    ]

    /// Keys that matter wherever they stand, lower-case without `_` and `-`.
    private static let sensitiveKeys: Set<String> = [
        // Who.
        "email", "emailaddress", "useremail", "phone", "phonenumber", "mobile", "firstname", "lastname", "name",
        "userid",
        "anonymousid", "groupid", "previousid", "externalid", "id", "type", "customerid", "leadid", "ip",
        // What was paid, and for what.
        "revenue", "total", "value", "subtotal", "price", "quantity", "currency", "tax", "shipping", "discount",
        "orderid",
        "transactionid", "checkoutid", "cartid", "subscriptionid", "refundid", "invoiceid", "productid", "sku",
        "eventid",
        // What was consented to.
        "gpc", "globalprivacycontrol", "usprivacy", "tcf", "tcstring", "gpp", "gppsid", "optout",
        "dataprocessingoptions",
        "limiteddatause", "adtrackingenabled", "atttrackingstatus",
    ]

    /// The path of the first repeated key that matters; the reader's depth limit bounds the recursion.
    private static func sensitivePath(in value: JSONValue, path: [String], isSensitive: Bool) -> [String]? {
        for key in value.repeatedKeys where isSensitive || matters(key) { return path + [printable(key)] }
        for member in value.members where member.value.hasRepeatedKeys {
            let isSensitive = sensitiveObjects.contains(folded(member.name))
            let inner = path + [printable(member.name)]
            if let found = sensitivePath(in: member.value, path: inner, isSensitive: isSensitive) { return found }
        }
        for element in value.elements where element.hasRepeatedKeys {
            // An array of traits or consents is as sensitive as its elements' objects.
            if let found = sensitivePath(in: element, path: path, isSensitive: isSensitive) { return found }
        }
        return nil
    }

    private static func matters(_ key: String) -> Bool {
        sensitiveKeys.contains(folded(key)) || sensitiveObjects.contains(folded(key))
    }

    private static func folded(_ key: String) -> String { key.lowercased().filter { $0 != "_" && $0 != "-" } }

    /// A key as it may stand in an answer: names of fields, never data that somebody used as a key.
    private static func printable(_ key: String) -> String {
        let isName =
            key.utf8.count <= 64 && !key.isEmpty
            && key.utf8.allSatisfy { $0 == UInt8(ascii: "_") || ($0 | 0x20) >= 97 && ($0 | 0x20) <= 122 }
        return isName ? key : "*"
    }
}
