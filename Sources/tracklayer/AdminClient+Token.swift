import Gateway
import Glibc
import Platform

extension AdminClient {
    /// The variable whose token is shown in place of one of the configuration, so that the audit log has the right name.
    static let tokenVariable = "TRACKLAYER_ADMIN_TOKEN"

    /// What to say to a token that the gateway does not take.
    static func refusal(by base: String) -> CommandFailure {
        CommandFailure(
            environmentToken == nil
                ? "\(base) does not accept the token of the configuration: reload the gateway if the file has changed, "
                    + "or give the file it runs with"
                : "\(base) does not accept the token of \(tokenVariable)")
    }

    private static var environmentToken: String? {
        guard let text = getenv(tokenVariable).map({ String(cString: $0) }), !text.isEmpty else { return nil }
        return text
    }

    /// The token to show: that of the environment, or the first of the configuration that gives orders and is not over,
    /// or else the first that is not over; nil if there is none.
    static func token(_ configuration: GatewayConfiguration) -> String? {
        if let text = environmentToken { return text }
        let now = SystemClock().now
        let tokens = configuration.admin.tokens.filter { $0.secret.isAccepted(at: now) }
        return (tokens.first { $0.role == .operate } ?? tokens.first)?.secret.secret.revealed
    }
}
