import EventModel
import Outbound
import Platform
import TestSupport

/// A destination that sends an event's id, or does what a test says.
struct StubDestination: Destination {
    let name: String
    var policy: DeliveryPolicy
    let templateVersion: String? = "v1"
    var preparation: @Sendable (EventView) -> Preparation = { event in
        .send(OutboundRequest(url: "https://stub.example/?token=x", body: Array(event.eventID.utf8)))
    }

    /// What every answer means; nil for what its status says.
    var outcome: PartOutcome?

    init(_ name: String, concurrencyLimit: Int = 16, retry: RetrySchedule = .customDefault) {
        self.name = name
        policy = DeliveryPolicy(retry: retry, concurrencyLimit: concurrencyLimit)
    }

    func prepare(_ event: EventView, at time: Timestamp) -> Preparation { preparation(event) }

    func outcome(on response: HTTPResponse, at time: Timestamp) -> PartOutcome {
        outcome ?? PartOutcome(verdict(on: response, at: time))
    }

    func masked(_ bytes: [UInt8]) -> [UInt8] { bytes.replacing("secret".utf8, with: "***".utf8) }
}

/// A client that answers at once as a test says, or holds a request until told.
final class StubClient: HTTPClient {
    struct State: Sendable {
        var requests: [OutboundRequest] = []
        var held: [@Sendable (HTTPResult) -> Void] = []
    }

    let state = Watched(State())
    private let answer: @Sendable (OutboundRequest, Int) -> HTTPResult?

    /// A client whose `answer` gets the request and how many came before it; nil holds the request.
    init(_ answer: @escaping @Sendable (OutboundRequest, Int) -> HTTPResult? = { _, _ in .ok }) { self.answer = answer }

    func submit(_ request: OutboundRequest, completion: @escaping @Sendable (HTTPResult) -> Void) {
        let result = state.withLock { state in
            let result = answer(request, state.requests.count)
            state.requests.append(request)
            if result == nil { state.held.append(completion) }
            return result
        }
        if let result { completion(result) }
    }

    /// Ends all requests that are held.
    func release(_ result: HTTPResult = .ok) {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for completion in held { completion(result) }
    }

    /// The bodies of all requests so far.
    var bodies: [String] { state.withLock { $0.requests.map { String(decoding: $0.body, as: UTF8.self) } } }
}

extension HTTPResult {
    static let ok = HTTPResult.response(HTTPResponse(statusCode: 200))

    static func status(_ code: Int, _ headers: [HTTPHeader] = [], _ body: String = "") -> HTTPResult {
        .response(HTTPResponse(statusCode: code, headers: headers, body: Array(body.utf8)))
    }
}

/// Keeps log lines.
final class LineSink: LogSink {
    private let kept = Guarded<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    func write(_ line: String) { kept.withLock { $0.append(line) } }
}
