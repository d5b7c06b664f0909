import EventModel

/// How many alerts and messages about them there were, for the metrics.
struct AlertFigures: Sendable, Equatable {
    /// What became of one channel's messages.
    struct Messages: Sendable, Equatable {
        var sent: UInt64 = 0
        var failed: UInt64 = 0
    }

    var open: [AlertKind: Int] = [:]
    /// Since the start.
    var opened: [AlertKind: UInt64] = [:]
    /// By channel, since the start.
    var messages: [String: Messages] = [:]
}
