public import Crypto

/// The configuration that `tracklayer init` writes: runs as it is, against a local `tracklayer sink`.
public enum ConfigurationTemplate {
    /// The text of a commented file with fresh secrets.
    ///
    /// The file holds the secrets themselves, so it must be readable by its owner only.
    ///
    /// - Parameters:
    ///   - listen: Where senders post, `host:port`.
    ///   - admin: Where operators ask, `host:port`.
    ///   - sink: The URL of the first destination.
    ///   - randomBytes: Gives so many unpredictable bytes.
    /// - Returns: YAML that loads without faults and without warnings.
    public static func text(
        listen: String = "127.0.0.1:8080", admin: String = "127.0.0.1:8081", sink: String = "http://127.0.0.1:9400/",
        randomBytes: (_ count: Int) -> [UInt8] = SecureRandom.bytes
    ) -> String {
        func makeSecret(_ prefix: String) -> String {
            "\(prefix)_\(Base64.encode(randomBytes(32), alphabet: .urlSafe))"
        }
        return """
            # TrackLayer Gateway. Every setting is explained in docs/configuration.md.
            #
            #   tracklayer check     says what is wrong with this file, with line and column
            #   tracklayer serve     runs the gateway; SIGHUP reads this file again
            #
            # ${NAME} takes a value from the environment, ${NAME:-default} has a default, and ${file:/run/secrets/name}
            # takes the content of a file. Secrets belong there rather than here once others can read this file.

            # Where senders post events, and the directory of the store, relative to this file.
            listen: "\(listen)"
            data: ./data
            log_level: info                  # debug, info, warning or error

            # TLS is best left to a proxy in front. Without one:
            # tls: {certificate: ./server.pem, key: ./server.key}

            # The operator's interface, which `tracklayer explain` asks.
            admin:
              listen: "\(admin)"
              tokens:                        # the audit log has the names; `role: read` may only ask
                - {name: operator, role: operate, value: \(makeSecret("adm"))}

            sources:
              # RudderStack, HTTP destination: URL http://<this host>:<port>/rudderstack/events, and the headers
              # X-TrackLayer-Account, X-TrackLayer-Environment and X-TrackLayer-Secret with the values below.
              - name: rudderstack
                kind: rudderstack
                account: acct_main
                environment: production
                secrets:                     # all of them are valid, so that one can be replaced by the next
                  - \(makeSecret("src"))
                # Omitted: everything. These are the events that advertising platforms optimize for:
                # include: [Product Viewed, Product Added, Checkout Started, Order Completed, Lead Submitted, Signed Up, identify]
                # default_currency: EUR      # for amounts that come without one

              # Segment, Webhooks destination: URL http://<this host>:<port>/segment/events, and this shared secret.
              - name: segment
                kind: segment
                account: acct_main
                environment: production
                shared_secret: \(makeSecret("seg"))

              # Browsers and servers with a RudderStack or Segment SDK, on /v1/*:
              # - name: web
              #   kind: native
              #   account: acct_main
              #   environment: production
              #   write_keys: [a_key_of_at_least_16_bytes]
              #   origins: [https://shop.example.com]

            destinations:
              # Everything goes to a receiver on this machine. Start it with:  tracklayer sink
              - name: local
                kind: http
                url: "\(sink)"
                events: all
                signing: {secrets: [\(makeSecret("dst"))]}
                allow_private_addresses: true    # loopback and private networks are refused otherwise

              # A receiver of your own. Without `template` it gets the whole canonical event.
              # - name: orders
              #   kind: http
              #   url: https://hooks.example.com/orders
              #   filter: {event_name: [purchase, refund]}
              #   headers: {Authorization: "Bearer {{secrets.orders_token}}"}    # defined under `secrets` at the top
              #   template: |
              #     {"order": "{{properties.order_id}}", "value": {{json properties.value}}}
              #   retry: {attempts: 5, backoff: [2s, 10s, 30s, 2m, 10m]}

            """
    }
}
