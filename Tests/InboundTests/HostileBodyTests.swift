import EventModel
import JSON
import Platform
import TestSupport
import Testing

@testable import Inbound

/// No request costs more than its bytes, from header to events, and each limit answers as it says.
@Suite struct HostileBodyTests {
    private static let authenticator = Authenticator(sources: [
        .rudderstack(), .native(), SourceCredentials.native(["wk_ts"]).with { $0.kind = .trackstack },
    ])

    private func headers(of route: EventRoute) -> HeaderLines {
        switch route.kind {
        case .native: ["Authorization": Signing.basic("wk_1:"), "Content-Type": "application/json"]
        case .trackstack: ["Authorization": Signing.basic("wk_ts:"), "Content-Type": "application/json"]
        default: ["X-TrackLayer-Secret": "s3cret", "Content-Type": "application/json"]
        }
    }

    @Test("a body costs what it has bytes and elements", arguments: HostileBody.all)
    func bodies(_ body: HostileBody) {
        let reader = RequestReader()
        var outcomes: [Int: String] = [:]
        let fault = Growth.fault(from: body.size) { size, measure in
            let bytes = Array(body.text(size).utf8)
            outcomes[size] = measure { outcome(bytes, body.route, reader) }
        }
        #expect(fault == nil, "\(body): \(fault ?? "")")
        #expect(outcomes[body.size * Growth.factor] == body.outcomes[1])
        #expect(outcome(Array(body.text(body.size).utf8), body.route, reader) == body.outcomes[0])
    }

    @Test("a text costs what it has bytes, in every place of a pixel's address", arguments: HostileText.all)
    func pixels(_ text: HostileText) {
        let reader = RequestReader()
        let places: [(EventRoute, @Sendable (String) -> [(name: String, value: String)])] = [
            (EventRoute(native: .pixel(.rudderstack, .track)), { [("event", $0), ("anonymousId", "a")] }),
            (EventRoute(native: .pixel(.rudderstack, .page)), { [("name", $0), ("anonymousId", "\"\($0)\"")] }),
            (EventRoute(native: .pixel(.segment, .track)), { [("properties.\($0.prefix(60))", $0)] }),
            (EventRoute(native: .pixel(.segment, .track)), { [("data", $0)] }),
        ]
        for (route, parameters) in places {
            let fault = Growth.fault(from: 1000) { size, measure in
                let parameters = parameters(text.text(byteCount: size))
                measure { _ = pixelOutcome(parameters, route, reader) }
            }
            #expect(fault == nil, "\(text): \(fault ?? "")")
        }
    }

    @Test(
        "parameters cost what they are many",
        arguments: [
            "a#", "a", "properties.a#", "properties.a#.b#", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z#",
            "properties.products.#.sku", "#",
        ], [EventRoute.PixelForm.rudderstack, .segment])
    func parameters(_ name: String, _ form: EventRoute.PixelForm) {
        let reader = RequestReader()
        let route = EventRoute(native: .pixel(form, .track))
        var outcomes: [Int: String] = [:]
        let fault = Growth.fault(from: 125) { size, measure in
            let parameters = (0..<size).map { (name: name.replacing("#", with: String($0)), value: "1") }
            outcomes[size] = measure { pixelOutcome(parameters, route, reader) }
        }
        #expect(fault == nil, "\(name): \(fault ?? "")")
        #expect(outcomes[1000] == "ok")
        let many = (0...1000).map { (name: name.replacing("#", with: String($0)), value: "1") }
        #expect(pixelOutcome(many, route, reader) == "pixel_invalid")
    }

    @Test("a form costs what it has bytes and fields", arguments: ["a=1&", "a#=1&", "a=%40&", "&", "%20&"])
    func forms(_ field: String) {
        let fault = Growth.fault(from: 1000) { size, measure in
            let form = Array((0..<size).map { field.replacing("#", with: String($0)) }.joined().utf8)
            measure { form.withUnsafeBytes { _ = try? PayloadReader.object(ofForm: $0) } }
        }
        #expect(fault == nil, "\(field): \(fault ?? "")")
    }

    @Test("a target costs what it has bytes", arguments: HostileText.all)
    func targets(_ text: HostileText) {
        for wrapped in [("/v1/", ""), ("/pixel/v1/track?", ""), ("/?a=", ""), ("http://", "/v1/track?a=b")] {
            let fault = Growth.fault(from: 2000) { size, measure in
                let target = Array((wrapped.0 + text.text(byteCount: size) + wrapped.1).utf8)
                measure {
                    target.withUnsafeBufferPointer { bytes in
                        let parts = HTTPTarget(bytes)
                        _ = try? Route.find(parts.normalizedPath)
                    }
                }
            }
            #expect(fault == nil, "\(wrapped.0)\(text): \(fault ?? "")")
        }
    }

    // MARK: - Outcomes

    private func outcome(_ body: [UInt8], _ route: EventRoute, _ reader: RequestReader) -> String {
        let headers = headers(of: route)
        return outcome(of: route, headers) { (head) throws(RequestFault) in
            let result = body.withUnsafeBytes { bytes in
                Result { () throws(RequestFault) in
                    try reader.read(bytes, of: head, headers: headers, authenticator: Self.authenticator)
                }
            }
            return try result.get()
        }
    }

    private func pixelOutcome(
        _ parameters: [(name: String, value: String)], _ route: EventRoute, _ reader: RequestReader
    ) -> String {
        let headers = headers(of: route)
        return outcome(of: route, headers) { (head) throws(RequestFault) in
            try reader.readPixel(
                parameters, of: head, headers: headers, authenticator: Self.authenticator, now: .testNow)
        }
    }

    /// `ok`, or the codes of what is refused.
    private func outcome(
        of route: EventRoute, _ headers: HeaderLines, _ read: (AdmittedHead) throws(RequestFault) -> ReadRequest
    ) -> String {
        do throws(RequestFault) {
            let head = try RequestReader.admit(
                headers, route: route, authenticator: Self.authenticator, now: .testNow)
            var codes: Set<String> = []
            for item in try read(head).body.items {
                if case .failure(let refused) = item { codes.insert(refused.rejection.code.rawValue) }
            }
            return codes.isEmpty ? "ok" : codes.sorted().joined(separator: " ")
        } catch {
            return error.code.rawValue
        }
    }
}
