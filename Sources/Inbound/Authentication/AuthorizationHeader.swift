import Crypto

/// Reads the write key that SDKs send as the user name of Basic authentication (reference inbound, 3.2).
enum AuthorizationHeader {
    /// The key, or nil when the header is absent or its user name empty.
    ///
    /// The password is passed over, and so is a missing colon.
    static func writeKey(_ headers: some HeaderReading) -> Result<SecretBytes?, RequestFault> {
        switch headers.singleValue("Authorization") {
        case .absent: .success(nil)
        case .value(let text): writeKey(of: text)
        case .conflicting: .failure(malformed)
        }
    }

    private static var malformed: RequestFault {
        RequestFault(.authorizationMalformed, "the Authorization header is not `Basic <base64 of writeKey:>`")
    }

    private static func writeKey(of text: Substring) -> Result<SecretBytes?, RequestFault> {
        let scheme = text.prefix { $0 != " " }
        switch scheme.lowercased() {
        case "basic":
            guard let user = Base64.decode(text.dropFirst(scheme.count).trimmingBlanks().utf8) else {
                return .failure(malformed)
            }
            let key = SecretBytes(bytes: user.prefix { $0 != UInt8(ascii: ":") })
            return .success(key.isEmpty ? nil : key)
        case "bearer":
            return .failure(
                RequestFault(.bearerNotSupported, "bearer tokens are not supported; send the write key by Basic"))
        default: return .failure(malformed)
        }
    }
}
