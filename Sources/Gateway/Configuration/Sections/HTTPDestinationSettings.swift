/// With which method a request is made.
public enum HTTPDestinationMethod: String, Sendable, CaseIterable {
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
}

/// What a template writes for a value that an event does not have.
public enum MissingValuePolicy: String, Sendable, CaseIterable {
    /// Nothing.
    case empty
    /// `null`.
    case null
    /// The delivery fails.
    case fail
}

/// A request header with its value, in which `{{secrets.NAME}}` may stand.
public struct HeaderField: Sendable, Equatable {
    /// As it was written.
    public let name: String
    /// Hidden, since headers carry credentials.
    public let value: Secret
}

/// What only destinations of kind `http` have.
public struct HTTPDestinationSettings: Sendable, Equatable {
    /// Where requests go.
    public let url: EndpointURL
    /// How they are made.
    public let method: HTTPDestinationMethod
    /// Sent with each request, in the order of their names.
    public let headers: [HeaderField]
    /// Makes the body; nil for the whole canonical event as JSON.
    public let template: String?
    /// What a template writes for a missing value.
    public let missing: MissingValuePolicy
    /// How bodies are signed; nil if they are not.
    public let signing: SigningConfiguration?
    /// Certificates and proxy.
    public let transport: TransportConfiguration
}

extension HTTPDestinationSettings {
    /// Reads the keys of a destination of kind `http`.
    init?(_ section: ConfigurationReader) {
        let url = section.required("url", .url, "Where requests go; `{{…}}` may stand in path and query.")
        method = section.value("method", .choice(HTTPDestinationMethod.self), default: .post, "How they are made.")
        let headers = section.value(
            "headers", .dictionary(of: .headerValue, keys: "header name", count: 0...50, rule: Self.headerNameFault),
            default: [:], "Sent with each request; `{{secrets.NAME}}` stands for a secret.")
        self.headers = headers.sorted { $0.key < $1.key }.map { HeaderField(name: $0.key, value: $0.value) }
        let inline = section.optional(
            "template", .text("template", byteCount: 1...262_144), absence: "the whole canonical event",
            "Makes the body of a request; see docs/templates.md.")
        let fromFile = section.optional("template_file", .fileText, "A file with the template, instead of `template`.")
        missing = section.value(
            "missing", .choice(MissingValuePolicy.self), default: .empty,
            "What the template writes for a value that an event does not have.")
        signing = section.optional("signing", .section(), absence: "unsigned", "How bodies are signed.")
        transport = TransportConfiguration(section)
        template = inline ?? fromFile
        if section.has("template"), section.has("template_file") {
            section.report("`template` is there too; keep one of them", at: "template_file")
        }
        for header in self.headers { Self.checkSecretNames(in: header.value.revealed, at: "headers", section) }
        if let template {
            let key = section.has("template") ? "template" : "template_file"
            Self.checkSecretNames(in: template, at: key, section)
        }
        guard let url else { return nil }
        Self.checkSecretNames(in: url.text, at: "url", section)
        self.url = url
    }

    /// The engine's own headers cannot be set; others must be tokens (RFC 9110, 5.6.2).
    static func headerNameFault(_ name: String) -> String? {
        let isToken = name.utf8.allSatisfy { $0.isASCIILetterOrDigit || "!#$%&'*+-.^_`|~".utf8.contains($0) }
        guard isToken, (1...128).contains(name.utf8.count) else { return "is no name of a header" }
        let reserved = [
            "host", "content-length", "transfer-encoding", "connection", "expect", "te", "trailer", "upgrade",
        ]
        return reserved.contains(name.lowercased()) ? "is set by the gateway itself; remove it" : nil
    }

    /// Reports `{{secrets.NAME}}` for which there is no secret.
    private static func checkSecretNames(in text: String, at key: String, _ section: ConfigurationReader) {
        for expression in text.split(separator: "{{").dropFirst() {
            guard let end = expression.firstRange(of: "}}"),
                let start = expression[..<end.lowerBound].firstRange(of: "secrets.")
            else { continue }
            let name = expression[start.upperBound..<end.lowerBound].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            guard !section.context.isClaimed(String(name), in: ClaimScope.secretName) else { continue }
            section.report("{{secrets.\(name)}} is not known; add `\(name)` to the `secrets` at the top", at: key)
        }
    }
}

extension ConfigurationFormat where Value == Secret {
    /// The value of a header: visible characters, spaces and tabs (RFC 9110, 5.5), never shown.
    static var headerValue: ConfigurationFormat {
        ConfigurationFormat<String>.text("header value", byteCount: 1...8192)
            .checked { value in
                value.utf8.allSatisfy { ($0 >= 0x20 && $0 < 0x7F) || $0 == 0x09 }
                    ? nil : "has a character that no header can carry"
            }
            .map(show: { .hidden($0) }, Secret.init)
    }
}
