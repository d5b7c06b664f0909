/// What a sender's `integrations` say about who shall get the event (reference inbound, 4.6).
///
/// Empty, and without an allocation, for the usual `{"All": true}` and `{}`.
public struct IntegrationChoices: Sendable, Equatable {
    /// Whether `All: false` counts, which it does only where senders talk to the gateway directly: on webhooks the CDP
    /// has made its choice already.
    public var refusesOthers: Bool
    /// Names with the value `false`, folded by ``folded(_:)``.
    public var refused: [String]
    /// Names with `true` or options, folded; only kept where it matters.
    public var allowed: [String]

    /// Choices; none unless told.
    public init(refusesOthers: Bool = false, refused: [String] = [], allowed: [String] = []) {
        self.refusesOthers = refusesOthers
        self.refused = refused
        self.allowed = allowed
    }

    /// Whether anything is refused at all.
    public var isEmpty: Bool { !refusesOthers && refused.isEmpty }

    /// Names of the gateway as a whole, folded.
    public static let gatewayNames = ["tracklayer", "webhook", "webhooks", "http"]

    /// Whether the sender asked not to deliver to a destination.
    ///
    /// The destination's own names count first, then those of the gateway, then `All`.
    public func refuse(destinationNamed names: [String]) -> Bool {
        if isEmpty { return false }
        for candidates in [names, Self.gatewayNames] {
            if candidates.contains(where: refused.contains) { return true }
            if candidates.contains(where: allowed.contains) { return false }
        }
        return refusesOthers
    }

    /// A name as names are compared: ASCII letters and digits in lower case, so that `Facebook Conversions API` is
    /// `facebook_conversions_api`.
    public static func folded(_ name: String) -> String {
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
            default: if byte >= 0x80 { bytes.append(byte) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
