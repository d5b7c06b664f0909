import FoundationEssentials
import Gateway
import JSON
import Outbound
import Platform

/// `tracklayer verify`: checks the signatures of a captured delivery.
enum VerifyCommand: Command {
    static let name = "verify"
    static let summary = "check the signatures of a captured delivery"
    static let help = """
        verify (--destination D [--config FILE] | --secret-file FILE …) (--headers FILE | -H 'Name: value' …) < body

        Reads the exact bytes of a request's body from standard input and its headers from a file or from -H, and says
        which secret made each signature, or what differs: X-TrackLayer-Signature, X-TrackLayer-Signature-Previous and
        the headers of Standard Webhooks, whose time may be 5 minutes off. Secrets are numbered in the order of the
        configuration or the command line; neither they nor expected signatures are printed.
        Exit code 0 when a receiver may trust the request, 1 when not.
        """
    static let options = [
        Option("--destination", "D", "verify with the signing secrets of this destination"), .config,
        Option("--secret-file", "FILE", "verify with the secret in this file; may be given several times"),
        Option("--headers", "FILE", "the request's headers, one `Name: value` a line; a request line is passed over"),
        Option("-H", "HEADER", "one header, `Name: value`; may be given several times"),
        Option("--now", "TIME", "the time of the check, RFC 3339 (default: now)"), .json,
    ]

    static func run(_ arguments: Arguments) throws -> ExitCode {
        guard arguments.positional.isEmpty else {
            throw UsageError("verify reads the body from standard input; it takes no words")
        }
        let now = try arguments.time("--now") ?? SystemClock().now
        guard let secrets = try secrets(arguments) else { return .usage }
        let headers = try headers(arguments)
        let body = InputReader(descriptor: 0).readAll()
        let findings = SignatureCheck(secrets: secrets).findings(headers: headers, body: body, now: now)
        let isVerified = SignatureCheck.isVerified(findings)
        if arguments.has("--json") {
            Terminal.out(json(findings, isVerified: isVerified, bodyByteCount: body.count))
        } else {
            Terminal.out(text(findings, isVerified: isVerified, bodyByteCount: body.count))
        }
        return isVerified ? .done : .failed
    }

    /// The secrets to check with; nil after the faults of the configuration were printed.
    private static func secrets(_ arguments: Arguments) throws -> [SigningSecret]? {
        let files = arguments.values["--secret-file"] ?? []
        guard let name = arguments.value("--destination") else {
            guard !files.isEmpty else { throw UsageError("say with what: --destination D, or --secret-file FILE") }
            return try files.map(secret(inFile:))
        }
        guard files.isEmpty else { throw UsageError("give --destination or --secret-file, not both") }
        guard let loaded = ConfigurationFile.load(arguments.configPath) else { return nil }
        let destinations = loaded.configuration.destinations
        guard let destination = destinations.first(where: { $0.name == name }) else {
            let known = destinations.map(\.name).joined(separator: ", ")
            throw UsageError("--destination \(name): the configuration has no such destination; it has \(known)")
        }
        // Those that are no secrets were reported when the configuration was loaded.
        let secrets = destination.signingSecrets.compactMap(SigningSecret.init)
        guard !secrets.isEmpty else {
            throw UsageError("--destination \(name): its requests are not signed; give it `signing`, or --secret-file")
        }
        return secrets
    }

    private static func secret(inFile path: String) throws -> SigningSecret {
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw UsageError("--secret-file \(path): cannot be read")
        }
        var text = String(decoding: contents, as: UTF8.self)
        while text.last?.isNewline == true { text.removeLast() }
        guard let secret = SigningSecret(text) else {
            throw UsageError("--secret-file \(path): is empty, or has `whsec_` before something that is no base64")
        }
        return secret
    }

    private static func headers(_ arguments: Arguments) throws -> [HTTPHeader] {
        var headers: [HTTPHeader] = []
        if let path = arguments.value("--headers") {
            guard let contents = FileManager.default.contents(atPath: path) else {
                throw UsageError("--headers \(path): cannot be read")
            }
            let lines = String(decoding: contents, as: UTF8.self).split(whereSeparator: \.isNewline)
            for (position, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
                if let header = header(line) {
                    headers.append(header)
                } else if position > 0 {
                    throw UsageError("--headers \(path): line \(position + 1) is no `Name: value`")
                }
            }
        }
        for (position, line) in (arguments.values["-H"] ?? []).enumerated() {
            guard let header = header(line[...]) else {
                throw UsageError("-H number \(position + 1) is no `Name: value`")
            }
            headers.append(header)
        }
        guard !headers.isEmpty else {
            throw UsageError("give the request's headers: --headers FILE or -H 'Name: value'")
        }
        return headers
    }

    /// A header line; nil if it is none, such as a request line.
    private static func header(_ line: Substring) -> HTTPHeader? {
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(where: \.isWhitespace) else { return nil }
        var value = parts[1].drop(while: \.isWhitespace)
        while value.last?.isWhitespace == true { value.removeLast() }
        return HTTPHeader(String(parts[0]), String(value))
    }

    // MARK: Output

    private static func text(_ findings: [SignatureFinding], isVerified: Bool, bodyByteCount: Int) -> String {
        guard !findings.isEmpty else {
            return "not signed: the headers have no signature (body of \(bodyByteCount) bytes)"
        }
        let width = findings.map(\.header.count).max() ?? 0
        let lines = findings.map { "\($0.header.padded(to: width))  \($0.summary)" }
        let verdict = isVerified ? "verified" : "not verified"
        return (lines + ["\(verdict): body of \(bodyByteCount) bytes"]).joined(separator: "\n")
    }

    private static func json(_ findings: [SignatureFinding], isVerified: Bool, bodyByteCount: Int) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("verified", isVerified)
            json.member("body_bytes", bodyByteCount)
            json.key("signatures")
            json.array { json in
                for finding in findings {
                    json.object { json in
                        json.member("header", finding.header)
                        json.member("outcome", finding.code)
                        json.key("secrets")
                        json.array { json in for secret in finding.secrets { json.value(secret) } }
                        json.member("detail", finding.summary)
                    }
                }
            }
        }
        return json.text
    }
}
