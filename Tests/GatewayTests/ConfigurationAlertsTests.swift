import EventModel
import Testing

@testable import Gateway

/// The `alerts:` section: strict, with defaults that need nothing.
@Suite struct ConfigurationAlertsTests {
    private static func alerts(_ lines: String) throws -> AlertsConfiguration {
        try ConfigurationFixture(files: ["/run/ca.pem": "x"]).load(ConfigurationFixture.minimal + lines).configuration
            .alerts
    }

    @Test func withoutTheSectionEverythingIsWatchedAndNobodyIsTold() throws {
        let alerts = try Self.alerts("")
        #expect(alerts.isEnabled && alerts.kinds == AlertKind.allCases)
        #expect(alerts.webhook == nil && alerts.email == nil)
        #expect(alerts.interval == .seconds(15))
    }

    @Test func allOfItIsRead() throws {
        let alerts = try Self.alerts(
            """
            alerts:
              every: 5s
              kinds: [platform_down, store_trouble]
              platform_down: {after: 2m, attempts: 5}
              messages: {group: 1m, interval: 2h, remind: 12h, per_hour: 3}
              webhook: {url: "https://hooks.example.com/x", signing: {secrets: [0123456789abcdef]}}
              email:
                server: smtp.example.com:465
                tls: implicit
                username: me
                password: 0123456789abcdef
                from: gateway@example.com
                to: [a@example.com, b@example.com]

            """)
        #expect(alerts.kinds == [.platformDown, .storeTrouble])
        #expect(alerts.platformDown == PlatformDownConfiguration(after: .seconds(120), attempts: 5))
        #expect(alerts.messages.hourlyLimit == 3)
        #expect(alerts.email?.encryption == .implicit && alerts.email?.to.count == 2)
        #expect(alerts.webhook?.signing?.secrets.count == 1)
    }

    @Test(
        "what is wrong is named with its place",
        arguments: [
            ("alerts: {evry: 5s}", "alerts.evry: unknown key; did you mean `every`?"),
            ("alerts: {kinds: [fire]}", "alerts.kinds[0]: \"fire\" is not allowed"),
            ("alerts: {kinds: [platform_down, platform_down]}", "alerts.kinds: names a kind twice"),
            ("alerts: {delivery_rate_drop: {points: 0}}", "alerts.delivery_rate_drop.points: \"0\" is out of range"),
            ("alerts: {webhook: {url: \"http://127.0.0.1/x\"}}", "alerts.webhook.url: 127.0.0.1 is a private address"),
            ("alerts: {webhook: {url: \"https://e.example.com/{{x}}\"}}", "alerts.webhook.url: takes no {{…}}"),
            (
                "alerts: {webhook: {url: \"https://e.example.com/\", signing: {secrets: [whsec_not!base64]}}}",
                "alerts.webhook.signing: begins with whsec_"
            ),
            ("alerts: {email: {server: \"a.example.com:25\"}}", "alerts.email.from: is required"),
            (
                "alerts: {email: {server: \"a.example.com:25\", from: me, to: a@example.com}}",
                "alerts.email.from: is no mail address"
            ),
            (
                "alerts: {email: {server: \"a.example.com:25\", from: m@example.com, to: \"Ada <a@example.com>\"}}",
                "alerts.email.to: is no mail address"
            ),
            (
                "alerts: {email: {server: \"a.example.com:25\", from: m@example.com, to: a@example.com, username: u}}",
                "alerts.email.username: needs both"
            ),
            (
                "alerts: {email: {server: \"a.example.com:25\", tls: none, from: m@example.com, to: a@example.com, "
                    + "username: u, password: 0123456789abcdef}}", "alerts.email.tls: would send the password readable"
            ),
        ])
    func faults(_ line: String, _ fault: String) {
        let faults = ConfigurationFixture().faults(ConfigurationFixture.minimal + line + "\n")
        #expect(faults.contains { $0.contains(fault) }, "\(faults)")
        #expect(faults.allSatisfy { !$0.contains("0123456789abcdef") })
    }
}
