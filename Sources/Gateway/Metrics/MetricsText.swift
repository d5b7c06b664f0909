import EventModel
import Inbound
import Outbound
import Platform
import Storage

/// The gateway's figures as Prometheus reads them; docs/metrics.md lists them.
///
/// Labels are configured names and codes of ours: no event's name and no value of a sender ever becomes one.
struct MetricsText {
    /// Everything there is to tell, at one moment.
    struct Facts: Sendable {
        var now: Timestamp
        var startedAt: Timestamp
        var ingest = IngestCounters.Snapshot()
        var sources: [String: SourceTally] = [:]
        var verdicts: [String: VerdictCounts] = [:]
        var commit = CommitMetrics.Snapshot()
        var queuedWeight = 0
        var queueLimit = 0
        var http = HTTPServerStatistics()
        var destinations: [DestinationStatus] = []
        /// Deliveries dropped as their destination is gone, by its name.
        var removed: [String: UInt64] = [:]
        var store = StoreReading()
        var alerts = AlertFigures()
        var process = ProcessFacts()
        var removal = RemovalCounters.Snapshot()
    }

    private var text = PrometheusText()

    init(_ facts: Facts) {
        addIngest(facts)
        addCommits(facts)
        addDeliveries(facts)
        addBacklogs(facts)
        addDestinations(facts.destinations)
        addStore(facts.store)
        addAlerts(facts.alerts)
        addProcess(facts)
        addRemoval(facts.removal)
    }

    /// The bytes of the text.
    var bytes: [UInt8] { text.bytes }

    // MARK: - Ingest

