import EventModel
import Foundation
import TestSupport
import Testing

/// The real clients of RudderStack and Segment against the real program: nothing is lost, nothing is doubled.
///
/// The SDKs come from PyPI (`Scripts/sdk-clients.sh`), unmodified.
@Suite(.enabled(if: SDKProgram.isInstalled, "the SDKs are not installed; run Scripts/sdk-clients.sh"))
struct SDKClientTests {
    private let directory = TemporaryDirectory()
    private let receiver = TestReceiver()

    private func write(listen port: UInt16 = 0) throws -> String {
        let yaml = GatewayYAML(receiverPort: receiver.port).text
        let file = directory.file("gateway.yaml")
        try yaml.replacing("listen: 127.0.0.1:0\n", with: "listen: 127.0.0.1:\(port)\n", maxReplacements: 1)
            .write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    @Test("every call, packed and not, with numbers and texts that JSON and doubles spoil")
    func everyCall() throws {
        defer { receiver.stop() }
        let gateway = try GatewayProcess(configurationFile: try write())
        var expected: [String: String] = [:]
        let plain = try Pair("calls", gateway.port, "plain")
        let packed = try Pair("calls", gateway.port, "packed", isPacked: true)
        let reports = try plain.reports() + packed.reports()
        for report in reports {
            #expect(report.given_up.isEmpty)
            let sent = report.sent
            #expect(sent.orders.count == 250)
            for order in sent.orders + [sent.numeric ?? ""] { expected[order] = "purchase" }
            expected[sent.profile_update ?? ""] = "profile_update"
            expected[sent.page_view ?? ""] = "page_view"
            expected[sent.screen_view ?? ""] = "screen_view"
            expected[sent.group_update ?? ""] = "group_update"
            expected[sent.identity_link ?? ""] = "identity_link"
        }
        // The event with odd values counts by its message id, which is looked at below.
        let events = try delivered(expected.count + reports.count)
        let odd = events.filter { $0["event_name"] as? String == "custom.odd_values" }
        #expect(odd.count == reports.count)
        for event in odd { checkOddValues(event) }
        // Two to the power of 80, and one: no double has all of its digits.
        #expect(receiver.requests.filter { $0.text.contains("1208925819614629174706177") }.count == odd.count)
        #expect(receiver.requests.filter { $0.text.contains("9223372036854775809") }.count == odd.count)
        let names = events.filter { $0["event_name"] as? String != "custom.odd_values" }.map {
            ($0["event_id"] as? String ?? "", $0["event_name"] as? String ?? "")
        }
        #expect(names.count == expected.count, "something was delivered twice")
        #expect(Dictionary(names, uniquingKeysWith: { one, _ in one }) == expected)
        #expect(gateway.terminate() == 0)
        #expect(try stored().count == events.count)
    }

    private func checkOddValues(_ event: [String: Any]) {
        let properties = event["properties"] as? [String: Any] ?? [:]
        #expect(properties["text"] as? String == "Café ☕ 東京 \u{1F600} \"quoted\"\n")
        for name in ["score", "limit", "floor"] { #expect(properties[name] is NSNull) }
        #expect((event["notes"] as? [String])?.contains(Note.nonFiniteNumber.rawValue) == true)
    }

    @Test("refusals and a lost answer: what is sent again is known")
    func refusals() throws {
        defer { receiver.stop() }
        let gateway = try GatewayProcess(configurationFile: try write())
        let fronts = SDKProgram.SDK.allCases.map { _ in Front(gateway.port) }
        defer { for front in fronts { front.receiver.stop() } }
        let programs = try Pair("orders", ports: fronts.map(\.receiver.port), "front", isPacked: true)
        let orders = try programs.reports().flatMap { report in
            #expect(report.given_up.isEmpty)
            return report.sent.orders
        }
        #expect(orders.count == 800)
        for front in fronts {
            #expect(front.refusalCount == Front.faults.count, "not every fault was met")
            #expect(front.acceptedCount == 400)
            // The batch whose answer was lost.
            #expect(front.duplicateCount == 100)
        }
        #expect(fronts[1].receiver.requests.contains { $0.values(of: "X-Retry-Count") == ["1"] })
        try checkDelivered(orders, mayRepeat: false)
        #expect(gateway.terminate() == 0)
        try checkStored(orders)
    }

    @Test("stopped and killed in the middle")
    func restarts() throws {
        defer { receiver.stop() }
        let port = try #require(FreePort.find())
        let file = try write(listen: port)
        var gateway = try GatewayProcess(configurationFile: file)
        let programs = try Pair("waves", port, "waves")
        try programs.rudderstack.waitForWave(2)
        #expect(gateway.terminate() == 0)
        gateway = try GatewayProcess(configurationFile: file)
        try programs.segment.waitForWave(6)
        gateway.kill()
        gateway = try GatewayProcess(configurationFile: file)
        try programs.rudderstack.waitForWave(9)
        gateway.kill()
        gateway = try GatewayProcess(configurationFile: file)
        let orders = try programs.reports().flatMap { report in
            #expect(report.given_up.isEmpty)
            return report.sent.orders
        }
        #expect(orders.count == 2 * 720)
        // A kill between a receiver's answer and its record means one more attempt with the same id.
        try checkDelivered(orders, mayRepeat: true)
        #expect(gateway.terminate() == 0)
        try checkStored(orders)
    }

    // MARK: - What arrived

    /// Waits for so many deliveries and returns their bodies.
    private func delivered(_ count: Int) throws -> [[String: Any]] {
        #expect(receiver.waitForRequests(count), "only \(receiver.requests.count) of \(count) events were delivered")
        return try receiver.requests.map { request in
            try #require(try JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
        }
    }

    private func checkDelivered(_ orders: [String], mayRepeat: Bool) throws {
        let wanted = Set(orders)
        var arrived: Set<String> = []
        var count = 0
        repeat {
            let requests = receiver.requests
            count = requests.count
            arrived = Set(requests.flatMap { $0.values(of: "webhook-id") })
        } while !arrived.isSuperset(of: wanted) && receiver.waitForRequests(count + 1)
        #expect(arrived == wanted, "\(wanted.subtracting(arrived).count) orders are lost")
        let ids = try delivered(count).compactMap { $0["event_id"] as? String }
        #expect(Set(ids) == wanted)
        if !mayRepeat { #expect(ids.count == wanted.count, "something was delivered twice") }
    }

    private func stored() throws -> [String] {
        let store = try StoreInspection(directory.file("data"))
        defer { store.close() }
        let entries = try store.entries()
        #expect(try store.count(.messages) == entries.count)
        #expect(entries.allSatisfy { $0.deliveries.map(\.status) == [.delivered] })
        return entries.map(\.event.eventId)
    }

    private func checkStored(_ orders: [String]) throws { #expect(try stored().sorted() == orders.sorted()) }
}

/// Both SDKs at once.
private struct Pair: ~Copyable {
    let rudderstack: SDKProgram
    let segment: SDKProgram

    init(_ scenario: String, _ port: UInt16, _ prefix: String, isPacked: Bool = false) throws {
        try self.init(scenario, ports: [port, port], prefix, isPacked: isPacked)
    }

    init(_ scenario: String, ports: [UInt16], _ prefix: String, isPacked: Bool = false) throws {
        let rudderstack = try SDKProgram(
            .rudderstack, scenario, port: ports[0], prefix: "\(prefix)-r", isPacked: isPacked)
        let segment = try SDKProgram(.segment, scenario, port: ports[1], prefix: "\(prefix)-s", isPacked: isPacked)
        self.rudderstack = rudderstack
        self.segment = segment
    }

    func reports() throws -> [SDKProgram.Report] { [try rudderstack.report(), try segment.report()] }
}

/// Stands before a gateway and refuses some requests, as an overloaded or ailing gateway or proxy would.
private final class Front: Sendable {
    enum Fault: Sendable {
        case refusal(Int)
        /// The gateway has the events, and the sender does not learn it.
        case lostAnswer
    }

    /// By the number of the request; all others pass.
    static let faults: [Int: Fault] = [0: .refusal(429), 2: .refusal(500), 4: .refusal(503), 6: .lostAnswer]

    private struct Counts: Sendable {
        var requests = 0
        var refusals = 0
        var accepted = 0
        var duplicates = 0
    }

    private let counts: Watched<Counts>
    let receiver: TestReceiver

    var refusalCount: Int { counts.withLock { $0.refusals } }
    var acceptedCount: Int { counts.withLock { $0.accepted } }
    var duplicateCount: Int { counts.withLock { $0.duplicates } }

    init(_ gatewayPort: UInt16) {
        let counts = Watched(Counts())
        self.counts = counts
        receiver = TestReceiver { request in
            let number = counts.withLock { counts in
                counts.requests += 1
                return counts.requests - 1
            }
            let fault = Self.faults[number]
            if fault != nil { counts.withLock { $0.refusals += 1 } }
            if case .refusal(let status) = fault {
                let headers = status == 429 ? ["Retry-After: 1"] : []
                return .status(
                    status, headers: ["Content-Type: application/json"] + headers,
                    body: #"{"success":false,"code":"test","message":"as the test wants it"}"#)
            }
            guard let reply = try? Self.forward(request, to: gatewayPort), let body = try? reply.body else {
                return .status(502)
            }
            counts.withLock { counts in
                counts.accepted += body.accepted ?? 0
                counts.duplicates += body.duplicates ?? 0
            }
            if case .lostAnswer = fault { return .reset }
            return .status(reply.status, headers: ["Content-Type: application/json"], body: reply.response.text)
        }
    }

    private static func forward(_ request: TestReceiver.Request, to port: UInt16) throws -> Reply {
        let client = try RawHTTPClient(port: port)
        let headers = request.headers.filter { !["host", "content-length"].contains($0.name.lowercased()) }
        try client.send(
            request.method, request.target, headers: headers.map { ($0.name, $0.value) }, body: request.body)
        return Reply(try client.readResponse())
    }
}
