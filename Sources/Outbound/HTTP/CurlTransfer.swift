import CCurl
import Glibc

/// One easy handle of curl and what its callbacks fill, used for one request after another.
///
/// Belongs to the client's thread. Whoever holds it takes the handle out of the multi handle before letting go of it.
final class CurlTransfer {
    /// `CURL *`; curl keeps the connection elsewhere, so that reusing the handle only saves its set-up.
    let handle: UnsafeMutableRawPointer
    private let responseByteLimit: Int
    private let configuration: HTTPClientConfiguration
    private var isProxied: Bool
    /// Whose certificates and proxy the handle is set to.
    private var route: TransferRoute?
    /// Where curl writes its own words about a failure; curl keeps the pointer.
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    /// The bytes being sent; curl keeps the pointer until the transfer ends.
    private var requestBody = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
    private var requestHeaders: UnsafeMutablePointer<curl_slist>?

    private var responseHeaderNames: [String] = []
    private var responseBody: [UInt8] = []
    /// Whether the header of a final answer has been read to its end.
    private var hasAnswer = false
    private var isCutOff = false
    /// Bytes of the answer's header lines so far, those of interim answers included.
    private var headerByteCount = 0
    private var isHeaderTooLarge = false
    private var isAddressRefused = false
    private var isAddressAdmitted = false
    private var allowsPrivateAddresses = false

    /// Buffers larger than this are not kept for the next request.
    private static let keptByteLimit = 32 << 10
    /// The largest header of an answer, in bytes: curl keeps it in memory.
    static let headerByteLimit = 256 << 10

    init(_ configuration: HTTPClientConfiguration) {
        guard let handle = curl_easy_init() else { fatalError("out of memory for a curl handle") }
        self.handle = handle
        self.configuration = configuration
        responseByteLimit = configuration.responseByteLimit
        isProxied = configuration.proxy != nil
        setConstantOptions(configuration)
        setCallbacks()
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(requestHeaders)
        errorText.deallocate()
        requestBody.deallocate()
    }

    /// Makes the handle ready to send `request`.
    ///
    /// - Returns: What is wrong with the request, or nil.
    func prepare(_ request: OutboundRequest) -> HTTPFailure? {
        if let invalid = request.headers.first(where: { !$0.isValid }) {
            let name = invalid.name.utf8.allSatisfy(\.isTokenByte) ? invalid.name : "with an invalid name"
            return HTTPFailure(.invalidRequest, "the header \(name) cannot be sent; it may hold no line break")
        }
        hasAnswer = false
        isCutOff = false
        headerByteCount = 0
        isHeaderTooLarge = false
        isAddressRefused = false
        isAddressAdmitted = false
        errorText[0] = 0
        responseBody.removeAll(keepingCapacity: true)
        responseHeaderNames = request.options.responseHeaders
        allowsPrivateAddresses = request.options.allowsPrivateAddresses
        if route !== request.options.route { setRoute(request.options.route) }
        guard check(tl_curl_set_string(handle, CURLOPT_URL, request.url)) else {
            return HTTPFailure(.invalidRequest, "curl does not take the URL")
        }
        setBody(request)
        setHeaders(request)
        set(CURLOPT_CONNECTTIMEOUT_MS, request.options.connectTimeout.curlMilliseconds)
        set(CURLOPT_TIMEOUT_MS, request.options.totalTimeout.curlMilliseconds)
        return nil
    }

    /// How the transfer ended, given curl's verdict.
    func result(_ code: CURLcode) -> HTTPResult {
        guard hasAnswer else { return .failure(failure(code)) }
        var status = 0
        tl_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return .response(
            HTTPResponse(
                statusCode: status, headers: responseHeaderNames.compactMap { responseHeader($0) }, body: responseBody,
                bodyEnd: code == CURLE_OK ? .complete : isCutOff ? .cutOff : .broken, duration: duration))
    }

