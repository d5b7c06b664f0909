import CCurl

extension HTTPFailure {
    /// What a transfer that ended without an answer failed of.
    ///
    /// - Parameters:
    ///   - code: Curl's verdict.
    ///   - wasSent: Whether any byte of the request has left; then nobody knows what the destination did with it.
    ///   - isAddressRefused: Whether the address guard refused every address of the host.
    ///   - detail: Curl's own words, which name the host at most; may be empty.
    init(curlCode code: CURLcode, wasSent: Bool, isAddressRefused: Bool, detail: String) {
        let words = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        if isAddressRefused, !wasSent, code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK {
            self.init(
                .addressRefused,
                "the host resolves to a loopback, private or reserved address; "
                    + "set allow_private_addresses if that is meant")
            return
        }
        self.init(
            Self.kind(of: code, wasSent: wasSent), String(words.unicodeScalars.filter { $0.value >= 0x20 }.prefix(256)),
            isAmbiguous: wasSent)
    }

    private static func kind(of code: CURLcode, wasSent: Bool) -> Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns
        case CURLE_COULDNT_CONNECT: .connect
        case CURLE_OPERATION_TIMEDOUT: wasSent ? .timeoutAfterSend : .timeoutBeforeSend
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_USE_SSL_FAILED:
            .tls
        // Curl says "unsupported protocol" of an answer in HTTP/0.9, too.
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT:
            wasSent ? .badResponse : .invalidRequest
        case CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_BAD_CONTENT_ENCODING:
            wasSent ? .badResponse : .connect
        default: wasSent ? .resetAfterSend : .connect
        }
    }
}
