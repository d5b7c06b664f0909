import EventModel
import JSON

/// Looks at the whole of one item for what no single field shows: size, repeated keys, lone surrogates, non-finite
/// numbers (reference inbound, rows 39, 44, 46, 47 and 49).
///
/// Costs next to nothing for usual events: it walks an item only when the item is large or the parser has met an
/// oddity somewhere in the request.
struct EnvelopeInspector {
    /// The largest event, in bytes as sent.
    static let byteLimit = 1 << 20
    /// From this size on an event is noted as large, in bytes.
    static let largeByteCount = 32 << 10
    /// The most keys of an event.
    static let keyLimit = 10_000

    private var keyCount = 0
    private var notes = NoteList()

    /// Refuses an item that breaks a limit or repeats a key that matters; notes what else it finds.
    ///
    /// - Parameters:
    ///   - item: An event, or with `isEnvelope` off an object that belongs to one.
    ///   - isEnvelope: Whether every name of the object decides something.
    ///   - notes: Takes what else it finds.
    /// - Throws: The rejection that the row of the table names.
    static func inspect(_ item: JSONValue, isEnvelope: Bool = true, notes: inout NoteList) throws(Rejection) {
        let byteCount = item.sourceByteCount
        if byteCount > byteLimit {
            throw Rejection(
                .eventTooLarge, "the event has \(byteCount) bytes; the limit is \(byteLimit): send less with it")
        }
        if byteCount > largeByteCount { notes.add(.eventLarge) }
        // A key with its value takes at least 5 bytes (`"":0,`), so that small items need not be counted.
        let oddities = item.textOddities
        guard !oddities.isEmpty || byteCount >= keyLimit * 5 else { return }
        var inspector = EnvelopeInspector()
        try inspector.walk(item, isTopLevel: isEnvelope, isConsent: false)
        notes.add(inspector.notes)
    }

    /// Recursion is as deep as the text, which the parser has limited.
    private mutating func walk(_ value: JSONValue, isTopLevel: Bool, isConsent: Bool) throws(Rejection) {
        switch value.kind {
        case .object:
            try checkRepeatedKeys(of: value, isTopLevel: isTopLevel, isConsent: isConsent)
            for member in value.members {
                keyCount += 1
                if keyCount > Self.keyLimit {
                    throw Rejection(.tooManyProperties, "the event has more than \(Self.keyLimit) keys: send fewer")
                }
                let isConsent = isConsent || member.isNamed(Self.consent) || member.isNamed(Self.consentManagement)
                try walk(member.value, isTopLevel: false, isConsent: isConsent)
            }
        case .array: for element in value.elements { try walk(element, isTopLevel: false, isConsent: isConsent) }
        case .string: if value.hasLoneSurrogate { notes.add(.loneSurrogate) }
        case .null: if value.isNonFinite { notes.add(.nonFiniteNumber) }
        case .bool, .number: break
        }
    }

    private mutating func checkRepeatedKeys(of object: JSONValue, isTopLevel: Bool, isConsent: Bool) throws(Rejection) {
        for key in object.repeatedKeys {
            let folded = String(key.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " })
            if isTopLevel || isConsent || Self.decisiveKeys.contains(folded) {
                // A key that is not one of ours may itself be personal data, so it is not repeated here.
                let field = Self.decisiveKeys.contains(folded) ? key : nil
                throw Rejection(
                    .duplicateKey, field: field,
                    "an object repeats a key that decides identity, money, consent or the envelope: send it once")
            }
            notes.add(.duplicateKey)
        }
    }

    private static let consent: JSONKey = "consent"
    private static let consentManagement: JSONKey = "consentManagement"

    /// Keys, folded as ``FieldScanner`` folds them, that must not be there twice at any depth.
    private static let decisiveKeys: Set<String> = {
        let ids = BusinessIDPart.allCases.map { $0.rawValue.filter { $0 != "_" } }
        let identity = [
            "id", "email", "emailaddress", "useremail", "phone", "phonenumber", "mobile", "userid", "anonymousid",
            "previousid", "externalid", "externalids", "crmid", "loyaltyid", "customerid", "traits", "eventid",
            "messageid", "type", "event", "context", "properties", "integrations", "timestamp", "sentat",
        ]
        let clicks = ["fbp", "fbc", "fbclid", "gclid", "gbraid", "wbraid", "ttclid", "ttp", "msclkid", "twclid"]
        let money = [
            "revenue", "total", "value", "subtotal", "price", "quantity", "qty", "currency", "shipping", "tax",
            "discount", "products", "items", "lineitems", "contents", "transactionid",
        ]
        let consent = [
            "consent", "consentmanagement", "categorypreferences", "optout", "gpc", "globalprivacycontrol",
            "usprivacy", "tcf", "tcstring", "gpp", "dataprocessingoptions", "limiteddatause", "adtrackingenabled",
            "atttrackingstatus",
        ]
        return Set(ids + identity + clicks + money + consent)
    }()
}
