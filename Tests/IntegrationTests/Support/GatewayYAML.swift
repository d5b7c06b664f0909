import Crypto

/// A configuration file with a source of each kind and one destination.
struct GatewayYAML {
    static let secret = "secret_current_4f1d9a"
    static let oldSecret = "secret_rotating_77ab02"
    static let endedSecret = "secret_ended_c0ffee"
    static let disabledSecret = "secret_of_disabled_51"
    static let stagingSecret = "secret_of_staging_882"
    static let sharedSecret = "segment_shared_secret_19"
    static let writeKey = "write_key_3b1c"
    static let signingSecret = "dest_live_9f3b27"
    static let origin = "https://shop.example.com"

    static let adminToken = "admin_token_55e1"
    static let readToken = "admin_reader_31c7"

    var receiverPort: UInt16
    /// Where the admin API listens; 0 for any free port.
    var adminPort: UInt16 = 0
    /// How often the destination is tried.
    var attempts = 5
    /// The waits of the destination's retries.
    var backoff = "[20ms]"
    /// When the destination is left alone; hardly ever for long, as tests have receivers that fail.
    var breaker = "{cooldown: 100ms, max_cooldown: 100ms}"
    /// More lines of the destination, indented by four.
    var destinationLines = ""
    /// More lines at the top level.
    var topLines = ""
    /// More lines of the RudderStack source, indented by four.
    var sourceLines = ""

    /// The value of an `Authorization` header with a write key.
    static func basic(_ key: String) -> String { "Basic " + Base64.encode(Array("\(key):".utf8)) }

    var text: String {
        """
        listen: 127.0.0.1:0
        data: data
        log_level: info
        admin:
          listen: "127.0.0.1:\(adminPort)"
          tokens: [\(Self.adminToken), {name: viewer, role: read, value: \(Self.readToken)}]
        \(topLines)
        sources:
          - name: rudderstack
            kind: rudderstack
            account: acct_1
            environment: production
            secrets:
              - \(Self.secret)
              - {value: \(Self.oldSecret), until: 2099-01-01T00:00:00Z}
              - {value: \(Self.endedSecret), until: 2020-01-01T00:00:00Z}
            signature: off
        \(sourceLines)
          - name: rudderstack-staging
            kind: rudderstack
            account: acct_1
            environment: staging
            secrets: [\(Self.stagingSecret)]
            signature: off
          - name: rudderstack-off
            kind: rudderstack
            enabled: false
            account: acct_1
            environment: production
            secrets: [\(Self.disabledSecret)]
            signature: off
          - name: segment
            kind: segment
            account: acct_1
            environment: production
            shared_secret: \(Self.sharedSecret)
          - name: web
            kind: native
            account: acct_1
            environment: production
            write_keys: [\(Self.writeKey)]
            origins: ["\(Self.origin)", "*.example.org"]
        destinations:
          - name: hook
            kind: http
            url: http://127.0.0.1:\(receiverPort)/hook
            allow_private_addresses: true
            signing: {secrets: [\(Self.signingSecret)], standard_webhooks: true}
            retry: {attempts: \(attempts), backoff: \(backoff)}
            breaker: \(breaker)
        \(destinationLines)
        """
    }
}
