import EventModel
import Outbound
import Platform
import Storage

/// What is said of destinations: `platform_down`, `delivery_rate_drop`, `queue_backlog`, `destination_disabled`.
extension AlertRules {
    mutating func look(at destination: AlertSample.Destination, _ turn: inout Turn) {
        let name = destination.name
        guard destination.state != nil else {
            turn.unknown.insert(name)
            return
        }
        guard destination.state != .disabled else {
            // Nobody wants to hear of it; what it had is settled when it is enabled again.
            turn.notes[name] = "The configuration disables it."
            forgetDestination(name)
            return
        }
        let owner = BaselineOwner.destination(name)
        var watch = destinations[name] ?? DestinationWatch(baseline(of: owner))
        let hour = watch.note(destination, at: turn.time, keeping: turn.settings.platformDown.after)
        judgeDown(destination, watch, &turn)
        judgeShare(destination, watch, &turn)
        judgeBacklog(destination, &turn)
        judgeDisabled(destination, &turn)
        let isUsual =
            !isOpen(AlertKey(.platformDown, name)) && !isOpen(AlertKey(.deliveryRateDrop, name))
        let isHourOver = watch.baseline.add(hour, over: turn.span, at: turn.time, isLearning: isUsual)
        destinations[name] = watch
        if isHourOver || mustSave(&turn) { turn.actions.append(.learned(owner, watch.baseline.record)) }
    }

    // MARK: - platform_down

    private mutating func judgeDown(
        _ destination: AlertSample.Destination, _ watch: DestinationWatch, _ turn: inout Turn
    ) {
        let settings = turn.settings.platformDown
        let sum = watch.sum(of: max(settings.after, turn.settings.interval * 2), before: turn.time)
        var level = AlertLevel.between
        var since: Timestamp?
        if watch.failedInARow >= UInt64(min(3, settings.attempts)) {
            level = .bad
            since = watch.failingSince
        } else if sum.total >= UInt64(settings.attempts), sum.delivered * 10 < sum.total {
            level = .bad
            since = sum.firstAt
        } else if watch.failedInARow == 0, sum.delivered > 0, sum.delivered * 2 >= sum.total,
            destination.state != .broken
        {
            level = .good
        }
        let time = turn.time
        judge(AlertKey(.platformDown, destination.name), level, since: since, after: settings.after, &turn) { since in
            let last = watch.deliveredAt.map { "the last one that delivered was at \($0.rfc3339)" }
            return AlertFinding(
                summary:
                    "\(destination.name) has refused or not answered \(sum.failed) of \(sum.total) attempts in the last "
                    + "\(Spell.duration(max(settings.after, .seconds(60)))) (\(sum.failuresText)); "
                    + (last ?? "none was seen that delivered")
                    + ". This has been so for \(Spell.duration(time - since)); deliveries wait and are tried again.",
                nextStep:
                    "See what it answers: `tracklayer dead list --destination \(destination.name)` and the log lines "
                    + "\"delivery attempt failed\". When it is mended, `tracklayer destinations resume \(destination.name)` "
                    + "closes its breaker at once, and `tracklayer dead replay --destination \(destination.name)` sends what was given up.",
                figures: [
                    .init("attempts", Int64(clamping: sum.total)), .init("failed", Int64(clamping: sum.failed)),
                    .init("failures", sum.failuresText), .init("failed_in_a_row", Int64(clamping: watch.failedInARow)),
                    .init("state", destination.state?.rawValue ?? "unknown"),
                ])
        }
    }

    // MARK: - delivery_rate_drop

