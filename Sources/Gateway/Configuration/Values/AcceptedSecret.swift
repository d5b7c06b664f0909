public import Platform

/// A secret that a sender may show, for ever or until it is replaced.
public struct AcceptedSecret: Sendable, Hashable {
    /// What the sender must show.
    public let secret: Secret
    /// When it stops being accepted; nil for never.
    public let until: Timestamp?

    /// A secret that is accepted until `until`.
    public init(_ secret: Secret, until: Timestamp? = nil) {
        self.secret = secret
        self.until = until
    }

    /// Whether the secret opens the door at `time`.
    public func isAccepted(at time: Timestamp) -> Bool { until.map { time < $0 } ?? true }
}

extension AcceptedSecret: ConfigurationSection {
    init?(_ section: ConfigurationReader) {
        let secret = section.required("value", .secret, "The secret itself.")
        let until = section.optional(
            "until", .timestamp, absence: "for ever",
            "When it stops being accepted (RFC 3339), so that a sender can change to the new one in peace.")
        if let until, until <= section.context.now { section.warn("is over; remove this secret", at: "until") }
        guard let secret else { return nil }
        self.init(secret, until: until)
    }
}

extension ConfigurationFormat where Value == AcceptedSecret {
    /// A secret, or a mapping of a secret and the time until which it is accepted.
    static var acceptedSecret: ConfigurationFormat {
        let timed = ConfigurationFormat.section()
        return ConfigurationFormat(
            "[secret](#secrets)",
            show: { accepted in
                let until = accepted.until.map(\.rfc3339) ?? ""
                return .hidden(Secret("\(accepted.secret.revealed)\u{0}\(until)"))
            },
            describe: { timed.describe($0.renamed("secret")) }
        ) { field in
            if case .mapping = field.node.content { return timed.read(field) }
            return ConfigurationFormat<Secret>.secret.read(field).map { AcceptedSecret($0) }
        }
    }
}
