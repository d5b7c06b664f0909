import JSON
public import Platform

/// What is known of a request before its body is read.
public struct AdmittedHead: Sendable {
    /// Where it came in.
    public let route: EventRoute
    /// How its body is packed.
    public let encoding: ContentEncoding
    /// Whether it is a form's fields.
    let isForm: Bool
    let grant: HeadGrant

    /// The sources that it may belong to, as positions in ``Authenticator/sources``, the likeliest first.
    public var sourceIndices: [Int] { grant.sourceIndices }
}

/// The events of one request, and whose they are.
public struct ReadRequest {
    /// Whose they are.
    public let authentication: Authentication
    /// The events; they look into the reader and are valid until it reads the next body.
    public let body: DecodedBody
}

/// Takes requests from header to events, in the order in which faults are to be answered (reference inbound, section 9).
///
/// Holds the memory that this needs and reuses it. Belongs to one thread at a time: each loop thread has its own.
public final class RequestReader {
    private let document = JSONDocument()
    private let inflater = GzipInflater()
    private let captures = CaptureReader()
    private let payloads = PayloadReader()

    /// A reader that has read nothing yet.
    public init() {}

    /// What the header alone decides: who may be sending, and whether the body is one that is read.
    ///
    /// - Throws: The fault to answer with, without reading the body.
    public static func admit(
        _ headers: some HeaderReading, route: EventRoute, queryWriteKey: String? = nil,
        authenticator: Authenticator, now: Timestamp
    ) throws(RequestFault) -> AdmittedHead {
        let grant = try authenticator.checkHead(
            kind: route.kind, headers: headers, queryWriteKey: queryWriteKey, now: now)
        return AdmittedHead(
            route: route, encoding: try ContentRules.check(headers, for: route),
            isForm: ContentRules.isForm(headers, for: route), grant: grant)
    }

    /// Unpacks, verifies, parses and takes apart the body of an admitted request.
    ///
    /// - Parameters:
    ///   - body: The bytes as they came; they may be freed when this returns.
    ///   - head: What ``admit(_:route:queryWriteKey:authenticator:now:)`` returned for the request.
    ///   - headers: The request's header.
    ///   - authenticator: The same that admitted the request.
    /// - Returns: Whose the events are, and the events.
    /// - Throws: The fault to answer the whole request with.
    public func read(
        _ body: UnsafeRawBufferPointer, of head: AdmittedHead, headers: some HeaderReading,
        authenticator: Authenticator
    ) throws(RequestFault) -> ReadRequest {
        document.trim()
        inflater.trim()
        let plain = try unpack(body, head)
        if head.route.body == .payload {
            return try readPayload(
                plain, isForm: head.isForm, of: head, headers: headers, authenticator: authenticator)
        }
        let root = parse(plain, limits: head.route.jsonLimits)
        let authentication = try authenticator.checkBody(head.grant, headers: headers, body: plain, root: root)
        let decoded = try EnvelopeDecoder.decode(try root.get(), route: head.route, authentication: authentication)
        let isCapture = head.route.body == .capture
        return ReadRequest(authentication: authentication, body: isCapture ? try captures.read(decoded) : decoded)
    }

    /// Takes the event out of the query of an admitted request to a pixel.
    ///
    /// - Parameters:
    ///   - parameters: The query, decoded.
    ///   - head: What ``admit(_:route:queryWriteKey:authenticator:now:)`` returned for the request.
    ///   - headers: The request's header.
    ///   - authenticator: The same that admitted the request.
    ///   - now: What RudderStack's form takes for the time of the event.
    /// - Returns: Whose the event is, and the event.
    /// - Throws: Why there is none; to be counted, not answered (row 103).
    public func readPixel(
        _ parameters: [(name: String, value: String)], of head: AdmittedHead, headers: some HeaderReading,
        authenticator: Authenticator, now: Timestamp
    ) throws(RequestFault) -> ReadRequest {
        guard case .pixel(let form, let type) = head.route.body else {
            preconditionFailure("\(head.route) is no pixel")
        }
        let body = try PixelEnvelope.body(parameters, form, type, now: now)
        return try body.withUnsafeBufferPointer { (body) throws(RequestFault) in
            try read(UnsafeRawBufferPointer(body), of: head, headers: headers, authenticator: authenticator)
        }
    }

    /// Takes the event out of the query of an admitted request to a path for payloads, as if it had been a body.
    ///
    /// - Parameters:
    ///   - parameters: The query, decoded; the write key is left out.
    ///   - head: What ``admit(_:route:queryWriteKey:authenticator:now:)`` returned for the request.
    ///   - headers: The request's header.
    ///   - authenticator: The same that admitted the request.
    /// - Returns: Whose the event is, and the event.
    /// - Throws: The fault to answer the request with.
    public func readQuery(
        _ parameters: [(name: String, value: String)], of head: AdmittedHead, headers: some HeaderReading,
        authenticator: Authenticator
    ) throws(RequestFault) -> ReadRequest {
        document.trim()
        let body = try PayloadReader.object(ofQuery: parameters)
        return try body.withUnsafeBufferPointer { (body) throws(RequestFault) in
            try readPayload(
                UnsafeRawBufferPointer(body), isForm: false, of: head, headers: headers, authenticator: authenticator)
        }
    }

    /// Verifies and reads a payload.
    ///
    /// Nothing in it is the sender's word about itself: a `writeKey` in it is a property.
    private func readPayload(
        _ body: UnsafeRawBufferPointer, isForm: Bool, of head: AdmittedHead, headers: some HeaderReading,
        authenticator: Authenticator
    ) throws(RequestFault) -> ReadRequest {
        let missingKey = RequestFault(
            .writeKeyMissing,
            "the request has no write key; send it as `writeKey` in the query or by Basic authentication")
        let authentication = try authenticator.checkBody(
            head.grant, headers: headers, body: body, root: .failure(missingKey))
        let root: Result<JSONValue, RequestFault>
        if isForm {
            let object = try PayloadReader.object(ofForm: body)
            root = object.withUnsafeBytes { parse($0, limits: head.route.jsonLimits) }
        } else {
            root = parse(body, limits: head.route.jsonLimits)
        }
        let items = try payloads.read(try root.get(), route: head.route, authentication: authentication)
        return ReadRequest(authentication: authentication, body: items)
    }

    private func unpack(
        _ body: UnsafeRawBufferPointer, _ head: AdmittedHead
    ) throws(RequestFault) -> UnsafeRawBufferPointer {
        let byteLimit = head.route.bodyByteLimit
        guard head.encoding == .identity else { return try inflater.inflate(body, byteLimit: byteLimit) }
        guard body.count <= byteLimit else {
            throw RequestFault(.bodyTooLarge, "the body has more than \(byteLimit) bytes; send less at once")
        }
        return body
    }

    private func parse(_ body: UnsafeRawBufferPointer, limits: JSONLimits) -> Result<JSONValue, RequestFault> {
        Result { () throws(JSONError) in try document.parse(body, limits: limits) }
            .mapError { RequestFault($0, in: body) }
    }
}
