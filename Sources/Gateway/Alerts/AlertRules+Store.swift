import EventModel
import Platform
import Storage

/// What is said of the gateway itself: `store_trouble`, and `queue_backlog` of the committer.
extension AlertRules {
    /// The subjects of alerts that concern no source and no destination; with blanks, which no configured name has.
    enum Subject {
        static let commits = "commit queue"
        static let writes = "store writes"
        static let syncs = "store syncs"
        static let disk = "store disk"
    }

    // MARK: - The committer's queue

    mutating func lookAtQueue(_ sample: AlertSample, _ turn: inout Turn) {
        let queue = sample.queue
        let level: AlertLevel =
            queue.weight > queue.limit - queue.limit / 5
            ? .bad : queue.weight < queue.limit / 5 * 2 ? .good : .between
        judge(AlertKey(.queueBacklog, Subject.commits), level, after: turn.settings.queueBacklog.after, &turn) { _ in
            AlertFinding(
                summary:
                    "\(queue.weight) of \(queue.limit) places in the queue before the disk are taken: events come in faster "
                    + "than they are written. When it is full, senders are answered 429 and send again later.",
                nextStep:
                    "Compare `tracklayer_commit_sync_seconds` and `tracklayer_commit_batch_events` in /metrics with what "
                    + "they were: a slow disk needs another disk; more events than one machine can take need `include` or "
                    + "`rate_limit` on the source that sends them.",
                figures: [
                    .init("queue_weight", Int64(queue.weight)), .init("queue_limit", Int64(queue.limit)),
                    .init("sync_running_milliseconds", sample.commit.runningSync.wholeMilliseconds),
                ])
        }
    }

    // MARK: - The store

    mutating func lookAtStore(_ sample: AlertSample, _ turn: inout Turn) {
        judgeWrites(sample, &turn)
        judgeSyncs(sample, &turn)
        judgeDisk(sample, &turn)
    }

    private mutating func judgeWrites(_ sample: AlertSample, _ turn: inout Turn) {
        let failed = sample.commit.failureCount - min(sample.commit.failureCount, previous?.commit.failureCount ?? 0)
        let background = sample.store.statistics.map { now in
            now.backgroundErrorCount
                - min(
                    now.backgroundErrorCount,
                    previous?.store.statistics?.backgroundErrorCount ?? now.backgroundErrorCount)
        }
        let isStopped = sample.store.statistics?.isWriteStopped ?? false
        let isReadOnly = sample.store.disk?.isReadOnly ?? false
        let error = (failed > 0 ? sample.commit.lastFailure : nil) ?? sample.store.failure
        let isBad = failed > 0 || sample.store.failure != nil || isStopped || isReadOnly || (background ?? 0) > 0
        judge(
            AlertKey(.storeTrouble, Subject.writes), isBad ? .bad : .good, after: turn.settings.storeTrouble.after,
            &turn
        ) { _ in
            var facts: [String] = []
            if isReadOnly { facts.append("its file system is mounted read-only") }
            if failed > 0 { facts.append("\(Spell.count(failed, "commit")) failed since the last look") }
            if isStopped { facts.append("writes wait for flushes or compactions") }
            if let background, background > 0 {
                facts.append("flushes or compactions have failed \(Spell.count(background, "time"))")
            }
            if let error { facts.append("the last error was \(error.description)") }
            return AlertFinding(
                summary:
                    "The store does not take writes as it should: \(facts.joined(separator: "; ")). "
                    + "Events that cannot be written are answered 503, and senders send them again.",
                nextStep:
                    "Look at the disk of the data directory (`df -h`, `dmesg`) and at the log lines \"commit failed\". A full "
                    + "or read-only disk needs no restart once it takes writes again; `corrupt` needs a backup.",
                figures: [
                    .init("failed_commits", Int64(clamping: failed)), .init("error", error?.code.rawValue ?? "none"),
                    .init("write_stopped", isStopped ? "yes" : "no"), .init("read_only", isReadOnly ? "yes" : "no"),
                ])
        }
    }

    private mutating func judgeSyncs(_ sample: AlertSample, _ turn: inout Turn) {
        let limit = turn.settings.storeTrouble.slowSync
        let (slow, all) = Self.syncs(from: previous?.commit.syncs, to: sample.commit.syncs, slowerThan: limit)
        let running = max(sample.commit.runningSync, sample.store.busyFor)
        let isBad = running >= limit || slow > 0 && slow * 2 >= all
        judge(
            AlertKey(.storeTrouble, Subject.syncs), isBad ? .bad : .good, after: turn.settings.storeTrouble.after, &turn
        ) { _ in
            AlertFinding(
                summary:
                    "The disk of the store is slow: \(slow) of \(Spell.count(all, "sync")) since the last look took longer "
                    + "than \(Spell.duration(limit))"
                    + (running >= limit ? ", and one has been under way for \(Spell.duration(running))" : "")
                    + ". Every event waits for a sync before it is answered.",
                nextStep:
                    "See what else uses the disk (`iostat -x 1`), and whether the machine throttles it. "
                    + "`tracklayer_commit_sync_seconds` in /metrics shows since when.",
                figures: [
                    .init("slow_syncs", Int64(clamping: slow)), .init("syncs", Int64(clamping: all)),
                    .init("running_milliseconds", running.wholeMilliseconds),
                    .init("limit_milliseconds", limit.wholeMilliseconds),
                ])
        }
    }

    /// Syncs between two looks, and those of them that were in buckets above a limit.
    private static func syncs(
        from old: Histogram?, to new: Histogram, slowerThan limit: Duration
    ) -> (slow: UInt64, all: UInt64) {
        var (slow, all): (UInt64, UInt64) = (0, 0)
        for (place, count) in new.counts.enumerated() {
            let since = count - min(count, old?.counts[place] ?? 0)
            all += since
            // What is in a bucket is larger than the bound of the one before.
            if place > 0, new.buckets.bounds[place - 1] >= limit.wholeNanoseconds { slow += since }
        }
        return (slow, all)
    }

    private mutating func judgeDisk(_ sample: AlertSample, _ turn: inout Turn) {
        let limit = UInt64(turn.settings.storeTrouble.freeByteCount)
        let disk = sample.store.disk
        let level: AlertLevel =
            switch disk?.freeByteCount {
            case nil: .between
            case let free? where free < limit: .bad
            case let free?: free >= limit + limit / 4 ? .good : .between
            }
        judge(AlertKey(.storeTrouble, Subject.disk), level, after: turn.settings.storeTrouble.after, &turn) { _ in
            let free = disk?.freeByteCount ?? 0
            let size = sample.store.statistics?.diskByteCount ?? 0
            return AlertFinding(
                summary:
                    "The disk of the data directory has \(Spell.bytes(free)) left of \(Spell.bytes(disk?.byteCount ?? 0)); "
                    + "the limit is \(Spell.bytes(limit)). The store takes \(Spell.bytes(size)). When the disk is full, "
                    + "events are answered 503.",
                nextStep:
                    "Make room on that disk, or move the data directory to a larger one while the gateway is stopped.",
                figures: [
                    .init("free_bytes", Int64(clamping: free)),
                    .init("disk_bytes", Int64(clamping: disk?.byteCount ?? 0)),
                    .init("store_bytes", Int64(clamping: size)), .init("limit_bytes", Int64(clamping: limit)),
                ])
        }
    }
}
