import Canonicalizer
import EventModel
import Inbound
import JSON
import Platform
import Storage

/// Answers the inbound listener: routes, authenticates, decodes, canonicalizes, and hands events to the committer.
final class IngestHandler: HTTPHandler {
    let holder: RuntimeHolder
    let committer: Committer<RocksDBStore>
    let outbox: AnswerOutbox
    let counters: IngestCounters
    let probes: Probes
    let clock: any WallClock
    let logger: Logger
    /// Keeps a slow or failing disk from filling the log with a line a request.
    let troubleLines: CommitTroubleLines

    init(
        holder: RuntimeHolder, committer: Committer<RocksDBStore>, outbox: AnswerOutbox, counters: IngestCounters,
        probes: Probes, clock: any WallClock, logger: Logger, troubleLines: CommitTroubleLines = CommitTroubleLines()
    ) {
        self.holder = holder
        self.committer = committer
        self.outbox = outbox
        self.counters = counters
        self.probes = probes
        self.clock = clock
        self.logger = logger
        self.troubleLines = troubleLines
    }

    func makeLoopHandler() -> any HTTPLoopHandler { IngestLoop(self) }
}

/// The part of ``IngestHandler`` that lives on one event loop, with the reader and canonicalizers it reuses.
private final class IngestLoop: HTTPLoopHandler {
    private let handler: IngestHandler
    private let reader = RequestReader()
    private var runtime: Runtime
    private var generation: UInt64
    private var canonicalizers: [Canonicalizer]
    private var filters: [ItemFilter]
    private var verdicts: [VerdictCounts]
    /// Where events are encoded.
    private var writer = JSONWriter(capacity: 4096)
    /// The head that was admitted last; mostly its body is here already and handled next.
    private var visit: Visit?
    /// What the answers to requests that wait for their commit need, by their place in the loop.
    private var waiting: [AnswerContext] = []

    init(_ handler: IngestHandler) {
        self.handler = handler
        generation = handler.holder.currentGeneration
        runtime = handler.holder.runtime
        canonicalizers = runtime.sources.map { Canonicalizer(source: $0.profile) }
        filters = runtime.sources.map { ItemFilter($0) }
        verdicts = runtime.sources.map { handler.counters.verdicts.counts(of: $0.profile.name) }
    }

    func admit(_ request: HTTPRequest) -> HTTPAdmission {
        let visit = receive(request)
        switch visit.purpose {
        case .failure(let fault): return .refuse(refusal(fault, visit.context))
        case .success(let purpose):
            self.visit = visit
            return .read(bodyByteLimit: purpose.bodyByteLimit)
        }
    }

