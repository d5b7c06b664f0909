import EventModel
import Platform
import TestSupport
import Testing

@testable import Outbound

/// Consent at the moment of sending, and what a destination sees without a person's data.
@Suite struct DispatchGateTests {
    /// What people said, as a test says it.
    private struct Profiles: ProfileConsentReader {
        var said: ProfileConsent?
        var failure: StoreError?
        /// Told of every look-up.
        let count = Watched(0)

        func consent(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> ProfileConsent? {
            count.withLock { $0 += 1 }
            if let failure { throw failure }
            return said
        }
    }

    private static let profile = "prf_0101fa147e6a917a9b795ae1b4030a7f"

    private static func event(_ consent: String, _ more: String = "") -> StoredEvent {
        Fixture.event(
            canonical:
                #"{"event_id":"e","occurred_at":"2026-04-23T14:12:33.481Z","user_data":{},"consent":\#(consent)\#(more)}"#,
            decisions: #"{"identity":{"profile_id":"\#(profile)"}}"#)
    }

    private static func denial(_ purpose: ConsentPurpose = .ads, at time: Timestamp) -> ProfileConsent {
        ProfileConsent(
            purposes: [ProfileConsent.PurposeStatement(purpose, isDenied: true, saidAt: time)], categories: [])
    }

    private static let granted = #"{"ads":"granted","ads_user_data":"granted"}"#
    private static let later = Fixture.time + .seconds(3600)

    private func words(_ event: StoredEvent, _ policy: ConsentPolicy, _ profiles: Profiles) throws -> String {
        let gate = ConsentDispatchGate(policies: ["d": policy], profiles: profiles)
        let view = try EventViewReader().view(of: event)
        switch try gate.check(view, of: event, for: "d") {
        case .send(let view): return "send \(view.consentTransformation.names)"
        case .drop(let reason, let message): return "\(reason.rawValue): \(message)"
        }
    }

    @Test func aGrantedEventIsSent() throws {
        #expect(try words(Self.event(Self.granted), .adPlatform, Profiles()) == "send []")
    }

    @Test func aLaterDenialStopsIt() throws {
        let profiles = Profiles(said: Self.denial(at: Self.later))
        #expect(
            try words(Self.event(Self.granted), .adPlatform, profiles)
                == "consent: consent_denied:ads (said after the event, or without it)")
    }

    @Test func anEarlierDenialThatTheEventTookBackDoesNot() throws {
        let profiles = Profiles(said: Self.denial(at: Fixture.time - .seconds(60)))
        #expect(try words(Self.event(Self.granted), .adPlatform, profiles) == "send []")
    }

    @Test func whatTheEventItselfDeniesIsNotSentEither() throws {
        #expect(try words(Self.event(#"{"ads":"denied"}"#), .adPlatform, Profiles()) == "consent: consent_denied:ads")
        #expect(try words(Self.event("{}"), .adPlatform, Profiles()) == "consent: consent_unknown:ads")
    }

    @Test func aRecordWithoutConsentIsNotSent() throws {
        let event = Fixture.event(canonical: #"{"event_id":"e"}"#)
        #expect(
            try words(event, .adPlatform, Profiles()) == "consent: the event's record does not say what consent it had")
    }

    @Test func nothingIsReadWhereNothingIsDemanded() throws {
        let profiles = Profiles(said: Self.denial(at: Self.later))
        var parity = ConsentPolicy()
        parity.mode = .rudderstack
        parity.categories = ["C4"]
        for policy in [ConsentPolicy(), parity] {
            #expect(try words(Self.event(#"{"ads":"denied"}"#), policy, profiles) == "send []")
        }
        #expect(profiles.count.withLock { $0 } == 0)
    }

    @Test func aStoreThatFailsSendsNothing() throws {
        let profiles = Profiles(failure: StoreError(.io, "the disk is broken"))
        #expect(throws: StoreError.self) { try words(Self.event(Self.granted), .adPlatform, profiles) }
    }

