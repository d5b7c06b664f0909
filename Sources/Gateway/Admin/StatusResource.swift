import EventModel
import Inbound
import JSON
import Outbound
import Platform
import Storage

/// `/api/status`: whether the gateway is well, in numbers.
struct StatusResource: AdminResource {
    let startedAt: Timestamp
    let clock: any WallClock
    let counters: IngestCounters
    let metrics: CommitMetrics
    let statistics: DeliveryStatistics
    /// The configuration in force.
    let configuration: @Sendable () -> GatewayConfiguration
    /// What waits for the disk, in the weight of ``LimitsConfiguration/queueLimit``.
    let queuedWeight: @Sendable () -> Int
    let store: @Sendable () throws(StoreError) -> StoreStatistics
    /// Why it should be sent nothing; nil if it is well.
    let unreadiness: @Sendable () -> String?

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/status", name: "get_status", role: .read,
                summary: "Whether the gateway is well, and what it did since it started.", answer: Self.schema,
                perform: { _ in AdminReply(try body()) })
        ]
    }

    private func body() throws(StoreError) -> [UInt8] {
        let (ingest, commit, store) = (counters.snapshot, metrics.snapshot, try self.store())
        let verdicts = counters.verdicts.all.values
        let (configuration, reason) = (configuration(), unreadiness())
        let destinations = statistics.destinations
        var json = JSONWriter(capacity: 1024)
        json.object { json in
            json.member("ready", reason == nil)
            json.member("reason", reason)
            json.time("started_at", startedAt)
            json.time("now", clock.now)
            json.member("sources", configuration.sources.count)
            json.key("ingest")
            json.object { json in
                for verdict in AnswerItem.Verdict.allCases {
                    json.key(name: verdict.rawValue)
                    json.value(verdicts.reduce(0) { $0 + $1[verdict] })
                }
                json.member("refused_requests", ingest.refusals.values.reduce(0, +))
            }
            json.key("commit")
            json.object { json in
                json.member("events", commit.batchSizes.sum)
                json.member("batches", commit.batchSizes.count)
                json.member("queue_weight", max(0, queuedWeight()))
                json.member("queue_limit", configuration.limits.queueLimit)
            }
            json.key("deliveries")
            json.object { json in
                json.member("delivered", destinations.reduce(0) { $0 + $1.tally.delivered })
                json.member("failed", destinations.reduce(0) { $0 + $1.tally.failed })
                json.member("dropped", destinations.reduce(0) { $0 + $1.tally.dropped })
                json.member("in_flight", destinations.reduce(0) { $0 + $1.inFlightCount })
            }
            json.key("destinations")
            json.object { json in
                for state in DestinationStatus.State.allCases {
                    json.key(name: state.rawValue)
                    json.value(destinations.count { $0.state == state })
                }
            }
            json.key("store")
            json.object { json in
                json.member("bytes", store.diskByteCount)
                json.member("files", store.fileCount)
                json.member("write_stopped", store.isWriteStopped)
            }
        }
        return json.bytes
    }

    private static var schema: AdminSchema {
        .object(
            "Status",
            [
                AdminField("ready", .flag), .maybe("reason", .text("Why it is not ready.")),
                AdminField("started_at", .time), AdminField("now", .time), AdminField("sources", .integer),
                AdminField(
                    "ingest",
                    .object(
                        "IngestCounts",
                        (AnswerItem.Verdict.allCases.map(\.rawValue) + ["refused_requests"]).map {
                            AdminField($0, .integer)
                        })),
                AdminField(
                    "commit", .object("CommitCounts", counts("events", "batches", "queue_weight", "queue_limit"))),
                AdminField(
                    "deliveries", .object("DeliveryCounts", counts("delivered", "failed", "dropped", "in_flight"))),
                AdminField(
                    "destinations",
                    .object(
                        "DestinationCounts",
                        DestinationStatus.State.allCases.map { AdminField($0.rawValue, .integer) })),
                AdminField(
                    "store",
                    .object("StoreState", counts("bytes", "files") + [AdminField("write_stopped", .flag)])),
            ])
    }

    private static func counts(_ names: String...) -> [AdminField] { names.map { AdminField($0, .integer) } }
}
