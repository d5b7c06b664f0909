import Platform
import Testing

@testable import Gateway

@Suite struct ConfigurationValueTests {
    // MARK: Quantities

    @Test(
        "durations have units, the largest first",
        arguments: [
            ("500ms", 500), ("2s", 2000), ("30m", 1_800_000), ("12h", 43_200_000), ("30d", 2_592_000_000),
            ("2h40m", 9_600_000), ("1m1ms", 60_001), ("0s", 0), ("90s", 90_000),
            ("", nil), ("5", nil), ("s", nil), ("1.5s", nil), ("-1s", nil), ("2 s", nil), ("1w", nil), ("1S", nil),
            ("40m2h", nil), ("2s2s", nil), ("99999999999999999999s", nil), ("999999999999999999d", nil), ("٣s", nil),
        ] as [(String, Int64?)])
    func duration(_ text: String, _ milliseconds: Int64?) {
        #expect(Quantity.duration(text) == milliseconds.map { .milliseconds($0) })
    }

    @Test func writtenDurationsReadBackAsThemselves() {
        for milliseconds: Int64 in [0, 1, 999, 1000, 61_000, 3_600_000, 9_600_000, 2_592_000_000, 90_061_001] {
            let duration = Duration.milliseconds(milliseconds)
            #expect(Quantity.duration(Quantity.text(duration)) == duration)
        }
        #expect(Quantity.text(.milliseconds(9_600_000)) == "2h40m")
    }

