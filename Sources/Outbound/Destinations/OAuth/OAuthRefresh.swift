/// How access tokens are had for a refresh token (RFC 6749, 6).
public struct OAuthRefresh: Sendable {
    /// Where they are asked for.
    public var tokenURL: String
    /// Names the application.
    public var clientID: String
    /// The application's secret; nil for one that has none, as public clients at Microsoft.
    public var clientSecret: String?
    /// What the operator was given when the application was let in.
    public var refreshToken: String
    /// What the token is for, if that has to be said again.
    public var scope: String?
    /// Further fields of the form.
    public var extraFields: [(name: String, value: String)]
    /// How the request is carried.
    public var options: TransferOptions

    /// A way to access tokens.
    public init(
        tokenURL: String, clientID: String, clientSecret: String?, refreshToken: String, scope: String? = nil,
        extraFields: [(name: String, value: String)] = [], options: TransferOptions = TransferOptions()
    ) {
        self.tokenURL = tokenURL
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.refreshToken = refreshToken
        self.scope = scope
        self.extraFields = extraFields
        self.options = options
    }

    /// The request that asks for an access token.
    var request: OutboundRequest {
        var fields = [
            (name: "grant_type", value: "refresh_token"), (name: "client_id", value: clientID),
            (name: "refresh_token", value: refreshToken),
        ]
        if let clientSecret { fields.append(("client_secret", clientSecret)) }
        if let scope { fields.append(("scope", scope)) }
        var options = options
        if !options.responseHeaders.contains(where: { $0.isSameHeaderName(as: "Retry-After") }) {
            options.responseHeaders.append("Retry-After")
        }
        return OutboundRequest(
            url: tokenURL,
            headers: [
                HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
                HTTPHeader("Accept", "application/json"),
            ],
            body: FormEncoding.body(fields + extraFields), options: options)
    }
}

extension OAuthRefresh: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Shows nothing of the credentials.
    public var description: String { "OAuthRefresh(***)" }
    /// Shows nothing of the credentials.
    public var debugDescription: String { description }
    /// Shows nothing of the credentials.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
