import Crypto
public import EventModel
public import JSON

/// A hash of the person's data to look up, with what stands for it when it is absent because it would be equal.
public struct HashedKey: Sendable {
    let keys: [JSONKey]

    init(_ field: HashedField) {
        keys = Array(sequence(first: field) { $0.fallback }.map { JSONKey($0.rawValue) })
    }

    /// Trimmed and lower-cased.
    public static let email = HashedKey(.email)
    /// Google's folding.
    public static let emailGoogle = HashedKey(.emailGoogle)
    /// Microsoft's folding.
    public static let emailMicrosoft = HashedKey(.emailMicrosoft)
    /// Reddit's folding.
    public static let emailReddit = HashedKey(.emailReddit)
    /// Country code and number, digits only.
    public static let phone = HashedKey(.phone)
    /// The same with a leading `+`.
    public static let phonePlus = HashedKey(.phonePlus)
    /// Lower-cased, without white space and punctuation.
    public static let firstName = HashedKey(.firstName)
    /// Lower-cased, without white space and punctuation.
    public static let lastName = HashedKey(.lastName)
    /// Trimmed and lower-cased.
    public static let firstNamePlain = HashedKey(.firstNamePlain)
    /// Trimmed and lower-cased.
    public static let lastNamePlain = HashedKey(.lastNamePlain)
    /// Google's Data Manager's folding.
    public static let firstNameGoogle = HashedKey(.firstNameGoogle)
    /// Google's Data Manager's folding.
    public static let lastNameGoogle = HashedKey(.lastNameGoogle)
    /// Google Analytics' folding.
    public static let firstNameAnalytics = HashedKey(.firstNameAnalytics)
    /// Google Analytics' folding.
    public static let lastNameAnalytics = HashedKey(.lastNameAnalytics)
    /// Lower-cased, without white space and punctuation.
    public static let city = HashedKey(.city)
    /// Two letters for the US and Canada, else folded text.
    public static let state = HashedKey(.state)
    /// Lower-cased, without blanks and dashes.
    public static let postalCode = HashedKey(.postalCode)
    /// Lower-case ISO 3166-1 alpha-2.
    public static let country = HashedKey(.country)
    /// Google's folding.
    public static let street = HashedKey(.street)
    /// `YYYYMMDD`.
    public static let birthDate = HashedKey(.birthDate)
    /// `m` or `f`.
    public static let gender = HashedKey(.gender)
    /// `m`, `f` or `n`.
    public static let genderPinterest = HashedKey(.genderPinterest)
}

/// A plain member of the person's data to look up.
public struct PersonKey: Sendable {
    let key: JSONKey

    init(_ name: String) { key = JSONKey(name) }

    /// The sender's user id.
    public static let userID = PersonKey("external_id")
    /// The sender's `anonymousId`.
    public static let anonymousID = PersonKey("anonymous_id")
    /// Lower-case ISO 3166-1 alpha-2.
    public static let country = PersonKey("country")
    /// Two letters for the US and Canada, else folded text.
    public static let state = PersonKey("state")
    /// Lower-case, without blanks.
    public static let postalCode = PersonKey("postal_code")
    /// Lower-case, inner white space collapsed.
    public static let city = PersonKey("city")
    /// A public address of the person's.
    public static let clientIP = PersonKey("client_ip")
    /// The person's browser.
    public static let userAgent = PersonKey("client_user_agent")
    /// Such as `en-US`.
    public static let locale = PersonKey("locale")
    /// Lower-case with dashes; absent when tracking is refused.
    public static let advertisingID = PersonKey("advertising_id")
    /// The id that the app gave the device.
    public static let deviceID = PersonKey("device_id")
    /// In plain; only from sources that turned hashing off.
    public static let email = PersonKey("email")
    /// In plain with a leading `+`; only from sources that turned hashing off.
    public static let phone = PersonKey("phone")
    /// In plain; only from sources that turned hashing off.
    public static let firstName = PersonKey("first_name")
    /// In plain; only from sources that turned hashing off.
    public static let lastName = PersonKey("last_name")

    /// A click or browser id.
    public static func clickID(_ kind: ClickIDKind) -> PersonKey { clickIDs[Int(kind.ordinal)] }

    private static let clickIDs = ClickIDKind.allCases.map { PersonKey($0.rawValue) }
}

