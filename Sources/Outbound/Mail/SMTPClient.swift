import CCurl
import Glibc
import Platform
import Synchronization

/// Where and how mail is handed over (RFC 5321).
public struct SMTPServer: Sendable, Equatable {
    /// How the way to the server is kept secret.
    public enum Encryption: Sendable {
        /// Plain at first, then TLS, or nothing is sent (RFC 3207).
        case startTLS
        /// TLS from the first byte (RFC 8314).
        case implicit
        case none
    }

    /// Its name or address, without brackets.
    public var host: String
    /// Its port.
    public var port: UInt16
    /// How the way to it is kept secret.
    public var encryption = Encryption.startTLS
    /// Who signs in; nil for nobody.
    public var username: String?
    /// With what.
    public var password: String?
    /// A file of PEM certificates to trust in place of the system's.
    public var certificateAuthorityFile: String?
    /// How long handing over one mail may take, from connecting on.
    public var timeout = Duration.seconds(30)

    /// A server that nobody signs in to.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    fileprivate var url: String {
        "\(encryption == .implicit ? "smtps" : "smtp")://\(host.contains(":") ? "[\(host)]" : host):\(port)/tracklayer"
    }
}

/// Hands mail over to a server, one after the other, on a thread of its own: curl's SMTP waits where it is called.
public final class SMTPClient: Sendable {
    /// How handing a mail over ended: nil, or why the server has not taken it, without secrets and addresses.
    public typealias Outcome = String?

    private struct Job: Sendable {
        let message: MailMessage
        let server: SMTPServer
        let completion: @Sendable (Outcome) -> Void
    }

    private let jobs = BoundedQueue<Job>(weightLimit: 16)
    private let isStopped = StopMark()
    /// Started with the first mail.
    private let thread = Guarded<DedicatedThread?>(nil)

    /// A client without a mail.
    public init() {}

    private func makeThread() -> DedicatedThread {
        let (jobs, isStopped) = (jobs, isStopped)
        return DedicatedThread(name: "mail", priority: .background) {
            var taken: [Job] = []
            while jobs.takeAll(into: &taken) {
                for job in taken {
                    job.completion(isStopped.isSet ? "the gateway stops" : Self.send(job, isStopped))
                    jobs.release(weight: 1)
                }
                taken.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Hands a mail to the client's thread, which reports its end once; not to be called while ``stop()`` is.
    public func submit(
        _ message: MailMessage, to server: SMTPServer, completion: @escaping @Sendable (Outcome) -> Void
    ) {
        switch jobs.put(Job(message: message, server: server, completion: completion), weight: 1) {
        case .accepted: thread.withLock { thread in if thread == nil { thread = makeThread() } }
        case .full: completion("too many mails wait already")
        case .closed: completion("the gateway stops")
        }
    }

    /// Gives up what is under way within a second or so, and joins the thread.
    ///
    /// Calling it again does nothing. Not to be called from a completion.
    public func stop() {
        isStopped.set()
        jobs.close()
        thread.withLock { $0 }?.join()
    }

    /// Whether the client is to stop; its address is lent to curl.
    private final class StopMark: Sendable {
        private let mark = Atomic(false)

        var isSet: Bool { mark.load(ordering: .relaxed) }

        func set() { mark.store(true, ordering: .relaxed) }
    }

    // MARK: - One mail

    /// What curl reads the mail from.
    private final class Upload {
        var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }
    }

    private static func send(_ job: Job, _ isStopped: StopMark) -> Outcome {
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        guard let handle = curl_easy_init() else { return "out of memory" }
        defer { curl_easy_cleanup(handle) }
        var recipients: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(recipients) }
        for address in job.message.to { recipients = curl_slist_append(recipients, "<\(address)>") }
        let upload = Upload(job.message.bytes)
        let codes =
            options(job.server, handle) + [
                tl_curl_set_string(handle, CURLOPT_MAIL_FROM, "<\(job.message.from)>"),
                tl_curl_set_recipients(handle, recipients),
                tl_curl_set_long(handle, CURLOPT_UPLOAD, 1),
                tl_curl_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(upload).toOpaque()),
                tl_curl_set_bytes_callback(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
                    guard let bytes, let context else { return 0 }
                    let upload = Unmanaged<Upload>.fromOpaque(context).takeUnretainedValue()
                    let chunk = upload.rest.prefix(size * count)
                    UnsafeMutableRawBufferPointer(start: bytes, count: size * count).copyBytes(from: chunk)
                    upload.rest = upload.rest.dropFirst(chunk.count)
                    return chunk.count
                },
                tl_curl_set_long(handle, CURLOPT_NOPROGRESS, 0),
                tl_curl_set_pointer(handle, CURLOPT_XFERINFODATA, Unmanaged.passUnretained(isStopped).toOpaque()),
                tl_curl_set_progress_callback(handle) { context, _, _, _, _ in
                    guard let context else { return 0 }
                    return Unmanaged<StopMark>.fromOpaque(context).takeUnretainedValue().isSet ? 1 : 0
                },
            ]
        if let refused = codes.first(where: { $0 != CURLE_OK }) {
            return "curl refused an option: \(String(cString: curl_easy_strerror(refused)))"
        }
        let code = withExtendedLifetime((upload, isStopped)) { curl_easy_perform(handle) }
        guard code != CURLE_OK else { return nil }
        var status = 0
        tl_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        let words = String(cString: curl_easy_strerror(code))
        return status == 0 ? words : "\(words) (the server said \(status))"
    }

    private static func options(_ server: SMTPServer, _ handle: UnsafeMutableRawPointer) -> [CURLcode] {
        let milliseconds = Int(max(1, server.timeout.wholeMilliseconds))
        var codes = [
            tl_curl_set_string(handle, CURLOPT_URL, server.url),
            tl_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            tl_curl_set_long(handle, CURLOPT_NOSIGNAL, 1),
            tl_curl_set_long(handle, CURLOPT_QUICK_EXIT, 1),
            // No proxy of the environment is asked.
            tl_curl_set_string(handle, CURLOPT_PROXY, ""),
            tl_curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 1),
            tl_curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 2),
            tl_curl_set_long(
                handle, CURLOPT_USE_SSL,
                server.encryption == .none ? Int(CURLUSESSL_NONE.rawValue) : Int(CURLUSESSL_ALL.rawValue)),
            tl_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, 10_000)),
            tl_curl_set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds),
        ]
        if let file = server.certificateAuthorityFile {
            codes.append(tl_curl_set_string(handle, CURLOPT_CAINFO, file))
            // A directory of certificates beside the file would be trusted, too.
            codes.append(tl_curl_set_string(handle, CURLOPT_CAPATH, nil))
        }
        if let username = server.username, let password = server.password {
            codes.append(tl_curl_set_string(handle, CURLOPT_USERNAME, username))
            codes.append(tl_curl_set_string(handle, CURLOPT_PASSWORD, password))
        }
        return codes
    }
}
