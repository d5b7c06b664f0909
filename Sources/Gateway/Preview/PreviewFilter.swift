import Canonicalizer
public import EventModel
import Inbound
import JSON
public import Outbound
public import Platform

/// Turns request bodies into the requests that a destination would be sent: what `tracklayer preview` runs.
///
/// Without store and network. Belongs to one thread.
public final class PreviewFilter {
    private let items: ItemCanonicalizer
    private let preview: DestinationPreview
    private let destination: any Destination
    private let now: Timestamp?
    private let showsSecrets: Bool
    private let checker = JSONDocument()

    /// A line of output.
    public struct Line {
        /// One JSON object, without a newline.
        public let bytes: [UInt8]
        /// Whether a request would be sent.
        public let isRequest: Bool
    }

    /// A filter.
    ///
    /// - Parameters:
    ///   - profile: The source whose events they are.
    ///   - destination: Where they would go.
    ///   - gates: What they have to pass.
    ///   - now: The time of day; nil for the machine's.
    ///   - showsSecrets: Whether tokens stand in the output.
    public init(
        profile: SourceProfile, destination: any Destination, gates: DestinationPreview.Gates, now: Timestamp?,
        showsSecrets: Bool
    ) {
        items = ItemCanonicalizer(profile: profile)
        preview = DestinationPreview(destination, gates: gates)
        self.destination = destination
        self.now = now
        self.showsSecrets = showsSecrets
    }

    /// The output for one body: a line for each item.
    public func lines(for body: [UInt8]) -> [Line] {
        let time = now ?? SystemClock().now
        do {
            return try items.events(in: body, receivedAt: time).map { item in
                switch item {
                case .success(let event): line(of: event, at: time)
                case .failure(let rejection): skipped("\(rejection.code.rawValue): \(rejection.message)")
                }
            }
        } catch {
            return [skipped("\(error.code.rawValue): \(error.message)")]
        }
    }

    private func line(of event: CanonicalEvent, at time: Timestamp) -> Line {
        switch preview.outcome(of: event.json, subject: RouteSubject(event), at: time) {
        case .request(let request): line(of: request)
        case .skipped(let reason): skipped(reason)
        }
    }

    private func line(of request: OutboundRequest) -> Line {
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.member("method", request.method.rawValue)
            json.member("url", shown(request.url))
            json.key("headers")
            json.object { json in
                for header in request.headers {
                    json.key(name: header.name)
                    json.value(shown(header.value))
                }
            }
            json.key("body")
            let body = showsSecrets ? request.body : destination.masked(request.body)
            if (try? checker.parse(body, limits: Self.bodyLimits)) != nil {
                json.raw(body)
            } else {
                json.value(String(decoding: body, as: UTF8.self))
            }
        }
        return Line(bytes: json.bytes, isRequest: true)
    }

    private func shown(_ text: String) -> String {
        showsSecrets ? text : String(decoding: destination.masked(Array(text.utf8)), as: UTF8.self)
    }

    private func skipped(_ reason: String) -> Line {
        var json = JSONWriter(capacity: 256)
        json.object { json in json.member("skipped", reason) }
        return Line(bytes: json.bytes, isRequest: false)
    }

    private static let bodyLimits = JSONLimits(depth: 128, valueCount: 1_000_000)
}

/// What to preview.
public struct PreviewTarget: Sendable {
    /// Where events would go.
    public let destination: any Destination
    /// What they have to pass first.
    public let gates: DestinationPreview.Gates

    /// A target.
    public init(_ destination: any Destination, gates: DestinationPreview.Gates) {
        self.destination = destination
        self.gates = gates
    }
}

extension LoadedConfiguration {
    /// The destinations that are switched on, ready to make requests.
    public func enabledDestinations() -> [any Destination] {
        // Those that cannot be made were reported by `checkDestinations`.
        configuration.destinations.filter(\.isEnabled).compactMap {
            try? $0.destination(secrets: configuration.secrets)
        }
    }

    /// A destination of this configuration with its gates, to preview; nil if there is none of that name.
    public func previewDestination(
        named name: String
    ) -> PreviewTarget? {
        guard let found = configuration.destinations.first(where: { $0.name == name }),
            let destination = try? found.destination(secrets: configuration.secrets)
        else { return nil }
        var rule = found.routeRule
        // An event offline belongs to no account; a disabled destination can still be tried.
        rule.account = nil
        rule.environment = nil
        rule.isEnabled = true
        return PreviewTarget(destination, gates: .all(rule, EventRegistry.catalog))
    }
}

extension DestinationPreview.Gates {
    /// Consent alone: a denial counts, silence does not.
    public static func trying(_ platform: AdPlatform) -> DestinationPreview.Gates {
        var policy = platform.consent
        policy.onUnknown = .allow
        return .consent(policy)
    }
}
