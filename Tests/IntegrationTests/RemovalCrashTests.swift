import EventModel
import Foundation
import Platform
import Storage
import TestSupport
import Testing

/// Kills the real program in the middle of removals, again and again, until they are done.
///
/// After each kill everything that is left hangs together, and the next process goes on where the last one was.
@Suite(.timeLimit(.minutes(10))) struct RemovalCrashTests {
    /// How often at most; a machine that is fast is done before.
    private static let killLimit = 15

    /// How long a process lives, in microseconds: longer each time, so that a busy machine comes to an end, too.
    private static func life(_ kills: Int, _ random: inout SplitMix64) -> UInt32 {
        UInt32(UInt64(kills) * 20_000 + random.next() % 60_000)
    }

    /// Posts purchases in batches; every third is hers.
    private func fill(_ gateway: GatewayHarness, count: Int) throws {
        for start in stride(from: 0, to: count, by: 100) {
            let events = (start..<start + 100).map { number in
                Samples.purchase(order: "order-\(number)", user: number % 3 == 0 ? "ada-77" : "user-\(number)")
            }
            let reply = try gateway.postRudderStack("[" + events.joined(separator: ",") + "]")
            #expect(try reply.body.accepted == 100)
        }
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""waiting":0"#) })
        gateway.stop()
    }

    @Test func retentionGoesOnAfterEveryKill() throws {
        let day = Int64(86_400_000)
        let clock = DeliveryTestClock(Timestamp(milliseconds: SystemClock().now.milliseconds - 100 * day))
        let gateway = try GatewayHarness(clock: clock)
        try fill(gateway, count: 900)
        var yaml = GatewayYAML(receiverPort: gateway.receiver.port)
        yaml.topLines = "retention: {days: 90}"
        try yaml.text.write(toFile: gateway.configurationFile, atomically: true, encoding: .utf8)
        var random = SplitMix64(seed: 0x5EED_0016)
        var counts: [Int] = [900]
        var kills = 0
        while counts.last != 0, kills < Self.killLimit {
            let process = try GatewayProcess(configurationFile: gateway.configurationFile)
            usleep(Self.life(kills, &random))
            process.kill()
            kills += 1
            let store = try StoreInspection(gateway.dataDirectory)
            counts.append(try store.entries().count)
            #expect(try store.inconsistencies().isEmpty, "after kill \(kills)")
            store.close()
        }
        #expect(counts.contains { 0 < $0 && $0 < 900 }, "no kill came in the middle: \(counts)")
        #expect(counts.sorted(by: >) == counts)
        // The rest, which includes the profiles.
        let process = try GatewayProcess(configurationFile: gateway.configurationFile)
        let port = process.port
        #expect(
            eventually {
                let client = try RawHTTPClient(port: port)
                defer { client.close() }
                try client.send("GET", "/metrics", headers: [], body: [])
                let text = String(decoding: try client.readResponse().body, as: UTF8.self)
                return text.contains("\ntracklayer_retention_runs_total 1\n")
            })
        #expect(process.terminate() == 0)
        let store = try StoreInspection(gateway.dataDirectory)
        defer { store.close() }
        for family in [Family.events, .deliveries, .attempts, .dead, .due, .profileEvents, .nodes, .edges] {
            #expect(try store.count(family) == 0, "\(family.rawValue)")
        }
        #expect(try store.count(.messages) == 900, "dedup keys go by their own window")
    }

    @Test func anErasureGoesOnAfterEveryKill() throws {
        let gateway = try GatewayHarness()
        try fill(gateway, count: 900)
        let adminPort = try #require(FreePort.find())
        var yaml = GatewayYAML(receiverPort: gateway.receiver.port)
        yaml.adminPort = adminPort
        try yaml.text.write(toFile: gateway.configurationFile, atomically: true, encoding: .utf8)
        var random = SplitMix64(seed: 0x5EED_0017)
        var process = try GatewayProcess(configurationFile: gateway.configurationFile)
        let client = try RawHTTPClient(port: adminPort)
        try client.send(
            "POST", "/api/erasures", headers: [("Authorization", "Bearer \(GatewayYAML.adminToken)")],
            body: Array(#"{"identifiers":[{"type":"user_id","value":"ada-77"}]}"#.utf8))
        #expect(try client.readResponse().status == 200)
        client.close()
        var counts: [Int] = [900]
        var phase = ErasureRecord.Phase.requested
        var kills = 0
        while phase != .finished, kills < Self.killLimit {
            usleep(Self.life(kills, &random))
            process.kill()
            kills += 1
            let store = try StoreInspection(gateway.dataDirectory)
            let account = try #require(store.registry.accounts.first)
            let record = try #require(try EventReader(store.store).erasures(account, .ascending, limit: 1).first)
            phase = record.phase
            counts.append(try store.entries().count)
            #expect(try store.inconsistencies().isEmpty, "after kill \(kills)")
            #expect(record.counts.events == 900 - counts[counts.count - 1], "what it says and what it did are one")
            store.close()
            process = try GatewayProcess(configurationFile: gateway.configurationFile)
        }
        #expect(counts.contains { 600 < $0 && $0 < 900 }, "no kill came in the middle: \(counts)")
        #expect(
            eventually {
                let client = try RawHTTPClient(port: adminPort)
                defer { client.close() }
                try client.send(
                    "GET", "/api/erasures", headers: [("Authorization", "Bearer \(GatewayYAML.adminToken)")], body: [])
                return String(decoding: try client.readResponse().body, as: UTF8.self).contains(#""state":"finished""#)
            })
        #expect(process.terminate() == 0)
        let store = try StoreInspection(gateway.dataDirectory)
        defer { store.close() }
        #expect(try store.entries().count == 600)
        #expect(try store.places(of: ["ada-77"]).isEmpty)
        #expect(try store.count(.messages) == 600 && store.count(.eventIDs) == 600)
        // Hers, and the secret that it is hashed with.
        #expect(try store.count(.suppressions) == 2)
        #expect(try store.inconsistencies().isEmpty)
    }
}