    /// Whether any byte of the request has left.
    var wasSent: Bool {
        var byteCount = 0
        tl_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &byteCount)
        return byteCount > 0
    }

    private func failure(_ code: CURLcode) -> HTTPFailure {
        guard !isHeaderTooLarge else {
            return HTTPFailure(.badResponse, "the header of the answer has more than \(Self.headerByteLimit) bytes")
        }
        return HTTPFailure(
            curlCode: code, wasSent: wasSent, isAddressRefused: isAddressRefused && !isAddressAdmitted,
            detail: String(cString: errorText))
    }

    private var duration: Duration {
        var microseconds: curl_off_t = 0
        tl_curl_get_offset(handle, CURLINFO_TOTAL_TIME_T, &microseconds)
        return .microseconds(Int64(microseconds))
    }

    private func responseHeader(_ name: String) -> HTTPHeader? {
        var header: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(handle, name, 0, UInt32(CURLH_HEADER), -1, &header) == CURLHE_OK, let header else {
            return nil
        }
        return HTTPHeader(name, String(cString: header.pointee.value))
    }
}

// MARK: - Options

extension CurlTransfer {
    private func setConstantOptions(_ configuration: HTTPClientConfiguration) {
        set(CURLOPT_NOSIGNAL, 1)
        // A look-up that hangs would hold up the whole thread when its transfer times out, as curl waits for the
        // resolver's thread. With this option it lets the thread go, which then frees what it holds.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        require(tl_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https"))
        // The empty text keeps curl from reading `http_proxy` and its kind from the environment.
        require(tl_curl_set_string(handle, CURLOPT_PROXY, configuration.proxy ?? ""))
        require(tl_curl_set_string(handle, CURLOPT_USERAGENT, configuration.userAgent))
        if let file = configuration.certificateAuthorityFile {
            require(tl_curl_set_string(handle, CURLOPT_CAINFO, file))
        }
        require(tl_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText))
    }

    /// Sets certificates and proxy; curl never lends a connection to a transfer with others.
    private func setRoute(_ next: TransferRoute?) {
        let systemFile = configuration.certificateAuthorityFile ?? Self.systemCertificateFile
        require(tl_curl_set_string(handle, CURLOPT_CAINFO, next?.certificateAuthorityFile ?? systemFile))
        // A directory of certificates beside the file would be trusted, too.
        let systemFolder = configuration.certificateAuthorityFile == nil ? Self.systemCertificateFolder : nil
        let folder = next?.certificateAuthorityFile == nil ? systemFolder : nil
        require(tl_curl_set_string(handle, CURLOPT_CAPATH, folder))
        require(tl_curl_set_string(handle, CURLOPT_SSLCERT, next?.clientCertificateFile))
        require(tl_curl_set_string(handle, CURLOPT_SSLKEY, next?.clientKeyFile ?? next?.clientCertificateFile))
        let proxy = next?.proxy ?? configuration.proxy
        require(tl_curl_set_string(handle, CURLOPT_PROXY, proxy ?? ""))
        isProxied = proxy != nil
        route = next
    }

    /// Where this curl looks for certificates by itself.
    private static let systemCertificateFile = tl_curl_version()?.pointee.cainfo.map { String(cString: $0) }
    private static let systemCertificateFolder = tl_curl_version()?.pointee.capath.map { String(cString: $0) }

    private func setBody(_ request: OutboundRequest) {
        let hasBody = !request.body.isEmpty || request.method == .post || request.method == .put
        if request.body.count > requestBody.count { reserveBody(request.body.count) }
        requestBody.copyBytes(from: request.body)
        // Without a body curl still takes any method's name in place of GET.
        if hasBody {
            set(CURLOPT_POST, 1)
            require(
                tl_curl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
            require(tl_curl_set_pointer(handle, CURLOPT_POSTFIELDS, requestBody.baseAddress))
        } else {
            set(CURLOPT_HTTPGET, 1)
        }
        let isImplied = request.method == (hasBody ? .post : .get)
        require(tl_curl_set_string(handle, CURLOPT_CUSTOMREQUEST, isImplied ? nil : request.method.rawValue))
    }

    private func reserveBody(_ byteCount: Int) {
        requestBody.deallocate()
        requestBody = .allocate(byteCount: max(4096, byteCount), alignment: 1)
    }

    /// Gives back what a large request or answer took, before the handle waits for the next one.
    func trim() {
        if requestBody.count > Self.keptByteLimit { reserveBody(0) }
        if responseBody.capacity > Self.keptByteLimit { responseBody = [] }
    }

    private func setHeaders(_ request: OutboundRequest) {
        curl_slist_free_all(requestHeaders)
        requestHeaders = nil
        // No waiting for "100 Continue", and no type that nobody gave.
        appendHeader("Expect:")
        if !request.headers.contains(where: { $0.name.isSameHeaderName(as: "Content-Type") }) {
            appendHeader("Content-Type:")
        }
        // A semicolon is how curl is told to send a header without a value.
        for header in request.headers {
            appendHeader(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        require(tl_curl_set_headers(handle, requestHeaders))
    }

    private func appendHeader(_ line: String) {
        guard let list = curl_slist_append(requestHeaders, line) else { fatalError("out of memory for a header") }
        requestHeaders = list
    }

    private func set(_ option: CURLoption, _ value: Int) { require(tl_curl_set_long(handle, option, value)) }

    private func check(_ code: CURLcode) -> Bool { code == CURLE_OK }

    /// Stops the process for options that curl takes unless memory is out or the library lacks a feature.
    private func require(_ code: CURLcode) {
        guard check(code) else {
            fatalError("curl refused an option: \(String(cString: curl_easy_strerror(code))); is libcurl complete?")
        }
    }
}

// MARK: - Callbacks

extension CurlTransfer {
    /// Lends this object to curl's callbacks, which run on the client's thread while the handle lives.
    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        require(tl_curl_set_pointer(handle, CURLOPT_WRITEDATA, context))
        require(
            tl_curl_set_bytes_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().receive(chunk)
            })
        require(tl_curl_set_pointer(handle, CURLOPT_HEADERDATA, context))
        require(
            tl_curl_set_bytes_callback(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
                // Only the empty line at the end of a header begins with a line break.
                let isEnd = size * count > 0 && (bytes[0] == 0x0D || bytes[0] == 0x0A)
                return transfer.receiveHeaderLine(byteCount: size * count, isEnd: isEnd)
            })
        require(tl_curl_set_pointer(handle, CURLOPT_OPENSOCKETDATA, context))
        require(
            tl_curl_set_open_socket_callback(handle) { context, _, address in
                guard let context, let address else { return -1 }
                return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().openSocket(address)
            })
        require(tl_curl_set_pointer(handle, CURLOPT_PREREQDATA, context))
        require(
            tl_curl_set_prerequest_callback(handle) { context, address, _, _, _ in
                guard let context, let address else { return CURL_PREREQFUNC_ABORT }
                return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().admitConnection(to: address)
            })
    }

    /// Keeps body bytes up to the limit; returns 0 to end the transfer there.
    private func receive(_ chunk: UnsafeRawBufferPointer) -> Int {
        let room = responseByteLimit - responseBody.count
        responseBody.append(contentsOf: chunk.prefix(room))
        guard chunk.count > room else { return chunk.count }
        isCutOff = true
        return 0
    }

    /// Counts a line of the answer's header; returns another number than its bytes to end the transfer there.
    private func receiveHeaderLine(byteCount: Int, isEnd: Bool) -> Int {
        if isEnd { endHeader() }
        headerByteCount += byteCount
        guard headerByteCount > Self.headerByteLimit else { return byteCount }
        isHeaderTooLarge = true
        return 0
    }

    private func endHeader() {
        var status = 0
        tl_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        // 1xx answers come before the final one.
        if status >= 200 { hasAnswer = true }
    }

    /// Opens a socket to an address that name resolution gave, unless this request may not go there.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> Int32 {
        // A proxy's address is the operator's choice.
        guard allowsPrivateAddresses || isProxied || AddressGuard.isPublic(tl_curl_address(address)) else {
            isAddressRefused = true
            return -1  // CURL_SOCKET_BAD
        }
        isAddressAdmitted = true
        let target = address.pointee
        return socket(target.family, target.socktype | Int32(SOCK_CLOEXEC.rawValue), target.protocol)
    }

    /// Judges the connection a request is about to use, which may be one that another destination opened.
    private func admitConnection(to address: UnsafePointer<CChar>) -> Int32 {
        guard allowsPrivateAddresses || isProxied || AddressGuard.isPublic(text: address) else {
            isAddressRefused = true
            return CURL_PREREQFUNC_ABORT
        }
        return CURL_PREREQFUNC_OK
    }
}

extension Duration {
    /// Whole milliseconds for curl, to which 0 would mean its own default.
    fileprivate var curlMilliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
