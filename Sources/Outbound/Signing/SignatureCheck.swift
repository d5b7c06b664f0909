import Crypto
public import Platform

/// Checks the signatures of a captured request as a receiver does: the counterpart of ``RequestSigner``.
///
/// For a person who wants to know why a receiver refuses a request, so it looks further than a receiver would and tells
/// the usual mistakes from a wrong secret: a body that lost or gained a newline, the wrong form of a `whsec_` secret.
public struct SignatureCheck: Sendable {
    /// How far the time of a Standard Webhooks signature may be from the time of the check
    /// (github.com/standard-webhooks, spec/standard-webhooks.md).
    public static let toleranceSeconds: Int64 = 300

    private let secrets: [SigningSecret]

    /// A check against these secrets.
    public init(secrets: [SigningSecret]) { self.secrets = secrets }

    /// Looks at every signature header.
    ///
    /// - Parameters:
    ///   - headers: The request's headers; names in any case, others than those of signatures allowed.
    ///   - body: The body's exact bytes.
    ///   - now: The time of the check.
    /// - Returns: A finding for each signature header, in the order of the kinds; none if the request is not signed.
    public func findings(headers: [HTTPHeader], body: [UInt8], now: Timestamp) -> [SignatureFinding] {
        var findings: [SignatureFinding] = []
        for name in [RequestSigner.signatureHeader, RequestSigner.previousSignatureHeader] {
            for value in Self.values(of: name, in: headers) {
                findings.append(
                    SignatureFinding(header: name, scheme: .trackLayer, outcome: bodySignature(value, body)))
            }
        }
        if let outcome = standardWebhooks(headers, body, now) {
            findings.append(
                SignatureFinding(header: "webhook-signature", scheme: .standardWebhooks, outcome: outcome))
        }
        return findings
    }

    /// Whether a receiver takes a request with these findings: of each way of signing there is, one signature is good.
    ///
    /// During a rotation a receiver knows one of two secrets, so not every signature needs to be good.
    public static func isVerified(_ findings: [SignatureFinding]) -> Bool {
        let schemes = Set(findings.map(\.scheme))
        return !schemes.isEmpty
            && schemes.allSatisfy { scheme in findings.contains { $0.scheme == scheme && $0.isVerified } }
    }

    private static func values(of name: String, in headers: [HTTPHeader]) -> [String] {
        headers.filter { $0.name.isSameHeaderName(as: name) }.map(\.value)
    }

    // MARK: The body alone

    private func bodySignature(_ value: String, _ body: [UInt8]) -> SignatureFinding.Outcome {
        let prefix = "sha256="
        guard value.hasPrefix(prefix), let code = Hex.decode(value.utf8.dropFirst(prefix.utf8.count)), code.count == 32
        else { return .malformed("it should be `sha256=` and 64 hexadecimal digits") }
        func positions(_ key: KeyPath<SigningSecret, [UInt8]>, _ message: [UInt8]) -> [Int] {
            makers(of: [code], key, message)
        }
        let secrets = positions(\.text, body)
        guard secrets.isEmpty else { return .verified(secrets: secrets) }
        if let secret = positions(\.standardWebhooksKey, body).first {
            return .differs(
                hint:
                    "it is made with what secret \(secret) encodes, where this header takes its text, `whsec_` included"
            )
        }
        return .differs(hint: bodyHint(body) { positions(\.text, $0) })
    }

    // MARK: Standard Webhooks

    /// What became of the three headers; nil if there is none of them.
    private func standardWebhooks(
        _ headers: [HTTPHeader], _ body: [UInt8], _ now: Timestamp
    ) -> SignatureFinding.Outcome? {
        let names = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        let values = names.map { Self.values(of: $0, in: headers) }
        guard values.contains(where: { !$0.isEmpty }) else { return nil }
        for (name, values) in zip(names, values) where values.count != 1 {
            return .malformed(values.isEmpty ? "`\(name)` is missing" : "`\(name)` is there \(values.count) times")
        }
        let (id, timestamp) = (values[0][0], values[1][0])
        guard let seconds = Int64(timestamp) else {
            return .malformed("`webhook-timestamp` should be seconds since 1970 as a whole number")
        }
        let codes = values[2][0].split(separator: " ").compactMap { entry -> [UInt8]? in
            guard entry.hasPrefix("v1,"), let code = Base64.decode(entry.utf8.dropFirst(3)), code.count == 32 else {
                return nil
            }
            return code
        }
        guard !codes.isEmpty else {
            return .malformed("it should be `v1,` and 32 bytes in base64, several with blanks")
        }

        let head = Array("\(id).\(timestamp).".utf8)
        let secrets = makers(of: codes, \.standardWebhooksKey, head + body)
        guard secrets.isEmpty else {
            let age = now.seconds.subtractingReportingOverflow(seconds)
            let isRecent = !age.overflow && (-Self.toleranceSeconds...Self.toleranceSeconds).contains(age.partialValue)
            if isRecent { return .verified(secrets: secrets) }
            return .outOfTime(secrets: secrets, ageSeconds: age.overflow ? .max : age.partialValue)
        }
        if let secret = makers(of: codes, \.text, head + body).first {
            return .differs(
                hint:
                    "it is made with the text of secret \(secret), where Standard Webhooks take what follows `whsec_`, decoded"
            )
        }
        if let secret = makers(of: codes, \.standardWebhooksKey, body).first {
            return .differs(
                hint: "secret \(secret) makes it over the body alone, without `webhook-id.webhook-timestamp.`")
        }
        return .differs(hint: bodyHint(body) { makers(of: codes, \.standardWebhooksKey, head + $0) })
    }

    // MARK: Comparing

    /// The positions of the secrets, from 1, that one of the codes was made with.
    private func makers(
        of codes: [[UInt8]], _ key: KeyPath<SigningSecret, [UInt8]>, _ message: [UInt8]
    ) -> [Int] {
        secrets.indices.filter { index in
            let expected = HMAC.code(.sha256, key: secrets[index][keyPath: key], message: message)
            return codes.contains { ConstantTime.areEqual($0, expected) }
        }.map { $0 + 1 }
    }

    /// How the body may have been changed on its way from the request to the check.
    private func bodyHint(_ body: [UInt8], _ makers: ([UInt8]) -> [Int]) -> String? {
        let newline = UInt8(ascii: "\n")
        if body.isEmpty { return "the body is empty: give it on standard input" }
        if body.last == newline, let secret = makers(Array(body.dropLast())).first {
            return "secret \(secret) makes it without the newline at the body's end; keep the body's exact bytes"
        }
        if let secret = makers(body + [newline]).first {
            return "secret \(secret) makes it with a newline at the body's end; keep the body's exact bytes"
        }
        return nil
    }
}
