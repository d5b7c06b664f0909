import EventModel
import FuzzSupport
import Inbound
import JSON
import Platform

/// Bodies of every route: nothing traps, the reader's reused memory leaves no trace, and gzip changes nothing.
///
/// The last byte chooses the route and how the input is packed.
@c(LLVMFuzzerTestOneInput)
public func fuzzRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let harness = input.choice(of: RequestHarness.all)
    let isPacked = input.choice(below: 4) == 3 && !harness.route.isPixel
    let body = input.bytes
    let first = harness.outcome(of: body, isGzip: isPacked)
    if !isPacked, !harness.route.isPixel {
        let unpacked = harness.outcome(of: Gzip.member(body), isGzip: true)
        // Only a body that packs a hundredfold may fare differently, and no input is large enough for that.
        require(unpacked == first, "a packed body is read as the plain one is")
    }
    require(harness.outcome(of: body, isGzip: isPacked) == first, "a reader reads the same body twice alike")
    return 0
}

/// A reader behind a source whose proof every request brings.
private struct RequestHarness {
    private static let routes: [EventRoute] = [
        EventRoute(.rudderstack), EventRoute(.segment), EventRoute(.trackstack), EventRoute(native: .batch),
        EventRoute(native: .single(.track)), EventRoute(native: .single(.identify)),
        EventRoute(native: .single(.alias)), EventRoute(native: .pixel(.rudderstack, .page)),
        EventRoute(native: .pixel(.segment, .track)), EventRoute(native: .payload),
    ]

    // libFuzzer calls from one thread, one input after another.
    nonisolated(unsafe) static let all = routes.map { RequestHarness(route: $0) }

    /// What became of a body: its fault, or the fate of each item.
    enum Outcome: Equatable {
        case fault(RequestFault)
        case items([String])
    }

    let route: EventRoute
    private let reader = RequestReader()
    private let authenticator: Authenticator

    init(route: EventRoute) {
        self.route = route
        var source = SourceCredentials(name: "fuzz", kind: route.kind, account: "a", environment: "e")
        source.secrets = [SourceSecret(SecretBytes("secret"))]
        authenticator = Authenticator(sources: [source])
    }

    func outcome(of body: [UInt8], isGzip: Bool) -> Outcome {
        var headers = FuzzHeaders()
        headers.add("X-TrackLayer-Secret", "secret")
        headers.add("Content-Type", "application/json")
        if isGzip { headers.add("Content-Encoding", "gzip") }
        do throws(RequestFault) {
            let now = Timestamp(seconds: 1_776_953_553)
            let head = try RequestReader.admit(headers, route: route, authenticator: authenticator, now: now)
            let request =
                route.isPixel
                ? try reader.readPixel(
                    Self.parameters(in: body), of: head, headers: headers, authenticator: authenticator, now: now)
                : try body.withUnsafeBufferPointer { (bytes) throws(RequestFault) in
                    try reader.read(
                        UnsafeRawBufferPointer(bytes), of: head, headers: headers, authenticator: authenticator)
                }
            require(!request.body.items.isEmpty, "a body that is taken has items")
            return .items(
                request.body.items.map { item in
                    switch item {
                    case .success(let envelope): "\(envelope.body.nodeCount) \(envelope.body.rawBytes.count)"
                    case .failure(let refused): refused.rejection.code.rawValue
                    }
                })
        } catch {
            require((400..<500).contains(error.status), "the sender is at fault, not the gateway")
            return .fault(error)
        }
    }

    /// The input as the parameters of a query.
    private static func parameters(in body: [UInt8]) -> [(name: String, value: String)] {
        body.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (String(decoding: parts[0], as: UTF8.self), String(decoding: parts.last ?? [], as: UTF8.self))
        }
    }
}
