import EventModel
import JSON
import Testing

@testable import Inbound

/// Design, section 8; reference inbound, 3.1 and section 9, rows 18-19.
@Suite struct EnvelopeRouteTests {
    private func resolve(_ method: String, _ path: String) -> Result<Route, RequestFault> {
        Result { () throws(RequestFault) in try Route.resolve(method: method, path: path) }
    }

    @Test(
        "every path and what it is for",
        arguments: [
            ("/rudderstack/events", .events(EventRoute(.rudderstack))),
            ("/segment/events", .events(EventRoute(.segment))),
            ("/trackstack/events", .events(EventRoute(.trackstack))),
            ("/v1/track", .events(EventRoute(native: .single(.track)))),
            ("/v1/identify", .events(EventRoute(native: .single(.identify)))),
            ("/v1/page", .events(EventRoute(native: .single(.page)))),
            ("/v1/screen", .events(EventRoute(native: .single(.screen)))),
            ("/v1/group", .events(EventRoute(native: .single(.group)))),
            ("/v1/alias", .events(EventRoute(native: .single(.alias)))),
            ("/v1/merge", .events(EventRoute(native: .single(.merge)))),
            ("/v1/t", .events(EventRoute(native: .single(.track)))),
            ("/v1/i", .events(EventRoute(native: .single(.identify)))),
            ("/v1/p", .events(EventRoute(native: .single(.page)))),
            ("/v1/s", .events(EventRoute(native: .single(.screen)))),
            ("/v1/g", .events(EventRoute(native: .single(.group)))),
            ("/v1/a", .events(EventRoute(native: .single(.alias)))),
            ("/v1/b", .events(EventRoute(native: .batch))), ("/v1/batch", .events(EventRoute(native: .batch))),
            ("/v1/import", .events(EventRoute(native: .batch))),
            ("/beacon/v1/batch", .events(EventRoute(native: .batch))),
        ] as [(String, Route)])
    func eventPaths(_ path: String, route: Route) {
        for variant in [
            path, path + "/", path + "//", "/" + path, path.replacing("/", with: "//"), path + "?writeKey=a/b",
        ] {
            #expect(try! resolve("POST", variant).get() == route)
        }
    }

    @Test(
        "pixels, and whose form each has",
        arguments: [
            ("/pixel/v1/track", .pixel(.rudderstack, .track)), ("/pixel/v1/page", .pixel(.rudderstack, .page)),
            ("/v1/pixel/identify", .pixel(.segment, .identify)), ("/v1/pixel/group", .pixel(.segment, .group)),
            ("/v1/pixel/alias", .pixel(.segment, .alias)), ("/v1/pixel/page", .pixel(.segment, .page)),
            ("/v1/pixel/screen", .pixel(.segment, .screen)), ("/v1/pixel/track", .pixel(.segment, .track)),
        ] as [(String, EventRoute.Body)])
    func pixels(_ path: String, body: EventRoute.Body) {
        #expect(try! resolve("GET", path + "?event=a").get() == .events(EventRoute(native: body)))
        #expect(resolve("POST", path).faultCode == .methodNotAllowed)
        #expect(resolve("HEAD", path).faultCode == .methodNotAllowed)
    }

    @Test("anybody's payloads come by GET, too")
    func payloads() {
        for method in ["GET", "POST", "OPTIONS"] {
            #expect(try! resolve(method, "/v1/webhook/?writeKey=a").get() == .events(EventRoute(native: .payload)))
        }
        for method in ["HEAD", "PUT", "DELETE"] {
            #expect(resolve(method, "/v1/webhook").faultCode == .methodNotAllowed)
        }
    }

    @Test(
        "paths of operators",
        arguments: [
            ("/healthz", .probe(.liveness)), ("/health", .probe(.liveness)), ("/", .probe(.liveness)),
            ("", .probe(.liveness)),
            ("/readyz/", .probe(.readiness)), ("/metrics", .probe(.metrics)), ("/version", .probe(.version)),
            ("/robots.txt", .probe(.robots)),
        ] as [(String, Route)])
    func operatorPaths(_ path: String, route: Route) {
        #expect(try! resolve("GET", path).get() == route)
        #expect(try! resolve("HEAD", path).get() == route)
        #expect(resolve("POST", path).faultCode == .methodNotAllowed)
    }

    @Test(
        "row 19: every other path is not found, whatever the method",
        arguments: [
            "/rudderstack", "/rudderstack/events/x", "/RudderStack/events", "/v1", "/v1/", "/v1/delete", "/v1/track/x",
            "/v1/T",
            "/internal/v1/batch", "/v2/track", "/v1/webhook/x", "/api/events", "/..", "/v1/./track", "*", "rudderstack",
            "/v1/%74rack", "/pixel/v1/identify", "/v1/pixel", "/v1/pixel/merge",
        ])
    func notFound(_ path: String) {
        for method in ["GET", "POST", "OPTIONS"] {
            #expect(resolve(method, path).faultCode == .notFound)
        }
    }

    @Test("row 18: other methods are refused with those that are allowed")
    func methods() {
        for method in ["GET", "DELETE", "HEAD", "OPTIONS", "TRACE", "post", ""] {
            guard case .failure(let fault) = resolve(method, "/rudderstack/events") else {
                Issue.record("\(method) was taken")
                continue
            }
            #expect(fault.code == .methodNotAllowed)
            #expect(fault.allowedMethods == ["POST", "PUT", "PATCH"])
        }
        for method in ["POST", "PUT", "PATCH"] { #expect(resolve(method, "/segment/events").faultCode == nil) }
        for method in ["GET", "PUT"] { #expect(resolve(method, "/v1/batch").faultCode == .methodNotAllowed) }
        for method in ["POST", "OPTIONS"] { #expect(resolve(method, "/v1/batch").faultCode == nil) }
    }

    @Test("limits and leniency follow who sends")
    func properties() {
        let webhook = EventRoute(.segment)
        let native = EventRoute(native: .batch)
        #expect(!webhook.isNative)
        #expect(native.isNative)
        #expect(native.kind == .native)
        #expect(webhook.bodyByteLimit == 32 << 20)
        #expect(native.bodyByteLimit == 8 << 20)
        #expect(!webhook.jsonLimits.acceptsNonFinite)
        #expect(native.jsonLimits.acceptsNonFinite)
        #expect(webhook.jsonLimits.depth == 64)
        let capture = EventRoute(.trackstack)
        #expect(capture.isNative && capture.body == .capture && !capture.jsonLimits.acceptsNonFinite)
    }
}
