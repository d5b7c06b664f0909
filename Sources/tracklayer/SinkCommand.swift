import Crypto
import Gateway
import Glibc
import Inbound
import JSON
import Platform

/// `tracklayer sink`: a local receiver that verifies signatures and prints what arrives.
enum SinkCommand: Command {
    static let name = "sink"
    static let summary = "receive deliveries locally, verify their signatures, print them"
    static let help = """
        sink [--port N] [--secret S …] [--config FILE] [--answer STATUS] [--fail-first N] [--json] [--bodies]

        Listens on 127.0.0.1 and answers every request, so that a destination can be tried before the real receiver
        exists. With --secret (or TRACKLAYER_SINK_SECRET) it verifies X-TrackLayer-Signature over the exact bytes; a
        request whose signature is wrong is answered 401. Ends on Ctrl-C.
        """
    static let options = [
        Option("--port", "N", "the port to listen on (default 9400; 0 picks a free one)"),
        Option("--config", "FILE", "verify with the signing secrets of this configuration's destinations"),
        Option("--secret", "S", "a signing secret to verify with; may be given several times"),
        Option("--answer", "STATUS", "the status to answer with (default 200)"),
        Option("--fail-first", "N", "answer 503 to the first N requests, to watch retries"),
        Option("--bodies", nil, "print the whole body of each request"),
        .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else { throw UsageError("sink takes no words, only options") }
        var secrets = arguments.values["--secret"] ?? []
        if let path = arguments.value("--config") {
            guard let loaded = ConfigurationFile.load(path) else { return .usage }
            secrets += loaded.configuration.destinations.flatMap(\.signingSecrets)
        }
        if let secret = getenv("TRACKLAYER_SINK_SECRET") { secrets.append(String(cString: secret)) }
        let sink = Sink(
            secrets: secrets.map { Array($0.utf8) }, status: try arguments.integer("--answer", in: 200...599) ?? 200,
            failureCount: try arguments.integer("--fail-first", in: 0...1_000_000) ?? 0,
            printer: SinkPrinter(isJSON: arguments.has("--json"), printsBodies: arguments.has("--bodies")))
        Signals.block()
        let port = try arguments.integer("--port", in: 0...65_535) ?? 9400
        var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: UInt16(port))
        configuration.loopCount = 1
        let server = try HTTPServer(configuration: configuration, handler: sink, logger: Logger(level: .warning))
        server.start()
        Terminal.error("sink: listening on http://127.0.0.1:\(server.port)/ — Ctrl-C ends it")
        Signals.waitForEnd()
        server.stop(gracePeriod: .seconds(1))
        Terminal.error("sink: \(sink.summary)")
        return .done
    }
}

extension DestinationConfiguration {
    /// What requests to this destination are signed with.
    var signingSecrets: [String] {
        switch settings {
        case .http(let http): http.signing?.secrets.map(\.revealed) ?? []
        case .platform: []
        }
    }
}

/// Answers deliveries, and tells the printer of each.
final class Sink: HTTPHandler {
    private struct Counts {
        var received = 0
        var verified = 0
        var refused = 0
    }

    private let secrets: [[UInt8]]
    private let status: Int
    private let failureCount: Int
    private let printer: SinkPrinter
    private let counts = Guarded(Counts())

    init(secrets: [[UInt8]], status: Int, failureCount: Int, printer: SinkPrinter) {
        self.secrets = secrets
        self.status = status
        self.failureCount = failureCount
        self.printer = printer
    }

    var summary: String {
        counts.withLock { "\($0.received) received, \($0.verified) signatures verified, \($0.refused) refused" }
    }

    func makeLoopHandler() -> any HTTPLoopHandler { Loop(sink: self) }

    private final class Loop: HTTPLoopHandler {
        private let sink: Sink
        private let document = JSONDocument()

        init(sink: Sink) { self.sink = sink }

        func handle(_ request: HTTPRequest, _ exchange: HTTPExchange) {
            let verdict = sink.verify(request)
            let answered = sink.status(for: verdict)
            sink.printer.show(request, verdict, status: answered, document: document)
            exchange.respond(
                HTTPResponse(
                    status: answered, headers: [("Content-Type", "application/json; charset=utf-8")],
                    body: Array("{\"received\":\(answered < 300)}".utf8)))
        }
    }

    fileprivate func verify(_ request: HTTPRequest) -> SignatureVerdict {
        let lines = request.headerLines("X-TrackLayer-Signature")
        guard !secrets.isEmpty else { return lines.isEmpty ? .unsigned : .unchecked }
        guard !lines.isEmpty else { return .missing }
        for line in lines {
            let text = line.hasPrefix("sha256=") ? Array(line.utf8.dropFirst(7)) : Array(line.utf8)
            guard let received = Hex.decode(text) else { continue }
            for secret in secrets
            where ConstantTime.areEqual(HMAC.code(.sha256, key: secret, message: request.body), received) {
                return .verified
            }
        }
        return .wrong
    }

    fileprivate func status(for verdict: SignatureVerdict) -> Int {
        counts.withLock { counts in
            counts.received += 1
            switch verdict {
            case .verified: counts.verified += 1
            case .missing, .wrong:
                counts.refused += 1
                return 401
            case .unsigned, .unchecked: break
            }
            return counts.received <= failureCount ? 503 : status
        }
    }
}

/// What a receiver found out about a request's signature.
enum SignatureVerdict: String {
    case verified
    case wrong
    case missing
    /// There is none, and no secret to expect one.
    case unsigned
    /// There is one, and no secret to check it with.
    case unchecked
}

/// Prints one line a delivery.
struct SinkPrinter {
    let isJSON: Bool
    let printsBodies: Bool

    private static let eventName = JSONKey("event_name")
    private static let typeName = JSONKey("type")
    private static let eventID = JSONKey("event_id")

    func show(_ request: HTTPRequest, _ verdict: SignatureVerdict, status: Int, document: JSONDocument) {
        // A body that is no JSON is shown by its size alone.
        let root = try? document.parse(request.body)
        let name = (root?[Self.eventName] ?? root?[Self.typeName])?.string ?? "-"
        let id = root?[Self.eventID]?.string ?? "-"
        if isJSON {
            var json = JSONWriter()
            json.object { json in
                json.member("received_at", SystemClock().now.rfc3339)
                json.member("method", request.method.rawValue)
                json.member("target", request.rawTarget)
                json.member("event_name", name)
                json.member("event_id", id)
                json.member("signature", verdict.rawValue)
                json.member("status", status)
                json.member("body_bytes", request.body.count)
                if printsBodies { json.member("body", String(decoding: request.body, as: UTF8.self)) }
            }
            return Terminal.out(json.text)
        }
        let time = SystemClock().now.rfc3339.dropFirst(11).dropLast(1)
        Terminal.out(
            "\(time)  \(request.method.rawValue) \(request.rawTarget)  \(name.padded(to: 18)) \(id.padded(to: 24)) "
                + "signature \(verdict.rawValue.padded(to: 9)) -> \(status)  \(request.body.count) bytes")
        if printsBodies { Terminal.out(String(decoding: request.body, as: UTF8.self)) }
    }
}
