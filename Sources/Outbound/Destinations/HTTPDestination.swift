import JSON
public import Platform

/// A custom HTTP endpoint: template, headers and signature as configured.
public struct HTTPDestination: Destination {
    /// The configured name.
    public let name: String
    /// The configured schedule and limit.
    public let policy: DeliveryPolicy
    /// The version of the body's template; nil without one.
    public var templateVersion: String? { body?.version }

    private let method: HTTPMethod
    private let url: Template
    /// The URL to show, if it is the same for all events.
    private let constantDisplayURL: String?
    private let headers: [(name: String, value: Template)]
    private let contentType: String?
    private let body: Template?
    private let signer: RequestSigner
    private let options: TransferOptions
    private let mask: SecretMask

    /// Compiles and checks a configuration.
    ///
    /// - Throws: ``DestinationConfigurationError`` with every fault.
    public init(_ configuration: HTTPDestinationConfiguration) throws(DestinationConfigurationError) {
        var checker = HTTPDestinationChecker(configuration)
        let url = checker.url()
        headers = checker.headers()
        body = checker.body()
        let secrets = checker.signingSecrets()
        checker.checkLimits()
        guard let url, checker.faults.isEmpty else { throw DestinationConfigurationError(faults: checker.faults) }
        self.url = url
        name = configuration.name
        method = configuration.method
        policy = DeliveryPolicy(
            retry: configuration.retry, concurrencyLimit: configuration.concurrencyLimit, rate: configuration.rate,
            breaker: configuration.breaker, ordering: configuration.ordering, isEnabled: configuration.isEnabled)
        constantDisplayURL = url.isConstant ? OutboundRequest.displayURL(configuration.url) : nil
        let setsContentType = configuration.headers.contains { $0.name.lowercased() == "content-type" }
        contentType = setsContentType ? nil : configuration.contentType
        signer = RequestSigner(secrets: secrets, sendsStandardWebhooks: configuration.sendsStandardWebhooks)
        options = TransferOptions(
            connectTimeout: configuration.connectTimeout, totalTimeout: configuration.totalTimeout,
            allowsPrivateAddresses: configuration.allowsPrivateAddresses, route: configuration.route)
        mask = SecretMask(checker.maskedTexts())
    }

    /// The request as configured, rendered and signed for an event.
    public func prepare(_ event: EventView, at time: Timestamp) -> Preparation {
        do throws(RenderFailure) {
            return prepare(event, sending: try body?.render(event) ?? Self.defaultBody(event), at: time)
        } catch {
            return .renderFailed(error)
        }
    }

    /// The request as configured, with a body that is there already.
    public func prepare(_ event: EventView, sending rendered: [UInt8], at time: Timestamp) -> Preparation {
        do throws(RenderFailure) {
            let urlText = String(decoding: try url.render(event), as: UTF8.self)
            var lines = contentType.map { [HTTPHeader("Content-Type", $0)] } ?? []
            for header in headers {
                let value = String(decoding: try header.value.render(event), as: UTF8.self)
                if !value.isEmpty { lines.append(HTTPHeader(header.name, value)) }
            }
            lines += signer.headers(body: rendered, eventID: event.eventID, time: time)
            return .send(
                OutboundRequest(
                    method: method, url: urlText, displayURL: try displayURL(event), headers: lines, body: rendered,
                    options: options))
        } catch {
            return .renderFailed(RenderFailure(error.message, body: rendered))
        }
    }

    /// A copy without the configured secrets and credentials.
    public func masked(_ bytes: [UInt8]) -> [UInt8] { mask.masked(bytes) }

    private func displayURL(_ event: EventView) throws(RenderFailure) -> String {
        if let constantDisplayURL { return constantDisplayURL }
        return OutboundRequest.displayURL(String(decoding: try url.render(event, masksSecrets: true), as: UTF8.self))
    }

    /// The canonical event as stored, with `identity` as the last member when it was kept.
    private static func defaultBody(_ event: EventView) -> [UInt8] {
        guard let identity = event.identity else { return event.canonicalBytes }
        let root = event.canonical.rawBytes
        var body: [UInt8] = []
        body.reserveCapacity(root.count + identity.rawBytes.count + 16)
        body.append(contentsOf: root.dropLast())
        body.append(contentsOf: (event.canonical.count > 0 ? ",\"identity\":" : "\"identity\":").utf8)
        body.append(contentsOf: identity.rawBytes)
        body.append(UInt8(ascii: "}"))
        return body
    }
}
