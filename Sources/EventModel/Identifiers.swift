public import Crypto

/// How far an identifier is trusted to say who somebody is; lower is stronger.
public enum IdentifierClass: UInt8, Sendable, Comparable, CaseIterable {
    /// At most one a profile; never joined through anything weaker.
    case unique = 1
    /// Joins profiles, a few of each type a profile.
    case strong = 2
    /// Joins profiles until a limit within a time window.
    case weak = 3

    /// Whether the left class is the stronger one.
    public static func < (left: IdentifierClass, right: IdentifierClass) -> Bool { left.rawValue < right.rawValue }
}

/// What kind of identifier a value is, in order of trust (reference identity, rule 2).
public enum IdentifierType: Sendable, Hashable, Comparable {
    case userID
    case email
    case phone
    case crmID
    case leadID
    case loyaltyID
    case customerID
    /// A typed pair of `context.externalId` or a configured id.
    case external(String)
    case anonymousID
    case firstPartyCookie
    case fbp
    case fbc
    case gaClientID
    case deviceID
    case advertisingID

    /// The types that have no name of their own to carry.
    public static let fixed: [IdentifierType] = [
        .userID, .email, .phone, .crmID, .leadID, .loyaltyID, .customerID, .anonymousID, .firstPartyCookie, .fbp, .fbc,
        .gaClientID, .deviceID, .advertisingID,
    ]

    /// The name in answers, records and configuration.
    public var name: String {
        switch self {
        case .userID: "user_id"
        case .email: "email"
        case .phone: "phone"
        case .crmID: "crm_id"
        case .leadID: "lead_id"
        case .loyaltyID: "loyalty_id"
        case .customerID: "customer_id"
        case .external(let name): "external.\(name)"
        case .anonymousID: "anonymous_id"
        case .firstPartyCookie: "first_party_cookie"
        case .fbp: "fbp"
        case .fbc: "fbc"
        case .gaClientID: "ga_client_id"
        case .deviceID: "device_id"
        case .advertisingID: "advertising_id"
        }
    }

    /// The type with this name; `external.<anything>` is an external id.
    public init?(name: String) {
        if name.hasPrefix("external."), name.utf8.count > 9 {
            self = .external(String(name.dropFirst(9)))
        } else if let type = Self.fixed.first(where: { $0.name == name }) {
            self = type
        } else {
            return nil
        }
    }

    /// The place in the order of trust, 1 first.
    ///
    /// Part of profile ids: never renumber.
    public var trustRank: UInt8 {
        switch self {
        case .userID: 1
        case .email: 16
        case .phone: 17
        case .crmID: 18
        case .leadID: 19
        case .loyaltyID: 20
        case .customerID: 21
        case .external: 40
        case .anonymousID: 64
        case .firstPartyCookie: 65
        case .fbp: 66
        case .fbc: 67
        case .gaClientID: 68
        case .deviceID: 69
        case .advertisingID: 70
        }
    }

    /// The class this type belongs to.
    public var trust: IdentifierClass {
        switch self {
        case .userID: .unique
        case .email, .phone, .crmID, .leadID, .loyaltyID, .customerID, .external: .strong
        case .anonymousID, .firstPartyCookie, .fbp, .fbc, .gaClientID, .deviceID, .advertisingID: .weak
        }
    }

    /// Whether the left type is trusted more; types of one rank, which are external ids, are ordered by name.
    public static func < (left: IdentifierType, right: IdentifierType) -> Bool {
        (left.trustRank, left.name) < (right.trustRank, right.name)
    }
}

/// One value that says who an event is about, normalized; e-mails and phones are SHA-256 in hexadecimal.
public struct Identifier: Sendable, Hashable {
    /// What kind of identifier it is, which says how far it is trusted.
    public let type: IdentifierType
    /// The identifier's place in the graph, made from the tenant, type and value.
    public let node: NodeID
    let content: Content

    /// The normalized value; a digest only becomes text for those who ask.
    enum Content: Sendable {
        case text(String)
        case digest(Digest)
    }

    /// The normalized value; SHA-256 in hexadecimal for an e-mail or a phone number.
    public var value: String {
        switch content {
        case .text(let text): text
        case .digest(let digest): digest.hex
        }
    }

