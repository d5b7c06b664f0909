/// The server's own certificate.
public struct TLSConfiguration: Sendable, Equatable {
    /// A PEM file with the certificate and those that lead to its root.
    public let certificateFile: String
    /// A PEM file with the private key.
    public let keyFile: String
}

extension TLSConfiguration: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        let certificateFile = section.required(
            "certificate", .file, "PEM file with the server's certificate, followed by its intermediate ones.")
        let keyFile = section.required("key", .file, "PEM file with the certificate's private key.")
        guard let certificateFile, let keyFile else { return nil }
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}
