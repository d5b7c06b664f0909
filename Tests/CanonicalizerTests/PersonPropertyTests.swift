import Crypto
import EventModel
import JSON
import Platform
import Testing

@testable import Canonicalizer

/// Random JSON with addresses and card numbers planted in it.
private struct PlantedJSON {
    private var random: PersonRandom
    private(set) var addresses: [String] = []
    private(set) var cards: [String] = []
    private var text = ""

    private static let harmlessNames = [
        "a", "name", "title", "items", "note", "url", "ref", "to", "x_y", "über", "q\\\"q", "",
    ]
    private static let personalNames = ["email", "customer_email", "phone", "address", "first_name", "token"]
    private static let cardNames = [
        "card_number", "cardNumber", "pan", "card", "creditCard", "credit-card", "payment_card", "cc",
    ]

    static func make(seed: UInt64) -> PlantedJSON {
        var json = PlantedJSON(random: PersonRandom(seed: seed))
        json.putObject(depth: 0)
        return json
    }

    private init(random: PersonRandom) { self.random = random }

    var source: String { text }

    private mutating func putObject(depth: Int) {
        text += random.below(4) == 0 ? "{ " : "{"
        for position in 0..<random.below(6) {
            if position > 0 { text += random.below(4) == 0 ? " , " : "," }
            putMember(depth: depth)
        }
        text += "}"
    }

    private mutating func putMember(depth: Int) {
        switch random.below(12) {
        case 0: text += "\"\(plantedAddress())\":1"
        case 1: text += "\"\(random.pick(Self.cardNames))\":\(card())"
        case 2:
            text += "\"\(random.pick(Self.personalNames))\":"
            putValue(depth: depth + 1)
        default:
            text += "\"\(random.pick(Self.harmlessNames))\":"
            putValue(depth: depth + 1)
        }
    }

