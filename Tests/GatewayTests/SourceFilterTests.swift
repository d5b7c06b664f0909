import Canonicalizer
import EventModel
import Foundation
import Inbound
import JSON
import Platform
import Testing

@testable import Gateway

/// What a source's lists take and leave out.
@Suite struct SourceFilterTests {
    /// Lives as long as the values that look into it.
    private let document = JSONDocument()

    struct Case: Sendable, CustomTestStringConvertible {
        var include: String, exclude: String
        var taken: [String], ignored: [String]
        var testDescription: String { "include \(include), exclude \(exclude)" }

        init(_ include: String, _ exclude: String, taken: [String], ignored: [String] = []) {
            self.include = include
            self.exclude = exclude
            self.taken = taken
            self.ignored = ignored
        }
    }

    /// Envelopes by what they are called below: types by their name, anything else as a track call's name.
    private static func envelope(_ call: String) -> String {
        let types = EnvelopeType.allCases.map(\.rawValue)
        return types.contains(call)
            ? #"{"type":"\#(call)","messageId":"m","userId":"u","previousId":"p","#
                + #""mergeProperties":[{"type":"user_id","value":"x"}]}"#
            : #"{"type":"track","event":"\#(call)","messageId":"m","userId":"u"}"#
    }

    private static let people = ["identify", "group", "alias", "merge", "delete"]

    static let cases: [Case] = [
        Case("[]", "[]", taken: ["page", "screen", "Order Completed", "Whatever"] + people),
        Case(
            "[Order Completed, Lead Submitted]", "[]",
            taken: ["Order Completed", "order_completed", "ORDER   COMPLETED", "leadSubmitted"] + people,
            ignored: ["page", "screen", "Completed Order", "Product Viewed", "Order Completed Again"]),
        Case(
            "[purchase]", "[]", taken: ["Order Completed", "Completed Order", "Purchase"] + people,
            ignored: ["page", "Order Refunded", "purchase order"]),
        Case(
            "[page_view]", "[]", taken: ["page", "Page Viewed", "Viewed Home Page"], ignored: ["screen", "Purchase"]),
        Case("[page]", "[]", taken: ["page"], ignored: ["screen", "Page Viewed"]),
        Case("[screen, track]", "[]", taken: ["screen", "Anything"], ignored: ["page"]),
        Case("[identify]", "[]", taken: people, ignored: ["page", "Order Completed"]),
        Case(
            "['Product *', '* Completed']", "[]", taken: ["Product Viewed", "product_added", "Order Completed"],
            ignored: ["Products Searched", "page", "Completed"]),
        Case("['*']", "[]", taken: ["Order Completed", "x", "page", "screen"]),
        Case("['video_*']", "[]", taken: ["Video Ad Started", "Video Quality Updated"], ignored: ["Order Completed"]),
        Case("[]", "[page, screen]", taken: ["Order Completed", "Page Viewed"] + people, ignored: ["page", "screen"]),
        Case("[]", "[page_view]", taken: ["Order Completed", "screen"], ignored: ["page", "Page Viewed"]),
        Case("[]", "['custom.*']", taken: ["Order Completed", "page"], ignored: ["Button Clicked", "Custom"]),
        Case(
            "[]", "['* Clicked']", taken: ["Order Completed", "Clicked"],
            ignored: ["Button Clicked", "product_clicked"]),
        Case("[]", "[delete, identity_link]", taken: ["identify", "group"], ignored: ["delete", "alias", "merge"]),
        Case("[Order Completed]", "[purchase]", taken: ["identify"], ignored: ["Order Completed"]),
        Case("[track]", "[Order Completed]", taken: ["Product Viewed"], ignored: ["order.completed", "page"]),
    ]

    private func runtime(_ c: Case) throws -> SourceRuntime {
        let text = """
            data: data
            sources:
              - name: shop
                kind: rudderstack
                account: acct_1
                environment: production
                secrets: [secret_secret_secret]
                include: \(c.include)
                exclude: \(c.exclude)
            destinations: []
            """
        let source = try #require(try ConfigurationFixture().load(text).configuration.sources.first)
        return SourceRuntime(
            profile: source.profile(of: .offline), filter: SourceFilter(source), keepsRawEnvelopes: false, limiter: nil)
    }

