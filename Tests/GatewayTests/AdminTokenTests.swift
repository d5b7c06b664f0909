import Platform
import Testing

@testable import Gateway

/// `admin.tokens` of the configuration.
@Suite struct AdminTokenTests {
    private func tokens(_ admin: String) throws -> [String] {
        let text = "admin: {\(admin)}\n" + ConfigurationFixture.minimal
        return try ConfigurationFixture().load(text).configuration.admin.tokens.map { token in
            let until = token.secret.until.map { " until \($0.rfc3339)" } ?? ""
            return "\(token.name) \(token.role.rawValue) \(token.secret.secret.revealed)\(until)"
        }
    }

    @Test func aSecretAloneOpensEverythingAndIsNamedAfterItsPlace() throws {
        #expect(try tokens("tokens: 0123456789abcdef") == ["token-1 operate 0123456789abcdef"])
        #expect(
            try tokens("tokens: [0123456789abcdef, 1123456789abcdef]") == [
                "token-1 operate 0123456789abcdef", "token-2 operate 1123456789abcdef",
            ])
    }

    @Test func aMappingHasANameARoleAndAnEnd() throws {
        #expect(
            try tokens(
                "tokens: [0123456789abcdef, {name: wall, value: 2123456789abcdef}, "
                    + "{name: ada, role: operate, value: 3123456789abcdef, until: 2027-01-01T00:00:00Z}]") == [
                    "token-1 operate 0123456789abcdef", "wall read 2123456789abcdef",
                    "ada operate 3123456789abcdef until 2027-01-01T00:00:00.000Z",
                ])
    }

    static let faults: [ConfigurationFaultCase] = [
        .top(
            "no name", "admin: {tokens: [{value: 0123456789abcdef}]}",
            "1:18: admin.tokens[0].name: is required"),
        .top(
            "no value", "admin: {tokens: [{name: ada}]}", "1:18: admin.tokens[0].value: is required"),
        .top(
            "unknown role", "admin: {tokens: [{name: ada, role: write, value: 0123456789abcdef}]}",
            "1:36: admin.tokens[0].role: \"write\" is not allowed; use read or operate"),
        .top(
            "misspelt key", "admin: {tokens: [{name: ada, roles: read, value: 0123456789abcdef}]}",
            "1:30: admin.tokens[0].roles: unknown key; did you mean `role`?"),
        .top(
            "two of one name",
            "admin: {tokens: [{name: ada, value: 0123456789abcdef}, {name: ada, value: 1123456789abcdef}]}",
            "1:17: admin.tokens: two tokens are named \"ada\"; give each a name of its own"),
        .top(
            "a name that a place has", "admin: {tokens: [0123456789abcdef, {name: token-1, value: 1123456789abcdef}]}",
            "1:17: admin.tokens: two tokens are named \"token-1\"; give each a name of its own"),
        .top(
            "one token twice", "admin: {tokens: [0123456789abcdef, {name: ada, value: 0123456789abcdef}]}",
            "1:55: admin.tokens[1].value: is the token of admin.tokens[0] too; give each name a token of its own"),
        .top(
            "over", "admin: {tokens: [{name: ada, value: 0123456789abcdef, until: 2025-01-01T00:00:00Z}]}",
            "1:62: warning: admin.tokens[0].until: is over; remove this token"),
        .top(
            "short age of the audit log", "admin: {audit_keep: 1h}",
            "1:21: admin.audit_keep: \"1h\" is out of range; use 1d to 3650d"),
    ]

    @Test(arguments: faults) func faultsSayWhatToDo(_ fault: ConfigurationFaultCase) {
        #expect(ConfigurationFixture().faults(fault.text) == fault.faults)
    }
}