    private mutating func putValue(depth: Int) {
        switch random.below(depth < 5 ? 12 : 8) {
        case 0: text += "\"\(plantedAddress())\""
        case 1:
            text +=
                "\"\(random.pick(["Mail ", "to:", "<", "(", ""]))\(plantedAddress())\(random.pick([" now", ">", ", x", "."]))\""
        case 2:
            text +=
                "\"https://\(random.pick(["", "u:p@"]))x.com/\(random.pick(["a", plantedAddress()]))?b=1&\(random.pick(["e", "email"]))=\(plantedAddress())&c=2\""
        case 3: text += random.pick(["1", "-2.5e3", "true", "false", "null", "NaN"])
        case 4:
            text += random.pick([
                #""plain""#, #""50% @ noon""#, #""a\nb""#, #""\ud83d\ude00""#, #""\udead""#, #""logo@2x.png""#,
            ])
        case 5...7: text += "\"\(random.next() % 1000)\""
        case 8, 9: putObject(depth: depth)
        default:
            text += "["
            for position in 0..<random.below(4) {
                if position > 0 { text += "," }
                putValue(depth: depth + 1)
            }
            text += "]"
        }
    }

    /// An address that occurs nowhere else, as JSON text, maybe escaped or percent-encoded.
    private mutating func plantedAddress() -> String {
        let local = "v\(random.next() % 1_000_000)" + random.pick(["", ".x", "+t", "_y", "-z", "'q"])
        let domain = "d\(random.next() % 1_000_000)." + random.pick(["com", "co.uk", "example.org", "museum"])
        addresses.append(local + "|" + domain)
        return local + random.pick(["@", "@", "@", "%40", "\\u0040", "\\u00254\\u0030"]) + domain
    }

    /// A card number that passes Luhn's check, as a JSON number or text, maybe in groups.
    private mutating func card() -> String {
        var digits = [4] + (0..<14).map { _ in random.below(10) }
        var sum = 0
        for (position, digit) in digits.reversed().enumerated() {
            let doubled = position.isMultiple(of: 2) ? digit * 2 : digit
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        digits.append((10 - sum % 10) % 10)
        let number = digits.map(String.init).joined()
        cards.append(number)
        let groups = stride(from: 0, to: 16, by: 4).map { String(number.dropFirst($0).prefix(4)) }
        return random.pick([
            number, "\"\(number)\"", "\"\(groups.joined(separator: " "))\"", "\"\(groups.joined(separator: "-"))\"",
            #"{"number":"\#(number)"}"#, #"["\#(number)"]"#,
        ])
    }
}

@Suite struct PersonPropertyTests {
    @Test("no planted address or card number survives, and the copy is JSON", arguments: 0..<UInt64(200))
    func nothingSurvives(seed: UInt64) throws {
        let planted = PlantedJSON.make(seed: seed)
        for role in [Sanitizer.Role.properties, .context, .integrations] {
            let copy = try sanitize(planted.source, role: role).text
            let document = JSONDocument()
            #expect(throws: Never.self) { try document.parse(copy) }
            let texts = try strings(in: copy)
            for address in planted.addresses {
                let parts = address.split(separator: "|")
                for text in texts {
                    let isThere = ["@", "%40", "%2540"].contains { text.contains(parts.joined(separator: $0)) }
                    #expect(!isThere, "\(planted.source)\n\(copy)")
                }
            }
            let digits = copy.filter(\.isNumber)
            for card in planted.cards { #expect(!digits.contains(card), "\(planted.source)\n\(copy)") }
        }
    }

    @Test("a copy of a copy is the same", arguments: 0..<UInt64(100))
    func copyingTwiceIsCopyingOnce(seed: UInt64) throws {
        let once = try sanitize(PlantedJSON.make(seed: seed).source).text
        let twice = try sanitize(once)
        #expect(twice.text == once)
        #expect(twice.notes.isEmpty)
    }

    @Test("where personal data stays, only card data goes", arguments: 0..<UInt64(100))
    func plainCopiesKeepAddresses(seed: UInt64) throws {
        let planted = PlantedJSON.make(seed: seed)
        let copy = try sanitize(planted.source, keepsPlain: true)
        let digits = copy.text.filter(\.isNumber)
        for card in planted.cards { #expect(!digits.contains(card)) }
        #expect(!copy.notes.contains(.personalDataRemoved) && !copy.notes.contains(.personalDataHashed))
    }

    /// All names and strings of a text, escapes resolved.
    private func strings(in text: String) throws -> [String] {
        let parsed = try PersonJSON(text)
        var found: [String] = []
        func collect(_ value: JSONValue) {
            if let string = value.string { found.append(string) }
            for element in value.elements { collect(element) }
            for member in value.members {
                found.append(member.name)
                collect(member.value)
            }
        }
        collect(parsed.value)
        return found
    }

    // MARK: Fuzz

    private static let envelope = #"""
        {"type":"track","request_ip":"203.0.113.9","traits":{"email":"Jane.Doe+x@gmail.com","phone":"+1 (415) 555-0134 x7",
        "name":"Jane O'Neil","birthday":"1990-04-07","gender":"female","id":42,"opt_out":false,"consent":{"marketing":true},
        "address":[{"city":"São Paulo","state":"US-CA","postalCode":2101,"country":"United States","defaultAddress":true}]},
        "properties":{"fbc":"fb.1.1700000000.AbC.AQ","fbp":"fb.1.1700000000000.123","url":"https://u:p@x.com/?gclid=a%2Bb&email=q",
        "card_number":"4242 4242 4242 4242","limited_data_use":true,"us_privacy":"1YNN","gpp":"DBACNYA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA~1YNN",
        "data_processing_options":["LDU"],"tc_string":"CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA"},
        "integrations":{"All":true,"Snap Conversions Api":{"click_id":"x"},"Google Ads":{"consents":{"adUserData":"GRANTED"}}},
        "context":{"ip":"10.0.0.1, 2001:db8::1","userAgent":"x","locale":"en","externalId":[{"id":"a@b.co","type":"crm"}],
        "device":{"id":"d","advertisingId":"3F2504E0","attTrackingStatus":3,"adTrackingEnabled":true},"gpc":1,
        "cookies":{"_ga":"GA1.1.1.2","_twclid":"%7B%22twclid%22%3A%22a%22%7D"},"clientIds":{"ga4":{"clientId":"1.2"}},
        "page":{"url":"https://shop.example.co.uk/?fbclid=a#b?c=d","search":"?x=y","referrer":"https://example.co.uk/?gclid=z"},
        "consent":{"categoryPreferences":{"C0004":true},"tcf":"CPXx","ad_storage":"granted"},
        "consentManagement":{"provider":"oneTrust","deniedConsentIds":["C0004"]},"dataProcessingOptions":[["LDU"],1,1000]}}
        """#

    /// What a member may be replaced by.
    private static let values = [
        "null", "true", "0", "-1", "1e308", "9223372036854775808", #""""#, #"" ""#, "[]", "{}", "[[]]", #""\u0000""#,
        #""@""#,
        #""a@""#, #""%""#, #""%4""#, #""=""#, #""?&#=""#, #""+""#, #""fb.""#, #""DB~""#, #""~~""#, #""://""#,
        #""https://@""#, "[null]",
        #"{"":""}"#, #""\ud800""#, #""€""#, #"[{"id":{}}]"#, #""::""#, #""1.2.3.4,""#,
    ]

    @Test("no event traps a reader", arguments: 0..<UInt64(100))
    func mutations(seed: UInt64) throws {
        var random = PersonRandom(seed: seed)
        let source = personSource {
            $0.keepsPlainUserData = seed % 3 == 0
            $0.defaultCountry = random.pick(["us", "it", "hu", "zz", ""])
            $0.clickIDPlatform = random.pick(["reddit", "", "snap"])
        }
        let hasher = SHA256()
        var person = PersonReader(source: source, hasher: hasher)
        let sanitizer = Sanitizer(hasher: hasher, keepsPlain: source.keepsPlainUserData)
        for _ in 0..<20 {
            let text = mutated(&random)
            // A mutation may leave no JSON, which is no matter here.
            guard let event = try? PersonJSON(text) else { continue }
            var notes = NoteList()
            var user = UserData()
            person.read(
                contextTraits: event["context"]?[name: "traits"], traits: event["traits"],
                properties: event["properties"],
                context: event["context"], type: random.pick(EnvelopeType.allCases), requestIP: event["request_ip"],
                transport: personTransport(), into: &user, notes: &notes)
            #expect(Set(user.hashes.map(\.field)).count == user.hashes.count)
            let ids = ClickIDReader.read(
                properties: event["properties"], context: event["context"], traits: event["traits"],
                integrations: event["integrations"], occurredAt: personNow, source: source, notes: &notes)
            #expect(Set(ids.map(\.kind)).count == ids.count)
            _ = ConsentReader.read(
                body: event.value, properties: event["properties"], context: event["context"], traits: event["traits"],
                integrations: event["integrations"], source: source, transport: personTransport(), notes: &notes)
            for (name, role) in [
                ("properties", Sanitizer.Role.properties), ("context", .context), ("integrations", .integrations),
            ] {
                let copy = sanitizer.copy(event[name], role: role, notes: &notes)
                if !copy.isEmpty { #expect(throws: Never.self) { try JSONDocument().parse(copy) } }
            }
            let url = PageURL.clean(event["context"]?[name: "page"]?[name: "url"], notes: &notes)
            #expect(url.map { $0.utf8.count <= PageURL.byteLimit && $0.lowercased().hasPrefix("http") } ?? true)
        }
    }

    /// The envelope with some bytes changed, or some values exchanged for others.
    private func mutated(_ random: inout PersonRandom) -> String {
        var bytes = Array(Self.envelope.utf8)
        if random.below(2) == 0 {
            for _ in 0..<1 + random.below(12) { bytes[random.below(bytes.count)] = UInt8(32 + random.below(95)) }
            return String(decoding: bytes, as: UTF8.self)
        }
        for _ in 0..<1 + random.below(6) {
            let from = random.below(bytes.count)
            guard let colon = bytes[from...].firstIndex(of: UInt8(ascii: ":")),
                let end = bytes[colon...].firstIndex(where: { ",}]".utf8.contains($0) })
            else { continue }
            bytes.replaceSubrange(colon + 1..<end, with: random.pick(Self.values).utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