    private mutating func addIngest(_ facts: Facts) {
        text.family("tracklayer_ingest_items_total", .counter, "Items by source and verdict.")
        for (name, counts) in facts.verdicts.sorted(by: { $0.key < $1.key }) {
            for verdict in AnswerItem.Verdict.allCases {
                text.sample(["source": name, "verdict": verdict.rawValue], counts[verdict])
            }
        }
        text.family("tracklayer_requests_refused_total", .counter, "Requests refused as a whole, by code.")
        for code in RequestFault.Code.allCases {
            if let count = facts.ingest.refusals[code] { text.sample(["code": code.rawValue], count) }
        }
        text.family("tracklayer_sdk_retries_total", .counter, "Requests that an SDK said it sends again.")
        for sdk in RetryingSDK.allCases { text.sample(["sdk": sdk.rawValue], facts.ingest.retries[sdk] ?? 0) }
        let sources = facts.sources.sorted { $0.key < $1.key }
        text.family("tracklayer_items_ignored_total", .counter, "Items answered as ignored, by source and code.")
        for (name, tally) in sources {
            for (code, count) in tally.ignored.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                text.sample(["source": name, "code": code.rawValue], count)
            }
        }
        text.family(
            "tracklayer_events_unmapped_total", .counter, "Track calls without a name of the registry, by source.")
        for (name, tally) in sources { text.sample(["source": name], tally.unmapped) }
        text.family("tracklayer_http_open_connections", .gauge, "Open connections of senders.")
        text.sample(max(0, facts.http.openConnections))
    }

    // MARK: - Commits

    private mutating func addCommits(_ facts: Facts) {
        text.family(
            "tracklayer_commit_latency_seconds", .histogram,
            "From a request's place in the queue to its answer; one for each request with events.")
        text.sample(facts.commit.latencies)
        text.family("tracklayer_commit_batch_events", .histogram, "Events of each written batch.")
        text.sample(facts.commit.batchSizes)
        text.family("tracklayer_commit_sync_seconds", .histogram, "Syncs of the store's log.")
        text.sample(facts.commit.syncs)
        text.family("tracklayer_commit_sync_running_seconds", .gauge, "How long the sync under way has taken.")
        text.sample(seconds: facts.commit.runningSync)
        text.family("tracklayer_commit_failures_total", .counter, "Batches that could not be written or synced.")
        text.sample(facts.commit.failureCount)
        text.family("tracklayer_commit_queue_weight", .gauge, "Events that wait for their commit, one for every 2 KiB.")
        text.sample(max(0, facts.queuedWeight))
        text.family("tracklayer_commit_queue_weight_limit", .gauge, "Beyond this, requests are answered 429.")
        text.sample(facts.queueLimit)
    }

    // MARK: - Deliveries

    private mutating func addDeliveries(_ facts: Facts) {
        let destinations = facts.destinations
        text.family(
            "tracklayer_deliveries_total", .counter, "Deliveries by destination and what became of an attempt.")
        for destination in destinations {
            let tally = destination.tally
            for (outcome, count) in [
                ("delivered", tally.delivered), ("failed", tally.failed), ("dropped", tally.dropped),
            ] {
                text.sample(["destination": destination.name, "outcome": outcome], count)
            }
        }
        text.family("tracklayer_deliveries_dropped_total", .counter, "Deliveries given up, by destination and reason.")
        for destination in destinations {
            for (reason, count) in destination.tally.dropReasons.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                text.sample(["destination": destination.name, "reason": reason.rawValue], count)
            }
        }
        for (name, count) in facts.removed.sorted(by: { $0.key < $1.key }) {
            text.sample(["destination": name, "reason": DropReason.destinationRemoved.rawValue], count)
        }
        text.family(
            "tracklayer_delivery_failures_total", .counter,
            "Attempts that did not deliver, by destination and what happened.")
        for destination in destinations {
            for (result, count) in destination.tally.failures.sorted(by: { $0.key < $1.key }) {
                text.sample(["destination": destination.name, "result": result], count)
            }
        }
        text.family(
            "tracklayer_delivery_attempt_seconds", .histogram, "How long attempts took, whatever came of them.")
        for destination in destinations {
            text.sample(["destination": destination.name], destination.tally.attemptDurations)
        }
        text.family(
            "tracklayer_delivery_latency_seconds", .histogram,
            "From an event's arrival to the acknowledgement of its delivery.")
        for destination in destinations {
            text.sample(["destination": destination.name], destination.tally.latencies)
        }
    }

    private mutating func addBacklogs(_ facts: Facts) {
        let backlogs = facts.store.backlogs.sorted { $0.key < $1.key }
        text.family("tracklayer_deliveries_waiting", .gauge, "Deliveries that wait, due or not, by destination.")
        for (name, backlog) in backlogs { text.sample(["destination": name], backlog.waiting) }
        text.family(
            "tracklayer_deliveries_oldest_due_seconds", .gauge,
            "For how long the delivery first due has been due; 0 if none is.")
        for (name, backlog) in backlogs {
            text.sample(["destination": name], seconds: backlog.oldestDueAt.map { facts.now - $0 } ?? .zero)
        }
        text.family("tracklayer_dead_letters", .gauge, "Dead letters by destination.")
        for (name, backlog) in backlogs { text.sample(["destination": name], backlog.dead) }
    }

    private mutating func addDestinations(_ destinations: [DestinationStatus]) {
        text.family("tracklayer_destination_state", .gauge, "1 for the state that a destination is in.")
        for destination in destinations {
            for state in DestinationStatus.State.allCases {
                text.sample(
                    ["destination": destination.name, "state": state.rawValue], destination.state == state ? 1 : 0)
            }
        }
        text.family("tracklayer_destination_in_flight", .gauge, "Requests under way.")
        for destination in destinations { text.sample(["destination": destination.name], destination.inFlightCount) }
        text.family(
            "tracklayer_destination_concurrency_limit", .gauge,
            "Requests that may be under way; fewer than configured after 429.")
        for destination in destinations {
            text.sample(["destination": destination.name], destination.concurrencyLimit)
        }
    }

    // MARK: - The rest

    private mutating func addStore(_ store: StoreReading) {
        if let statistics = store.statistics {
            text.family("tracklayer_store_bytes", .gauge, "Bytes on disk.")
            text.sample(statistics.diskByteCount)
            text.family("tracklayer_store_files", .gauge, "Files of the store.")
            text.sample(statistics.fileCount)
            text.family("tracklayer_store_write_buffer_bytes", .gauge, "Records in memory that no table has yet.")
            text.sample(statistics.writeBufferByteCount)
            text.family("tracklayer_store_cache_bytes", .gauge, "Bytes of the shared cache in use.")
            text.sample(statistics.cacheByteCount)
            text.family(
                "tracklayer_store_compaction_backlog_bytes", .gauge, "Bytes that compaction has yet to rewrite.")
            text.sample(statistics.compactionBacklogByteCount)
            text.family(
                "tracklayer_store_background_errors_total", .counter, "Flushes and compactions that have failed.")
            text.sample(statistics.backgroundErrorCount)
            text.family("tracklayer_store_write_stopped", .gauge, "1 while writes wait for flushes or compactions.")
            text.sample(statistics.isWriteStopped ? 1 : 0)
        }
        if let disk = store.disk {
            text.family("tracklayer_disk_free_bytes", .gauge, "Bytes that the store's file system has left.")
            text.sample(disk.freeByteCount)
            text.family("tracklayer_disk_bytes", .gauge, "Bytes that the store's file system has.")
            text.sample(disk.byteCount)
        }
    }

    private mutating func addAlerts(_ alerts: AlertFigures) {
        text.family("tracklayer_alerts_open", .gauge, "Alerts that are open, by kind.")
        for kind in AlertKind.allCases { text.sample(["kind": kind.rawValue], alerts.open[kind] ?? 0) }
        text.family("tracklayer_alerts_opened_total", .counter, "Alerts that were opened, by kind.")
        for kind in AlertKind.allCases { text.sample(["kind": kind.rawValue], alerts.opened[kind] ?? 0) }
        text.family(
            "tracklayer_alert_messages_total", .counter, "Messages about alerts, by channel and what became of them.")
        for (channel, counts) in alerts.messages.sorted(by: { $0.key < $1.key }) {
            text.sample(["channel": channel, "outcome": "sent"], counts.sent)
            text.sample(["channel": channel, "outcome": "failed"], counts.failed)
        }
    }

    private mutating func addProcess(_ facts: Facts) {
        text.family("tracklayer_build_info", .gauge, "1, with what this build is.")
        text.sample(
            [
                "version": BuildInformation.version, "swift": BuildInformation.swiftVersion,
                "architecture": BuildInformation.architecture,
            ], 1)
        text.family("tracklayer_uptime_seconds", .gauge, "How long the gateway has run.")
        text.sample(seconds: facts.now - facts.startedAt)
        let process = facts.process
        text.family("process_start_time_seconds", .gauge, "When the gateway was started, in seconds since 1970.")
        text.sample(seconds: .milliseconds(facts.startedAt.milliseconds))
        text.family("process_cpu_seconds_total", .counter, "Processor time used.")
        text.sample(seconds: process.processorTime)
        if let bytes = process.residentByteCount {
            text.family("process_resident_memory_bytes", .gauge, "Memory in use.")
            text.sample(bytes)
        }
        if let bytes = process.virtualByteCount {
            text.family("process_virtual_memory_bytes", .gauge, "Address space in use.")
            text.sample(bytes)
        }
        if let count = process.openDescriptorCount {
            text.family("process_open_fds", .gauge, "Open file descriptors.")
            text.sample(count)
        }
        if let limit = process.descriptorLimit {
            text.family("process_max_fds", .gauge, "File descriptors that may be open.")
            text.sample(limit)
        }
    }

    private mutating func addRemoval(_ removal: RemovalCounters.Snapshot) {
        text.family("tracklayer_retention_runs_total", .counter, "Runs of retention that were finished.")
        text.sample(removal.retentionRuns)
        text.family("tracklayer_retention_failures_total", .counter, "Removals that a failing store ended.")
        text.sample(removal.retentionFailures)
        text.family("tracklayer_retention_events_removed_total", .counter, "Events removed by retention.")
        text.sample(removal.expiredEvents)
        text.family("tracklayer_retention_profiles_removed_total", .counter, "Profiles removed by retention.")
        text.sample(removal.expiredProfiles)
        text.family(
            "tracklayer_retention_events_kept", .gauge,
            "Events older than retention at the last run that still had something to be delivered.")
        text.sample(removal.keptEvents)
        text.family("tracklayer_erasures_total", .counter, "Erasures that were finished.")
        text.sample(removal.erasures)
        text.family("tracklayer_erasure_events_removed_total", .counter, "Events removed by erasures.")
        text.sample(removal.erasedEvents)
        text.family(
            "tracklayer_erasure_deliveries_dropped_total", .counter, "Deliveries that erasures took from their queues.")
        text.sample(removal.erasedDeliveries)
    }
}
