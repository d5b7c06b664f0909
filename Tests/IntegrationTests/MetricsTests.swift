import Foundation
import TestSupport
import Testing

/// `/metrics` as a real parser reads it: that of `prometheus-client` from PyPI (`Scripts/sdk-clients.sh`).
@Suite(.enabled(if: SDKProgram.isInstalled, "prometheus-client is not installed; run Scripts/sdk-clients.sh"))
struct MetricsTests {
    private struct Sample: Decodable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    private struct Metric: Decodable {
        var name: String
        var type: String
        var help: String
        var samples: [Sample]
    }

    /// What the parser made of the gateway's metrics; it fails on what is no exposition, or against the conventions.
    private func parse(_ text: String, _ directory: TemporaryDirectory) throws -> [String: Metric] {
        let file = directory.file("metrics.txt")
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        guard let program = SDKProgram.run("metrics.py", [file]) else { throw Failure() }
        guard let line = program.line(beginningWith: "") else { throw Failure() }
        let metrics = try JSONDecoder().decode([Metric].self, from: Data(line.utf8))
        return Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, $0) })
    }

    private struct Failure: Error {}

    private static func value(_ metric: Metric?, _ labels: [String: String], _ suffix: String = "") -> Double? {
        metric?.samples.first { $0.labels == labels && $0.name.hasSuffix(suffix) }?.value
    }

    @Test func everythingThatIsPromisedIsThereAndRight() throws {
        let failures = Watched(2)
        let gateway = try GatewayHarness(answer: { _ in
            failures.withLock { left in
                left -= 1
                return left >= 0 ? .status(503) : .status(200)
            }
        }) { port in
            var yaml = GatewayYAML(receiverPort: port)
            yaml.topLines = "alerts: {every: 50ms}"
            return yaml.text
        }
        let events = (1...5).map { Samples.purchase(order: "o-\($0)") }
        #expect(try gateway.postRudderStack("[\(events.joined(separator: ","))]").status == 200)
        #expect(try gateway.postRudderStack(events[0]).item.status == "duplicate")
        #expect(try gateway.postRudderStack(events[0], secret: "wrong").status == 401)
        #expect(gateway.receiver.waitForRequests(7))
        let directory = TemporaryDirectory()
        var metrics: [String: Metric] = [:]
        #expect(
            eventually {
                metrics = try parse(try gateway.metrics(), directory)
                let delivered = Self.value(
                    metrics["tracklayer_deliveries"], ["destination": "hook", "outcome": "delivered"])
                let waiting = Self.value(metrics["tracklayer_deliveries_waiting"], ["destination": "hook"])
                return delivered == 5 && waiting == 0 && metrics["tracklayer_store_bytes"] != nil
            })
        let items = metrics["tracklayer_ingest_items"]
        #expect(Self.value(items, ["source": "rudderstack", "verdict": "accepted"]) == 5)
        #expect(Self.value(items, ["source": "rudderstack", "verdict": "duplicate"]) == 1)
        #expect(Self.value(items, ["source": "segment", "verdict": "accepted"]) == 0)
        let hook = ["destination": "hook"]
        #expect(Self.value(metrics["tracklayer_commit_latency_seconds"], [:], "_count") == 2)
        #expect(Self.value(metrics["tracklayer_commit_batch_events"], [:], "_sum") == 6)
        #expect(Self.value(metrics["tracklayer_commit_sync_seconds"], [:], "_count") ?? 0 >= 1)
        #expect(Self.value(metrics["tracklayer_delivery_latency_seconds"], hook, "_count") == 5)
        #expect(Self.value(metrics["tracklayer_delivery_attempt_seconds"], hook, "_count") == 7)
        let refused = ["destination": "hook", "result": "http_503"]
        #expect(Self.value(metrics["tracklayer_delivery_failures"], refused) == 2)
        for kind in ["platform_down", "tracking_stopped", "store_trouble"] {
            #expect(Self.value(metrics["tracklayer_alerts_open"], ["kind": kind]) == 0)
        }
        for name in [
            "tracklayer_build_info", "tracklayer_uptime_seconds", "process_resident_memory_bytes", "process_open_fds",
            "process_cpu_seconds", "process_start_time_seconds", "tracklayer_disk_free_bytes",
            "tracklayer_commit_queue_weight", "tracklayer_deliveries_oldest_due_seconds", "tracklayer_dead_letters",
        ] {
            #expect(metrics[name]?.samples.isEmpty == false, "\(name)")
        }
        let start = try #require(metrics["process_start_time_seconds"]?.samples.first?.value)
        #expect(abs(start - Date().timeIntervalSince1970) < 600)
        // docs/metrics.md names every one of them.
        let page = try String(contentsOf: Self.root.appending(path: "docs/metrics.md"), encoding: .utf8)
        for (name, metric) in metrics {
            let written = metric.type == "counter" ? name + "_total" : name
            #expect(page.contains("`\(written)"), "docs/metrics.md does not name \(written)")
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
}