    @Test func ofPersonalizationAndUserDataTheTransformationTells() throws {
        var policy = ConsentPolicy()
        policy.purposes = [.ads]
        let event = Self.event(#"{"ads":"granted","ads_user_data":"denied","ads_personalization":"denied"}"#)
        #expect(try words(event, policy, Profiles()) == #"send ["non_personalized", "strip_user_data"]"#)
    }

    // MARK: - Stripping

    private static let personal = #"""
        {"event_name":"purchase","event_id":"o-1","occurred_at":"2026-04-23T14:12:33.481Z",
        "user_data":{"email_hash":"973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b","phone_hash":"aa",
        "first_name_hash":"bb","external_id":"u-1","email":"plain@example.com","city":"Oslo","postal_code":"0150",
        "client_ip":"203.0.113.7","gclid":"click-1","fbp":"fb.1.2.3"},
        "custom_data":{"value":1,"currency":"USD","items":[{"name":"Hat"}]},
        "consent":{"ads":"granted","ads_user_data":"denied"},
        "properties":{"order_id":"o-1","email":"973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b",
        "contact":"write to plain@example.com","shipping_address":{"city":"Oslo"},"First Name":"Ada","revenue":1,
        "products":[{"name":"Hat","sku":"h"}],
        "note":"973DFE463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"},
        "context":{"ip":"203.0.113.7","traits":{"plan":"pro"},"page":{"url":"https://shop.example.com/?gclid=click-1"},
        "device":{"id":"dev-1"},"campaign":{"name":"spring"}},
        "identifiers":[{"type":"user_id","value":"u-1"}],"notes":[]}
        """#

    private func stripped() throws -> (StoredEvent, ConsentDispatchGate) {
        var policy = ConsentPolicy()
        policy.purposes = [.ads]
        let event = Fixture.event(
            canonical: Self.personal, decisions: #"{"identity":{"profile_id":"\#(Self.profile)"}}"#)
        return (event, ConsentDispatchGate(policies: ["d": policy], profiles: Profiles()))
    }

    @Test func aTemplateSeesNoPersonButClickIDs() throws {
        let (event, gate) = try stripped()
        let view = try EventViewReader().view(of: event)
        guard case .send(let allowed) = try gate.check(view, of: event, for: "d") else {
            Issue.record("dropped")
            return
        }
        let template = try Template(
            #"{"e":"{{user_data.email_hash}}{{user_data.email}}{{user_data.city}}{{user_data.external_id}}","g":"{{user_data.gclid}}","p":"{{properties.email}}{{properties.contact}}","o":"{{properties.order_id}}","i":"{{identity.profile_id}}","c":{{json context}}}"#,
            kind: .json, missingFields: .empty, secrets: [:])
        #expect(
            String(decoding: try template.render(allowed), as: UTF8.self)
                == #"{"e":"","g":"click-1","p":"","o":"o-1","i":"","c":{"page":{"url":"https://shop.example.com/?gclid=click-1"},"campaign":{"name":"spring"}}}"#
        )
        #expect(allowed.eventID == "o-1")
    }

    @Test func theWholeEventIsSentWithoutThePerson() throws {
        let (event, gate) = try stripped()
        let view = try EventViewReader().view(of: event)
        guard case .send(let allowed) = try gate.check(view, of: event, for: "d") else {
            Issue.record("dropped")
            return
        }
        let destination = try HTTPDestination(HTTPDestinationConfiguration(name: "d", url: "https://x.example/"))
        guard case .send(let request) = destination.prepare(allowed, at: Fixture.time) else {
            Issue.record("no request")
            return
        }
        let body = String(decoding: request.body, as: UTF8.self)
        for personal in [
            "973", "aa\"", "bb\"", "u-1", "plain@", "Oslo", "0150", "203.0.113.7", "Ada", "dev-1", "prf_", "pro\"",
        ] {
            #expect(!body.lowercased().contains(personal.lowercased()), "\(personal) in \(body)")
        }
        for kept in ["o-1", "click-1", "fb.1.2.3", "Hat", "\"sku\":\"h\"", "spring", "USD"] {
            #expect(body.contains(kept), "\(kept) in \(body)")
        }
    }

    // MARK: - The engine

    @Test func theEngineAsksBeforeEveryAttempt() throws {
        let store = MemoryDeliveryStore()
        let clock = DeliveryTestClock()
        let canonical =
            #"{"event_id":"e1","occurred_at":"2026-04-23T14:12:33.481Z","user_data":{},"consent":\#(Self.granted)}"#
        store.add(1, to: ["d"], at: clock.now, canonical: canonical)
        // Said between the first attempt, which fails, and the second.
        let gate = CountingGate { $0 == 1 ? nil : "consent_denied:ads" }
        var configuration = DeliveryEngineConfiguration()
        configuration.outcomeDelay = .milliseconds(1)
        configuration.clockCheckInterval = .milliseconds(2)
        let client = StubClient { _, _ in .status(503) }
        let engine = DeliveryEngine(
            destinations: [
                StubDestination("d", retry: RetrySchedule(attemptLimit: 5, backoff: .list([.milliseconds(1)])))
            ],
            store: store, client: client, gate: gate, clock: clock,
            logger: Logger(level: .error, sink: LineSink(), clock: clock),
            configuration: configuration)
        #expect(store.state.wait { $0.outcomes.count >= 1 })
        clock.advance(by: .seconds(1))
        #expect(store.state.wait { $0.settled.count >= 1 })
        engine.stop(grace: .seconds(1))
        let last = store.state.withLock { $0.outcomes.last?.delivery }
        #expect(last?.status == .dropped)
        #expect(last?.dropReason == .consent)
        #expect(last?.lastError == "consent_denied:ads")
        #expect(last?.attemptCount == 1)
        #expect(client.bodies.count == 1)
    }

    /// A gate that drops from some check on.
    private struct CountingGate: DispatchGate {
        let count = Watched(0)
        let message: @Sendable (Int) -> String?

        init(_ message: @escaping @Sendable (Int) -> String?) { self.message = message }

        func check(
            _ view: EventView, of event: StoredEvent, for destination: String
        ) throws(StoreError) -> DispatchVerdict {
            let number = count.withLock { count in
                count += 1
                return count
            }
            return message(number).map { .drop(.consent, $0) } ?? .send(view)
        }
    }
}
