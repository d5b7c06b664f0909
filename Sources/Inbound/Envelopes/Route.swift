public import EventModel
public import JSON

/// What a path of the inbound listener is for (design, section 8; reference inbound, 3.1).
public enum Route: Sendable, Hashable {
    /// Takes events.
    case events(EventRoute)
    /// Whether the process runs.
    case liveness
    /// Whether it can commit and its backlog is sane.
    case readiness
    /// Prometheus text.
    case metrics

    /// The methods that the route answers, in the order of an `Allow` header.
    public var allowedMethods: [String] {
        switch self {
        case .events(let route): route.isNative ? ["POST", "OPTIONS"] : ["POST", "PUT", "PATCH"]
        case .liveness, .readiness, .metrics: ["GET", "HEAD"]
        }
    }

    /// The route of a request, whatever slashes or query its target has at the end.
    ///
    /// - Throws: `not_found`, or `method_not_allowed` with the methods that are (rows 18 and 19).
    public static func resolve(method: String, path: String) throws(RequestFault) -> Route {
        guard let route = Route(exactly: path) ?? Route(exactly: normalized(path)) else {
            throw RequestFault(
                .notFound, "nothing is at this path; events go to /rudderstack/events, /segment/events or /v1/…")
        }
        let methods = route.allowedMethods
        guard methods.contains(method) else {
            var fault = RequestFault(
                .methodNotAllowed,
                "this path takes \(methods.joined(separator: ", ")) only; a GET cannot carry an event")
            fault.allowedMethods = methods
            throw fault
        }
        return route
    }

    private init?(exactly path: String) {
        switch path {
        case "/rudderstack/events": self = .events(EventRoute(.rudderstack))
        case "/segment/events": self = .events(EventRoute(.segment))
        case "/trackstack/events": self = .events(EventRoute(.trackstack))
        case "/healthz", "/health", "/": self = .liveness
        case "/readyz": self = .readiness
        case "/metrics": self = .metrics
        case "/beacon/v1/batch": self = .events(EventRoute(native: .batch))
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
    }

    /// Which sources are behind the path.
    public let kind: SourceKind
    /// What its bodies are.
    public let body: Body

    /// The webhook path of a kind of source.
    public init(_ kind: SourceKind) {
        self.kind = kind
        body = .webhook
    }

    /// A path of the SDKs' own API.
    public init(native body: Body) {
        kind = .native
        self.body = body
    }

    /// Whether SDKs and browsers send here: CORS, lenient content types, and batches that are always answered 200.
    public var isNative: Bool { body != .webhook }

    /// The largest body after decompression, in bytes (reference inbound, 2.1 and 3.3).
    public var bodyByteLimit: Int { isNative ? 8 << 20 : 32 << 20 }

    /// What the JSON reader takes here.
    ///
    /// Python SDKs write `NaN` (reference inbound, 3.5), and one such number must not cost a batch of 100 events. The
    /// limit on values only bounds memory; ``EnvelopeDecoder`` holds bodies against a tighter one by their item count.
    public var jsonLimits: JSONLimits {
        JSONLimits(valueCount: EnvelopeDecoder.itemLimit * EnvelopeDecoder.nodeLimitPerItem, acceptsNonFinite: isNative)
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
        default: return nil
        }
    }
}
