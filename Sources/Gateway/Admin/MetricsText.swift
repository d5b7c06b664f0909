import EventModel
import Inbound
import Outbound
import Platform
import Storage

/// The gateway's counters as Prometheus text (exposition format 0.0.4).
struct MetricsText {
    private var text = ""

    init(
        ingest: IngestCounters.Snapshot, sources: [String: SourceTally], commit: CommitMetrics.Snapshot,
        queuedWeight: Int, http: HTTPServerStatistics, store: StoreStatistics?, destinations: [DestinationStatus] = []
    ) {
        family("tracklayer_ingest_items_total", "counter", "Items by verdict.")
        for verdict in AnswerItem.Verdict.allCases {
            sample("tracklayer_ingest_items_total", ["verdict": verdict.rawValue], ingest.items[verdict] ?? 0)
        }
        family("tracklayer_requests_refused_total", "counter", "Requests refused as a whole, by code.")
        for code in RequestFault.Code.allCases {
            if let count = ingest.refusals[code] {
                sample("tracklayer_requests_refused_total", ["code": code.rawValue], count)
            }
        }
        family("tracklayer_sdk_retries_total", "counter", "Requests that an SDK said it sends again.")
        for sdk in RetryingSDK.allCases {
            sample("tracklayer_sdk_retries_total", ["sdk": sdk.rawValue], ingest.retries[sdk] ?? 0)
        }
        addSources(sources)
        family("tracklayer_commit_batches_total", "counter", "Batches written.")
        sample("tracklayer_commit_batches_total", [:], commit.batches)
        family("tracklayer_commit_events_total", "counter", "Events decided in those batches.")
        sample("tracklayer_commit_events_total", [:], commit.events)
        family("tracklayer_commit_sync_seconds", "summary", "Syncs of the store's log.")
        sample("tracklayer_commit_sync_seconds_count", [:], commit.syncs)
        line("tracklayer_commit_sync_seconds_sum \(Double(commit.syncNanoseconds) / 1_000_000_000)")
        family("tracklayer_commit_queue_weight", "gauge", "Events that wait for their commit, one for every 2 KiB.")
        sample("tracklayer_commit_queue_weight", [:], UInt64(max(0, queuedWeight)))
        family("tracklayer_http_open_connections", "gauge", "Open connections of senders.")
        sample("tracklayer_http_open_connections", [:], UInt64(max(0, http.openConnections)))
        add(destinations)
        if let store {
            family("tracklayer_store_bytes", "gauge", "Bytes on disk.")
            sample("tracklayer_store_bytes", [:], store.diskByteCount)
        }
    }

    private mutating func add(_ destinations: [DestinationStatus]) {
        guard !destinations.isEmpty else { return }
        family("tracklayer_deliveries_total", "counter", "Deliveries by destination and what became of an attempt.")
        for destination in destinations {
            let tally = destination.tally
            for (outcome, count) in [
                ("delivered", tally.delivered), ("failed", tally.failed), ("dropped", tally.dropped),
            ] {
                sample(
                    "tracklayer_deliveries_total", ["destination": destination.name, "outcome": outcome], count)
            }
        }
        family("tracklayer_destination_state", "gauge", "1 for the state that a destination is in.")
        for destination in destinations {
            for state in DestinationStatus.State.allCases {
                sample(
                    "tracklayer_destination_state", ["destination": destination.name, "state": state.rawValue],
                    destination.state == state ? 1 : 0)
            }
        }
        family("tracklayer_destination_in_flight", "gauge", "Requests under way.")
        for destination in destinations {
            sample("tracklayer_destination_in_flight", ["destination": destination.name], destination.inFlightCount)
        }
        family(
            "tracklayer_destination_concurrency_limit", "gauge",
            "Requests that may be under way; fewer than configured after 429.")
        for destination in destinations {
            sample(
                "tracklayer_destination_concurrency_limit", ["destination": destination.name],
                destination.concurrencyLimit)
        }
    }

    /// Labels are the configured names of sources and codes of ours: no event's name ever becomes one.
    private mutating func addSources(_ sources: [String: SourceTally]) {
        let names = sources.keys.sorted()
        family("tracklayer_items_ignored_total", "counter", "Items answered as ignored, by source and code.")
        for name in names {
            for (code, count) in (sources[name]?.ignored ?? [:]).sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                sample("tracklayer_items_ignored_total", ["source": name, "code": code.rawValue], count)
            }
        }
        family("tracklayer_events_unmapped_total", "counter", "Track calls without a name of the registry, by source.")
        for name in names { sample("tracklayer_events_unmapped_total", ["source": name], sources[name]?.unmapped ?? 0) }
    }

    /// The bytes of the text.
    var bytes: [UInt8] { Array(text.utf8) }

    private mutating func family(_ name: String, _ type: String, _ help: String) {
        line("# HELP \(name) \(help)")
        line("# TYPE \(name) \(type)")
    }

    private mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: some BinaryInteger) {
        // Label values are ours or configured names, which have nothing to escape.
        let list = labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
        line("\(name)\(list.isEmpty ? "" : "{\(list)}") \(value)")
    }

    private mutating func line(_ line: String) {
        text += line
        text += "\n"
    }
}
