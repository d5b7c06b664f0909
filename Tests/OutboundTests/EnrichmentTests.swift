import Crypto
import EventModel
import JSON
import Platform
import TestSupport
import Testing

@testable import Outbound

/// Events completed with what is known of their persons, at the moment of sending.
@Suite struct EnrichmentTests {
    /// What is known, as a test says it.
    private struct Persons: KnownPersonReader {
        var known: KnownPerson?
        var failure: StoreError?
        let count = Watched(0)

        func person(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> KnownPerson? {
            count.withLock { $0 += 1 }
            if let failure { throw failure }
            return known
        }
    }

    private static let hex = SHA256.digest(of: "jane@example.com").hex
    private static let time = Timestamp(milliseconds: 1)

    private static func known(_ entries: KnownPerson.Entry...) -> KnownPerson { KnownPerson(entries: entries) }

    private static let email = KnownPerson.Entry(
        .email, saidAt: time,
        hashes: [
            UserData.Hash(.email, SHA256.digest(of: "jane@example.com")),
            UserData.Hash(.emailGoogle, SHA256.digest(of: "google")),
        ])
    private static let phone = KnownPerson.Entry(
        .phone, saidAt: time, hashes: [UserData.Hash(.phone, SHA256.digest(of: "14155550134"))])
    private static let address = KnownPerson.Entry(
        .address, saidAt: time,
        hashes: [UserData.Hash(.city, SHA256.digest(of: "oslo")), UserData.Hash(.country, SHA256.digest(of: "no"))],
        places: [.init(.country, "no"), .init(.city, "oslo")])

    private static func event(_ userData: String, consent: String = "{}") -> StoredEvent {
        Fixture.event(
            canonical:
                #"{"event_id":"e","occurred_at":"2026-04-23T14:12:33.481Z","user_data":\#(userData),"consent":\#(consent),"last":1}"#,
            decisions: #"{"identity":{"profile_id":"prf_0101fa147e6a917a9b795ae1b4030a7f"}}"#)
    }

    /// What a destination sees of `user_data`; nil if nothing is sent.
    private func seen(
        _ event: StoredEvent, _ persons: Persons, policy: ConsentPolicy = ConsentPolicy(), by destination: String = "d"
    ) throws -> String? {
        let gate = EnrichingDispatchGate(
            ConsentDispatchGate(policies: ["d": policy], profiles: NobodySaid()), destinations: ["d"],
            persons: persons)
        let view = try EventViewReader().view(of: event)
        guard case .send(let allowed) = try gate.check(view, of: event, for: destination) else { return nil }
        #expect(allowed.canonical["last" as JSONKey]?.int64 == 1, "the rest of the event is as it was")
        #expect(String(decoding: allowed.canonicalBytes, as: UTF8.self).contains(#""last":1}"#))
        return allowed.canonical["user_data" as JSONKey].map { String(decoding: $0.rawBytes, as: UTF8.self) }
    }

    private struct NobodySaid: ProfileConsentReader {
        func consent(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> ProfileConsent? { nil }
    }

    @Test func whatTheEventLacksIsFilledInAndNamed() throws {
        let persons = Persons(known: Self.known(Self.email, Self.phone))
        let google = SHA256.digest(of: "google").hex
        let phone = SHA256.digest(of: "14155550134").hex
        #expect(
            try seen(Self.event(#"{"external_id":"u-1"}"#), persons)
                == #"{"external_id":"u-1","email_hash":"\#(Self.hex)","email_google_hash":"\#(google)","phone_hash":"\#(phone)","enriched":["email","phone"]}"#
        )
    }

    @Test(
        "what the event says itself stays, and half of it is not completed",
        arguments: [
            #"{"email_hash":"aa"}"#, #"{"email_google_hash":"aa"}"#, #"{"email":"plain@example.com"}"#,
            #"{"email_domain_hash":"aa"}"#,
        ])
    func ownParts(_ userData: String) throws {
        #expect(try seen(Self.event(userData), Persons(known: Self.known(Self.email))) == userData)
    }

    struct AddressCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let userData: String
        let isCompleted: Bool
        var countryCount = 0
    }

    @Test(arguments: [
        AddressCase(testDescription: "no address", userData: "{}", isCompleted: true, countryCount: 1),
        AddressCase(
            testDescription: "the same country", userData: #"{"country":"no"}"#, isCompleted: true, countryCount: 1),
        AddressCase(
            testDescription: "another country", userData: #"{"country":"se"}"#, isCompleted: false, countryCount: 1),
        AddressCase(
            testDescription: "a state of which nothing is known", userData: #"{"state":"x"}"#, isCompleted: false),
        AddressCase(testDescription: "a city", userData: #"{"city":"bergen"}"#, isCompleted: false),
        AddressCase(testDescription: "a street's hash", userData: #"{"street_hash":"aa"}"#, isCompleted: false),
    ])
    func addressesAreNeverMixed(_ sample: AddressCase) throws {
        let seen = try seen(Self.event(sample.userData), Persons(known: Self.known(Self.address)))
        #expect(seen?.contains(#""city":"oslo""#) == sample.isCompleted)
        #expect(seen?.contains("enriched") == sample.isCompleted)
        #expect(seen?.count(of: #""country":"#) == sample.countryCount)
    }

    @Test func whatMayNotBeSeenIsNotFilledIn() throws {
        var policy = ConsentPolicy()
        policy.purposes = [.ads]
        let persons = Persons(known: Self.known(Self.email))
        let event = Self.event(
            #"{"external_id":"u-1","gclid":"c"}"#, consent: #"{"ads":"granted","ads_user_data":"denied"}"#)
        #expect(try seen(event, persons, policy: policy) == #"{"gclid":"c"}"#)
        #expect(try seen(Self.event("{}", consent: #"{"ads":"denied"}"#), persons, policy: .adPlatform) == nil)
        #expect(persons.count.withLock { $0 } == 0, "nothing is read for them")
    }

    @Test func otherDestinationsAndStrangersGetTheEventAsItIs() throws {
        let persons = Persons(known: Self.known(Self.email))
        #expect(try seen(Self.event("{}"), persons, by: "other") == "{}")
        #expect(persons.count.withLock { $0 } == 0)
        #expect(try seen(Self.event("{}"), Persons(known: nil)) == "{}")
    }

    @Test func aStoreThatFailsSendsNothing() throws {
        let persons = Persons(failure: StoreError(.io, "the disk is broken"))
        #expect(throws: StoreError.self) { try seen(Self.event("{}"), persons) }
    }

    @Test func templatesSeeTheCompletedEventWithItsDecisions() throws {
        let event = Self.event(#"{"external_id":"u-1"}"#)
        let gate = EnrichingDispatchGate(
            OpenDispatchGate(), destinations: ["d"], persons: Persons(known: Self.known(Self.email)))
        let view = try EventViewReader().view(of: event)
        guard case .send(let allowed) = try gate.check(view, of: event, for: "d") else {
            Issue.record("dropped")
            return
        }
        let template = try Template(
            #"{"e":"{{user_data.email_hash}}","p":"{{identity.profile_id}}","x":{{json user_data.enriched}}}"#,
            kind: .json, missingFields: .empty, secrets: [:])
        #expect(
            String(decoding: try template.render(allowed), as: UTF8.self)
                == #"{"e":"\#(Self.hex)","p":"prf_0101fa147e6a917a9b795ae1b4030a7f","x":["email"]}"#)
        #expect(allowed.enrichment == [.email] && view.enrichment.isEmpty)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func count(of text: String) -> Int {
        var (count, rest) = (0, self[...])
        while let range = rest.firstRange(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