    @Test("lists of names, types, wildcards and canonical names", arguments: cases)
    func lists(_ c: Case) throws {
        let runtime = try runtime(c)
        var filter = ItemFilter(runtime)
        let canonicalizer = Canonicalizer(source: runtime.profile)
        for (call, isTaken) in c.taken.map({ ($0, true) }) + c.ignored.map({ ($0, false) }) {
            let envelope = Envelope(body: try document.parse(Self.envelope(call)))
            let verdict = filter.takes(envelope)
            #expect(verdict == isTaken, "\(call)")
            let event = try canonicalizer.canonicalize(envelope, TransportFacts(receivedAt: CommitBench.start)).get()
            #expect(runtime.filter.takes(event) == isTaken, "\(call), once canonical")
        }
    }

    @Test(
        "what will be refused is not filtered but refused",
        arguments: [
            #"{"userId":"u"}"#, #"{"type":"track","userId":"u"}"#, #"{"type":"track","event":42,"userId":"u"}"#,
            #"{"type":"track","event":"  ","userId":"u"}"#, #"{"type":7}"#, "[]",
        ])
    func undecided(_ text: String) throws {
        var filter = ItemFilter(try runtime(Case("[Order Completed]", "[]", taken: [])))
        let verdict = filter.takes(Envelope(body: try document.parse(text)))
        #expect(verdict == nil)
    }

    @Test("a preview says what the canonicalizer will say", arguments: FixtureTests.Fixture.all)
    func previews(_ fixture: FixtureTests.Fixture) throws {
        let profile = SourceProfile(name: "s", kind: fixture.kind, tenant: .offline)
        let canonicalizer = Canonicalizer(source: profile)
        var preview = EventPreview(source: profile)
        let limits = JSONLimits(acceptsNonFinite: true)
        let root = try document.parse(Array(try Data(contentsOf: fixture.file)), limits: limits)
        let route = fixture.kind == .native ? EventRoute(native: .batch) : EventRoute(fixture.kind)
        let isAlone = fixture.kind == .native && root.kind != .array && root["batch"] == nil
        var items: [Result<Envelope, RefusedItem>] = [.success(Envelope(body: root))]
        if !isAlone { items = try EnvelopeDecoder.decode(root, route: route, authentication: .offline).items }
        for item in items {
            guard case .success(let envelope) = item,
                case .success(let event) = canonicalizer.canonicalize(
                    envelope, TransportFacts(receivedAt: CommitBench.start))
            else { continue }
            let seen = preview.outline(of: envelope)
            let outline = try #require(seen)
            #expect(outline.type == event.type && outline.name == event.name)
            #expect(outline.sourceEvent == event.sourceEvent)
        }
    }
}

/// How often a source may ask.
@Suite struct RateLimiterTests {
    private let start = MonotonicTime.now

    private func time(_ milliseconds: Int) -> MonotonicTime { start + .milliseconds(milliseconds) }

    @Test func aSecondsWorthAtOnceAndThenEvenly() {
        let limiter = RateLimiter(10)
        for _ in 0..<10 { #expect(limiter.refuse(at: time(1000)) == nil) }
        #expect(limiter.refuse(at: time(1000)) == 1)
        #expect(limiter.refuse(at: time(1099)) == 1)
        #expect(limiter.refuse(at: time(1100)) == nil)
        #expect(limiter.refuse(at: time(1100)) == 1)
        for _ in 0..<10 { #expect(limiter.refuse(at: time(9000)) == nil) }
        #expect(limiter.refuse(at: time(9000)) == 1)
    }

    @Test func atLeastOneRequestASecondIsTaken() {
        let limiter = RateLimiter(1)
        #expect(limiter.refuse(at: time(5000)) == nil)
        #expect(limiter.refuse(at: time(5001)) == 1)
        #expect(limiter.refuse(at: time(6000)) == nil)
    }
}
