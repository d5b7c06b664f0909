import JSON

/// Checks a custom destination's configuration part by part and collects what is wrong.
struct HTTPDestinationChecker {
    typealias Fault = DestinationConfigurationError.Fault

    private let configuration: HTTPDestinationConfiguration
    private(set) var faults: [Fault] = []

    /// Headers that the client writes itself.
    private static let reservedHeaders: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "expect", "te", "trailer", "upgrade",
    ]

    init(_ configuration: HTTPDestinationConfiguration) { self.configuration = configuration }

    private mutating func add(_ setting: String, _ message: String) {
        faults.append(Fault(setting: setting, message: message))
    }

    mutating func url() -> Template? {
        let text = configuration.url
        let isHTTP = text.hasPrefix("https://") || text.hasPrefix("http://")
        let authority = text.drop { $0 != ":" }.dropFirst(3).prefix { !"/?#".contains($0) }
        if !isHTTP || authority.isEmpty {
            add("url", "write an absolute URL that begins with https:// or http://")
        } else if Self.plainParts(of: text).contains(where: { $0.utf8.contains { $0 <= 0x20 || $0 == 0x7F } }) {
            add("url", "a URL holds no blanks or control characters; write %20 for a blank")
        }
        return compile("url", text, kind: .url)
    }

    /// What stands outside of placeholders.
    private static func plainParts(of text: String) -> [Substring] {
        text.split(separator: "{{").map { part in part.firstRange(of: "}}").map { part[$0.upperBound...] } ?? part }
    }

    mutating func headers() -> [(name: String, value: Template)] {
        var templates: [(name: String, value: Template)] = []
        for header in configuration.headers {
            let setting = "headers.\(header.name)"
            if !HTTPHeader(header.name, "").isValid {
                add("headers", "\"\(header.name.prefix(64))\" is no header name; letters, digits and - are")
            } else if Self.reservedHeaders.contains(header.name.lowercased()) {
                add(setting, "this header is written by the gateway itself")
            } else if let template = compile(setting, header.value, kind: .header) {
                templates.append((header.name, template))
            }
        }
        return templates
    }

    mutating func body() -> Template? {
        let type = configuration.contentType.lowercased()
        if !HTTPHeader("Content-Type", type).isValid || type.isEmpty {
            add("content_type", "write one media type, such as application/json")
        }
        let kind: TemplateKind =
            type.contains("json") ? .json : type.hasPrefix("application/x-www-form-urlencoded") ? .form : .text
        guard let text = configuration.template else {
            if kind != .json { add("template", "a content type other than JSON needs a template") }
            return nil
        }
        return compile("template", text, kind: kind)
    }

    mutating func signingSecrets() -> [SigningSecret] {
        configuration.signingSecrets.enumerated().compactMap { position, text in
            if let secret = SigningSecret(text) { return secret }
            add("signing.secrets[\(position)]", "a secret is not empty, and base64 if it begins with whsec_")
            return nil
        }
    }

    mutating func checkLimits() {
        if ![.post, .put, .patch].contains(configuration.method) {
            add("method", "\(configuration.method.rawValue) carries no event; use POST, PUT or PATCH")
        }
        if !(1...HTTPDestinationConfiguration.concurrencyLimitMax).contains(configuration.concurrencyLimit) {
            add(
                "concurrency",
                "\(configuration.concurrencyLimit) is out of range; "
                    + "from 1 to \(HTTPDestinationConfiguration.concurrencyLimitMax)")
        }
        if configuration.retry.attemptLimit < 1 {
            add("retry.attempts", "at least one attempt is made; write 1 or more")
        }
        if configuration.connectTimeout <= .zero || configuration.totalTimeout <= .zero {
            add("timeout", "a timeout is longer than zero")
        }
        if configuration.sendsStandardWebhooks, configuration.signingSecrets.isEmpty {
            add("signing.standard_webhooks", "Standard Webhooks needs a secret in signing.secrets")
        }
    }

    /// What must not show in records: secrets, credentials in headers, and values in the URL's query.
    func maskedTexts() -> [String] {
        var texts = configuration.secrets.values.flatMap(Self.spellings) + configuration.signingSecrets
        for header in configuration.headers where Self.isCredential(header.name) && !header.value.contains("{{") {
            texts.append(header.value)
            // `Bearer` and its kind are no secret, what follows is.
            texts += header.value.split(separator: " ").dropFirst().map(String.init)
        }
        let query = configuration.url.drop { $0 != "?" }.dropFirst()
        for pair in query.split(separator: "&") where !pair.contains("{{") {
            texts.append(String(pair.drop { $0 != "=" }.dropFirst()))
        }
        return texts
    }

    /// A secret as it is, and as it stands in JSON.
    private static func spellings(of secret: String) -> [String] {
        var escaped: [UInt8] = []
        Array(secret.utf8).withUnsafeBufferPointer { JSONEscape.append($0, to: &escaped) }
        let text = String(decoding: escaped, as: UTF8.self)
        return text == secret ? [secret] : [secret, text]
    }

    private static func isCredential(_ name: String) -> Bool {
        let name = name.lowercased()
        return ["auth", "key", "token", "secret", "cookie", "signature"].contains { name.contains($0) }
    }

    private mutating func compile(_ setting: String, _ text: String, kind: TemplateKind) -> Template? {
        do throws(TemplateError) {
            return try Template(
                text, kind: kind, missingFields: kind == .header ? .empty : configuration.missingFields,
                secrets: configuration.secrets)
        } catch {
            add(setting, error.description)
            return nil
        }
    }
}
