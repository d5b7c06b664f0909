import CYardstick
import Canonicalizer
import EventModel
import Gateway
import JSON
import Platform

/// Parsing, canonicalizing and encoding one RudderStack order, as an HTTP thread does it.
struct CanonicalizeBench {
    /// 817 bytes: the event of `Scripts/bench/events.lua`.
    static let envelope = Array(
        """
        {"type":"track","event":"Order Completed","messageId":"bench-000000000001","anonymousId":"visitor-000000000001",\
        "userId":"customer-000000000001","channel":"web","originalTimestamp":"2026-04-23T14:12:07.100Z",\
        "sentAt":"2026-04-23T14:12:07.124Z","timestamp":"2026-04-23T14:12:07.534Z","receivedAt":"2026-04-23T14:12:08.558Z",\
        "context":{"ip":"203.0.113.42","locale":"en-US","userAgent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)",\
        "page":{"url":"https://shop.example.com/thanks?gclid=Cj0KCQjw","title":"Thank you"},\
        "traits":{"email":"jane000000000001@example.com","phone":"+14155550134"}},\
        "properties":{"order_id":"order-000000000001","revenue":25.5,"shipping":3,"tax":2,"currency":"USD",\
        "products":[{"product_id":"507f1f77","sku":"45790-32","name":"Monopoly","price":19,"quantity":1}]},\
        "integrations":{"All":true}}
        """.utf8)

    /// Parses, canonicalizes and makes ready for the committer `count` times, so that a profiler sees nothing else.
    func loop(_ count: Int) throws {
        let (canonicalizer, document) = (Self.makeCanonicalizer(), JSONDocument())
        let transport = TransportFacts(receivedAt: SystemClock().now)
        var sink = 0
        var writer = JSONWriter(capacity: 4096)
        for _ in 0..<count {
            let root = try document.parse(Self.envelope)
            let event = try canonicalizer.canonicalize(Envelope(body: root), transport).get()
            sink += CommitTrial.Event(event, using: &writer).byteCount
        }
        precondition(sink > 0, "the work was optimized away")
    }

    /// The event, canonical and encoded.
    ///
    /// - Throws: Never in practice: the envelope is a good one.
    func canonical(at time: Timestamp) throws -> [UInt8] {
        let document = JSONDocument()
        let envelope = Envelope(body: try document.parse(Self.envelope))
        return try Self.makeCanonicalizer().canonicalize(envelope, TransportFacts(receivedAt: time)).get().json
    }

    private static func makeCanonicalizer() -> Canonicalizer {
        let tenant = Tenant(
            account: "acct_live_123", environment: "production", accountNumber: AccountNumber(1),
            environmentNumber: EnvironmentNumber(1))
        return Canonicalizer(source: SourceProfile(name: "bench", kind: .rudderstack, tenant: tenant))
    }

    /// Measures parsing, canonicalizing and encoding in turn with simdjson's own parser on the same bytes: with that
    /// yardstick figures of different machines, and of one machine at different hours, can be compared.
    func run() throws {
        let canonicalizer = Self.makeCanonicalizer()
        let (document, standing) = (JSONDocument(), JSONDocument())
        let transport = TransportFacts(receivedAt: SystemClock().now)
        let root = try standing.parse(Self.envelope)
        let yardstick = Yardstick(text: Self.envelope)
        var sink = 0
        let samples = try Samples.measureInTurn(
            rounds: 200, roundSize: 500,
            [
                { sink += yardstick.parse() ? 1 : 0 },
                { sink += Int(try document.parse(Self.envelope).count) },
                { sink += try canonicalizer.canonicalize(Envelope(body: root), transport).get().identifiers.count },
                {
                    let root = try document.parse(Self.envelope)
                    sink += try canonicalizer.canonicalize(Envelope(body: root), transport).get().json.count
                },
            ])
        precondition(sink > 0, "the work was optimized away")
        let names = [
            "yardstick: simdjson's own parser", "parse, \(Self.envelope.count) bytes", "canonicalize",
            "parse, canonicalize and encode",
        ]
        for (name, sample) in zip(names, samples) { sample.report(name, beside: samples[0]) }
    }
}

/// simdjson's DOM parser with one text.
private final class Yardstick {
    private let handle: OpaquePointer

    init(text: [UInt8]) {
        guard let handle = tl_yardstick_new(text, text.count) else { preconditionFailure("no memory for a yardstick") }
        self.handle = handle
    }

    deinit { tl_yardstick_free(handle) }

    /// Whether simdjson takes the text.
    func parse() -> Bool { tl_yardstick_parse(handle) }
}
