import Crypto
import Platform

/// `X-TrackLayer-Signature`: HMAC-SHA256 in hexadecimal.
enum BodySignature: Equatable {
    /// `sha256=<hex>` or bare hex: over the raw body (design, section 8).
    case body([UInt8])
    /// `v1=<hex>`: over the message id, all that a RudderStack transformation can sign (reference inbound, 1.6).
    case messageID([UInt8])

    /// Reads the header's value; nil if it is neither form.
    init?(_ text: Substring) {
        let isMessageID = text.hasPrefix("v1=")
        let digits = isMessageID ? text.dropFirst(3) : text.lowercased().hasPrefix("sha256=") ? text.dropFirst(7) : text
        guard let code = Hex.decode(digits.utf8), code.count == 32 else { return nil }
        self = isMessageID ? .messageID(code) : .body(code)
    }
}

/// Segment's `X-Signature`: HMAC-SHA1 in hexadecimal, upper case and a `sha1=` prefix tolerated (row 9).
enum SegmentSignature {
    /// The 20 bytes, or nil if the value is not 40 hexadecimal digits.
    static func code(_ text: Substring) -> [UInt8]? {
        let digits = text.lowercased().hasPrefix("sha1=") ? text.dropFirst(5) : text
        guard let code = Hex.decode(digits.utf8), code.count == 20 else { return nil }
        return code
    }
}

/// The three headers of the Standard Webhooks specification (github.com/standard-webhooks, spec/standard-webhooks.md).
struct StandardWebhookSignature {
    /// How far the sender's clock may be from ours, which also bounds how long a captured request can be replayed.
    static let toleranceSeconds: Int64 = 300

    private let id: Substring
    private let timestamp: Substring
    private let seconds: Int64
    /// The `v1` codes; a sender that rotates its secret sends one for each.
    private let codes: [[UInt8]]

    /// Reads the headers; nil when there is none of them.
    init?(_ headers: some HeaderReading) throws(RequestFault) {
        let values = (
            headers.singleValue("webhook-id"), headers.singleValue("webhook-timestamp"),
            headers.singleValue("webhook-signature")
        )
        if case (.absent, .absent, .absent) = values { return nil }
        guard case (.value(let id), .value(let timestamp), .value(let list)) = values, !id.isEmpty,
            let seconds = Int64(timestamp)
        else { throw .signatureMalformed }
        self.id = id
        self.timestamp = timestamp
        self.seconds = seconds
        codes = list.split(separator: " ").compactMap { entry in
            guard entry.hasPrefix("v1,"), let code = Base64.decode(entry.dropFirst(3).utf8), code.count == 32 else {
                return nil
            }
            return code
        }
        guard !codes.isEmpty else { throw .signatureMalformed }
    }

    /// Whether the signature is recent and one of its codes was made over `body` with `secret`.
    func isMade(with secret: SecretBytes, over body: UnsafeRawBufferPointer, now: Timestamp) -> Bool {
        var message = Array("\(id).\(timestamp).".utf8)
        message.append(contentsOf: body)
        let expected = HMAC.code(.sha256, key: Self.key(of: secret), message: message)
        // All codes are compared, so that the time does not tell which one matched.
        let isMatch = codes.reduce(false) { ConstantTime.areEqual($1, expected) || $0 }
        let recent = (now.seconds - Self.toleranceSeconds)...(now.seconds + Self.toleranceSeconds)
        return isMatch && recent.contains(seconds)
    }

    /// `whsec_` secrets are base64 of the key; any other text is the key itself.
    private static func key(of secret: SecretBytes) -> [UInt8] {
        let prefix = Array("whsec_".utf8)
        guard secret.bytes.starts(with: prefix) else { return secret.bytes }
        return Base64.decode(secret.bytes.dropFirst(prefix.count)) ?? secret.bytes
    }
}

extension RequestFault {
    static var signatureMissing: RequestFault {
        RequestFault(.signatureMissing, "the source demands a signature and the request has none; let the sender sign")
    }

    static var signatureMalformed: RequestFault {
        RequestFault(.signatureMalformed, "the signature header is not in the form that the source demands")
    }

    static var signatureMismatch: RequestFault {
        RequestFault(
            .signatureMismatch,
            "the signature is not that of this body under a secret of the source, or is more than 5 minutes off")
    }
}
