import Testing

@testable import Gateway

/// Bad destinations and exactly what is said about them.
@Suite struct ConfigurationDestinationFaultTests {
    typealias Case = ConfigurationFaultCase

    @Test("settings of a destination", arguments: cases)
    func destination(_ c: Case) { #expect(ConfigurationFixture().faults(c.text) == c.faults) }

    static let cases: [Case] = [
        Case(
            "everything missing", ConfigurationFixture.minimal + "destinations: [{}]",
            "7:16: destinations[0].kind: is required", "7:16: destinations[0].name: is required"),
        Case(
            "kind that is not there",
            ConfigurationFixture.minimal + "destinations: [{name: fax, kind: fax, number: 1}]",
            "7:34: destinations[0].kind: \"fax\" is not allowed; use http, meta, tiktok, pinterest, snapchat, reddit, ga4, google_ads, linkedin, x, microsoft or quora"
        ),
        Case(
            "same name",
            ConfigurationFixture.minimal
                + "destinations:\n  - {name: a, kind: http, url: https://x.example}\n  - {name: a, kind: http, url: https://y.example}\n",
            "9:12: destinations[1].name: \"a\" is already the name of destinations[0]"),
        .linkedIn("token that lasts", expiry: "2026-01-16"),
        .linkedIn(
            "token that expires soon", expiry: "2026-01-15",
            "12:30: warning: destinations[0].access_token_expires_at: the access token expires on 2026-01-15; make a new one in Signals manager, Direct API"
        ),
        .linkedIn(
            "token that has expired", expiry: "2026-01-01",
            "12:30: warning: destinations[0].access_token_expires_at: the access token has expired on 2026-01-01; make a new one in Signals manager, Direct API"
        ),
        .linkedIn(
            "no day of the month", expiry: "2026-02-30",
            "12:30: destinations[0].access_token_expires_at: \"2026-02-30\" is no date; it looks like 2027-01-31"),
        .linkedIn(
            "no day", expiry: "tomorrow",
            "12:30: destinations[0].access_token_expires_at: \"tomorrow\" is no date; it looks like 2027-01-31"),
        .destination(
            "bad scheme", "url: ftp://example.com",
            "10:10: destinations[0].url: \"ftp\" is not allowed; use http or https"),
        .destination(
            "private host", "url: http://127.0.0.1:9400/",
            "10:10: destinations[0].url: 127.0.0.1 is a private address; set `allow_private_addresses: true` to reach it",
            "10:10: warning: destinations[0].url: http sends events readable for everybody on the way; use https"),
        .destination(
            "readable for all", "url: http://example.com/",
            "10:10: warning: destinations[0].url: http sends events readable for everybody on the way; use https"),
        .destination(
            "bad method", "method: GET", "11:13: destinations[0].method: \"GET\" is not allowed; use POST, PUT or PATCH"
        ),
        .destination(
            "no header name", "headers: {\"a b\": x}", "11:15: destinations[0].headers.a b: is no name of a header"),
        .destination(
            "own header", "headers: {Content-Length: '1'}",
            "11:15: destinations[0].headers.Content-Length: is set by the gateway itself; remove it"),
        .destination(
            "header with a line break", "headers: {A: \"x\\ny\"}",
            "11:18: destinations[0].headers.A: has a character that no header can carry"),
        .destination(
            "unknown secret", "headers: {A: \"Bearer {{secrets.token}}\"}",
            "11:14: destinations[0].headers: {{secrets.token}} is not known; add `token` to the `secrets` at the top"),
        .destination(
            "unknown secret in a template", "template: '{\"a\": \"{{ secrets.key }}\"}'",
            "11:15: destinations[0].template: {{secrets.key}} is not known; add `key` to the `secrets` at the top"),
        .destination(
            "no template file", "template_file: body.tpl",
            "11:20: destinations[0].template_file: cannot be read: No such file or directory"),
        .destination(
            "bad policy", "missing: drop",
            "11:14: destinations[0].missing: \"drop\" is not allowed; use empty, null or fail"),
        .destination("signing without secrets", "signing: {}", "11:14: destinations[0].signing.secrets: is required"),
        .destination(
            "no attempts", "retry: {attempts: 0}",
            "11:23: destinations[0].retry.attempts: \"0\" is out of range; use 1 to 100"),
        .destination(
            "empty backoff", "retry: {backoff: []}",
            "11:22: destinations[0].retry.backoff: has 0 entries; at least 1 are needed"),
        .destination(
            "text for backoff", "retry: {backoff: 2s}",
            "11:22: destinations[0].retry.backoff: must be a list, not a single value"),
        .destination(
            "no first wait", "retry: {backoff: {max: 1h}}", "11:22: destinations[0].retry.backoff.initial: is required"),
        .destination(
            "first wait too long", "retry: {backoff: {initial: 1h, max: 1m}}",
            "11:41: destinations[0].retry.backoff.max: is shorter than `initial`"),
        .destination(
            "jitter beyond half", "retry: {backoff: {initial: 1s, jitter: 51}}",
            "11:44: destinations[0].retry.backoff.jitter: \"51\" is out of range; use 0 to 50"),
        .destination(
            "no rate", "rate: 25",
            "11:11: destinations[0].rate: \"25\" is no rate; write a number, a slash and s or m, such as 25/s or 90/m"),
        .destination(
            "rate in hours", "rate: 25/h",
            "11:11: destinations[0].rate: \"25/h\" is no rate; write a number, a slash and s or m, such as 25/s or 90/m"
        ),
        .destination(
            "no events", "rate: 0/s", "11:11: destinations[0].rate: \"0/s\" is out of range; use 1/m to 100000/s"),
        .destination(
            "unknown order", "ordering: account",
            "11:15: destinations[0].ordering: \"account\" is not allowed; use none or profile"),
        .destination(
            "cooldowns", "breaker: {cooldown: 10m, max_cooldown: 1m}",
            "11:44: destinations[0].breaker.max_cooldown: is shorter than `cooldown`"),
        .destination(
            "no file of authorities", "ca_file: ca.pem",
            "11:14: destinations[0].ca_file: cannot be read: No such file or directory"),
        .destination(
            "a proxy with a path", "proxy: http://proxy.example.com:3128/path",
            "11:12: destinations[0].proxy: is no proxy; write http://host:port or https://host:port"),
        .destination(
            "short timeout", "timeout: 1ms", "11:14: destinations[0].timeout: \"1ms\" is out of range; use 100ms to 5m"),
        .destination(
            "no selection", "events: some",
            "11:13: destinations[0].events: \"some\" is not allowed; use all, defaults or a list of canonical names"),
        .destination(
            "no list of its own", "events: defaults",
            "11:13: destinations[0].events: \"defaults\" is not allowed for kind http, which has no list of its own"),
        .destination(
            "unknown filter", "filter: {event: purchase}",
            "11:14: destinations[0].filter.event: unknown key; known here: event_name, platform, segment, where"),
        .destination(
            "account without a source", "account: other",
            "11:14: warning: destinations[0].account: no source sends for this account"),
    ]
}
