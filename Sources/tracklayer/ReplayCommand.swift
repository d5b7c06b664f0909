import Crypto
import EventModel
import Gateway
import JSON
import Outbound
import Platform

/// `tracklayer replay`: posts fixtures as their senders would.
enum ReplayCommand: Command {
    static let name = "replay"
    static let summary = "post fixtures to a gateway, with the right path, headers and signature"
    static let help = """
        replay PATH… [--url URL] [--config FILE] [--kind KIND] [--json]

        Posts every .json file (one body) and every line of .ndjson files below the given paths, one after the other. The
        folder a file lies in says what kind of sender it comes from: rudderstack, segment, native or trackstack. Secrets
        and the address come from the configuration; a file is not sent if the configuration has no source of its kind.
        Exit code 0 when every file was sent and answered 200.
        """
    static let options = [
        .config, Option("--url", "URL", "the gateway's address (default: `listen` of the configuration)"),
        Option("--kind", "KIND", "what kind of sender all files are from, whatever their folder"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard !arguments.positional.isEmpty else { throw UsageError("give at least one file or folder") }
        if let kind = arguments.value("--kind"), !FixtureFile.kinds.contains(kind) {
            throw UsageError("--kind \(kind): known are \(FixtureFile.kinds.joined(separator: ", "))")
        }
        let fixtures = try FixtureFile.load(arguments.positional, kind: arguments.value("--kind"))
        guard let loaded = ConfigurationFile.load(arguments.configPath) else { return .usage }
        let base = arguments.value("--url") ?? "http://\(loaded.configuration.listen)"
        let sender = ReplaySender(base: base, sources: loaded.configuration.sources)
        let client = BlockingHTTPClient()
        defer { client.stop() }
        var results: [ReplayResult] = []
        for (number, fixture) in fixtures.enumerated() {
            if Terminal.isInteractive, !arguments.has("--json") { showProgress(number, of: fixtures.count) }
            do throws(CommandFailure) {
                results.append(ReplayResult(fixture, client.send(try sender.request(for: fixture))))
            } catch {
                results.append(ReplayResult(fixture, notSentBecause: error.description))
            }
        }
        if Terminal.isInteractive, !arguments.has("--json") { Terminal.outRaw("\r\u{1B}[K") }
        Terminal.out(arguments.has("--json") ? ReplayResult.json(results) : ReplayResult.table(results))
        return results.allSatisfy { $0.status == 200 } ? .done : .failed
    }

    private static func showProgress(_ done: Int, of total: Int) {
        let width = 40
        let filled = done * width / max(1, total)
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
        Terminal.outRaw("\r[\(bar)] \(done)/\(total)")
    }
}

/// Makes a fixture the request that its sender would send.
struct ReplaySender {
    let base: String
    let sources: [SourceConfiguration]
    private let document = JSONDocument()

    init(base: String, sources: [SourceConfiguration]) {
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.sources = sources
    }

    /// The request, with the proofs of the first source of the fixture's kind.
    func request(for fixture: FixtureFile) throws(CommandFailure) -> OutboundRequest {
        guard let source = sources.first(where: { $0.kind.rawValue == fixture.kind }) else {
            throw CommandFailure("the configuration has no source of kind \(fixture.kind)")
        }
        var request = OutboundRequest(url: base + path(of: fixture), body: fixture.body)
        request.headers = [
            HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-TrackLayer-Account", source.account),
            HTTPHeader("X-TrackLayer-Environment", source.environment),
        ]
        if let secret = source.proof.secrets.first {
            request.headers.append(HTTPHeader("X-TrackLayer-Secret", secret.secret.revealed))
        }
        if let secret = source.proof.sharedSecrets.first {
            let code = HMAC.code(.sha1, key: Array(secret.secret.revealed.utf8), message: signedPart(of: fixture.body))
            request.headers.append(HTTPHeader("X-Signature", Hex.encode(code)))
        }
        if source.proof.signature == .required, let secret = source.proof.signatureSecrets.first {
            let code = HMAC.code(.sha256, key: Array(secret.secret.revealed.utf8), message: fixture.body)
            request.headers.append(HTTPHeader("X-TrackLayer-Signature", "sha256=" + Hex.encode(code)))
        }
        if let key = source.proof.writeKeys.first {
            let credentials = Base64.encode(Array("\(key.secret.revealed):".utf8))
            request.headers.append(HTTPHeader("Authorization", "Basic \(credentials)"))
        }
        return request
    }

