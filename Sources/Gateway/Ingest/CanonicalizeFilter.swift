import Canonicalizer
public import EventModel
import Inbound
import JSON
public import Platform

/// Turns request bodies into canonical events without store or network: what `tracklayer canonicalize` runs.
///
/// Belongs to one thread. Memory does not grow with the number of lines.
public final class CanonicalizeFilter {
    private let items: ItemCanonicalizer
    private let now: Timestamp?

    /// A line of output.
    public struct Line {
        /// One JSON object, without a newline.
        public let bytes: [UInt8]
        /// Whether the item was not taken.
        public let isRejection: Bool
    }

    /// A filter that reads as a source does.
    ///
    /// - Parameters:
    ///   - profile: The source.
    ///   - now: The time of reception; nil for the machine's.
    public init(profile: SourceProfile, now: Timestamp?) {
        items = ItemCanonicalizer(profile: profile)
        self.now = now
    }

    /// The output for one body: a line for each item.
    public func lines(for body: [UInt8]) -> [Line] {
        do {
            return try items.events(in: body, receivedAt: now ?? SystemClock().now).map { item in
                switch item {
                case .success(let event): return Line(bytes: Self.withoutBlanks(event.json), isRejection: false)
                case .failure(let rejection): return Self.line(rejection)
                }
            }
        } catch {
            return [
                Self.line(code: error.code.rawValue, field: error.field, message: error.message, status: "rejected")
            ]
        }
    }

    /// JSON text without blanks between its tokens: parts of an event are as their sender indented them.
    private static func withoutBlanks(_ json: [UInt8]) -> [UInt8] {
        var isInString = false
        var isEscaped = false
        return json.filter { byte in
            defer {
                if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            }
            return isInString || byte > 0x20
        }
    }

    private static func line(_ rejection: Rejection) -> Line {
        line(
            code: rejection.code.rawValue, field: rejection.field, message: rejection.message,
            status: rejection.isIgnored ? "ignored" : "rejected")
    }

    private static func line(code: String, field: String?, message: String, status: String) -> Line {
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.member("status", status)
            json.member("code", code)
            json.member("field", field)
            json.member("message", message)
        }
        return Line(bytes: json.bytes, isRejection: true)
    }
}

/// Reads the items of request bodies and canonicalizes them, without store or network.
///
/// Belongs to one thread.
final class ItemCanonicalizer {
    private let canonicalizer: Canonicalizer
    private let route: EventRoute
    private let document = JSONDocument()
    private let captures = CaptureReader()

    /// Reads as a source does.
    init(profile: SourceProfile) {
        canonicalizer = Canonicalizer(source: profile)
        route = profile.kind == .native ? EventRoute(native: .batch) : EventRoute(profile.kind)
    }

    /// The events of one body, or why one is none, in order.
    func events(
        in body: [UInt8], receivedAt time: Timestamp
    ) throws(RequestFault) -> [Result<CanonicalEvent, Rejection>] {
        let root = try parse(body)
        let transport = TransportFacts(receivedAt: time)
        // SDK routes say the type in the path; here a single event says it itself, as on a webhook.
        let isBatch = root.kind == .array || root[Self.batch] != nil
        let route = isBatch ? route : EventRoute(route.kind)
        var body = try EnvelopeDecoder.decode(root, route: route, authentication: .offline)
        if route.body == .capture { body = try captures.read(body) }
        return body.items.map { item in
            item.mapError(\.rejection).flatMap { canonicalizer.canonicalize($0, transport) }
        }
    }

    private static let batch = JSONKey("batch")

    private func parse(_ body: [UInt8]) throws(RequestFault) -> JSONValue {
        do throws(JSONError) {
            return try document.parse(body, limits: route.jsonLimits)
        } catch {
            throw body.withUnsafeBytes { bytes in RequestFault(error, in: bytes) }
        }
    }
}

extension Tenant {
    /// The tenant of events that never meet a store.
    public static let offline = Tenant(
        account: "offline", environment: "offline", accountNumber: AccountNumber(0),
        environmentNumber: EnvironmentNumber(0))
}

extension LoadedConfiguration {
    /// How a source of this configuration reads, apart from any store; nil if there is no such source.
    public func offlineProfile(ofSource name: String) -> SourceProfile? {
        guard let source = configuration.sources.first(where: { $0.name == name }) else { return nil }
        return source.profile(
            of: Tenant(
                account: source.account, environment: source.environment, accountNumber: AccountNumber(0),
                environmentNumber: EnvironmentNumber(0)))
    }
}