    private mutating func judgeShare(
        _ destination: AlertSample.Destination, _ watch: DestinationWatch, _ turn: inout Turn
    ) {
        let settings = turn.settings.deliveryRateDrop
        let sum = watch.sum(of: DestinationWatch.shareSpan, before: turn.time)
        let usual = watch.baseline.usualShare(at: turn.time, weeks: settings.weeks, attempts: settings.attempts)
        let key = AlertKey(.deliveryRateDrop, destination.name)
        var level = AlertLevel.between
        if sum.total >= UInt64(settings.attempts), let usual {
            let drop = UInt64(settings.points) * 10
            if sum.share + drop <= usual {
                // That it is down says it all.
                level = isOpen(AlertKey(.platformDown, destination.name)) && !isOpen(key) ? .between : .bad
            } else if sum.share + drop / 2 > usual {
                level = .good
            }
        }
        judge(key, level, after: settings.after, &turn) { since in
            let usual = usual ?? 0
            return AlertFinding(
                summary:
                    "\(destination.name) takes \(Spell.percent(sum.share)) of what it is sent; usual at this hour of the "
                    + "week is \(Spell.percent(usual)). Of \(sum.total) attempts in the last "
                    + "\(Spell.duration(DestinationWatch.shareSpan)), \(sum.failed) failed (\(sum.failuresText)).",
                nextStep:
                    "Look at what is refused and why: `tracklayer dead list --destination \(destination.name) --from \(since.rfc3339)`, "
                    + "then `tracklayer explain EVENT_ID` for one of them. A change of the template, of a secret or of "
                    + "what senders send since then is the likely cause.",
                figures: [
                    .init("attempts", Int64(clamping: sum.total)), .init("delivered", Int64(clamping: sum.delivered)),
                    .init("failures", sum.failuresText), .init("share_permille", Int64(clamping: sum.share)),
                    .init("usual_share_permille", Int64(clamping: usual)),
                ])
        }
    }

    // MARK: - queue_backlog

    private mutating func judgeBacklog(_ destination: AlertSample.Destination, _ turn: inout Turn) {
        let settings = turn.settings.queueBacklog
        let backlog = destination.backlog
        let age = backlog?.oldestDueAt.map { max(.zero, turn.time - $0) } ?? .zero
        var level = AlertLevel.between
        if backlog != nil {
            // What is held, gone or broken has a reason of its own to wait.
            let isServed = destination.state == .running || destination.state == .paused
            if isServed, age >= settings.age { level = .bad }
            if age < settings.age / 2 { level = .good }
        }
        let waitingBefore = previous?.destinations.first { $0.name == destination.name }?.backlog?.waiting
        judge(AlertKey(.queueBacklog, destination.name), level, after: settings.after, &turn) { _ in
            let waiting = backlog?.waiting ?? 0
            let change =
                waitingBefore.map { before in
                    waiting > before
                        ? ", and there are more and more" : waiting < before ? ", and there are fewer and fewer" : ""
                } ?? ""
            return AlertFinding(
                summary:
                    "\(Spell.count(waiting, "event")) for \(destination.name) wait\(change); the first one should have been "
                    + "sent \(Spell.duration(age)) ago. They come in faster than they are delivered.",
                nextStep:
                    "`tracklayer destinations` shows whether it is slow, paused by `Retry-After` or held back by `rate`. "
                    + "Raise its `concurrency` or `rate` in the configuration if the receiver can take more, and reload.",
                figures: [
                    .init("waiting", Int64(waiting)), .init("oldest_due_seconds", age.wholeMilliseconds / 1000),
                    .init("limit_seconds", settings.age.wholeMilliseconds / 1000),
                    .init("state", destination.state?.rawValue ?? "unknown"),
                ])
        }
    }

    // MARK: - destination_disabled

    private mutating func judgeDisabled(_ destination: AlertSample.Destination, _ turn: inout Turn) {
        let isRefused = destination.state == .refused
        let isStopped = destination.state == .gone || isRefused
        judge(
            AlertKey(.destinationDisabled, destination.name), isStopped ? .bad : .good, since: destination.stoppedAt,
            after: .zero, &turn
        ) { since in
            let name = destination.name
            let waiting = destination.backlog?.waiting ?? 0
            let what = isRefused ? "refused the gateway's credentials" : "answered 410 (gone)"
            let advice =
                isRefused
                ? "Look at its last error with `tracklayer destinations` and the log, put valid credentials in the "
                    + "configuration, reload, and `tracklayer destinations resume \(name)`."
                : "Ask the receiver's owner. If the address is right, `tracklayer destinations resume \(name)`; "
                    + "if it has moved, change `url`, reload, and resume; if it is gone for good, remove the destination."
            return AlertFinding(
                summary:
                    "\(name) \(what) at \(since.rfc3339) and is sent nothing more; "
                    + "\(Spell.count(waiting, "event")) \(waiting == 1 ? "waits" : "wait") for it.",
                nextStep: advice,
                figures: [
                    .init("waiting", Int64(waiting)), .init("state", destination.state?.rawValue ?? "unknown"),
                ])
        }
    }
}