    @Test(
        "sizes have binary units",
        arguments: [
            ("512B", 512), ("64KiB", 65_536), ("8MiB", 8_388_608), ("1GiB", 1_073_741_824), ("64KB", nil), ("64", nil),
            ("KiB", nil), ("1.5MiB", nil), ("1MiB2", nil), ("999999999999999999GiB", nil),
        ] as [(String, Int?)])
    func size(_ text: String, _ byteCount: Int?) {
        #expect(Quantity.byteCount(text) == byteCount)
        if let byteCount { #expect(Quantity.text(byteCount: byteCount) == text) }
    }

    @Test(
        "times follow RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-01-31T12:00:00Z", 1_769_860_800_000),
            ("2026-01-31t13:00:00.999+01:00", 1_769_860_800_000), ("2024-02-29T00:00:00-05:30", 1_709_184_600_000),
            ("2025-02-29T00:00:00Z", nil), ("2026-01-31", nil), ("2026-01-31T12:00:00", nil),
            ("2026-01-31 12:00:00Z", nil), ("2026-13-01T00:00:00Z", nil), ("2026-01-31T24:00:00Z", nil),
            ("2026-01-31T12:00:00.Z", nil), ("2026-01-31T12:00:00+0100", nil), ("2026-01-31T12:00:00Zx", nil),
            ("", nil),
        ] as [(String, Int64?)])
    func time(_ text: String, _ milliseconds: Int64?) {
        #expect(RFC3339.timestamp(text)?.milliseconds == milliseconds)
    }

    // MARK: Network names

    @Test(
        "listeners are host and port",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080, true), ("[::1]:0", "::1", 0, true),
            ("localhost:80", "localhost", 80, true),
            ("0.0.0.0:65535", "0.0.0.0", 65535, false), ("gateway.internal:9", "gateway.internal", 9, false),
        ] as [(String, String, UInt16, Bool)])
    func listener(_ text: String, _ host: String, _ port: UInt16, isLoopback: Bool) {
        let address = ListenAddress(text)
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address?.isLoopback == isLoopback)
        #expect(address?.description == text)
    }

    @Test(
        "what is no listener is refused",
        arguments: [
            "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "a:65536", "a:-1", "::1:80", "[::1]", "[x]:1", "a b:1",
        ])
    func noListener(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }

    struct URLCase: Sendable, CustomTestStringConvertible {
        let text: String
        let origin: String
        var isPrivate = false
        var testDescription: String { text }
    }

    @Test(
        "URLs have an origin",
        arguments: [
            URLCase(text: "https://hooks.example.com/a/b?c=d", origin: "https://hooks.example.com"),
            URLCase(text: "HTTPS://Hooks.Example.com:443", origin: "https://hooks.example.com"),
            URLCase(text: "http://example.com:8080?x", origin: "http://example.com:8080"),
            URLCase(text: "http://[2001:db8::1]:80/", origin: "http://[2001:db8::1]"),
            URLCase(text: "https://example.com/{{json properties.a}}?b={{c}}", origin: "https://example.com"),
            URLCase(text: "http://localhost/", origin: "http://localhost", isPrivate: true),
            URLCase(text: "http://127.0.0.1:9400/", origin: "http://127.0.0.1:9400", isPrivate: true),
            URLCase(text: "http://10.1.2.3/", origin: "http://10.1.2.3", isPrivate: true),
            URLCase(text: "http://172.32.0.1/", origin: "http://172.32.0.1"),
            URLCase(text: "http://172.31.0.1/", origin: "http://172.31.0.1", isPrivate: true),
            URLCase(text: "http://[fd00::1]/", origin: "http://[fd00::1]", isPrivate: true),
            URLCase(text: "http://[::ffff:10.0.0.1]/", origin: "http://[::ffff:10.0.0.1]", isPrivate: true),
        ])
    func url(_ c: URLCase) throws {
        let url = try EndpointURL(c.text)
        #expect(url.origin == c.origin)
        #expect("\(url)" == c.origin)
        #expect(url.hasPrivateHost == c.isPrivate)
    }

    @Test(
        "what is no URL is refused without being repeated",
        arguments: [
            ("ftp://example.com", "\"ftp\" is not allowed; use http or https"),
            ("example.com/hook", "is no URL; write http:// or https://, a host and a path"),
            ("https://", "has no valid host and port; write https://hooks.example.com/path"),
            ("https://exa_mple.com:x/", "has no valid host and port; write https://hooks.example.com/path"),
            ("https://[1.2.3.4]/", "has no valid host and port; write https://hooks.example.com/path"),
            ("https://user:secret@example.com", "has a user or password; send them in a header instead"),
            ("https://example.com/#top", "has a fragment; leave out # and what follows"),
            ("https://{{host}}/", "has no valid host and port; write https://hooks.example.com/path"),
            ("https://example.com/{{x}", "has a character that a URL cannot have; write it as %XX"),
            ("https://example.com/{x}", "has a character that a URL cannot have; write it as %XX"),
            ("https://exämple.com/", "has a character that a URL cannot have; write it as %XX"),
        ])
    func noURL(_ text: String, _ message: String) {
        let error = #expect(throws: ConfigurationComplaint.self) { try EndpointURL(text) }
        #expect(error?.rest == message)
    }

    @Test(
        "origins are hosts",
        arguments: [
            ("https://Shop.example.com", "shop.example.com"), ("http://shop.example.com:8443/", "shop.example.com"),
            ("*.example.com", "*.example.com"), ("https://*.example.com", "*.example.com"), ("*", nil), ("", nil),
            ("https://a/b", nil), ("*.*.com", nil),
        ] as [(String, String?)])
    func origin(_ text: String, _ expected: String?) {
        #expect(OriginPattern(text)?.description == expected)
    }

    // MARK: Names

    @Test(
        "the nearest key is found by the fewest mistakes",
        arguments: [
            ("secret", "secrets"), ("write-keys", "write_keys"), ("WriteKeys", "write_keys"), ("sercets", "secrets"),
            ("shared_secrets", "shared_secret"), ("enviroment", "environment"), ("pixel_id", nil), ("", nil),
            ("x", nil),
        ] as [(String, String?)])
    func nearest(_ word: String, _ expected: String?) {
        let keys = ["name", "kind", "secrets", "shared_secret", "write_keys", "environment"]
        #expect(Spelling.nearest(to: word, among: keys) == expected)
    }

    @Test func distanceCountsASwapOnce() {
        #expect(Spelling.distance(Array("abcd".utf8), Array("abdc".utf8)) == 1)
        #expect(Spelling.distance(Array("abc".utf8), []) == 3)
        #expect(Spelling.distance([], Array("abc".utf8)) == 3)
        #expect(Spelling.distance(Array("kitten".utf8), Array("sitting".utf8)) == 3)
    }

    @Test func secretsPrintAsStars() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump([secret], to: &dumped)
        for shown in ["\(secret)", String(reflecting: secret), "\([secret])", "\(AcceptedSecret(secret))", dumped] {
            #expect(shown.contains("***"))
            #expect(!shown.contains("hunter2"))
        }
    }

    @Test func aSecretIsAcceptedUntilItsEnd() {
        let end = Timestamp(seconds: 100)
        let secret = AcceptedSecret(Secret("x"), until: end)
        #expect(secret.isAccepted(at: Timestamp(milliseconds: 99_999)))
        #expect(!secret.isAccepted(at: end))
        #expect(AcceptedSecret(Secret("x")).isAccepted(at: end))
    }
}
