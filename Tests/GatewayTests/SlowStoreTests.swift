import Crypto
import EventModel
import Inbound
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// Row 98: a disk that takes longer than `limits.answer_timeout`.
@Suite struct SlowStoreTests {
    /// A store whose syncs wait for as long as it is told to hold them.
    private final class SlowDisk: CommitStore {
        let store: RocksDBStore
        private let isHeld = Watched(true)

        init(_ store: RocksDBStore) { self.store = store }

        /// Lets all syncs pass.
        func release() { isHeld.withLock { $0 = false } }

        func syncLog() throws(StoreError) {
            isHeld.wait { !$0 }
            try store.syncLog()
        }

        func value(_ family: Family, _ key: [UInt8]) throws(StoreError) -> [UInt8]? { try store.value(family, key) }

        func commit(_ batch: WriteBatch, _ durability: Durability) throws(StoreError) {
            try store.commit(batch, durability)
        }

        func scan(
            _ family: Family, from lower: [UInt8], to upper: [UInt8]?, _ order: ScanOrder,
            _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
        ) throws(StoreError) {
            try store.scan(family, from: lower, to: upper, order, body)
        }
    }

    private static let origin = "https://shop.example.com"
    private static let configuration = """
        listen: 127.0.0.1:0
        limits: {answer_timeout: 200ms}
        sources:
          - name: web
            kind: native
            account: acme
            environment: production
            write_keys: [0123456789abcdef]
            origins: ["\(origin)"]

        """

    private func post(_ message: String, to server: HTTPServer) throws -> RawHTTPClient {
        let client = try RawHTTPClient(port: server.port)
        try client.send(
            "POST", "/v1/track",
            headers: [
                ("Content-Type", "application/json"), ("Origin", Self.origin),
                ("Authorization", "Basic " + Base64.encode(Array("0123456789abcdef:".utf8))),
            ],
            body: Array(#"{"event":"Odd","anonymousId":"a","messageId":"\#(message)"}"#.utf8))
        return client
    }

    private struct Lines: LogSink {
        let lines = Guarded<[String]>([])

        func write(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("98: a slow store is answered 503 in time; the events are stored, and what is sent again is a duplicate")
    func slowStore() throws {
        let directory = TemporaryDirectory()
        let store = try RocksDBStore(directory: directory.file("data"))
        defer { store.close() }
        let lines = Lines()
        let registry = try NumberRegistry(store)
        let loaded = try ConfigurationFixture().load(Self.configuration)
        let holder = RuntimeHolder(try Runtime(loaded, registry: registry))
        let (disk, metrics, counters, outbox) = (SlowDisk(store), CommitMetrics(), IngestCounters(), AnswerOutbox())
        let syncer = CommitSyncer(store: disk, metrics: metrics, onCommitted: { _ in }, onAnswered: { outbox.send() })
        let committer = Committer(
            store: store, syncer: syncer, queueLimit: 1000, metrics: metrics,
            state: try CommitState(
                store: store, registry: registry, clock: SystemClock(), settings: { holder.runtime.commitSettings },
                identityAlerts: { _ in }))
        let handler = IngestHandler(
            holder: holder, committer: committer, outbox: outbox, counters: counters,
            probes: Probes(metricsText: { [] }, unreadiness: { nil }), clock: SystemClock(),
            logger: Logger(level: .warning, sink: lines))
        var serverConfiguration = HTTPServerConfiguration(loaded.configuration)
        serverConfiguration.loopCount = 1
        let server = try HTTPServer(configuration: serverConfiguration, handler: handler, logger: Logger(level: .error))
        committer.start()
        server.start()
        defer {
            disk.release()
            committer.stop()
            server.stop(gracePeriod: .zero)
        }

        let client = try post("m-1", to: server)
        let pixel = try RawHTTPClient(port: server.port)
        try pixel.send("GET", "/pixel/v1/track?writeKey=0123456789abcdef&anonymousId=a&event=Odd&messageId=m-2")
        let late = try client.readResponse()
        #expect(late.status == 503)
        #expect(late.text.contains(#""code":"storage_unavailable""#))
        #expect(late.header("Retry-After") == "30")
        // A browser may read it, and a pixel is an image whatever happens.
        #expect(late.header("Access-Control-Allow-Origin") == Self.origin)
        let image = try pixel.readResponse()
        #expect(image.status == 200 && image.header("Content-Type") == "image/gif")
        #expect(counters.snapshot.refusals[.storageUnavailable] == 2)
        // One line tells of both.
        #expect(lines.lines.withLock { $0.count { $0.contains("commit is late") } } == 1)
        handler.troubleLines.writeRest(Logger(level: .warning, sink: lines), at: .distantFuture)
        #expect(lines.lines.withLock { $0.last }?.contains(#""left_out":"1""#) == true)
        #expect(metrics.snapshot.runningSync > .seconds(0))

        disk.release()
        let again = try post("m-1", to: server).readResponse()
        #expect(again.status == 200)
        #expect(again.text.contains(#""status":"duplicate""#))
        let new = try post("m-3", to: server).readResponse()
        #expect(new.text.contains(#""status":"accepted""#))
        var eventCount = 0
        try store.scan(.events, from: [], to: nil, .ascending) { _, _ in
            eventCount += 1
            return true
        }
        #expect(eventCount == 3)
    }
}
