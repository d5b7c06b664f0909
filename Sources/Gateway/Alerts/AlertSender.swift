import EventModel
import Outbound
import Platform
import Storage

/// Sends messages about alerts: posts them with the gateway's HTTP client and mails them, and waits for neither.
final class AlertSender: Sendable {
    private let client: any HTTPClient
    private let mail = SMTPClient()

    /// Names of channels; contracts, as they stand in records, metrics and logs.
    static let webhook = "webhook"
    static let email = "email"

    /// A sender.
    ///
    /// - Parameter client: Posts; outlives the sender.
    init(client: any HTTPClient) { self.client = client }

    /// The channels that a configuration has.
    static func channels(of settings: AlertsConfiguration) -> [String] {
        (settings.webhook == nil ? [] : [webhook]) + (settings.email == nil ? [] : [email])
    }

    /// Sends a message through its channel.
    ///
    /// `completion` is called once, on another thread or before this returns, with why it was not taken, or nil.
    func send(
        _ message: AlertMessage, _ settings: AlertsConfiguration, completion: @escaping @Sendable (String?) -> Void
    ) {
        switch message.message.channel {
        case Self.webhook:
            guard let webhook = settings.webhook else { return completion("the webhook was removed") }
            post(message, webhook, completion)
        default:
            guard let email = settings.email else { return completion("the e-mail was removed") }
            mail.submit(
                MailMessage(
                    from: email.from, to: email.to, subject: "[TrackLayer \(message.host)] \(message.title)",
                    text: message.text, time: message.time, id: message.id),
                to: SMTPServer(email), completion: completion)
        }
    }

    /// Gives up the mail under way.
    func stop() { mail.stop() }

    private func post(
        _ message: AlertMessage, _ webhook: AlertWebhookConfiguration,
        _ completion: @escaping @Sendable (String?) -> Void
    ) {
        let body = message.json
        var options = TransferOptions()
        options.totalTimeout = webhook.timeout
        options.connectTimeout = min(webhook.timeout, options.connectTimeout)
        options.allowsPrivateAddresses = webhook.allowsPrivateAddresses
        options.route = webhook.transport.route
        let signer = RequestSigner(
            secrets: webhook.signing?.secrets.compactMap { SigningSecret($0.revealed) } ?? [],
            sendsStandardWebhooks: webhook.signing?.usesStandardWebhooks ?? false)
        let headers =
            [HTTPHeader("Content-Type", "application/json")]
            + webhook.headers.map { HTTPHeader($0.name, $0.value.revealed) }
            + signer.headers(body: body, eventID: message.id, time: message.time)
        let request = OutboundRequest(
            url: webhook.url.text, displayURL: webhook.url.origin, headers: headers, body: body, options: options)
        client.submit(request) { result in
            switch result {
            case .response(let response) where (200...299).contains(response.statusCode): completion(nil)
            case .response(let response): completion("it answered \(response.statusCode)")
            case .failure(let failure): completion(failure.description)
            }
        }
    }
}

extension SMTPServer {
    /// The server that a configuration names.
    init(_ email: AlertEmailConfiguration) {
        self.init(host: email.server.host, port: email.server.port)
        encryption =
            switch email.encryption {
            case .startTLS: .startTLS
            case .implicit: .implicit
            case .none: .none
            }
        username = email.username
        password = email.password?.revealed
        certificateAuthorityFile = email.certificateAuthorityFile
        timeout = email.timeout
    }
}
