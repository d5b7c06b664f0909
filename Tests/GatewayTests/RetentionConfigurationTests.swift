import Testing

@testable import Gateway

/// How long what is kept, as operators write it.
@Suite struct RetentionConfigurationTests {
    typealias Case = ConfigurationFaultCase

    @Test("bad times and accounts are named", arguments: cases)
    func faults(_ c: Case) { #expect(ConfigurationFixture().faults(c.text) == c.faults) }

    static let cases: [Case] = [
        .top(
            "other days", "retention: {days: 31}",
            "1:19: retention.days: \"31\" is not allowed; use 30, 90, 180 or 365"),
        .top(
            "an account of nobody", "retention: {accounts: {acem: 30}}",
            "1:24: retention.accounts.acem: is no account of a source; name one of those"),
        .top("unknown key", "retention: {day: 30}", "1:13: retention.day: unknown key; did you mean `days`?"),
        .top("good", "retention: {days: 365, accounts: {acme: 30}}"),
    ]

    @Test func anAccountsOwnTimeCountsAndWithoutOneNothingGoes() throws {
        func retention(_ line: String) throws -> RetentionConfiguration {
            try ConfigurationFixture().load(line + "\n" + ConfigurationFixture.minimal).configuration.retention
        }
        let none = try retention("log_level: info")
        #expect(none.days(of: "acme") == nil)
        let both = try retention("retention: {days: 90, accounts: {acme: 180}}")
        #expect(both.days(of: "acme") == 180 && both.days(of: "left") == 90)
        #expect(try retention("retention: {accounts: {acme: 30}}").days(of: "left") == nil)
    }
}
