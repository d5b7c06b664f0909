import EventModel
import Glibc
import Outbound
import Platform
import Storage

/// `bench-delivery FOLDER URL`: what deliveries cost, and what bad receivers cost the others.
///
/// `URL` is a receiver that answers 200 at once (Scripts/bench-delivery.sh starts one).
@main
enum BenchDelivery {
    static func main() throws {
        guard CommandLine.arguments.count == 3 else {
            print("usage: bench-delivery FOLDER URL   (a folder for the stores, made and left behind)")
            exit(2)
        }
        let (folder, url) = (CommandLine.arguments[1], CommandLine.arguments[2])
        try Throughput(folder: folder + "/throughput", url: url).run()
        try Isolation(folder: folder, url: url).run()
    }
}

/// A store with events and deliveries, as the committer writes them.
struct Backlog {
    let store: RocksDBStore
    let deliveries: DeliveryRecordStore<RocksDBStore>
    private let numbers: [(name: String, number: DestinationNumber)]
    private var sequences = SequenceClock(after: nil)
    private let clock = SystemClock()
    private var count = 0

    init(folder: String, destinations: [String]) throws {
        store = try RocksDBStore(directory: folder)
        let registry = try NumberRegistry(store)
        numbers = try destinations.map { ($0, try registry.destination($0)) }
        deliveries = DeliveryRecordStore(store, registry)
    }

    /// Commits so many events for all destinations.
    mutating func add(_ eventCount: Int) throws {
        var batch = WriteBatch()
        for _ in 0..<eventCount {
            count += 1
            let sequence = sequences.next(at: clock.now)
            batch.putEvent(
                EventRecord(canonical: Self.canonical("order-\(count)"), decisions: Self.decisions), AccountNumber(1),
                sequence)
            for (name, number) in numbers {
                batch.putDelivery(
                    Delivery(account: AccountNumber(1), sequence: sequence, destination: name, queuedAt: clock.now),
                    number)
            }
        }
        try store.commit(batch, .buffered)
    }

    private static let decisions = Array(
        #"{"sequence":"1","identity":{"state":"new","profile_id":"prf_0101fa147e6a917a9b795ae1b4030a7f"},"routes":[]}"#
            .utf8)

    /// 1.3 KB, as the order of `Scripts/bench/events.lua` becomes.
    private static func canonical(_ id: String) -> [UInt8] {
        Array(
            """
            {"event_name":"purchase","event_id":"\(id)","event_id_source":"order_id","message_id":"bench-000000000001",\
            "type":"track","source_event":"Order Completed","mapping_rule":"registry:Order Completed",\
            "occurred_at":"2026-04-23T14:12:07.534Z","received_at":"2026-04-23T14:12:08.601Z","account":"acct_bench",\
            "environment":"production","source":"bench","platform":"web","action_source":"website",\
            "page_url":"https://shop.example.com/thanks?gclid=Cj0KCQjw","user_data":{"email_hash":\
            "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b","phone_hash":\
            "a0e4aeb280283d343698dcbf9213bdb2e8e8e7abceb5f106874900ad3a7e1b41","external_id":"customer-000000000001",\
            "anonymous_id":"visitor-000000000001","client_ip":"203.0.113.42","client_user_agent":"Mozilla/5.0"},\
            "custom_data":{"value":25.5,"value_source":"revenue","currency":"USD","order_id":"\(id)","num_items":1,\
            "items":[{"product_id":"507f1f77","sku":"45790-32","name":"Monopoly","price":19,"quantity":1}]},\
            "properties":{"shipping":3,"tax":2},"context":{"locale":"en-US","page":{"title":"Thank you"}},\
            "identifiers":[{"type":"user_id","value":"customer-000000000001"}],"fingerprint":"0b61","notes":[]}
            """.utf8)
    }
}

/// A destination as an operator would configure it.
func httpDestination(
    _ name: String, _ url: String, _ change: (inout HTTPDestinationConfiguration) -> Void = { _ in }
) throws -> HTTPDestination {
    var configuration = HTTPDestinationConfiguration(name: name, url: url)
    configuration.allowsPrivateAddresses = true
    configuration.signingSecrets = ["bench-signing-secret-0123456789"]
    change(&configuration)
    return try HTTPDestination(configuration)
}

/// Waits until a condition holds; false after `limit`.
func wait(upTo limit: Duration, until isTrue: () -> Bool) -> Bool {
    let started = MonotonicTime.now
    while !isTrue() {
        guard MonotonicTime.now - started < limit else { return false }
        usleep(1000)
    }
    return true
}

/// Deliveries a second, one event a request, of a backlog that is there from the start.
struct Throughput {
    let folder: String
    let url: String

    func run() throws {
        let count = 60_000
        for (label, template) in [
            ("the whole event", nil),
            ("a template of 6 fields", Self.template),
        ] as [(String, String?)] {
            let suffix = template == nil ? "-plain" : "-template"
            var backlog = try Backlog(folder: folder + suffix, destinations: ["sink"])
            for _ in 0..<count / 1000 { try backlog.add(1000) }
            let client = CurlHTTPClient()
            let statistics = DeliveryStatistics()
            let started = MonotonicTime.now
            let before = Self.processorSeconds
            let engine = DeliveryEngine(
                destinations: [
                    try httpDestination("sink", url) {
                        $0.template = template
                        $0.concurrencyLimit = 64
                    }
                ], store: backlog.deliveries, client: client, logger: Logger(level: .error), statistics: statistics)
            let isDone = wait(upTo: .seconds(120)) {
                statistics.destinations.first?.tally.delivered ?? 0 >= UInt64(count)
            }
            let seconds = Double((MonotonicTime.now - started).wholeMilliseconds) / 1000
            let processor = Self.processorSeconds - before
            engine.stop(grace: .seconds(5))
            client.stop()
            backlog.store.close()
            let rate = Int(Double(count) / seconds)
            let microseconds = Int(processor / Double(count) * 1_000_000)
            print(
                "unbatched, \(label): \(rate) deliveries/s, \(microseconds) us of processor each"
                    + (isDone ? "" : " (NOT DONE)"))
        }
    }

    private static let template = """
        {"id":"{{event_id}}","type":"{{event_name}}","value":{{json custom_data.value}},"currency":"{{custom_data.currency}}",\
        "email":"{{user_data.email_hash}}","at":"{{occurred_at}}"}
        """

    static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }
}
