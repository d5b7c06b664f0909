/// What an alert is about.
///
/// Raw values are contracts: they stand in the configuration, the admin API, messages and records.
public enum AlertKind: String, Sendable, CaseIterable {
    /// A destination refuses nearly everything, or does not answer.
    case platformDown = "platform_down"
    /// Events or deliveries come in faster than they are worked off.
    case queueBacklog = "queue_backlog"
    /// A source that usually sends events has gone quiet.
    case trackingStopped = "tracking_stopped"
    /// A destination takes a smaller part of what it is sent than it usually does.
    case deliveryRateDrop = "delivery_rate_drop"
    /// A destination answered 410, or refuses the credentials, and is sent nothing more.
    case destinationDisabled = "destination_disabled"
    /// The store fails, is slow, or its disk is nearly full.
    case storeTrouble = "store_trouble"
}

/// What an alert is about, and whom it concerns: of two alerts with the same key at most one is open.
public struct AlertKey: Sendable, Hashable {
    /// What it is about.
    public var kind: AlertKind
    /// The source, the destination or the part of the gateway.
    public var subject: String

    /// A key from its parts.
    public init(_ kind: AlertKind, _ subject: String) {
        self.kind = kind
        self.subject = subject
    }
}
