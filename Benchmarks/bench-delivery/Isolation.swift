import EventModel
import Glibc
import Outbound
import Platform
import Storage

/// Ten destinations that get every event: the latency of nine of them when the tenth is as healthy, dead, or drips.
struct Isolation {
    let folder: String
    let url: String
    private static let eventsPerSecond = 60
    private static let seconds = 8

    func run() throws {
        let bad = BadServer()
        for (label, first) in [
            ("healthy", url), ("dead", "http://127.0.0.1:\(bad.deadPort)/"),
            ("dripping", "http://127.0.0.1:\(bad.dripPort)/"),
        ] {
            let latencies = try measure(folder + "/isolation-\(label)", first)
            func percentile(_ share: Double) -> Int64 {
                latencies.isEmpty ? -1 : latencies[min(latencies.count - 1, Int(Double(latencies.count) * share))]
            }
            print(
                "one of ten \(label): the other nine got \(latencies.count) deliveries, p50 \(percentile(0.5)) ms, "
                    + "p99 \(percentile(0.99)) ms, max \(latencies.last ?? -1) ms")
        }
    }

    /// The latencies of the nine destinations that are healthy in all runs, sorted.
    private func measure(_ folder: String, _ first: String) throws -> [Int64] {
        let names = (0..<10).map { "d\($0)" }
        var backlog = try Backlog(folder: folder, destinations: names)
        let recorder = LatencyRecorder(backlog.deliveries)
        let client = CurlHTTPClient()
        let destinations = try names.enumerated().map { index, name in
            try httpDestination(name, index == 0 ? first : url)
        }
        let engine = DeliveryEngine(
            destinations: destinations, store: recorder, client: client, logger: Logger(level: .error))
        let total = Self.eventsPerSecond * Self.seconds
        for number in 0..<total {
            try backlog.add(1)
            for name in names { engine.notifyCommitted(destination: name) }
            if number > 0 { usleep(UInt32(1_000_000 / Self.eventsPerSecond)) }
        }
        _ = wait(upTo: .seconds(10)) { recorder.count >= 9 * total }
        engine.stop(grace: .zero)
        client.stop()
        backlog.store.close()
        return recorder.sorted
    }
}

/// A store that notes the latency of what the healthy destinations acknowledged.
final class LatencyRecorder: DeliveryStore {
    private let store: any DeliveryStore
    private let latencies = Guarded<[Int64]>([])

    init(_ store: any DeliveryStore) { self.store = store }

    var count: Int { latencies.withLock { $0.count } }
    var sorted: [Int64] { latencies.withLock { $0.sorted() } }

    func keptBody(of delivery: Delivery) throws(StoreError) -> [UInt8]? { try store.keptBody(of: delivery) }
    func record(_ outcomes: [DeliveryOutcome]) throws(StoreError) -> [DueDelivery] {
        let found = outcomes.compactMap { outcome -> Int64? in
            outcome.delivery.destination == "d0" ? nil : outcome.delivery.latencyMilliseconds
        }
        latencies.withLock { $0 += found }
        return try store.record(outcomes)
    }

    func due(
        destination: String, at time: Timestamp, after previous: DueDelivery?, limit: Int
    ) throws(StoreError) -> [DueDelivery] {
        try store.due(destination: destination, at: time, after: previous, limit: limit)
    }

    func nextDueTime(destination: String) throws(StoreError) -> Timestamp? {
        try store.nextDueTime(destination: destination)
    }

    func event(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> StoredEvent? {
        try store.event(account, sequence)
    }

    func isFirst(_ delivery: Delivery, of profiles: [ProfileID]) throws(StoreError) -> Bool {
        try store.isFirst(delivery, of: profiles)
    }

    func repairOrder(
        destination: String, after previous: ProfileID?, limit: Int
    ) throws(StoreError) -> ProfileID? {
        try store.repairOrder(destination: destination, after: previous, limit: limit)
    }

    func dissolveOrder(destination: String, limit: Int) throws(StoreError) -> Int {
        try store.dissolveOrder(destination: destination, limit: limit)
    }

    func state(ofDestination name: String) throws(StoreError) -> DestinationState {
        try store.state(ofDestination: name)
    }

    func setState(_ state: DestinationState, ofDestination name: String) throws(StoreError) {
        try store.setState(state, ofDestination: name)
    }
}

/// Two ports: one that takes connections and never answers, one that answers a byte a second.
///
/// Lives as long as the process.
final class BadServer: Sendable {
    let deadPort: UInt16
    let dripPort: UInt16

    init() {
        // Connections are taken by the kernel; nobody reads from them.
        deadPort = Self.listen().port
        let drip = Self.listen()
        dripPort = drip.port
        let thread = DedicatedThread(name: "drip") { Self.drip(on: drip.descriptor) }
        _ = Unmanaged.passRetained(thread)
    }

    /// Accepts all connections and sends each a byte of an answer every second.
    private static func drip(on listener: Int32) {
        let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
        var connections: [(descriptor: Int32, sent: Int)] = []
        while true {
            var watched = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            if poll(&watched, 1, 1000) > 0 {
                let descriptor = accept(listener, nil, nil)
                if descriptor >= 0 { connections.append((descriptor, 0)) }
                continue
            }
            for index in connections.indices.reversed() {
                let byte = [answer[min(connections[index].sent, answer.count - 1)]]
                connections[index].sent += 1
                if send(connections[index].descriptor, byte, 1, Int32(MSG_NOSIGNAL)) < 1 {
                    close(connections[index].descriptor)
                    connections.remove(at: index)
                }
            }
        }
    }

    private static func listen() -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isReady = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && Glibc.listen(descriptor, 1024) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        precondition(isReady, "cannot listen on loopback: errno \(errno)")
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}
