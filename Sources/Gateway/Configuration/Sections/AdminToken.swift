import Platform

/// A token of the admin API: whose it is, what it opens and for how long.
public struct AdminToken: Sendable, Hashable {
    /// What the audit log calls whoever shows it.
    public let name: String
    /// What it opens.
    public let role: AdminRole
    /// What must be shown, and until when it is accepted.
    public let secret: AcceptedSecret

    init(name: String, role: AdminRole, secret: AcceptedSecret) {
        self.name = name
        self.role = role
        self.secret = secret
    }

    /// The same token, by this name if it has none.
    func named(_ fallback: String) -> AdminToken {
        name.isEmpty ? AdminToken(name: fallback, role: role, secret: secret) : self
    }
}

extension AdminToken: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        let name = section.required(
            "name", .name(), "What the audit log calls whoever shows this token; distinct.")
        let secret = section.required("value", .secret, "The token itself.")
        let role = section.value(
            "role", .choice(AdminRole.self), default: .read,
            "What it opens: `read` only asks, `operate` also gives orders.")
        let until = section.optional(
            "until", .timestamp, absence: "for ever",
            "When it stops being accepted, so that the next one can replace it.")
        if let until, until <= section.context.now { section.warn("is over; remove this token", at: "until") }
        guard let name, let secret else { return nil }
        if let owner = section.context.claim(secret.revealed, in: "admin token", by: section.field.path) {
            section.report("is the token of \(owner) too; give each name a token of its own", at: "value")
        }
        self.init(name: name, role: role, secret: AcceptedSecret(secret, until: until))
    }
}

extension ConfigurationFormat where Value == AdminToken {
    /// A secret, which opens everything and is named after its place, or a mapping.
    static var adminToken: ConfigurationFormat {
        let named = ConfigurationFormat.section()
        return ConfigurationFormat(
            "[token](#admin-tokens)",
            show: { token in
                let until = token.secret.until.map(\.rfc3339) ?? ""
                let parts = [token.name, token.role.rawValue, token.secret.secret.revealed, until]
                return .hidden(Secret(parts.joined(separator: "\u{0}")))
            },
            describe: named.describe
        ) { field in
            if case .mapping = field.node.content { return named.read(field) }
            guard let secret = ConfigurationFormat<Secret>.secret.read(field) else { return nil }
            if let owner = field.context.claim(secret.revealed, in: "admin token", by: field.path) {
                field.report("is the token of \(owner) too; give it once")
            }
            return AdminToken(name: "", role: .operate, secret: AcceptedSecret(secret))
        }
    }
}
