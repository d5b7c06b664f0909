public import Platform

/// Keeps a destination's access token and says when another has to be asked for; it does no I/O of its own.
///
/// One request serves all deliveries that wait. A token is renewed 60 s before it expires, or a tenth of its life if that
/// is more; deliveries go on with the old one meanwhile. A new refresh token replaces the old one in memory: after a
/// restart the configured one is used again. From any thread.
public final class TokenKeeper: Sendable {
    /// What has to be done for a valid token.
    public enum Need: Sendable, Equatable {
        /// There is one that lasts, or its successor is being asked for.
        case nothing
        /// This request is to be sent, and its end to be told to ``TokenKeeper/note(_:at:)``; until then nobody else is
        /// given one.
        case renew(OutboundRequest)
        /// There is no valid token, and nothing to do about it now.
        case wait
    }

    /// What came of a request for a token.
    public enum Renewal: Sendable, Equatable {
        /// There is a new token.
        case renewed
        /// It failed for now, with words for operators; the next try is not before that time.
        case failed(String, retryAt: Timestamp)
        /// The credentials are refused, with words for operators: `auth_reconnect_required: invalid_grant: …`. Nothing
        /// more is asked for until ``TokenKeeper/reconsider()``.
        case refused(String)
    }

    private let state: Guarded<TokenState>

    /// A keeper that asks for tokens; the first when the first delivery is due.
    public init(_ refresh: OAuthRefresh) { state = Guarded(TokenState(refresh)) }

    /// A keeper of a token that lasts: ``AttemptVerdict/unauthorized`` means ``AttemptVerdict/refused``.
    public init(fixed accessToken: String) { state = Guarded(TokenState(fixed: accessToken)) }

    /// What has to be done now, given that a token is wanted.
    public func need(at time: Timestamp) -> Need { state.withLock { $0.need(at: time) } }

    /// Takes how the request of ``Need/renew(_:)`` ended.
    public func note(_ result: HTTPResult, at time: Timestamp) -> Renewal {
        state.withLock { $0.note(result, at: time) }
    }

    /// The token to send; nil if there is none that is valid.
    public func accessToken(at time: Timestamp) -> String? { state.withLock { $0.accessToken(at: time) } }

    /// Forgets the token, as it was refused before its time; does nothing to one that cannot be renewed.
    public func invalidate() { state.withLock { $0.invalidate() } }

    /// Forgets a refusal and how often requests failed, as an operator has acted.
    public func reconsider() { state.withLock { $0.reconsider() } }

    /// A copy without the tokens and secrets, for keeping and showing.
    public func masked(_ bytes: [UInt8]) -> [UInt8] {
        SecretMask(state.withLock { $0.secrets }).masked(bytes)
    }

    /// Whether another token can be had.
    var canRenew: Bool { state.withLock { $0.canRenew } }

    /// Tells tokens apart: rises with each.
    var generation: Int { state.withLock { $0.generation } }

    /// Why no token can be had until somebody acts; nil if one can.
    var refusal: String? { state.withLock { $0.refusal } }

    /// Why the last request for a token was refused or failed; nil if it was not.
    var trouble: String? { state.withLock { $0.refusal ?? $0.failure } }

    /// How long until a request may carry a token; nil if something else has to happen first.
    func wait(at time: Timestamp) -> Duration? { state.withLock { $0.wait(at: time) } }
}

extension TokenKeeper: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Shows nothing of the tokens.
    public var description: String { "TokenKeeper(***)" }
    /// Shows nothing of the tokens.
    public var debugDescription: String { description }
    /// Shows nothing of the tokens.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
