import Crypto
import EventModel
import JSON
import Testing

@testable import Canonicalizer

@Suite struct PersonReaderTests {
    // MARK: Where it is looked for

    @Test(
        "an e-mail is found under all its names",
        arguments: [
            #"{"email": "a@b.co"}"#, #"{"Email": "a@b.co"}"#, #"{"EMAIL": "a@b.co"}"#, #"{"e-mail": "a@b.co"}"#,
            #"{"emailAddress": "a@b.co"}"#, #"{"email_address": "a@b.co"}"#, #"{"user_email": "a@b.co"}"#,
            #"{"userEmail": "a@b.co"}"#, #"{"email": null, "emailAddress": "a@b.co"}"#,
            #"{"email": "  ", "emailAddress": "a@b.co"}"#, #"{"emailAddress": "x@y.z", "email": "a@b.co"}"#,
            #"{"EMAIL": "x@y.z", "Email": "a@b.co"}"#, #"{"e-mail": "x@y.z", "EMAIL": "a@b.co"}"#,
            #"{"email": ["a@b.co", "x@y.z"]}"#, #"{"email": [null, "a@b.co"]}"#,
            #"{"email": "nobody", "emailAddress": "a@b.co"}"#,
        ])
    func emailNames(_ traits: String) throws {
        #expect(try readTraits(traits).hash(.email) == digestHex("a@b.co"))
    }

