import Inbound

/// What the answer to one request needs, wherever it is made.
struct AnswerContext: Sendable {
    let requestID: String
    /// Whether the answer is an image, whatever became of the event.
    private(set) var isPixel = false
    /// What a browser must be told, on native routes.
    private var crossOrigin: [(String, String)] = []

    init(requestID: String) { self.requestID = requestID }

    /// Learns what the route and the sender ask of any answer.
    mutating func prepare(for route: EventRoute, _ request: HTTPRequest) {
        guard route.isNative else { return }
        isPixel = route.isPixel && request.method == .get
        crossOrigin = CrossOrigin.headers(for: request).map { ("\($0.name)", $0.value) }
        // Scripts may read this one beside the body (reference inbound, 3.7).
        if !crossOrigin.isEmpty { crossOrigin.append(("X-Request-Id", requestID)) }
    }

    /// The answer as the server sends it.
    func response(_ answer: Answer, isReadable: Bool = true) -> HTTPResponse {
        var response = isPixel ? .pixel : HTTPResponse(answer)
        if isReadable { response.headers += crossOrigin }
        return response
    }
}

extension HTTPResponse {
    init(_ answer: Answer) {
        self.init(
            status: answer.status, headers: answer.body.isEmpty ? [] : HTTPResponse.jsonHeaders, body: answer.body,
            closesConnection: answer.closesConnection)
        for header in answer.headers { headers.append(("\(header.name)", header.value)) }
    }

    /// What every pixel is answered with (reference inbound, 3.7): a transparent image of one point.
    ///
    /// Never from a cache: an image that is shown again is an event again.
    static let pixel = HTTPResponse(
        status: 200, headers: [("Content-Type", "image/gif"), ("Cache-Control", "no-store, max-age=0")],
        body: [
            0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF,
            0xFF, 0x21, 0xF9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2C, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00,
            0x00, 0x02, 0x02, 0x44, 0x01, 0x00, 0x3B,
        ])
}
