import EventModel
import Testing

@testable import Canonicalizer

/// The normalization vectors of the platforms' references: each value and the SHA-256 that its platform expects.
@Suite struct PersonHashVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var field: HashedField
        var traits: String
        /// The first digits of the hash.
        var hash: String

        init(_ field: HashedField, _ traits: String, _ hash: String) {
            self.field = field
            self.traits = traits
            self.hash = hash
        }

        var testDescription: String { "\(field.rawValue) of \(traits)" }
    }

    @Test(
        "e-mail in every form",
        arguments: [
            Vector(
                .email, #"{"email": " John_Smith@gmail.com "}"#,
                "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"),
            Vector(
                .email, #"{"email": "Jane.Doe+shop@GMAIL.com"}"#,
                "12122421314e3c02d8acd5467f1266e839588a1ea2e4da1c2ab81036b7cd62e5"),
            Vector(
                .email, #"{"email": "person@example.com"}"#,
                "542d240129883c019e106e3b1b2d3f3cb3537c43c425364de8e951d5a3083345"),
            Vector(
                .email, #"{"email": "test@x.com"}"#, "5806dc6b2f04fb728708a8f7b81c14edcd4fba36f77914cf0c9368d9a3a25f76"),
            Vector(
                .email, #"{"email": "test@twitter.com"}"#,
                "d360d510a224510f373931ce2d6215a799f5a9c1cef221b0149b6b6b50cced62"),
            Vector(
                .email, #"{"email": " Jane.Doe+Promo@Gmail.com "}"#,
                "5f0d1df1fc49e30424381b57b1d4c73e067772a4267dde043a19b026935602c8"),
            Vector(
                .email, #"{"email": "Müller@Example.de"}"#,
                "eb2f85748266705ba113bc5c4ee633d9c2a7cc769d5f6d9f9767b854584b3c88"),
            Vector(
                .emailGoogle, #"{"email": "alexz@example.com"}"#,
                "509e933019bb285a134a9334b8bb679dff79d0ce023d529af4bd744d47b4fd8a"),
            Vector(
                .emailGoogle, #"{"email": " Jane.Doe+Promo@Gmail.com "}"#,
                "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69"),
            Vector(
                .emailGoogle, #"{"email": "Jane.Doe@googlemail.com"}"#,
                "338abf9ef1c8793cadc7bcf51ed595338eb727ed9e06ce3d91d566d60b975937"),
            Vector(
                .emailGoogle, #"{"email": "Jane.Doe+Shopping@Contoso.com"}"#,
                "d4a9fb564365bc6e6acc34b5eb4c22aef2e0850fec218ed9070e66b085323e41"),
            Vector(
                .emailMicrosoft, #"{"email": " Jane.Doe+Promo@Gmail.com "}"#,
                "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69"),
            Vector(
                .emailMicrosoft, #"{"email": "Jane.Doe+Shopping@Contoso.com"}"#,
                "62a8040a00736e70808e43009b5c63c4f6229ced98f486d0968441b292b9858a"),
            Vector(
                .emailMicrosoft, #"{"email": "jane.doe@example.co.uk"}"#,
                "549c18ccc45caf1ad3a0376b927444d03c9e7e9fbe8427c909aa4f87d99ba048"),
            Vector(
                .emailReddit, #"{"email": "Al.ice$+Apple@Example.Com"}"#,
                "ff8d9819fc0e12bf0d24892e45987e249a28dce836a85cad60e28eaaa8c6d976"),
            Vector(
                .emailReddit, #"{"email": " Zoe.O'Neil+News@Example.COM "}"#,
                "3779d63e4b5ca68f4637bbd6af37bf13edc46d54c2f034837653448dc3970433"),
            Vector(
                .emailReddit, #"{"email": "john_smith@gmail.com"}"#,
                "3586de92bb3636d0885a12eff961429a32e4ebd764b96f50d85d016f9338d586"),
            Vector(
                .email, #"{"email": "973DFE463EC85785F5F95AF5BA3906EEDB2D931C24E69824A89EA65DBA4E813B"}"#,
                "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"),
        ])
    func email(_ vector: Vector) throws {
        #expect(try readTraits(vector.traits).hash(vector.field) == vector.hash)
    }

    @Test(
        "phone with and without plus sign",
        arguments: [
            Vector(
                .phone, #"{"phone": "+1 (312) 555-01 87"}"#,
                "5e62cba149d3c25951be0529a6ea0a9fa8993966d0901628b933dd5d23d8de15"),
            Vector(
                .phone, #"{"phone": "+001 (312) 555-01 87"}"#,
                "5e62cba149d3c25951be0529a6ea0a9fa8993966d0901628b933dd5d23d8de15"),
            Vector(
                .phonePlus, #"{"phone": "+1 (312) 555-01 87"}"#,
                "6a371f65c2390182a1f24b77990a63afade220d16d55a525b812a49d11802a40"),
            Vector(
                .phonePlus, #"{"phone": "0044 20 7946 0958"}"#,
                "f0bf0228144d9fe2bdf1da2d8ca698f17bf1410ee688b075c27062e47b6f0b6d"),
            Vector(
                .phonePlus, #"{"phone": "+1 800 555 0100"}"#,
                "fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30"),
            Vector(
                .phonePlus, #"{"phone": "+1 (415) 555-0134"}"#,
                "e80ac8e3eca883c7344a609f3532e3f70365f5c1facd204f88f5d2c7caebac38"),
            Vector(
                .phonePlus, #"{"phone": "+1 (123) 456-7890"}"#,
                "1fa6b8d986d9b9cd01bf36951815158bbde9f520c0567c835dfe34783d0a4231"),
            Vector(
                .phonePlus, #"{"phone": "+1 (312)555-0187"}"#,
                "6a371f65c2390182a1f24b77990a63afade220d16d55a525b812a49d11802a40"),
            Vector(
                .phonePlus, #"{"phone": "1-312-555  - 0187 x77", "address": {"country": "us"}}"#,
                "6a371f65c2390182a1f24b77990a63afade220d16d55a525b812a49d11802a40"),
            Vector(
                .phone, #"{"phone": "+44 (0)844 412 4653"}"#,
                "dc008fda46e2e64002cf2f82a4906236282d431c4f75e5b60bfe79fc48546383"),
            Vector(
                .phone, #"{"phone": "+1 (415) 555-0134"}"#,
                "e4df23eae17fd7b23181d75ca8503ed89f92dc8e84c26f8c5aab970a950d48b3"),
        ])
    func phone(_ vector: Vector) throws {
        #expect(try readTraits(vector.traits).hash(vector.field) == vector.hash)
    }

    @Test(
        "names in every form",
        arguments: [
            Vector(
                .firstName, #"{"firstName": "Zoë"}"#, "2752b88686847fa5c86f47b94ce652b7b3f22a91c37617d451a4db9afa431450"
            ),
            Vector(
                .firstName, #"{"firstName": "정"}"#, "8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14"),
            Vector(
                .firstName, #"{"firstName": "John"}"#,
                "96d9632f363564cc3032521409cf22a852f2032eec099ed5967c0d000cec607a"),
            Vector(
                .firstName, #"{"firstName": "Raphaël"}"#,
                "e74bb89e718fe1e19c422a48382870399f8bf7ca8dfa008739e75b0be76627b7"),
            Vector(
                .lastName, #"{"lastName": "O'Neil-Smith"}"#,
                "825e66cf3a9a1ab140083fc38941c75ce6e41b49991e839f15b071b53dad639b"),
            Vector(
                .lastNamePlain, #"{"lastName": "O'Neil-Smith"}"#,
                "03a6e0bd58e6195e25e2f15f5831864e152a4e100961c438edab4e8812815bd9"),
            Vector(
                .firstNameGoogle, #"{"firstName": "GivenName"}"#,
                "128a07bfe2df877c52076e60d7774cf5baaa046c5a6c48daf30ff43ecca2f814"),
            Vector(
                .lastNameGoogle, #"{"lastName": "FamilyName"}"#,
                "77762c287e61ce065bee5c15464012c6fbe088398b8057627d5577249430d574"),
            Vector(
                .firstNameGoogle, #"{"firstName": "Mary Ann"}"#,
                "16b3f07f0ec2f9dd127b71dc2e6c791b7d93116a1c3bc99d057eaa7a8a077e73"),
            Vector(
                .firstNameAnalytics, #"{"firstName": "Jane"}"#,
                "81f8f6dde88365f3928796ec7aa53f72820b06db8664f5fe76a7eb13e24546a2"),
            Vector(
                .lastNameAnalytics, #"{"lastName": "Doe"}"#,
                "799ef92a11af918e3fb741df42934f3b568ed2d93ac1df74f1b8d41a27932a6f"),
        ])
    func names(_ vector: Vector) throws {
        #expect(try readTraits(vector.traits).hash(vector.field) == vector.hash)
    }

    @Test(
        "place, birth date and gender",
        arguments: [
            Vector(
                .city, #"{"city": "Winston-Salem"}"#, "9e54909cf7a66751ffbdfb4f79635e6d36de413d76f86c5ef42cb8b697662751"
            ),
            Vector(
                .city, #"{"city": "San Francisco"}"#, "1a6bd4d9d79dc0a79b53795c70d3349fa9e38968a3fbefbfe8783efb1d2b6aac"
            ),
            Vector(
                .state, #"{"state": " North  Carolina. "}"#,
                "0be477336d3e1a8d45d820aa54755092e2ec5e0751ccdf93a8fa8fa1e10bd753"),
            Vector(
                .state, #"{"state": "California"}"#, "6959097001d10501ac7d54c0bdb8db61420f658f2922cc26e46d536119a31126"),
            Vector(
                .postalCode, #"{"zip": "60614-2207"}"#,
                "45fad59d9fc0df6308a6e8deda3ac3d4ab33e70b51bce24c8af6d043f8274470"),
            Vector(
                .postalCode, #"{"zip": "SW1A 1AA"}"#, "830e1d4b9838bab1f5c2acdb23e0b502ff13a9832c4632e8d67a1d43d3b7f614"
            ),
            Vector(
                .postalCode, #"{"zip": "94107-1234"}"#,
                "c884a209ebe08750a7d13db63bd02233b375bd79786cbe329ab11586cc35dead"),
            Vector(
                .country, #"{"country": "United States"}"#,
                "79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621"),
            Vector(
                .street, #"{"address": {"street": "100 Main St."}}"#,
                "5406e822e5bfd177a026bc3fe16eb7a6d71a1f175bbf9b1564e4d500f3c92391"),
            Vector(
                .birthDate, #"{"birthday": "04/07/1990"}"#,
                "ff60a4909c117630a910cfcbafc5f1569a48e104fc8fdcc19c8709a051568276"),
            Vector(
                .birthDate, #"{"birthday": "1990-04-07"}"#,
                "ff60a4909c117630a910cfcbafc5f1569a48e104fc8fdcc19c8709a051568276"),
            Vector(
                .gender, #"{"gender": "Female"}"#, "252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111"),
            Vector(
                .genderPinterest, #"{"gender": "Female"}"#,
                "252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111"),
            Vector(
                .genderPinterest, #"{"gender": "non-binary"}"#,
                "1b16b1df538ba12dc3f97edbb85caa7050d46c148134290feba80f8236c83db9"),
        ])
    func place(_ vector: Vector) throws {
        #expect(try readTraits(vector.traits).hash(vector.field) == vector.hash)
    }

    @Test func onlyPinterestGetsTheThirdGender() throws {
        let person = try readTraits(#"{"gender": "non-binary"}"#)
        #expect(person.hash(.gender) == nil)
        #expect(person.user.hashes.map(\.field) == [.genderPinterest])
    }

    @Test(
        "a form that equals its fallback is not stored",
        arguments: [
            (#"{"email": "jane@example.com"}"#, [HashedField.email, .emailDomain]),
            (#"{"email": "jane.doe@example.com"}"#, [.email, .emailMicrosoft, .emailReddit, .emailDomain]),
            (#"{"email": "jane.doe@gmail.com"}"#, [.email, .emailGoogle, .emailMicrosoft, .emailReddit, .emailDomain]),
            (#"{"email": "jane_doe@gmail.com"}"#, [.email, .emailReddit, .emailDomain]),
            (#"{"firstName": "Jane"}"#, [.firstName]),
            (#"{"firstName": "Mary Ann"}"#, [.firstName, .firstNamePlain, .firstNameGoogle]),
            (#"{"lastName": "O'Neil"}"#, [.lastName, .lastNamePlain, .lastNameAnalytics]),
            (#"{"gender": "m"}"#, [.gender]),
        ])
    func storedForms(_ traits: String, _ fields: [HashedField]) throws {
        #expect(try readTraits(traits).user.hashes.map(\.field) == fields)
    }

    @Test func eachPlatformFindsItsFormThroughTheFallbacks() throws {
        let person = try readTraits(#"{"firstName": "Mary Ann O'Neil 2", "email": "a.b+c@gmail.com"}"#)
        #expect(person.hash(.firstName) == digestHex("maryannoneil2"))
        #expect(person.hash(.firstNamePlain) == digestHex("mary ann o'neil 2"))
        #expect(person.hash(.firstNameGoogle) == digestHex("maryanno'neil2"))
        #expect(person.hash(.firstNameAnalytics) == digestHex("mary ann oneil"))
        #expect(person.hash(.emailGoogle) == digestHex("ab@gmail.com"))
        #expect(person.hash(.emailDomain) == digestHex("gmail.com"))
    }
}