extension ClickIDKind {
    /// The place among all kinds.
    fileprivate var ordinal: Int { Self.ordinals[self] ?? 0 }

    private static let ordinals = Dictionary(uniqueKeysWithValues: zip(allCases, allCases.indices))
}

/// How a user id is folded before it is hashed.
public enum UserIDFolding: UInt8, Sendable {
    /// White space at both ends removed, case kept.
    case trimmed
    /// All white space removed, lower-cased (Meta's parameter builder).
    case lowercased
    /// White space at both ends removed, upper-cased (Reddit's `idfa`).
    case uppercased
}

extension PlatformEvent {
    /// A hash of the person's data: 64 lower-case hexadecimal digits; nil if it is not known.
    public func hash(_ key: HashedKey) -> JSONValue? {
        guard let person else { return nil }
        for key in key.keys { if let value = person[key] { return value } }
        return nil
    }

    /// A plain member of the person's data; nil if it is not known.
    public subscript(key: PersonKey) -> JSONValue? { person?[key.key].ifText }

    /// The sender's user id, else its anonymous id; nil if there is neither.
    public var userOrAnonymousID: JSONValue? { self[.userID] ?? self[.anonymousID] }

    /// The id in `context.externalId` that a sender meant for one platform (`tiktokExternalId`), else the user id, else
    /// the anonymous id.
    public func personID(ofType type: String) -> JSONValue? {
        guard let list = person?[.externalIDs] else { return userOrAnonymousID }
        for entry in list.elements where entry[.typeMember]?.string == type {
            if let id = entry[.idMember].ifText { return id }
        }
        return userOrAnonymousID
    }

    /// The city as its hash is made of: lower-case letters and digits alone; nil if it does not begin with a letter.
    public var foldedCity: String? {
        guard let city = self[.city]?.string else { return nil }
        let folded = city.filter { $0.isLetter || $0.isNumber }
        return folded.first?.isLetter == true ? folded : nil
    }

    /// A typed id from `context.externalId`, by its type.
    public func externalID(ofType type: String) -> String? {
        guard let list = person?[.externalIDs] else { return nil }
        for entry in list.elements where entry[.typeMember]?.string == type {
            return entry[.idMember]?.idText
        }
        return nil
    }

    /// The SHA-256 of an id of the sender's, as 64 hexadecimal digits; nil if nothing is left of it after folding.
    ///
    /// An id that is a SHA-256 already is passed on in lower case. Made once for all destinations.
    public func hash(_ id: JSONValue, _ folding: UserIDFolding) -> String? {
        guard let bytes = id.utf8Bytes else { return nil }
        return view.reader.recentHashes.hash(of: bytes, folding)
    }

}

/// The last hashes of ids, so that an event that goes to several destinations is hashed once.
///
/// Belongs to one thread.
final class RecentHashes {
    private struct Entry {
        var id: [UInt8] = []
        var folding = UserIDFolding.trimmed
        var hash = ""
    }

    private var entries = Array(repeating: Entry(), count: 256)
    /// How many hashes were made.
    private(set) var count = 0

    func hash(of id: UnsafeBufferPointer<UInt8>, _ folding: UserIDFolding) -> String? {
        var place = Int(folding.rawValue)
        for byte in id { place = (place &* 31 &+ Int(byte)) & 0xFFFF }
        place &= entries.count - 1
        if entries[place].folding == folding, entries[place].id.elementsEqual(id), !id.isEmpty {
            return entries[place].hash
        }
        guard let hash = Self.make(id, folding) else { return nil }
        count += 1
        entries[place] = Entry(id: Array(id), folding: folding, hash: hash)
        return hash
    }

    private static func make(_ id: UnsafeBufferPointer<UInt8>, _ folding: UserIDFolding) -> String? {
        let text = String(decoding: id, as: UTF8.self)
        let folded: String
        switch folding {
        case .trimmed, .uppercased:
            let start = text.drop { $0.isWhitespace }
            let trimmed = String(start.reversed().drop { $0.isWhitespace }.reversed())
            folded = folding == .uppercased ? trimmed.uppercased() : trimmed
        case .lowercased: folded = text.filter { !$0.isWhitespace }.lowercased()
        }
        guard !folded.isEmpty else { return nil }
        if let digest = Digest(hex: Array(folded.utf8)) { return digest.hex }
        return SHA256.digest(of: folded).hex
    }
}
