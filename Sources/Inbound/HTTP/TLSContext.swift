import COpenSSL

/// A server's TLS settings and identity: TLS 1.2 at least, no renegotiation.
final class TLSContext: @unchecked Sendable {
    // @unchecked: never changed after `init`, and OpenSSL counts references to an SSL_CTX atomically.
    private let context: OpaquePointer

    /// Loads the certificate chain and its key.
    ///
    /// - Throws: ``HTTPServerError`` with `tlsInvalid`, naming the file.
    init(files: TLSFiles) throws(HTTPServerError) {
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_server_method()) else {
            throw HTTPServerError(.tlsInvalid, "OpenSSL cannot set up TLS: \(Self.reason())")
        }
        do throws(HTTPServerError) {
            try Self.configure(context, files)
        } catch {
            SSL_CTX_free(context)
            throw error
        }
        self.context = context
    }

    deinit { SSL_CTX_free(context) }

    /// A new session that waits for a client's handshake; the caller owns it.
    func makeSession() -> OpaquePointer {
        guard let session = SSL_new(context) else { fatalError("SSL_new failed: out of memory") }
        return session
    }

    private static func configure(_ context: OpaquePointer, _ files: TLSFiles) throws(HTTPServerError) {
        let noRenegotiation: UInt64 = 1 << 30  // SSL_OP_NO_RENEGOTIATION is a function-like macro
        SSL_CTX_set_options(context, noRenegotiation)
        // Idle connections give their buffers back.
        _ = tl_ssl_ctx_set_mode(context, Int(SSL_MODE_RELEASE_BUFFERS))
        guard tl_ssl_ctx_set_min_proto_version(context, Int(TLS1_2_VERSION)) == 1 else {
            throw HTTPServerError(.tlsInvalid, "OpenSSL refuses TLS 1.2 as the least version: \(reason())")
        }
        guard SSL_CTX_use_certificate_chain_file(context, files.certificate) == 1 else {
            throw HTTPServerError(
                .tlsInvalid,
                "cannot load the TLS certificate \(files.certificate): \(reason()); it must be a readable PEM file")
        }
        // Without this OpenSSL would ask for a pass phrase on the terminal.
        SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
        guard SSL_CTX_use_PrivateKey_file(context, files.key, SSL_FILETYPE_PEM) == 1 else {
            throw HTTPServerError(
                .tlsInvalid,
                "cannot load the TLS key \(files.key): \(reason()); it must be the certificate's key in a readable "
                    + "PEM file without a pass phrase")
        }
        guard SSL_CTX_check_private_key(context) == 1 else {
            throw HTTPServerError(
                .tlsInvalid, "the TLS key \(files.key) does not belong to the certificate \(files.certificate)")
        }
    }

    /// What OpenSSL has to say about the last failure: the first fault, which is the most telling.
    private static func reason() -> String {
        defer { ERR_clear_error() }
        guard let text = ERR_reason_error_string(ERR_get_error()) else { return "unknown reason" }
        return String(cString: text)
    }
}
