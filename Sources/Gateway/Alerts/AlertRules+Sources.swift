import EventModel
import Platform
import Storage

/// What is said of sources: `tracking_stopped`.
extension AlertRules {
    mutating func look(at source: AlertSample.Source, _ turn: inout Turn) {
        let name = source.name
        let settings = turn.settings.trackingStopped
        let owner = BaselineOwner.source(name)
        let key = AlertKey(.trackingStopped, name)
        var watch = sources[name] ?? SourceWatch(baseline(of: owner))
        let isHourOver = watch.note(
            source.eventCount, over: turn.span, at: turn.time, isOpen: isOpen(key), settings)
        sources[name] = watch
        let hourly = watch.baseline.usualCount(at: turn.time, weeks: settings.weeks) ?? 0
        judge(key, watch.level, after: settings.after, &turn) { since in
            let last = watch.baseline.record.lastSeenAt
            return AlertFinding(
                summary: Self.summary(name, watch, since: since, last: last, hourly: hourly),
                nextStep:
                    "Send one event of your own with the source's credentials (docs/guides) and look for it with "
                    + "`tracklayer explain EVENT_ID`. If it arrives, the sender has stopped: check its connection to this "
                    + "gateway and its last release. If not, check DNS, TLS and the proxy in front, and "
                    + "`tracklayer_requests_refused_total` in /metrics.",
                figures: [
                    .init("events", Int64(clamping: watch.seen)), .init("usual_events", Int64(watch.usual)),
                    .init("usual_events_per_hour", Int64(clamping: hourly)),
                    .init("last_event_at", last?.rfc3339 ?? "never"),
                    .init("missing_limit", Int64(watch.limit.isFinite ? watch.limit : 0)),
                ])
        }
        if isHourOver || mustSave(&turn) { turn.actions.append(.learned(owner, watch.baseline.record)) }
    }

    private static func summary(
        _ name: String, _ watch: SourceWatch, since: Timestamp, last: Timestamp?, hourly: UInt64
    ) -> String {
        let quiet = watch.quietSince ?? since
        let came = watch.seen == 0 ? "no event has come" : "only \(Spell.count(watch.seen, "event")) came"
        return "\(name) has gone quiet: since \(quiet.rfc3339) \(came), where about \(Int64(watch.usual)) usually do"
            + (hourly > 0 ? " (\(hourly) an hour at this hour of the week)" : "")
            + (last.map { "; the last one came at \($0.rfc3339)." } ?? ".")
    }
}
