public import Platform

/// How ``CurlHTTPClient`` works.
public struct HTTPClientConfiguration: Sendable {
    /// How the client's thread competes for the processor.
    public var priority = DedicatedThread.Priority.background
    /// Connections kept open for reuse; beyond it the one idle longest is closed.
    ///
    /// Connections in use count, so that a limit below the number of transfers makes each of them connect anew.
    public var idleConnectionLimit = 2048
    /// Transfers that may wait or run; more are refused.
    public var transferLimit = 8192
    /// The largest request body, in bytes.
    public var requestByteLimit = 32 << 20
    /// How many bytes of an answer's body are read; the connection is closed when there are more.
    public var responseByteLimit = 64 << 10
    /// A file of PEM certificates to trust in place of the system's.
    public var certificateAuthorityFile: String?
    /// A proxy (`http://host:port`) for all requests; nil sends directly, whatever the environment says.
    ///
    /// The proxy resolves names, so ``AddressGuard`` cannot look at where requests end.
    public var proxy: String?
    /// The `User-Agent` header of requests that bring none.
    public var userAgent = "TrackLayer-Gateway"

    /// The default configuration.
    public init() {}
}

/// An HTTP client on libcurl's multi interface: one thread runs all transfers.
///
/// HTTP/1.1 with kept connections, HTTP/2 where TLS negotiates it. Redirects are never followed. A kept connection that
/// the destination has closed meanwhile is replaced once without being reported, which may send a request twice.
public final class CurlHTTPClient: HTTPClient {
    private let inbox: CurlInbox
    private let thread: DedicatedThread

    /// Starts the client's thread.
    public init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        let inbox = CurlInbox(configuration)
        self.inbox = inbox
        thread = DedicatedThread(name: "http-client", priority: configuration.priority) {
            CurlLoop(configuration, inbox: inbox).run()
        }
    }

    /// Hands a request to the client's thread; see ``HTTPClient/submit(_:completion:)``.
    public func submit(_ request: OutboundRequest, completion: @escaping @Sendable (HTTPResult) -> Void) {
        if let failure = inbox.add(CurlJob(request: request, completion: completion)) {
            completion(.failure(failure))
        }
    }

    /// Ends all transfers as cancelled and joins the thread.
    ///
    /// Requests that come later are refused. Calling it again does nothing. Not to be called from a completion.
    public func stop() {
        inbox.stop()
        thread.join()
    }
}

/// One request on its way to the client's thread.
struct CurlJob: Sendable {
    let request: OutboundRequest
    let completion: @Sendable (HTTPResult) -> Void
}

/// Where any thread leaves requests for the client's thread.
final class CurlInbox: Sendable {
    private struct Contents {
        var jobs: [CurlJob] = []
        /// Jobs added and not yet completed.
        var openCount = 0
        var isStopped = false
    }

    private let contents = Guarded(Contents())
    private let wake = WakeDescriptor()
    private let transferLimit: Int
    private let requestByteLimit: Int

    init(_ configuration: HTTPClientConfiguration) {
        transferLimit = configuration.transferLimit
        requestByteLimit = configuration.requestByteLimit
    }

    /// The descriptor that is readable while there is something to take.
    var descriptor: Int32 { wake.descriptor }

    /// Leaves a job, or says why not.
    func add(_ job: CurlJob) -> HTTPFailure? {
        guard job.request.body.count <= requestByteLimit else {
            return HTTPFailure(
                .tooLarge, "the body has \(job.request.body.count) bytes; at most \(requestByteLimit) are sent")
        }
        let (failure, isFirst) = contents.withLock { contents -> (HTTPFailure?, Bool) in
            guard !contents.isStopped else { return (HTTPFailure(.cancelled, "the HTTP client has stopped"), false) }
            guard contents.openCount < transferLimit else {
                return (HTTPFailure(.overloaded, "\(transferLimit) transfers are under way already"), false)
            }
            contents.openCount += 1
            contents.jobs.append(job)
            return (nil, contents.jobs.count == 1)
        }
        if isFirst { wake.wake() }
        return failure
    }

    /// Takes all jobs, and whether the client is to stop.
    func take() -> (jobs: [CurlJob], isStopped: Bool) {
        wake.drain()
        return contents.withLock { contents in
            defer { contents.jobs = [] }
            return (contents.jobs, contents.isStopped)
        }
    }

    /// Makes room for as many new jobs as have been completed.
    func release(_ count: Int) { contents.withLock { $0.openCount -= count } }

    func stop() {
        contents.withLock { $0.isStopped = true }
        wake.wake()
    }
}
