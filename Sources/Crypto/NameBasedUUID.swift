import COpenSSL

/// UUIDs that are made from a name, the same ones each time (RFC 9562, 5.5: version 5).
public enum NameBasedUUID {
    /// The UUID of a name in a namespace, in lower case with dashes.
    public static func text(of name: [UInt8], in namespace: [UInt8]) -> String {
        let message = namespace + name
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard EVP_Digest(message, message.count, &digest, &length, EVP_sha1(), nil) == 1 else {
            fatalError("OpenSSL refused SHA-1; its configuration or installation is broken")
        }
        digest[6] = digest[6] & 0x0F | 0x50
        digest[8] = digest[8] & 0x3F | 0x80
        let digits = Hex.encode(Array(digest.prefix(16)))
        var text = ""
        for (position, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(position) { text += "-" }
            text.append(digit)
        }
        return text
    }
}
