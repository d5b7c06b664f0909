import Crypto
public import Platform

/// Signs requests by OAuth 1.0a with HMAC (RFC 5849, 3.4).
///
/// Pure: nonce and time are given. A signature is good for one attempt: platforms refuse a nonce that they have seen and
/// a time that is some minutes off.
public struct OAuth1Signer: Sendable {
    /// The hash beneath the signature; raw values are what the header says.
    public enum SignatureMethod: String, Sendable, CaseIterable {
        /// RFC 5849, 3.4.2; what X asks for.
        case hmacSHA1 = "HMAC-SHA1"
        /// The same with SHA-256; outside of the RFC, but widely taken.
        case hmacSHA256 = "HMAC-SHA256"
    }

    private let consumerKey: String
    private let consumerSecret: String
    private let token: String?
    private let tokenSecret: String
    private let signatureMethod: SignatureMethod
    private let namesVersion: Bool

    /// A signer with credentials.
    ///
    /// - Parameters:
    ///   - consumerKey: Names the application.
    ///   - consumerSecret: Its secret.
    ///   - token: Names who lets the application act; nil if nobody has to.
    ///   - tokenSecret: The token's secret.
    ///   - signatureMethod: The hash.
    ///   - namesVersion: Whether `oauth_version="1.0"` is sent and signed, which the RFC leaves open.
    public init(
        consumerKey: String, consumerSecret: String, token: String? = nil, tokenSecret: String = "",
        signatureMethod: SignatureMethod = .hmacSHA1, namesVersion: Bool = true
    ) {
        self.consumerKey = consumerKey
        self.consumerSecret = consumerSecret
        self.token = token
        self.tokenSecret = tokenSecret
        self.signatureMethod = signatureMethod
        self.namesVersion = namesVersion
    }

    /// A nonce of 32 hexadecimal digits that nobody can guess.
    public static func freshNonce() -> String { Hex.encode(SecureRandom.bytes(16)) }

    /// The value of the `Authorization` header for one attempt.
    ///
    /// - Parameters:
    ///   - method: The request's method.
    ///   - url: Its absolute URL; parameters in its query are signed.
    ///   - form: The fields of its body, if that is a form. Every other body, JSON above all, is not signed.
    ///   - nonce: Any text that was not used with the same timestamp before.
    ///   - time: The time of the attempt.
    /// - Returns: `OAuth oauth_consumer_key="…", …`, its parameters in order.
    public func authorization(
        _ method: HTTPMethod, _ url: String, form: [(name: String, value: String)] = [], nonce: String,
        at time: Timestamp
    ) -> String {
        var fields = protocolFields(nonce: nonce, at: time)
        fields.append(("oauth_signature", signature(method, url, form: form, nonce: nonce, at: time)))
        fields.sort { $0.name < $1.name }
        return "OAuth "
            + fields.map { "\($0.name)=\"\(FormEncoding.percentEncoded($0.value))\"" }.joined(separator: ", ")
    }

    /// The signature in base64, not percent-encoded.
    public func signature(
        _ method: HTTPMethod, _ url: String, form: [(name: String, value: String)] = [], nonce: String,
        at time: Timestamp
    ) -> String {
        let key = "\(FormEncoding.percentEncoded(consumerSecret))&\(FormEncoding.percentEncoded(tokenSecret))"
        let base = baseString(method, url, form: form, nonce: nonce, at: time)
        let hash: HMAC.Hash = signatureMethod == .hmacSHA1 ? .sha1 : .sha256
        return Base64.encode(HMAC.code(hash, key: Array(key.utf8), message: Array(base.utf8)))
    }

    /// What is signed: the method, the URL without its query, and all parameters in order (RFC 5849, 3.4.1).
    public func baseString(
        _ method: HTTPMethod, _ url: String, form: [(name: String, value: String)] = [], nonce: String,
        at time: Timestamp
    ) -> String {
        let address = url.prefix { $0 != "#" }
        let place = address.prefix { $0 != "?" }
        var fields = FormEncoding.fields(address.dropFirst(place.count + 1)).map {
            (name: FormEncoding.percentEncoded($0.name), value: FormEncoding.percentEncoded($0.value))
        }
        for field in form + protocolFields(nonce: nonce, at: time) {
            fields.append((FormEncoding.percentEncoded(field.name), FormEncoding.percentEncoded(field.value)))
        }
        // Encoded texts are ASCII, so that comparing bytes is what RFC 5849, 3.4.1.3.2 asks for.
        fields.sort { left, right in
            left.name != right.name
                ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
                : left.value.utf8.lexicographicallyPrecedes(right.value.utf8)
        }
        let parameters = fields.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        return [method.rawValue, Self.baseURL(place), parameters].map(FormEncoding.percentEncoded)
            .joined(separator: "&")
    }

    private func protocolFields(nonce: String, at time: Timestamp) -> [(name: String, value: String)] {
        var fields = [
            (name: "oauth_consumer_key", value: consumerKey), (name: "oauth_nonce", value: nonce),
            (name: "oauth_signature_method", value: signatureMethod.rawValue),
            (name: "oauth_timestamp", value: String(time.seconds)),
        ]
        if let token { fields.append(("oauth_token", token)) }
        if namesVersion { fields.append(("oauth_version", "1.0")) }
        return fields
    }

    /// Scheme and host in lower case, the port only if it is not the scheme's own (RFC 5849, 3.4.1.2).
    private static func baseURL(_ place: Substring) -> String {
        guard let end = place.firstRange(of: "://") else { return String(place) }
        let scheme = place[..<end.lowerBound].lowercased()
        var host = place[end.upperBound...].prefix { $0 != "/" }
        let path = place[host.endIndex...]
        if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
        let port = scheme == "https" ? ":443" : ":80"
        if host.hasSuffix(port) { host = host.dropLast(port.count) }
        return "\(scheme)://\(host.lowercased())\(path.isEmpty ? "/" : path)"
    }
}

extension OAuth1Signer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Shows nothing of the credentials.
    public var description: String { "OAuth1Signer(***)" }
    /// Shows nothing of the credentials.
    public var debugDescription: String { description }
    /// Shows nothing of the credentials.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
