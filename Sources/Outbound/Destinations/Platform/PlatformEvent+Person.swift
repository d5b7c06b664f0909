import Crypto
public import EventModel
public import JSON

/// A plain member of the person's data to look up.
public struct PersonKey: Sendable {
    let key: PlatformKey

    @inline(__always)
    init(_ key: PlatformKey) { self.key = key }

    /// The sender's user id.
    public static var userID: PersonKey { PersonKey(.userID) }
    /// The sender's `anonymousId`.
    public static var anonymousID: PersonKey { PersonKey(.anonymousID) }
    /// Lower-case ISO 3166-1 alpha-2.
    public static var country: PersonKey { PersonKey(.country) }
    /// Two letters for the US and Canada, else folded text.
    public static var state: PersonKey { PersonKey(.state) }
    /// Lower-case, without blanks.
    public static var postalCode: PersonKey { PersonKey(.postalCode) }
    /// Lower-case, inner white space collapsed.
    public static var city: PersonKey { PersonKey(.city) }
    /// A public address of the person's.
    public static var clientIP: PersonKey { PersonKey(.clientIP) }
    /// The person's browser.
    public static var userAgent: PersonKey { PersonKey(.userAgent) }
    /// Such as `en-US`.
    public static var locale: PersonKey { PersonKey(.locale) }
    /// Lower-case with dashes; absent when tracking is refused.
    public static var advertisingID: PersonKey { PersonKey(.advertisingID) }
    /// The id that the app gave the device.
    public static var deviceID: PersonKey { PersonKey(.deviceID) }
    /// In plain; only from sources that turned hashing off.
    public static var email: PersonKey { PersonKey(.email) }
    /// In plain with a leading `+`; only from sources that turned hashing off.
    public static var phone: PersonKey { PersonKey(.phone) }
    /// In plain; only from sources that turned hashing off.
    public static var firstName: PersonKey { PersonKey(.firstName) }
    /// In plain; only from sources that turned hashing off.
    public static var lastName: PersonKey { PersonKey(.lastName) }

    /// A click or browser id.
    public static func clickID(_ kind: ClickIDKind) -> PersonKey { PersonKey(kind.key) }
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
    /// A hash of the person's data, or the one that it stands for when it would be equal: 64 lower-case hexadecimal
    /// digits; nil if it is not known.
    public func hash(_ field: HashedField) -> JSONValue? {
        if let value = value(.person, field.key) { return value }
        return field.fallback.flatMap(hash)
    }

    /// A plain member of the person's data; nil if it is not known.
    public subscript(key: PersonKey) -> JSONValue? { value(.person, key.key).ifText }

    /// The sender's user id, else its anonymous id; nil if there is neither.
    public var userOrAnonymousID: JSONValue? { self[.userID] ?? self[.anonymousID] }

    /// The id in `context.externalId` that a sender meant for one platform (`tiktokExternalId`), else the user id, else
    /// the anonymous id.
    public func personID(ofType type: StaticString) -> JSONValue? {
        guard let list = value(.person, .externalIDs) else { return userOrAnonymousID }
        for entry in list.elements where entry[.typeMember]?.isText(type) == true {
            if let id = entry[.idMember].ifText { return id }
        }
        return userOrAnonymousID
    }

    /// The city as its hash is made of: lower-case letters and digits alone; nil if it does not begin with a letter.
    public var foldedCity: String? {
        guard let city = self[.city]?.string else { return nil }
        if let first = city.utf8.first, first.isASCIILower, city.utf8.allSatisfy(\.isASCIILetterOrDigit) { return city }
        let folded = city.filter { $0.isLetter || $0.isNumber }
        return folded.first?.isLetter == true ? folded : nil
    }

    /// A typed id from `context.externalId`, by its type.
    public func externalID(ofType type: StaticString) -> String? { externalIDValue(ofType: type)?.idText }

    /// A typed id from `context.externalId`, a text or a number.
    func externalIDValue(ofType type: StaticString) -> JSONValue? {
        guard let list = value(.person, .externalIDs) else { return nil }
        for entry in list.elements where entry[.typeMember]?.isText(type) == true {
            guard let id = entry[.idMember], id.kind == .string || id.kind == .number else { return nil }
            return id
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
        if entries[place].folding == folding, !id.isEmpty,
            entries[place].id.withUnsafeBufferPointer({ id.isEqual(to: $0) })
        {
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