    /// An identifier of a tenant, with its node computed; the value must be normalized already.
    public init(_ type: IdentifierType, _ value: String, in tenant: Tenant, hasher: SHA256) {
        self = IdentifierMaker(tenant: tenant, hasher: hasher).identifier(type, value)
    }

    /// Rebuilds an identifier from what the store kept of it.
    public init(type: IdentifierType, value: String, node: NodeID) {
        self.init(type: type, node: node, content: .text(value))
    }

    init(type: IdentifierType, node: NodeID, content: Content) {
        self.type = type
        self.node = node
        self.content = content
    }

    /// Whether both are the same, whatever form the value is kept in.
    public static func == (left: Identifier, right: Identifier) -> Bool {
        guard left.node == right.node, left.type == right.type else { return false }
        if case .digest(let one) = left.content, case .digest(let other) = right.content { return one == other }
        return left.value == right.value
    }

    /// Feeds the node, which stands for type and value.
    public func hash(into hasher: inout Hasher) { hasher.combine(node) }
}

/// The place of an identifier in the identity graph: class, trust rank, and 14 bytes of SHA-256 over its namespace.
///
/// Made from the identifier alone, so it needs no look-up and no counter. Its order is the order of trust: the smallest
/// node of a profile is the profile's id, whatever order the edges came in (reference identity, rule 6).
public struct NodeID: Sendable, Hashable, Comparable {
    /// The class in the top byte, the trust rank in the next, and the first 6 bytes of the digest.
    public let high: UInt64
    /// Bytes 8 to 15 of the digest, counted from 0.
    public let low: UInt64

    /// Rebuilds a node from what the store kept of it.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Whether the left node is trusted more, or comes first in the order of digests.
    public static func < (left: NodeID, right: NodeID) -> Bool { (left.high, left.low) < (right.high, right.low) }

    /// The class of the identifier, or nil for bytes that are no node.
    public var trust: IdentifierClass? { IdentifierClass(rawValue: UInt8(truncatingIfNeeded: high >> 56)) }

    /// The trust rank of the identifier's type.
    public var trustRank: UInt8 { UInt8(truncatingIfNeeded: high >> 48) }
}

/// A person: all identifiers that accepted edges connect.
///
/// Named after the smallest node among them.
public struct ProfileID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The smallest node, that is the most trusted identifier, of the person.
    public let node: NodeID

    /// The profile whose smallest node is this one.
    public init(_ node: NodeID) { self.node = node }

    /// The profile of a name made by ``description``; nil for any other text.
    public init?(_ description: String) {
        let digits = description.utf8.dropFirst(4)
        guard description.hasPrefix("prf_"), digits.count == 32, digits.allSatisfy(\.isHexDigit),
            let high = UInt64(String(decoding: digits.prefix(16), as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: digits.suffix(16), as: UTF8.self), radix: 16)
        else { return nil }
        node = NodeID(high: high, low: low)
    }

    /// Whether the left profile's node comes first; the smaller one gives a merged profile its name.
    public static func < (left: ProfileID, right: ProfileID) -> Bool { left.node < right.node }

    /// The profile whose ``description`` is this text; nil if it is no profile's.
    public init?(_ text: some Collection<UInt8>) {
        guard text.count == 36, text.starts(with: "prf_".utf8) else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, digit) in text.dropFirst(4).enumerated() {
            guard let value = Hex.value(digit) else { return nil }
            if index < 16 { words.0 = words.0 << 4 | UInt64(value) } else { words.1 = words.1 << 4 | UInt64(value) }
        }
        node = NodeID(high: words.0, low: words.1)
    }

    /// `prf_` and 32 hexadecimal digits.
    public var description: String { unsafe withText { unsafe String(decoding: $0, as: UTF8.self) } }

    /// Lends the 36 ASCII bytes of ``description`` without allocating.
    @inlinable
    public func withText<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe withUnsafeBytes(of: textWords) { unsafe body(UnsafeRawBufferPointer(rebasing: $0[4...])) }
    }

    /// The bytes of ``description`` as they stand in memory, the mark in the last half of the first word.
    @usableFromInline
    var textWords: (UInt64, UInt64, UInt64, UInt64, UInt64) {
        let (high, low) = (Hex.digits(node.high), Hex.digits(node.low))
        let mark = UInt64(littleEndian: 0x5F66_7270 << 32)  // `prf_`
        return (mark, high[0].littleEndian, high[1].littleEndian, low[0].littleEndian, low[1].littleEndian)
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
