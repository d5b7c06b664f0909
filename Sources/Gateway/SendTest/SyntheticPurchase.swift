import Canonicalizer
import Crypto
import EventModel
import JSON
import Platform

/// The purchase that `tracklayer send-test` sends: one that nobody made, new each time.
struct SyntheticPurchase {
    /// Who buys; a name below `.test` belongs to nobody (RFC 6761, 6.2).
    static let email = "qa+destinations@tracklayer.test"
    /// The source that such events are said to come from, so that they are in no real source's numbers.
    static let source = "send-test"

    /// What makes this one different from all others.
    let id: String

    /// A purchase with a random id.
    init() { id = Hex.encode(SecureRandom.bytes(8)) }

    /// The sender's id of it.
    var messageID: String { "send-test-\(id)" }

    /// The envelope as a server's SDK would send it: consent given, no page, a person with an e-mail address.
    func envelope(at time: Timestamp) -> [UInt8] {
        var json = JSONWriter(capacity: 1024)
        json.object { json in
            json.member("type", "track")
            json.member("event", "Order Completed")
            json.member("messageId", messageID)
            json.member("userId", "qa-destinations")
            json.member("channel", "server")
            json.time("originalTimestamp", time)
            json.key("context")
            json.object { json in
                json.key("traits")
                json.object { json in json.member("email", Self.email) }
                json.key("consent")
                json.object { json in
                    for name in ["ad_storage", "ad_user_data", "ad_personalization", "analytics_storage"] {
                        json.key(name: name)
                        json.value("granted")
                    }
                }
            }
            json.key("properties")
            json.object { json in
                json.member("order_id", "TEST-\(id)")
                json.member("test", true)
                json.key("revenue")
                json.value("129.90")
                json.member("currency", "EUR")
                json.key("products")
                json.array { json in
                    json.object { json in
                        json.member("product_id", "TEST-1")
                        json.member("name", "Test product")
                        json.key("price")
                        json.value("64.95")
                        json.member("quantity", 2)
                    }
                }
            }
        }
        return json.bytes
    }

    /// The event that canonicalization makes of it, as for any sender.
    ///
    /// - Throws: ``Rejection``, which means that the rules for purchases have changed.
    func event(for tenant: Tenant, at time: Timestamp) throws -> CanonicalEvent {
        let document = JSONDocument()
        let body = try document.parse(envelope(at: time))
        let canonicalizer = Canonicalizer(
            source: SourceProfile(name: Self.source, kind: .rudderstack, tenant: tenant))
        return try withExtendedLifetime(document) {
            try canonicalizer.canonicalize(Envelope(body: body), TransportFacts(receivedAt: time)).get()
        }
    }
}
