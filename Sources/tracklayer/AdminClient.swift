import Dispatch
import Gateway
import JSON
import Outbound
import Platform

/// Asks a running gateway's admin API.
struct AdminClient {
    private let http: BlockingHTTPClient
    private let base: String
    /// Nil if the configuration has none that is accepted.
    private let token: String?

    /// A client for the gateway that runs with this configuration.
    init(_ configuration: GatewayConfiguration) {
        http = BlockingHTTPClient()
        base = "http://\(configuration.admin.listen)"
        token = Self.token(configuration)
    }

    /// The body of the answer to a question.
    ///
    /// - Throws: ``CommandFailure`` with the gateway's own words, or why it could not be asked.
    func get(_ path: String, query: [(String, String)] = []) throws(CommandFailure) -> [UInt8] {
        try send(OutboundRequest(method: .get, url: url(path, query)))
    }

    /// The body of the answer to an order; throws as ``get(_:query:)`` does.
    func post(_ path: String, query: [(String, String)] = []) throws(CommandFailure) -> [UInt8] {
        try send(OutboundRequest(method: .post, url: url(path, query)))
    }

    /// The body of the answer to an order with a JSON body, for what no address should name.
    func post(_ path: String, body: [UInt8]) throws(CommandFailure) -> [UInt8] {
        var request = OutboundRequest(method: .post, url: url(path, []))
        request.headers = [HTTPHeader("Content-Type", "application/json")]
        request.body = body
        return try send(request)
    }

    private func url(_ path: String, _ query: [(String, String)]) -> String {
        let pairs = query.map { "\(FormEncoding.percentEncoded($0.0))=\(FormEncoding.percentEncoded($0.1))" }
        return base + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    private func send(_ bare: OutboundRequest) throws(CommandFailure) -> [UInt8] {
        guard let token else {
            throw CommandFailure(
                "admin.tokens of the configuration has no token that is accepted now; add one and reload the gateway")
        }
        var request = bare
        request.headers.append(HTTPHeader("Authorization", "Bearer \(token)"))
        switch http.send(request) {
        case .failure(let failure):
            throw CommandFailure("\(base) cannot be asked (\(failure.message)); is `tracklayer serve` running?")
        case .response(let response):
            guard response.statusCode != 401 else { throw Self.refusal(by: base) }
            guard response.statusCode == 200 else {
                let document = JSONDocument()
                let message = (try? document.parse(response.body))?[name: "message"]?.string
                // What the gateway calls a bad request, the person wrote.
                throw CommandFailure(
                    message ?? "\(base) answered \(response.statusCode)",
                    response.statusCode == 400 ? .usage : .failed)
            }
            return response.body
        }
    }

    /// Ends the client.
    func stop() { http.stop() }
}

/// A verb could not do what was asked; the words are for the person who asked.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    let exitCode: ExitCode

    init(_ description: String, _ exitCode: ExitCode = .failed) {
        self.description = description
        self.exitCode = exitCode
    }
}

/// Sends one request after the other and waits for each, for a command line.
struct BlockingHTTPClient {
    private let client: CurlHTTPClient

    init() {
        var configuration = HTTPClientConfiguration()
        configuration.priority = .normal
        configuration.responseByteLimit = 16 << 20
        client = CurlHTTPClient(configuration)
    }

    /// Sends a request and waits for its end.
    func send(_ request: OutboundRequest) -> HTTPResult {
        var request = request
        // A command line talks to where its user points it.
        request.options.allowsPrivateAddresses = true
        let result = Guarded<HTTPResult?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        client.submit(request) { outcome in
            result.withLock { $0 = outcome }
            isDone.signal()
        }
        isDone.wait()
        guard let outcome = result.withLock({ $0 }) else { preconditionFailure("the client ended without a result") }
        return outcome
    }

    /// Ends the client's thread.
    func stop() { client.stop() }
}
