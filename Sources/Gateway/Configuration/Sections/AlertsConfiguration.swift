public import EventModel

/// What operators are told of by itself, and how (docs/alerts.md).
public struct AlertsConfiguration: Sendable, Equatable {
    /// Whether the gateway watches itself at all.
    public var isEnabled: Bool
    /// How often it looks.
    public var interval: Duration
    /// What it looks for.
    public var kinds: [AlertKind]
    /// When a destination is down.
    public var platformDown: PlatformDownConfiguration
    /// When a queue is too long.
    public var queueBacklog: QueueBacklogConfiguration
    /// When a source has gone quiet.
    public var trackingStopped: TrackingStoppedConfiguration
    /// When a destination takes less than usual.
    public var deliveryRateDrop: DeliveryRateDropConfiguration
    /// When the store is in trouble.
    public var storeTrouble: StoreTroubleConfiguration
    /// How messages are kept few.
    public var messages: AlertMessagesConfiguration
    /// Where messages are posted; nil for nowhere.
    public var webhook: AlertWebhookConfiguration?
    /// Whom messages are mailed to; nil for nobody.
    public var email: AlertEmailConfiguration?
}

extension AlertsConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        isEnabled = section.value(
            "enabled", .flag, default: true, "Whether the gateway watches itself; metrics are measured either way.")
        interval = section.value(
            "every", .duration(in: .milliseconds(50) ... .seconds(60)), default: .seconds(15),
            "How often it looks, and how often what waits is counted for the metrics.")
        kinds = section.value(
            "kinds", .list(of: .choice(AlertKind.self), count: 1...AlertKind.allCases.count),
            default: AlertKind.allCases, "What it looks for; open alerts of other kinds are cleared.")
        platformDown = section.group(
            "platform_down", PlatformDownConfiguration.self, "When a destination is down.")
        queueBacklog = section.group("queue_backlog", QueueBacklogConfiguration.self, "When a queue is too long.")
        trackingStopped = section.group(
            "tracking_stopped", TrackingStoppedConfiguration.self, "When a source has gone quiet.")
        deliveryRateDrop = section.group(
            "delivery_rate_drop", DeliveryRateDropConfiguration.self, "When a destination takes less than usual.")
        storeTrouble = section.group(
            "store_trouble", StoreTroubleConfiguration.self, "When the store is in trouble.")
        messages = section.group("messages", AlertMessagesConfiguration.self, "How messages are kept few.")
        webhook = section.optional("webhook", .section(), absence: "no posts", "Where messages are posted.")
        email = section.optional("email", .section(), absence: "no mail", "Whom messages are mailed to.")
        if Set(kinds).count < kinds.count { section.report("names a kind twice", at: "kinds") }
        if isEnabled, interval > .seconds(30), storeTrouble.after < interval {
            section.warn("is longer than store_trouble.after; alerts come as late as this", at: "every")
        }
    }
}

/// How messages about alerts are kept few.
public struct AlertMessagesConfiguration: Sendable, Equatable {
    /// How long a message waits for others to go along.
    public var group: Duration
    /// How long after an alert was told it is not told again when it has cleared and comes back.
    public var interval: Duration
    /// How often an alert that stays open is told again.
    public var remind: Duration
    /// Messages that one channel gets within an hour at most.
    public var hourlyLimit: Int
}

extension AlertMessagesConfiguration: DefaultedSection {
    init(_ section: ConfigurationReader) {
        group = section.value(
            "group", .duration(in: .zero ... .seconds(3600)), default: .seconds(30),
            "How long a message waits for other alerts to go along.")
        interval = section.value(
            "interval", .duration(in: .zero ... .seconds(7 * 86_400)), default: .seconds(3600),
            "An alert that clears and comes back within this time is told only if it is still open at its end.")
        remind = section.value(
            "remind", .duration(in: .seconds(60) ... .seconds(30 * 86_400)), default: .seconds(86_400),
            "How often an alert that stays open is told again.")
        hourlyLimit = section.value(
            "per_hour", .integer(in: 1...1000), default: 12,
            "Messages of one channel in an hour at most; what is left over goes into the next one.")
    }
}
