import Crypto
import EventModel
import Platform
import Testing

/// What is kept of a person from event to event, part by part.
@Suite struct KnownPersonTests {
    private func entry(_ part: KnownPerson.Part, _ text: String, at time: Int64) -> KnownPerson.Entry {
        let field = HashedField.allCases.first { $0.part == part } ?? .email
        return KnownPerson.Entry(
            part, saidAt: Timestamp(milliseconds: time), hashes: [UserData.Hash(field, SHA256.digest(of: text))])
    }

    private func person(_ entries: KnownPerson.Entry...) -> KnownPerson { KnownPerson(entries: entries) }

    @Test func theNewestCountsByItsOwnTimeAndPartByPart() {
        var known = person(entry(.email, "b", at: 5), entry(.phone, "1", at: 5))
        let hasChanged = known.apply(
            person(entry(.email, "a", at: 4), entry(.phone, "2", at: 6), entry(.name, "n", at: 1)))
        #expect(hasChanged)
        #expect(known[.email] == entry(.email, "b", at: 5), "an older one that comes late changes nothing")
        #expect(known[.phone] == entry(.phone, "2", at: 6))
        #expect(known[.name] == entry(.name, "n", at: 1))
    }

    @Test func whatIsSaidAgainChangesNothing() {
        var known = person(entry(.email, "a", at: 1))
        for same in [person(entry(.email, "a", at: 9)), KnownPerson()] {
            let hasChanged = known.apply(same)
            #expect(!hasChanged)
        }
        #expect(known == person(entry(.email, "a", at: 1)))
    }

    @Test func ofTwoAtOneTimeTheLastToComeCounts() {
        var known = person(entry(.email, "a", at: 1))
        let hasChanged = known.apply(person(entry(.email, "b", at: 1)))
        #expect(hasChanged)
        #expect(known[.email] == entry(.email, "b", at: 1))
    }

    @Test func everyFieldBelongsToAPart() {
        for part in KnownPerson.Part.allCases {
            #expect(HashedField.allCases.contains { $0.part == part }, "\(part)")
        }
        for field in HashedField.allCases {
            // A variant is never kept without what it stands for.
            if let fallback = field.fallback { #expect(fallback.part == field.part, "\(field)") }
        }
    }

    @Test func onlyAnAddressOrANumberFindsSomebody() {
        #expect(person(entry(.email, "a", at: 1)).isFindable && person(entry(.phone, "1", at: 1)).isFindable)
        #expect(!person(entry(.name, "n", at: 1), entry(.address, "x", at: 1), entry(.gender, "f", at: 1)).isFindable)
    }
}
