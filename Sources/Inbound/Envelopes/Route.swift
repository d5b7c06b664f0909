public import EventModel
public import JSON

/// What a path of the inbound listener is for (design, section 8; reference inbound, 3.1).
public enum Route: Sendable, Hashable {
    /// Takes events.
    case events(EventRoute)
    /// Asks about the process, and brings it nothing.
    case probe(Probe)

    /// What is asked about the process.
    public enum Probe: Sendable, Hashable {
        /// Whether it runs.
        case liveness
        /// Whether it can commit and its backlog is sane.
        case readiness
        /// Prometheus text.
        case metrics
        /// Which version it is; RudderStack's server has such a path.
        case version
        /// What crawlers may read: nothing.
        case robots
    }

    /// The methods that the route answers, in the order of an `Allow` header.
    public var allowedMethods: [String] {
        switch self {
        case .events(let route) where route.isPixel: ["GET", "OPTIONS"]
        case .events(let route) where route.body == .payload: ["GET", "POST", "OPTIONS"]
        case .events(let route): route.isNative ? ["POST", "OPTIONS"] : ["POST", "PUT", "PATCH"]
        case .probe: ["GET", "HEAD"]
        }
    }

    /// The route of a request, whatever slashes or query its target has at the end.
    ///
    /// - Throws: `not_found`, or `method_not_allowed` with the methods that are (rows 18 and 19).
    public static func resolve(method: String, path: String) throws(RequestFault) -> Route {
        let route = try find(path)
        try route.check(method: method)
        return route
    }

    /// What is at a path, whatever slashes or query it has at the end.
    ///
    /// - Throws: `not_found` (row 19).
    public static func find(_ path: String) throws(RequestFault) -> Route {
        guard let route = Route(exactly: path) ?? Route(exactly: normalized(path)) else {
            throw RequestFault(
                .notFound, "nothing is at this path; events go to /rudderstack/events, /segment/events or /v1/…")
        }
        return route
    }

    /// Refuses a method that the route does not answer.
    ///
    /// - Throws: `method_not_allowed` with the methods that are (row 18).
    public func check(method: String) throws(RequestFault) {
        // By far the most common.
        if case .events(let route) = self, !route.isPixel, method == "POST" { return }
        let methods = allowedMethods
        guard methods.contains(method) else {
            let reason = methods.contains("GET") ? "use one of them" : "a GET cannot carry an event"
            var fault = RequestFault(
                .methodNotAllowed, "this path takes \(methods.joined(separator: ", ")) only; \(reason)")
            fault.allowedMethods = methods
            throw fault
        }
    }

    private init?(exactly path: String) {
        switch path {
        case "/rudderstack/events": self = .events(EventRoute(.rudderstack))
        case "/segment/events": self = .events(EventRoute(.segment))
        case "/trackstack/events": self = .events(EventRoute(.trackstack))
        case "/healthz", "/health", "/": self = .probe(.liveness)
        case "/readyz": self = .probe(.readiness)
        case "/metrics": self = .probe(.metrics)
        case "/version": self = .probe(.version)
        case "/robots.txt": self = .probe(.robots)
        case "/beacon/v1/batch": self = .events(EventRoute(native: .batch))
        case "/pixel/v1/track": self = .events(EventRoute(native: .pixel(.rudderstack, .track)))
        case "/pixel/v1/page": self = .events(EventRoute(native: .pixel(.rudderstack, .page)))
        default:
            guard path.hasPrefix("/v1/"), let call = EventRoute.Body(call: path.dropFirst(4)) else { return nil }
            self = .events(EventRoute(native: call))
        }
    }

    /// The path without query, doubled slashes and slashes at its end.
    private static func normalized(_ path: String) -> String {
        let parts = path.prefix { $0 != "?" }.split(separator: "/")
        return "/" + parts.joined(separator: "/")
    }
}

/// A path that takes events: who sends there, and what its bodies look like.
public struct EventRoute: Sendable, Hashable {
    /// What a body is.
    public enum Body: Sendable, Hashable {
        /// Any of the dialects that CDP servers send (reference inbound, 1.7).
        case webhook
        /// One event, whose type the path says.
        case single(EnvelopeType)
        /// `{"batch": […]}`.
        case batch
        /// One flat capture of TrackStack's, an array of them, or `{"batch": […]}`.
        case capture
        /// JSON of any form, a form or a query: the properties of one event, or of several (RudderStack's webhook source).
        case payload
        /// None: one event in the query, whose type the path says.
        case pixel(PixelForm, EnvelopeType)
    }

    /// How the query of a pixel holds its event.
    public enum PixelForm: Sendable, Hashable {
        /// RudderStack's: every parameter is a field.
        case rudderstack
        /// Segment's: `data` is the event as base64 of JSON, or every parameter is a field.
        case segment
    }

    /// Which sources are behind the path.
    public let kind: SourceKind
    /// What its bodies are.
    public let body: Body

    /// The path of a kind of source beside the SDKs' own: a webhook, or TrackStack's capture.
    public init(_ kind: SourceKind) {
        self.kind = kind
        body = kind == .trackstack ? .capture : .webhook
    }

    /// A path of the SDKs' own API.
    public init(native body: Body) {
        kind = .native
        self.body = body
    }

    /// Whether SDKs and browsers send here: CORS, lenient content types, and batches that are always answered 200.
    public var isNative: Bool { body != .webhook }

    /// Whether the answer is an image, whatever became of the event.
    public var isPixel: Bool { if case .pixel = body { true } else { false } }

    /// What the path says about the type of its events, if it does.
    var eventType: EnvelopeType? {
        switch body {
        case .single(let type), .pixel(_, let type): type
        case .payload: .track
        case .webhook, .batch, .capture: nil
        }
    }

    /// The largest body after decompression, in bytes (reference inbound, 2.1 and 3.3).
    public var bodyByteLimit: Int { isNative ? 8 << 20 : 32 << 20 }

    /// What the JSON reader takes here.
    ///
    /// Python SDKs write `NaN` (reference inbound, 3.5), and one such number must not cost a batch of 100 events. The
    /// limit on values only bounds memory; ``EnvelopeDecoder`` holds bodies against a tighter one by their item count.
    public var jsonLimits: JSONLimits {
        JSONLimits(
            valueCount: EnvelopeDecoder.itemLimit * EnvelopeDecoder.nodeLimitPerItem,
            acceptsNonFinite: kind == .native && isNative)
    }
}

extension EventRoute.Body {
    /// The call behind `/v1/`: full names, and the single letters that Segment's browser SDK uses.
    fileprivate init?(call: Substring) {
        switch call {
        case "track", "t": self = .single(.track)
        case "identify", "i": self = .single(.identify)
        case "page", "p": self = .single(.page)
        case "screen", "s": self = .single(.screen)
        case "group", "g": self = .single(.group)
        case "alias", "a": self = .single(.alias)
        case "merge": self = .single(.merge)
        case "batch", "b", "import": self = .batch
        case "webhook": self = .payload
        case "pixel/identify": self = .pixel(.segment, .identify)
        case "pixel/group": self = .pixel(.segment, .group)
        case "pixel/alias": self = .pixel(.segment, .alias)
        case "pixel/page": self = .pixel(.segment, .page)
        case "pixel/screen": self = .pixel(.segment, .screen)
        case "pixel/track": self = .pixel(.segment, .track)
        default: return nil
        }
    }
}
