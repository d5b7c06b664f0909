import CCurl
import Glibc
import Platform

/// The client's thread: feeds curl's multi handle with what epoll reports.
///
/// Curl tells which sockets to watch and when to call it next; with thousands of open transfers only those that have
/// something to do are touched (curl's "multi_socket" interface).
final class CurlLoop {
    private let configuration: HTTPClientConfiguration
    private let inbox: CurlInbox
    /// `CURLM *`.
    private let multi: UnsafeMutableRawPointer
    private let epoll: Int32
    private var active: [UnsafeMutableRawPointer: (transfer: CurlTransfer, job: CurlJob)] = [:]
    private var idle: [CurlTransfer] = []
    /// When curl wants to be called though no socket has anything to say.
    private var timer: MonotonicTime?

    /// Handles kept for the next requests.
    private static let idleHandleLimit = 256
    private static let eventLimit = 256

    init(_ configuration: HTTPClientConfiguration, inbox: CurlInbox) {
        self.configuration = configuration
        self.inbox = inbox
        // Safe from any thread and more than once since curl 7.84.
        let code = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        guard code == CURLE_OK, let multi = curl_multi_init() else { fatalError("libcurl could not start") }
        self.multi = multi
        epoll = tl_epoll_open()
        precondition(epoll >= 0, "epoll could not start: errno \(errno); raise the limit on open files")
        precondition(
            tl_epoll_control(epoll, EPOLL_CTL_ADD, inbox.descriptor, EPOLLIN.rawValue) == 0,
            "epoll cannot watch the inbox: errno \(errno)")
    }

    deinit {
        curl_multi_cleanup(multi)
        close(epoll)
    }

    /// Runs transfers until the inbox says stop.
    func run() {
        setCallbacks()
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.eventLimit)
        defer { events.deallocate() }
        while true {
            let count = epoll_wait(epoll, events, Int32(Self.eventLimit), timeoutMilliseconds)
            precondition(count >= 0 || errno == EINTR, "epoll_wait failed: errno \(errno)")
            for position in 0..<max(0, Int(count)) {
                let descriptor = tl_epoll_descriptor(events + position)
                if descriptor == inbox.descriptor {
                    guard takeJobs() else { return cancelAll() }
                } else {
                    advance(descriptor, events[position].events)
                }
            }
            if let due = timer, due <= .now {
                timer = nil
                advance(CURL_SOCKET_TIMEOUT, 0)
            }
            finishDone()
        }
    }

    private var timeoutMilliseconds: Int32 {
        guard let timer else { return -1 }
        let left = timer - MonotonicTime.now
        // Rounded up, so as not to spin through the last millisecond.
        return Int32(max(0, min(3_600_000, (left + .microseconds(999)).wholeMilliseconds)))
    }

    /// Starts what was submitted; false when the client is to stop.
    private func takeJobs() -> Bool {
        let (jobs, isStopped) = inbox.take()
        var refusedCount = 0
        for job in jobs {
            let transfer = idle.popLast() ?? CurlTransfer(configuration)
            if let failure = transfer.prepare(job.request) {
                idle.append(transfer)
                refusedCount += 1
                job.completion(.failure(failure))
                continue
            }
            active[transfer.handle] = (transfer, job)
            let code = curl_multi_add_handle(multi, transfer.handle)
            precondition(code == CURLM_OK, "curl did not take a transfer: code \(code.rawValue)")
        }
        if refusedCount > 0 { inbox.release(refusedCount) }
        return !isStopped
    }

    private func advance(_ descriptor: Int32, _ events: UInt32) {
        var mask: Int32 = 0
        if events & EPOLLIN.rawValue != 0 { mask |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { mask |= CURL_CSELECT_OUT }
        if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { mask |= CURL_CSELECT_ERR }
        var runningCount: Int32 = 0
        // A descriptor that curl closed while an earlier event was handled is unknown to it, and that does no harm.
        curl_multi_socket_action(multi, descriptor, mask, &runningCount)
    }

    /// Reports the transfers that have ended.
    private func finishDone() {
        var leftCount: Int32 = 0
        var finishedCount = 0
        while let message = curl_multi_info_read(multi, &leftCount) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                let (transfer, job) = active.removeValue(forKey: handle)
            else { continue }
            let result = transfer.result(tl_curl_message_result(message))
            curl_multi_remove_handle(multi, handle)
            if idle.count < Self.idleHandleLimit {
                transfer.trim()
                idle.append(transfer)
            }
            finishedCount += 1
            job.completion(result)
        }
        if finishedCount > 0 { inbox.release(finishedCount) }
    }

    private func cancelAll() {
        for (transfer, job) in active.values {
            let wasSent = transfer.wasSent
            curl_multi_remove_handle(multi, transfer.handle)
            job.completion(.failure(HTTPFailure(.cancelled, "the HTTP client was stopped", isAmbiguous: wasSent)))
        }
        active = [:]
    }

    /// Lends this object to curl's callbacks, which run inside the calls to curl above.
    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        tl_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.idleConnectionLimit)
        tl_curl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        tl_curl_multi_set_socket_callback(multi) { _, descriptor, what, context, known in
            guard let context else { return 0 }
            Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().watch(descriptor, what, isKnown: known != nil)
            return 0
        }
        tl_curl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        tl_curl_multi_set_timer_callback(multi) { _, milliseconds, context in
            guard let context else { return 0 }
            Unmanaged<CurlLoop>.fromOpaque(context).takeUnretainedValue().timer =
                milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
            return 0
        }
    }

    /// Watches a socket for what curl waits for, or no more.
    private func watch(_ descriptor: Int32, _ what: Int32, isKnown: Bool) {
        guard what != CURL_POLL_REMOVE else {
            // Fails for a socket that was closed before, and then epoll has forgotten it.
            _ = tl_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0)
            curl_multi_assign(multi, descriptor, nil)
            return
        }
        var events: UInt32 = 0
        if what != CURL_POLL_OUT { events |= EPOLLIN.rawValue }
        if what != CURL_POLL_IN { events |= EPOLLOUT.rawValue }
        // A number may come back for another socket before curl has said that the first is gone.
        let operations = isKnown ? [EPOLL_CTL_MOD, EPOLL_CTL_ADD] : [EPOLL_CTL_ADD, EPOLL_CTL_MOD]
        precondition(
            operations.contains { tl_epoll_control(epoll, $0, descriptor, events) == 0 },
            "epoll cannot watch a socket: errno \(errno); raise fs.epoll.max_user_watches")
        // Any non-null value marks the socket as known in the next callback.
        if !isKnown { curl_multi_assign(multi, descriptor, multi) }
    }
}