    func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
        // A body that took its time: other heads were read meanwhile, or the configuration has changed.
        let visit =
            if let last = visit, last.sequence == request.sequence, generation == handler.holder.currentGeneration {
                last
            } else { receive(request) }
        do throws(RequestFault) {
            switch try visit.purpose.get() {
            case .server: exchange.respond(HTTPResponse(status: 204))
            case .preflight: exchange.respond(HTTPResponse(CrossOrigin.preflight(request)))
            case .events(let head): try ingest(request, head, visit.context, exchange)
            case .probe(let probe): exchange.respond(handler.probes.answer(to: probe))
            }
        } catch {
            exchange.respond(refusal(error, visit.context))
        }
    }

    /// The commit goes on: what is sent again is a duplicate by then (reference inbound, section 9, row 98).
    func lateAnswer(to exchange: HTTPExchange) -> HTTPResponse? {
        guard exchange.place < waiting.count else { return nil }
        let context = waiting[exchange.place]
        if let leftOut = handler.troubleLines.late.admit() {
            handler.logger.warning(
                "commit is late", ["request_id": context.requestID, "left_out": String(leftOut)])
        }
        return refusal(.storageTooSlow, context)
    }

    /// Keeps what an answer needs that may come too late; costs no memory but for the first request of a place.
    private func wait(_ exchange: HTTPExchange, _ context: AnswerContext) {
        while waiting.count <= exchange.place { waiting.append(context) }
        waiting[exchange.place] = context
    }

    /// Counts a refusal and makes its answer.
    private func refusal(_ fault: RequestFault, _ context: AnswerContext) -> HTTPResponse {
        handler.counters.countRefusal(context.isPixel && fault.status == 400 ? .pixelInvalid : fault.code)
        return context.response(
            Answer(fault, requestID: context.requestID), isReadable: fault.code != .originNotAllowed)
    }

    /// Looks at the head of a request: what it is for, and whether its sender may.
    private func receive(_ request: HTTPRequest) -> Visit {
        takeNewRuntime()
        var context = AnswerContext(requestID: RequestID.next())
        let purpose = Result { () throws(RequestFault) in try self.purpose(of: request, &context) }
        return Visit(sequence: request.sequence, context: context, purpose: purpose)
    }

    private func purpose(of request: HTTPRequest, _ context: inout AnswerContext) throws(RequestFault) -> Visit.Purpose
    {
        // Asks about the server and no path of it (RFC 9110, 9.3.7; reference inbound, row 102).
        if request.method == .options, request.path == "*" { return .server }
        let route = try Route.find(request.path)
        // Before anything can fail: a browser may read refusals, too, and a pixel is an image whatever happens.
        if case .events(let route) = route { context.prepare(for: route, request) }
        try route.check(method: request.method.rawValue)
        switch route {
        case .events(let route):
            guard request.method != .options else { return .preflight }
            let head = try RequestReader.admit(
                request, route: route, queryWriteKey: request.query.flatMap { QueryString($0)["writeKey"] },
                authenticator: runtime.authenticator, now: handler.clock.now)
            if let count = request.announcedBodyByteCount, count > route.bodyByteLimit {
                throw RequestFault(
                    .bodyTooLarge, "the body has more than \(route.bodyByteLimit) bytes; send less at once")
            }
            return .events(head)
        case .probe(let probe): return .probe(probe)
        }
    }

    /// Follows a reload: compares one number a request.
    private func takeNewRuntime() {
        let current = handler.holder.currentGeneration
        guard current != generation else { return }
        generation = current
        runtime = handler.holder.runtime
        canonicalizers = runtime.sources.map { Canonicalizer(source: $0.profile) }
        filters = runtime.sources.map { ItemFilter($0) }
        verdicts = runtime.sources.map { handler.counters.verdicts.counts(of: $0.profile.name) }
    }

    /// One request with events, from its body to the committer's queue.
    private func ingest(
        _ request: HTTPRequest, _ head: AdmittedHead, _ context: AnswerContext, _ exchange: HTTPExchange
    ) throws(RequestFault) {
        let now = handler.clock.now
        let route = head.route
        let read: ReadRequest
        if route.isPixel {
            let pairs = request.query.map { QueryString($0).pairs } ?? []
            read = try reader.readPixel(
                pairs, of: head, headers: request, authenticator: runtime.authenticator, now: now)
        } else if request.method == .get {
            let pairs = request.query.map { QueryString($0).pairs } ?? []
            read = try reader.readQuery(pairs, of: head, headers: request, authenticator: runtime.authenticator)
        } else {
            read = try reader.read(request.body, of: head, headers: request, authenticator: runtime.authenticator)
        }
        var transport = TransportFacts(receivedAt: now)
        if let seconds = runtime.sources[read.authentication.sourceIndex].limiter?.refuse(at: MonotonicTime.now) {
            throw .rateLimited(retryAfterSeconds: seconds)
        }
        if route.isNative {
            if let sdk = RetryingSDK(request) { handler.counters.countRetry(by: sdk) }
            transport.addSenderFacts(
                of: request, isBrowser: route.isPixel, trustedProxies: runtime.configuration.http.trustedProxies)
        }
        try commit(prepare(read, transport), context, exchange)
    }

    /// Canonicalizes every item: events for the committer, and the answers that the others have already.
    private func prepare(_ read: ReadRequest, _ transport: TransportFacts) -> PreparedRequest {
        let source = runtime.sources[read.authentication.sourceIndex]
        let canonicalizer = canonicalizers[read.authentication.sourceIndex]
        var prepared = PreparedRequest(
            form: read.body.form, counts: verdicts[read.authentication.sourceIndex])
        var tally = SourceTally()
        for item in read.body.items {
            switch item {
            case .failure(let refused): prepared.add(refused.rejection, messageID: refused.messageID)
            case .success(let envelope):
                let isTaken = filters[read.authentication.sourceIndex].takes(envelope)
                if isTaken == false {
                    prepared.add(SourceFilter.rejection, messageID: envelope.messageID)
                    tally.countIgnored(.filtered)
                    continue
                }
                switch canonicalizer.canonicalize(envelope, transport) {
                case .failure(let rejection):
                    prepared.add(rejection, messageID: envelope.messageID)
                    if rejection.isIgnored { tally.countIgnored(rejection.code) }
                case .success(let event):
                    guard isTaken == true || source.filter.takes(event) else {
                        prepared.add(SourceFilter.rejection, messageID: event.messageID)
                        tally.countIgnored(.filtered)
                        continue
                    }
                    if event.name.isCustom { tally.countUnmapped() }
                    let raw = source.keepsRawEnvelopes ? canonicalizer.rawCopy(of: envelope) : nil
                    prepared.add(PreparedEvent(event, canonical: event.json(using: &writer), rawEnvelope: raw))
                }
            }
        }
        handler.counters.sources.add(tally, of: source.profile.name)
        return prepared
    }

    /// Hands the events to the committer; the answer follows when they are durable.
    private func commit(
        _ prepared: PreparedRequest, _ context: AnswerContext, _ exchange: HTTPExchange
    ) throws(RequestFault) {
        let counters = handler.counters
        guard !prepared.events.isEmpty else {
            let answer = prepared.answer(verdicts: [], requestID: context.requestID)
            if context.isPixel, answer.status != 200 { counters.countRefusal(.pixelInvalid) }
            return exchange.respond(context.response(answer))
        }
        wait(exchange, context)
        let (outbox, logger, troubleLines) = (handler.outbox, handler.logger, handler.troubleLines)
        let request = CommitRequest(events: prepared.events) { reply in
            switch reply {
            case .committed(let verdicts):
                outbox.add(exchange) {
                    context.response(prepared.answer(verdicts: verdicts, requestID: context.requestID))
                }
            case .failed(let error):
                counters.countRefusal(.storageUnavailable)
                if let leftOut = troubleLines.failed.admit() {
                    logger.error(
                        "commit failed",
                        [
                            "request_id": context.requestID, "error": error.description,
                            "left_out": String(leftOut),
                        ])
                }
                outbox.add(exchange, context.response(Answer(.storageUnavailable, requestID: context.requestID)))
            }
        }
        switch handler.committer.submit(request) {
        case .accepted: break
        case .full: throw .rateLimited(retryAfterSeconds: 1)
        case .closed: throw .shuttingDown
        }
    }
}

/// What the head of a request was found to be.
private struct Visit {
    /// What is to be done with the request.
    enum Purpose {
        /// `OPTIONS *`.
        case server
        case preflight
        case events(AdmittedHead)
        case probe(Route.Probe)

        /// How long a body may be; those without a use are read as far as senders may reasonably go.
        var bodyByteLimit: Int {
            if case .events(let head) = self { head.route.bodyByteLimit } else { 64 << 10 }
        }
    }

    /// The request's number.
    let sequence: UInt64
    let context: AnswerContext
    let purpose: Result<Purpose, RequestFault>
}
