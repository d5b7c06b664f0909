import Outbound
import Platform
import Testing

/// An answer of a platform and what it has to mean for the events of the request.
struct PlatformAnswerCase: Sendable, CustomTestStringConvertible {
    var name: String
    var status: Int
    var body: String
    var headers: [HTTPHeader] = []
    /// One for each event: the verdict's name, then the words if there are some: `rejected [40002] Batch.1.event`.
    var expected: [String]

    var testDescription: String { name }

    init(_ name: String, _ status: Int, _ body: String, retryAfter: String? = nil, _ expected: String...) {
        self.name = name
        self.status = status
        self.body = body
        self.expected = expected
        if let retryAfter { headers = [HTTPHeader("Retry-After", retryAfter)] }
    }

    /// What the API makes of the answer, in the form of ``expected``.
    func outcomes(_ api: any PlatformAPI) -> [String] {
        let response = HTTPResponse(statusCode: status, headers: headers, body: Array(body.utf8))
        let parts = expected.indices.map { Array("{\"event\":\($0)}".utf8) }
        return api.outcomes(on: response, to: parts, at: Self.now).map { outcome in
            [Self.name(of: outcome.verdict), outcome.message].compactMap(\.self).joined(separator: " ")
        }
    }

    static let now = Timestamp(milliseconds: 1_795_010_731_420)

    private static func name(of verdict: AttemptVerdict) -> String {
        switch verdict {
        case .accepted: "accepted"
        case .transient(.delay(let delay)?): "transient(\(delay.components.seconds))"
        case .transient: "transient"
        case .rejected: "rejected"
        case .gone: "gone"
        case .throttled(.delay(let delay)?): "throttled(\(delay.components.seconds))"
        case .throttled: "throttled"
        case .apart: "apart"
        case .unauthorized: "unauthorized"
        case .refused: "refused"
        case .doubtful(.once): "doubtful(once)"
        case .doubtful(.early(let duration)): "doubtful(\(duration.components.seconds))"
        }
    }
}

extension PlatformAPI {
    /// An API from `key=value` words.
    static func configured(_ words: [String]) throws -> any PlatformAPI {
        Self.init(try PlatformSettings(Self.self, name: "test", words: words))
    }

    /// What is wrong with settings, each as `setting: message`; empty if nothing is.
    static func faultTexts(_ words: [String]) -> [String] {
        do {
            _ = try PlatformSettings(Self.self, name: "test", words: words)
            return []
        } catch {
            return error.faults.map { "\($0.setting): \($0.message)" }
        }
    }

    /// How the credentials are tried, and what an answer says about them.
    func finding(_ status: Int, _ body: String) throws -> CredentialCheck.Finding {
        guard case .request(_, let read) = credentialCheck(token: nil, at: PlatformAnswerCase.now) else {
            throw NoCheck()
        }
        return read(HTTPResponse(statusCode: status, body: Array(body.utf8)))
    }
}

/// A platform whose credentials cannot be tried.
struct NoCheck: Error {}
