import Crypto
import EventModel
import Platform
import Testing

@testable import Canonicalizer

/// What an event says of its person that is worth keeping for later ones.
@Suite struct KnownPersonReadingTests {
    private let harness = CanonicalizerHarness()

    private func person(_ traits: String, _ more: String = "") throws -> KnownPerson? {
        KnownPerson(
            try harness.event(#"{"type":"identify","messageId":"m","userId":"u-1","traits":\#(traits)\#(more)}"#))
    }

    @Test func everyPartIsKeptWithAllItsVariants() throws {
        let traits =
            #"{"email":"Jane.Doe+x@gmail.com","phone":"+14155550134","firstName":"Jane","lastName":"Doe","#
            + #""birthday":"1990-04-23","gender":"female","#
            + #""address":{"street":"1 Main St","city":"New York","state":"NY","postalCode":"10001","country":"US"}}"#
        let event = try harness.event(#"{"type":"identify","messageId":"m","userId":"u-1","traits":\#(traits)}"#)
        let known = try #require(KnownPerson(event))
        #expect(Set(known.entries.map(\.part)) == Set(KnownPerson.Part.allCases))
        #expect(known.entries.flatMap(\.hashes).count == event.userData.hashes.count, "no hash is lost")
        #expect(known.entries.allSatisfy { $0.saidAt == event.occurredAt })
        #expect(known[.address]?[.postalCode] == "10001" && known[.address]?[.country] == "us")
        #expect(known[.email]?.places.isEmpty == true)
    }

    @Test(
        "a country or a state alone is where somebody was, no address",
        arguments: [#"{"country":"US"}"#, #"{"state":"NY","country":"US"}"#])
    func placesAlone(_ traits: String) throws {
        #expect(try person(traits) == nil)
        #expect(try person(#"{"country":"US","city":"New York"}"#)?[.address]?[.city] == "new york")
    }

    @Test func whoIsInvitedIsNotWhoInvites() throws {
        let email = #"{"email":"friend@example.com"}"#
        #expect(KnownPerson(try harness.track("Invite Sent", email)) == nil)
        #expect(KnownPerson(try harness.track("TeamMemberInvited", email)) == nil)
        #expect(KnownPerson(try harness.track("Lead Submitted", email)) != nil, "that is the lead's own")
        let own = try harness.track("Invite Sent", "{}", #","context":{"traits":\#(email)}"#)
        #expect(KnownPerson(own) != nil)
    }

    @Test func nothingSaidIsNothingKept() throws {
        #expect(try person("{}") == nil)
        #expect(try person(#"{"plan":"pro"}"#, #","context":{"ip":"203.0.113.7","userAgent":"x"}"#) == nil)
    }
}
