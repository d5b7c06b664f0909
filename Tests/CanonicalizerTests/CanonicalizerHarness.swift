import Crypto
import EventModel
import JSON
import Platform
import Testing

@testable import Canonicalizer

/// Canonicalizes JSON texts as one source of a made-up account would.
struct CanonicalizerHarness {
    /// 2026-04-23T14:12:35.000Z.
    static let now = Timestamp(seconds: 1_776_953_555)
    static let tenant = Tenant(
        account: "acct_live_123", environment: "production", accountNumber: AccountNumber(1),
        environmentNumber: EnvironmentNumber(1))

    let document = JSONDocument()
    let canonicalizer: Canonicalizer
    var transport = TransportFacts(receivedAt: now)
    var limits = JSONLimits()

    init(kind: SourceKind = .rudderstack, _ configure: (inout SourceProfile) -> Void = { _ in }) {
        var source = SourceProfile(name: "shop", kind: kind, tenant: Self.tenant)
        configure(&source)
        canonicalizer = Canonicalizer(source: source)
    }

    /// Canonicalizes one item.
    func result(_ text: String, route: EnvelopeType? = nil) throws -> Result<CanonicalEvent, Rejection> {
        let body = try document.parse(text, limits: limits)
        return canonicalizer.canonicalize(Envelope(body: body, routeType: route), transport)
    }

    /// The event of an item that must be taken.
    func event(_ text: String, route: EnvelopeType? = nil) throws -> CanonicalEvent {
        try result(text, route: route).get()
    }

    /// The rejection of an item that must not be taken.
    func rejection(_ text: String, route: EnvelopeType? = nil) throws -> Rejection? {
        switch try result(text, route: route) {
        case .success: nil
        case .failure(let rejection): rejection
        }
    }

    /// The event of a track call with these properties by somebody known.
    func track(_ name: String, _ properties: String = "{}", _ more: String = "") throws -> CanonicalEvent {
        try event(Self.trackText(name, properties, more))
    }

    /// The JSON of a track call.
    static func trackText(_ name: String, _ properties: String = "{}", _ more: String = "") -> String {
        #"{"type":"track","messageId":"m-1","userId":"u-1","event":"\#(name)","properties":\#(properties)\#(more)}"#
    }
}

extension CanonicalEvent {
    /// The values of the identifiers of a type.
    func identifiers(_ type: IdentifierType) -> [String] { identifiers.filter { $0.type == type }.map(\.value) }
}

/// The hexadecimal SHA-256 of text.
func sha256(_ text: String) -> String { SHA256.digest(of: text).hex }
