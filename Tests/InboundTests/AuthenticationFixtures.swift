import Crypto
import EventModel
import JSON
import Platform

@testable import Inbound

/// The header of a request, as a list of lines.
struct HeaderLines: HeaderReading, ExpressibleByDictionaryLiteral, Sendable {
    var lines: [(name: String, value: String)]

    init(_ lines: [(name: String, value: String)]) { self.lines = lines }

    init(dictionaryLiteral elements: (String, String)...) { lines = elements.map { ($0.0, $0.1) } }

    func header(_ name: StaticString) -> String? { headerLines(name).first }

    func headerLines(_ name: StaticString) -> [String] {
        lines.filter { $0.name.lowercased() == "\(name)".lowercased() }.map(\.value)
    }

    func adding(_ name: String, _ value: String) -> HeaderLines { HeaderLines(lines + [(name, value)]) }
}

extension Timestamp {
    /// The time at which all requests of these tests come in.
    static let testNow = Timestamp(CivilTime(year: 2026, month: 4, day: 23, hour: 14))
}

extension SourceSecret {
    init(_ text: String, validUntil: Timestamp? = nil) { self.init(SecretBytes(text), validUntil: validUntil) }
}

extension SourceCredentials {
    static func rudderstack(_ secrets: [SourceSecret] = [SourceSecret("s3cret")]) -> SourceCredentials {
        var source = SourceCredentials(
            name: "rudderstack", kind: .rudderstack, account: "acct_live_123", environment: "production")
        source.secrets = secrets
        return source
    }

    static func segment(_ sharedSecrets: [SourceSecret] = [SourceSecret("segment-secret")]) -> SourceCredentials {
        var source = SourceCredentials(
            name: "segment", kind: .segment, account: "acct_live_123", environment: "production")
        source.sharedSecrets = sharedSecrets
        return source
    }

    static func native(_ writeKeys: [String] = ["wk_1"]) -> SourceCredentials {
        var source = SourceCredentials(
            name: "web-sdk", kind: .native, account: "acct_live_123", environment: "production")
        source.writeKeys = writeKeys.map { SourceSecret($0) }
        return source
    }

    /// This source with changes.
    func with(_ change: (inout SourceCredentials) -> Void) -> SourceCredentials {
        var copy = self
        change(&copy)
        return copy
    }
}

/// Runs both steps of authentication.
struct AuthenticationRun {
    var sources: [SourceCredentials]
    var kind: SourceKind
    var queryWriteKey: String?
    var now = Timestamp.testNow

    init(_ sources: [SourceCredentials]) {
        self.sources = sources
        kind = sources[0].kind
    }

    init(_ source: SourceCredentials) { self.init([source]) }

    var authenticator: Authenticator { Authenticator(sources: sources) }

    func head(_ headers: HeaderLines) -> Result<HeadGrant, RequestFault> {
        Result { () throws(RequestFault) in
            try authenticator.checkHead(kind: kind, headers: headers, queryWriteKey: queryWriteKey, now: now)
        }
    }

    func whole(_ headers: HeaderLines, body: String = #"{"type":"track"}"#) -> Result<Authentication, RequestFault> {
        whole(headers, body: Array(body.utf8))
    }

    func whole(_ headers: HeaderLines, body: [UInt8]) -> Result<Authentication, RequestFault> {
        head(headers).flatMap { grant in
            let document = JSONDocument()
            return body.withUnsafeBytes { bytes in
                let root = Result { () throws(JSONError) in try document.parse(bytes) }
                    .mapError { RequestFault($0, in: bytes) }
                return Result { () throws(RequestFault) in
                    try authenticator.checkBody(grant, headers: headers, body: bytes, root: root)
                }
            }
        }
    }
}

extension Result where Failure == RequestFault {
    /// The code of the fault, or nil when there is none.
    var faultCode: RequestFault.Code? {
        if case .failure(let fault) = self { fault.code } else { nil }
    }
}

/// Signs as senders do.
enum Signing {
    static func sha1(_ secret: String, _ text: String) -> String {
        Hex.encode(HMAC.code(.sha1, key: Array(secret.utf8), message: Array(text.utf8)))
    }

    static func sha256(_ secret: String, _ text: String) -> String {
        Hex.encode(HMAC.code(.sha256, key: Array(secret.utf8), message: Array(text.utf8)))
    }

    static func basic(_ user: String) -> String { "Basic " + Base64.encode(Array(user.utf8)) }
}