    @Test(
        "the other fields are found under their names",
        arguments: [
            (#"{"phoneNumber": "+14155550134"}"#, HashedField.phone, "14155550134"),
            (#"{"phone_number": "+14155550134"}"#, .phone, "14155550134"),
            (#"{"mobile": "+14155550134"}"#, .phone, "14155550134"),
            (#"{"first_name": "Jane"}"#, .firstName, "jane"), (#"{"firstname": "Jane"}"#, .firstName, "jane"),
            (#"{"FIRST-NAME": "Jane"}"#, .firstName, "jane"), (#"{"last_name": "Doe"}"#, .lastName, "doe"),
            (#"{"dob": "1990-04-07"}"#, .birthDate, "19900407"),
            (#"{"dateOfBirth": "1990-04-07"}"#, .birthDate, "19900407"),
            (#"{"region": "California"}"#, .state, "ca"), (#"{"postal_code": "94107"}"#, .postalCode, "94107"),
        ])
    func otherNames(_ traits: String, _ field: HashedField, _ text: String) throws {
        #expect(try readTraits(traits).hash(field) == digestHex(text))
    }

    @Test(
        "a name of exactly two words is split",
        arguments: [
            (#"{"name": "Jane Doe"}"#, "jane", "doe"), (#"{"name": " Jane  Doe "}"#, "jane", "doe"),
            (#"{"name": "Jane Doe", "firstName": "Janet"}"#, "janet", "doe"),
            (#"{"name": "Jane van Doe"}"#, nil, nil), (#"{"name": "Jane"}"#, nil, nil),
            (#"{"name": "Jane Doe", "firstName": "null"}"#, "jane", "doe"),
        ] as [(String, String?, String?)])
    func splitName(_ traits: String, _ first: String?, _ last: String?) throws {
        let person = try readTraits(traits)
        #expect(person.hash(.firstName) == first.map(digestHex))
        #expect(person.hash(.lastName) == last.map(digestHex))
    }

    @Test func theEnvelopesTraitsWinOverThoseOfTheContext() throws {
        let text = #"""
            {"traits": {"email": "new@b.co"}, "context": {"traits": {"email": "old@b.co", "phone": "+14155550134"}}}
            """#
        let person = try readPerson(text, type: .identify)
        #expect(person.hash(.email) == digestHex("new@b.co"))
        #expect(person.hash(.phone) == digestHex("14155550134"))
    }

    @Test func aBadValueGivesWayToTheNextPlace() throws {
        let text = #"{"traits": {"email": "nobody"}, "context": {"traits": {"email": "old@b.co"}}}"#
        let person = try readPerson(text, type: .identify)
        #expect(person.hash(.email) == digestHex("old@b.co"))
        #expect(person.notes == [.emailInvalid])
    }

    @Test func theTraitsOfAGroupAreNotThePersons() throws {
        let text = #"{"traits": {"email": "info@b.co"}, "context": {"traits": {"email": "a@b.co"}}}"#
        #expect(try readPerson(text, type: .group).hash(.email) == digestHex("a@b.co"))
    }

    @Test("properties count for events only", arguments: EnvelopeType.allCases)
    func properties(_ type: EnvelopeType) throws {
        let text = #"{"properties": {"email": "a@b.co", "phone": "+14155550134", "first_name": "Jane"}}"#
        let person = try readPerson(text, type: type)
        let isEvent = [EnvelopeType.track, .page, .screen].contains(type)
        #expect((person.hash(.email) != nil) == isEvent)
        #expect((person.hash(.phone) != nil) == isEvent)
        #expect((person.hash(.firstName) != nil) == isEvent)
        #expect(person.notes == (isEvent ? [.identityFromProperties] : []))
    }

    @Test func propertiesGiveOnlyWhatTraitsLack() throws {
        let text = #"""
            {"properties": {"email": "x@y.z", "phone": "+14155550134"}, "context": {"traits": {"email": "a@b.co"}}}
            """#
        let person = try readPerson(text)
        #expect(person.hash(.email) == digestHex("a@b.co"))
        #expect(person.hash(.phone) == digestHex("14155550134"))
        #expect(person.notes == [.identityFromProperties])
    }

    @Test func propertiesOfAThingAreNotThoseOfAPerson() throws {
        let text = #"""
            {"properties": {"name": "Trail Shoe", "id": "sku-1", "state": "open", "city": "Oslo", "gender": "women",
             "country": "no", "zip": "0150"}}
            """#
        let person = try readPerson(text)
        #expect(person.user.hashes.isEmpty)
        #expect(person.user.externalID == nil)
    }

    @Test func shippingAddressesOfPropertiesCount() throws {
        let text = #"""
            {"properties": {"billing_address": {"city": "Bergen", "zip": "5003"},
             "shippingAddress": {"city": "Oslo"}}}
            """#
        let person = try readPerson(text)
        #expect(person.hash(.city) == digestHex("oslo"))
        #expect(person.user.postalCode == "5003")
    }

    // MARK: E-mail

    @Test(
        "what senders write around an address",
        arguments: [
            ("mailto:Jane@Example.com", "jane@example.com"), ("MAILTO:jane@example.com?subject=x", "jane@example.com"),
            ("Jane Doe <Jane@Example.com>", "jane@example.com"), ("<jane@example.com>", "jane@example.com"),
            (#""Doe, Jane" <jane@example.com>"#, "jane@example.com"), ("\u{A0}jane@example.com\n", "jane@example.com"),
            ("JANE@EXAMPLE.CO.UK", "jane@example.co.uk"), ("a@b.c", "a@b.c"), ("ÅSA@example.se", "åsa@example.se"),
        ])
    func addresses(_ text: String, _ expected: String) throws {
        #expect(try readTraits(#"{"email": \#(jsonString(text))}"#).hash(.email) == digestHex(expected))
    }

    @Test(
        "what is no address is dropped",
        arguments: [
            "not an email", "jane@example", "jane.example.com", "@example.com", "jane@", "jane@@example.com",
            "jane doe@example.com", "jane@exam ple.com", "jane@.com", "jane@com.", "...@gmail.com", "+tag@gmail.com",
            ".+x@gmail.com", "jane\u{A0}doe@example.com", "jane\u{3000}@example.com", "a\u{7F}b@example.com",
            "5d41402abc4b2a76b9719d911017c592", "jane\tdoe@x.com",
        ])
    func noAddresses(_ text: String) throws {
        let person = try readTraits(#"{"email": \#(jsonString(text))}"#)
        #expect(person.user.hashes.isEmpty)
        #expect(person.notes == [.emailInvalid])
    }

    @Test func anAddressHasAtMost254Bytes() throws {
        let longest = String(repeating: "a", count: 249) + "@b.co"
        #expect(longest.utf8.count == EmailAddress.byteLimit)
        #expect(try readTraits(#"{"email": "\#(longest)"}"#).hash(.email) == digestHex(longest))
        #expect(try readTraits(#"{"email": "a\#(longest)"}"#).notes == [.emailInvalid])
        let huge = String(repeating: "a", count: 5000)
        #expect(try readTraits(#"{"email": "\#(huge)@b.co"}"#).notes == [.emailInvalid])
        #expect(try readTraits(#"{"email": "\#(huge) <a@b.co>"}"#).hash(.email) == digestHex("a@b.co"))
    }

    @Test("values that are no text are no address", arguments: ["7", "true", "{}", "[]", "[{}]"])
    func otherKinds(_ value: String) throws {
        #expect(try readTraits(#"{"email": \#(value)}"#).user.hashes.isEmpty)
    }

    @Test(
        "hashes are taken as they are, with or without the suffix of Meta's builder",
        arguments: ["", ".ab", ".abcd1234"])
    func readyHashes(_ suffix: String) throws {
        let hash = digestHex("jane@example.com")
        let person = try readTraits(
            #"{"email": " \#(hash.uppercased())\#(suffix)", "firstName": "\#(hash)", "zip": "\#(hash)"}"#)
        #expect(person.hash(.email) == hash)
        #expect(person.hash(.emailReddit) == hash)
        #expect(person.hash(.emailDomain) == nil)
        #expect(person.hash(.firstName) == hash)
        #expect(person.hash(.postalCode) == hash)
        #expect(person.user.postalCode == nil)
    }

    @Test("a hash has exactly 64 digits", arguments: [63, 65, 66, 68, 72, 74])
    func almostHashes(_ count: Int) throws {
        let text = String(repeating: "a", count: count)
        #expect(try readTraits(#"{"email": "\#(text)"}"#).notes == [.emailInvalid])
    }

    // MARK: Junk and blocked values

    @Test(
        "junk identifies nobody",
        arguments: [
            "null", "undefined", "NIL", "none", "NaN", "n/a", "na", "unknown", "Anonymous", "guest", "<nil>",
            "<no value>", "[object Object]", "false", "true", "0", "-1", "00000000-0000-0000-0000-000000000000",
        ])
    func junk(_ text: String) throws {
        for field in ["email", "phone", "id"] {
            let person = try readTraits(#"{"\#(field)": \#(jsonString(text))}"#)
            #expect(person.user.hashes.isEmpty)
            #expect(person.user.externalID == nil)
            #expect(person.notes == [.junkIdentifier])
        }
        #expect(try readTraits(#"{"email": "\#(digestHex(text.lowercased()))"}"#).notes == [.junkIdentifier])
    }

    @Test func anUnrenderedTemplateIdentifiesNobody() throws {
        #expect(try readTraits(#"{"email": "{{ .email }}"}"#).notes == [.junkIdentifier])
    }

    @Test func theHashOfNothingIdentifiesNobody() throws {
        let person = try readTraits(#"{"email": "\#(digestHex(""))", "phone": "\#(digestHex(""))"}"#)
        #expect(person.user.hashes.isEmpty)
        #expect(person.notes == [.junkIdentifier])
    }

    @Test("people are called Na, Nan and Nil", arguments: ["Na", "Nan", "Nil"])
    func names(_ name: String) throws {
        #expect(try readTraits(#"{"firstName": "\#(name)"}"#).hash(.firstName) == digestHex(name.lowercased()))
    }

    @Test func blockedAddressesIdentifyNobodyHashedOrPlain() throws {
        let source = personSource { $0.blockedEmails = ["test@test.com"] }
        for value in ["Test@Test.com", digestHex("test@test.com")] {
            let person = try readTraits(#"{"email": "\#(value)"}"#, source: source)
            #expect(person.user.hashes.isEmpty)
            #expect(person.notes == [.junkIdentifier])
        }
        #expect(try readTraits(#"{"email": "test@test.com"}"#).hash(.email) != nil)
    }

    // MARK: Names

    @Test(
        "lower case beyond ASCII",
        arguments: [
            ("ÉLODIE", "élodie"), ("ΓΙΏΡΓΟΣ", "γιώργος"), ("ΣΟΦΊΑ", "σοφία"), ("ИВАН", "иван"), ("İREM", "i̇rem"),
            ("Jean\u{A0}Luc", "jeanluc"), ("O’Neil", "o’neil"), ("ＡＢ", "ａｂ"), ("Nguyễn Văn", "nguyễnvăn"),
        ])
    func lowercase(_ text: String, _ strict: String) throws {
        #expect(try readTraits(#"{"firstName": \#(jsonString(text))}"#).hash(.firstName) == digestHex(strict))
    }

    @Test("a name of nothing but signs is none", arguments: ["--", " . ", "'", "\u{1}"])
    func emptyNames(_ text: String) throws {
        #expect(try readTraits(#"{"firstName": \#(jsonString(text))}"#).user.hashes.isEmpty)
    }

    @Test func valuesBeyondAllLengthAreDropped() throws {
        let long = String(repeating: "x", count: ByteBuffer.capacity)
        let person = try readTraits(#"{"firstName": "\#(long)", "lastName": "\#(long)x"}"#)
        #expect(person.hash(.firstName) == digestHex(long))
        #expect(person.hash(.lastName) == nil)
    }

    // MARK: Plain values and ids

    @Test func plainValuesStayOnlyWhereTheSourceKeepsThem() throws {
        let traits = #"{"email": " Jane@Example.com", "phone": "+1 415 555 0134", "name": "Jane Doe"}"#
        let plain = try readTraits(traits, source: personSource { $0.keepsPlainUserData = true }).user
        #expect(plain.plainEmail == "jane@example.com")
        #expect(plain.plainPhone == "+14155550134")
        #expect(plain.plainFirstName == "Jane")
        #expect(plain.plainLastName == "Doe")
        let hashed = try readTraits(traits).user
        #expect(hashed.plainEmail == nil && hashed.plainPhone == nil)
        #expect(hashed.plainFirstName == nil && hashed.plainLastName == nil)
    }

    @Test func theIdInTraitsIsKeptAndAnAddressOnlyAsItsHash() throws {
        #expect(try readTraits(#"{"id": 42}"#).user.externalID == "42")
        #expect(try readTraits(#"{"userId": " U-1 "}"#).user.externalID == "U-1")
        let person = try readTraits(#"{"id": "Jane@Example.com"}"#)
        #expect(person.user.externalID == digestHex("jane@example.com"))
        #expect(person.notes == [.userIDIsEmail])
    }

    @Test func aReaderForgetsOneEventBeforeTheNext() throws {
        var reader = PersonReader(source: personSource(), hasher: .init())
        let first = try PersonJSON(#"{"email": "a@b.co", "firstName": "Jane"}"#)
        let second = try PersonJSON(#"{"phone": "+14155550134"}"#)
        var notes = NoteList()
        var users = [UserData(), UserData()]
        for (index, event) in [first, second].enumerated() {
            reader.read(
                contextTraits: nil, traits: event.value, properties: nil, context: nil, type: .identify, requestIP: nil,
                transport: personTransport(), into: &users[index], notes: &notes)
        }
        #expect(users[0].hashes.map(\.field) == [.email, .emailDomain, .firstName])
        #expect(users[1].hashes.map(\.field) == [.phone, .phonePlus])
    }
}