    private func path(of fixture: FixtureFile) -> String {
        guard fixture.kind == "native" else { return "/\(fixture.kind)/events" }
        // A body that is no JSON is posted all the same: the gateway's answer is what the tester wants to see.
        let root = try? document.parse(fixture.body, limits: JSONLimits(acceptsNonFinite: true))
        guard let type = root?[name: "type"]?.string, root?[name: "batch"] == nil else { return "/v1/batch" }
        return "/v1/\(type)"
    }

    /// What Segment signs: the whole body; of a batch, only its first element (reference inbound, 2.2).
    private func signedPart(of body: [UInt8]) -> [UInt8] {
        guard let root = try? document.parse(body), root.kind == .array,
            let first = root.elements.first(where: { _ in true })
        else { return body }
        return Array((first.count == 1 ? first[name: "json"] ?? first : first).rawBytes)
    }
}

/// What the gateway answered to one fixture.
struct ReplayResult {
    let label: String
    let status: Int
    let answer: [UInt8]
    let failure: String?
    private var wasSent = true

    /// A fixture that was left out.
    init(_ fixture: FixtureFile, notSentBecause reason: String) {
        label = fixture.label
        status = 0
        answer = []
        failure = reason
        wasSent = false
    }

    init(_ fixture: FixtureFile, _ result: HTTPResult) {
        label = fixture.label
        switch result {
        case .response(let response):
            status = response.statusCode
            answer = response.body
            failure = nil
        case .failure(let error):
            status = 0
            answer = []
            failure = error.message
        }
    }

    /// One row an item, for people.
    static func table(_ results: [ReplayResult]) -> String {
        var table = TextTable(["fixture", "status", "verdict", "event", "event_id", "identity", "notes"])
        let document = JSONDocument()
        for result in results {
            for (number, row) in result.rows(document).enumerated() {
                table.add([number == 0 ? result.label : "", number == 0 ? result.statusText : ""] + row)
            }
        }
        let good = results.count(where: { $0.status == 200 })
        let unsent = results.count(where: { !$0.wasSent })
        let verdict = "\(good) of \(results.count - unsent) requests were answered 200."
        guard unsent > 0 else { return table.text + "\n\n" + verdict }
        return table.text + "\n\n\(verdict) Not sent: \(unsent); add a source of their kind to the configuration."
    }

    /// One JSON object a line.
    static func json(_ results: [ReplayResult]) -> String {
        results.map { result in
            var json = JSONWriter()
            json.object { json in
                json.member("fixture", result.label)
                json.member("status", result.status)
                json.member("failure", result.failure)
                if !result.answer.isEmpty {
                    json.key("answer")
                    json.raw(result.answer)
                }
            }
            return json.text
        }.joined(separator: "\n")
    }

    private var statusText: String { status == 0 ? "-" : String(status) }

    /// Verdict, event, event id, identity and notes of each item.
    private func rows(_ document: JSONDocument) -> [[String]] {
        guard wasSent else { return [["not sent", failure ?? ""]] }
        guard failure == nil, let root = try? document.parse(answer) else {
            return [["no answer", failure ?? "the answer is not JSON"]]
        }
        guard let results = root[name: "results"] else {
            return [["refused", root.text("code"), root.text("message")]]
        }
        return results.elements.map { item in
            let name = item[name: "canonical_event"]?.string ?? item.text("code")
            return [
                item.text("status"), name, item.text("event_id"), item.text("identity_state"), item.list("notes"),
            ]
        }
    }
}
