import Inbound
import JSON
import Platform

/// What orchestrators, monitors and crawlers ask: liveness, readiness, metrics, the version.
struct Probes: Sendable {
    let metricsText: @Sendable () -> [UInt8]
    /// Why the gateway should get no traffic now; nil when it should.
    let unreadiness: @Sendable () -> String?

    /// The answer to one of them.
    func answer(to probe: Route.Probe) -> HTTPResponse {
        switch probe {
        case .liveness: liveness
        case .readiness: readiness()
        case .metrics: metrics()
        case .version: version
        case .robots: robots
        }
    }

    /// The process runs and its loop answers.
    private let liveness = HTTPResponse(
        status: 200, headers: HTTPResponse.jsonHeaders, body: Array(#"{"status":"ok"}"#.utf8))

    /// Which version runs.
    private let version = HTTPResponse(
        status: 200, headers: HTTPResponse.jsonHeaders,
        body: Array("{\"version\":\"\(BuildInformation.version)\"}".utf8))

    /// Keeps crawlers out (RFC 9309).
    private let robots = HTTPResponse(
        status: 200, headers: [("Content-Type", "text/plain; charset=utf-8")],
        body: Array("User-agent: *\nDisallow: /\n".utf8))

    /// Whether the gateway can commit and its backlog is sane.
    private func readiness() -> HTTPResponse {
        let reason = unreadiness()
        var json = JSONWriter(capacity: 128)
        json.object { json in
            json.member("status", reason == nil ? "ready" : "not_ready")
            json.member("reason", reason)
        }
        return HTTPResponse(status: reason == nil ? 200 : 503, headers: HTTPResponse.jsonHeaders, body: json.bytes)
    }

    /// Prometheus text, version 0.0.4.
    private func metrics() -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")], body: metricsText())
    }
}
