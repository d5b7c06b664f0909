import Testing

@testable import Gateway

/// Bad sources and exactly what is said about them.
@Suite struct ConfigurationSourceFaultTests {
    typealias Case = ConfigurationFaultCase

    @Test("settings of a source", arguments: cases)
    func source(_ c: Case) { #expect(ConfigurationFixture().faults(c.text) == c.faults) }

    static let cases: [Case] = [
        Case(
            "everything missing", "sources:\n  - {}",
            "2:5: sources[0]: is open to everybody; give it `secrets`, `shared_secret`, `write_keys` or `signature: required`",
            "2:5: sources[0].account: is required", "2:5: sources[0].environment: is required",
            "2:5: sources[0].kind: is required", "2:5: sources[0].name: is required"
        ),
        Case(
            "numbers for text",
            ConfigurationFixture.minimal.replacing("acme", with: "12345").replacing("production", with: "true"),
            "4:14: sources[0].account: \"12345\" is a number; put quotes around it to make it text",
            "5:18: sources[0].environment: \"true\" is a Boolean; put quotes around it to make it text"),
        Case(
            "bad name and kind",
            ConfigurationFixture.minimal.replacing("name: web", with: "name: web sdk").replacing("native", with: "sdk"),
            "2:11: sources[0].name: must begin with a letter or digit and have only letters, digits, _, - and .",
            "3:11: sources[0].kind: \"sdk\" is not allowed; use rudderstack, segment, native or trackstack"),
        Case(
            "short secret", ConfigurationFixture.minimal.replacing("0123456789abcdef", with: "short"),
            "6:18: warning: sources[0].write_keys[0]: is shorter than 16 bytes; `openssl rand -hex 32` makes a strong one"
        ),
        Case(
            "bad secrets",
            ConfigurationFixture.minimal.replacing(
                "[0123456789abcdef]", with: "['', ' 0123456789abcdef', \"a\\nb\", [x]]"),
            "6:18: sources[0].write_keys[0]: is empty", "6:22: sources[0].write_keys[1]: has white space around it",
            "6:43: sources[0].write_keys[2]: has a control character in it",
            "6:51: sources[0].write_keys[3]: must be a secret, not a list"),
        Case(
            "secret as key",
            ConfigurationFixture.minimal.replacing("[0123456789abcdef]", with: "{s3cr3t0123456789abcdef: 1}"),
            "6:17: sources[0].write_keys.value: is required",
            "6:18: sources[0].write_keys: has an unknown key; known here: value, until"),
        .source(
            "bad end date", "secrets: {value: fedcba9876543210, until: tomorrow}",
            "7:47: sources[0].secrets.until: \"tomorrow\" is no time; write it as 2026-01-31T12:00:00Z or with +01:00"),
        .source(
            "past end date", "secrets: {value: fedcba9876543210, until: 2020-01-01T00:00:00Z}",
            "7:47: warning: sources[0].secrets.until: is over; remove this secret"),
        .source("no secrets at all", "secrets: []", "7:14: sources[0].secrets: has 0 entries; at least 1 are needed"),
        .source(
            "nothing to check a signature", "signature: required",
            "2:5: sources[0].signature_secrets: is required to check a signature; or list `secrets`"),
        .source(
            "bad policy", "signature: maybe",
            "7:16: sources[0].signature: \"maybe\" is not allowed; use off, optional or required"),
        .source(
            "no flag", "strict: yes",
            "7:13: sources[0].strict: \"yes\" is not allowed; use true or false, without quotes"),
        .source(
            "no origin", "origins: [https://a/b]",
            "7:15: sources[0].origins[0]: \"https://a/b\" is no origin; write https://shop.example.com or *.example.com"
        ),
        .source(
            "no currency", "default_currency: eur",
            "7:23: sources[0].default_currency: \"eur\" is no currency; write 3 capital letters, such as EUR"),
        .source(
            "no country", "default_country: DEU",
            "7:22: sources[0].default_country: \"DEU\" is no country; write 2 capital letters, such as DE"),
        .source(
            "no canonical name", "events: {Kauf: Purchase}",
            "7:20: sources[0].events.Kauf: must be a canonical name such as purchase or custom.my_event"),
        .source(
            "no purpose", "consent_categories: {C9: [adverts]}",
            "7:31: sources[0].consent_categories.C9[0]: \"adverts\" is not allowed; use analytics, ads, ads_user_data or ads_personalization"
        ),
        .source(
            "list for a dictionary", "events: [a]",
            "7:13: sources[0].events: must be a mapping of event name to canonical name, not a list"),
        .source("empty pattern", "include: ['']", "7:15: sources[0].include[0]: \"\" is empty"),
        .source(
            "far future", "future_tolerance: 2d",
            "7:23: sources[0].future_tolerance: \"2d\" is out of range; use 0s to 1d"),
        .source("misspelt key", "write_key: x", "7:5: sources[0].write_key: unknown key; did you mean `write_keys`?"),
        .source(
            "twice the same", "secrets: [fedcba9876543210, fedcba9876543210]",
            "7:14: warning: sources[0].secrets: has a value twice"),
        Case(
            "browsers on webhooks",
            ConfigurationFixture.minimal.replacing("native", with: "segment") + "    origins: [a.example.com]\n",
            "7:14: warning: sources[0].origins: has no effect on webhooks, which no browser sends"),
        Case(
            "signatures of RudderStack",
            ConfigurationFixture.minimal.replacing("native", with: "rudderstack")
                + "    secrets: [fedcba9876543210]\n    signature: required\n",
            "8:16: warning: sources[0].signature: RudderStack cannot sign what it sends, so only other senders can meet this"
        ),
        Case(
            "shared secret of RudderStack",
            ConfigurationFixture.minimal.replacing("native", with: "rudderstack")
                + "    shared_secret: fedcba9876543210\n",
            "7:20: warning: sources[0].shared_secret: RudderStack cannot sign what it sends, so only other senders can meet this"
        ),
        Case(
            "same name and key",
            ConfigurationFixture.minimal + ConfigurationFixture.minimal.replacing("sources:\n", with: ""),
            "7:11: sources[1].name: \"web\" is already the name of sources[0]",
            "11:17: sources[1].write_keys: has a value that sources[0] has too; sources of one kind need different ones"
        ),
        Case(
            "header secret as another's signature secret",
            ConfigurationFixture.minimal.replacing("write_keys", with: "secrets")
                + ConfigurationFixture.minimal.replacing("sources:\n", with: "").replacing("web", with: "other")
                .replacing("write_keys", with: "signature: required\n    signature_secrets"),
            "12:24: sources[1].signature_secrets: has a value that sources[0] has too; sources of one kind need different ones"
        ),
        Case(
            "header secret as one's own signature secret",
            ConfigurationFixture.minimal.replacing("write_keys", with: "secrets")
                + "    signature_secrets: 0123456789abcdef\n"),
        Case(
            "same key for different kinds",
            ConfigurationFixture.minimal
                + ConfigurationFixture.minimal.replacing("sources:\n", with: "").replacing("native", with: "segment")
                .replacing("web", with: "other")),
    ]
}
