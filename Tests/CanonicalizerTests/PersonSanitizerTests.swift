import Crypto
import EventModel
import JSON
import Testing

@testable import Canonicalizer

/// Copies an object through the sanitizer; what it makes must not depend on whether the names were looked up before.
func sanitize(
    _ text: String, role: Sanitizer.Role = .properties, keepsPlain: Bool = false
) throws -> (text: String, notes: [Note]) {
    let parsed = try PersonJSON(text)
    let names = NameBook()
    let sanitizer = Sanitizer(hasher: SHA256(), keepsPlain: keepsPlain, names: names)
    var notes = NoteList()
    let bytes = sanitizer.copy(parsed.value, role: role, notes: &notes)
    names.mark(parsed.value)
    var notesWithMarks = NoteList()
    #expect(sanitizer.copy(parsed.value, role: role, notes: &notesWithMarks) == bytes)
    #expect(notesWithMarks == notes)
    return (String(decoding: bytes, as: UTF8.self), notes.notes)
}

@Suite struct PersonSanitizerTests {
    // What such texts cost is looked at in HostileTextTests.
    @Test(
        "a text of nothing but escaped signs hides no address",
        arguments: ["%40", "%2540", "@", "a@", "=%40"])
    func manySigns(_ sign: String) throws {
        let text = String(repeating: sign, count: 30_000 / sign.utf8.count)
        let event = try CanonicalizerHarness().track("E", #"{"a":"\#(text)","b":"\#(text)c%40example.com"}"#)
        #expect(!String(decoding: event.properties, as: UTF8.self).contains("example.com"))
    }

    @Test(
        "of a text or a URL of nothing but addresses none is kept",
        arguments: ["a@b.co/", "a@b.co ", "a@b.co.", "x=a@b.co&", "a%40b.co?", "a@b.co#", "a@b."])
    func manyAddresses(_ part: String) throws {
        let text = String(repeating: part, count: 30_000 / part.utf8.count)
        let (url, referrer) = ("https://x.example/\(text)", "https://x.example/?\(text)")
        let event = try CanonicalizerHarness().track(
            "E", #"{"link":"\#(url)","text":"\#(text)"}"#,
            #","context":{"page":{"url":"\#(url)","referrer":"\#(referrer)"}}"#)
        let kept = String(decoding: event.json, as: UTF8.self)
        #expect(!kept.contains("a@b.co") && !kept.contains("a%40b.co"))
    }

    @Test(
        "an object with nothing to take out is copied byte for byte",
        arguments: [
            "{}", "{ }", #"{"a":1}"#, #"{ "order_id" : "ORD-1", "products": [ {"sku":"x","price":1.50e0} ] }"#,
            #"{"url":"https://x.com/a?b=c&utm_source=d#e","title":"50% off @ home","x":"\u00e9\n\"q\""}"#,
            #"{"email_verified":true,"has_phone":false,"phone":null,"address":null}"#,
            #"{"smartphone":"x","headphone":"y","order_number":"4242424242424242","screen_name":"s","currency_code":"EUR"}"#,
            #"{"image":"https://cdn.x.com/logo@2x.png","channel":"https://youtube.com/@someone","social":"@someone"}"#,
            #"{"version":"pkg@1.2.3","time":"10 @ 12.30","city":"Oslo","country":"no","state":"open","region":"x"}"#,
            #"{"card_type":"visa","card_number":"**** 4242","last4":"4242","gift_card":"ABC","pan":"x"}"#,
            #"{"tokens":500,"token_count":7,"keyword":"k","primary_key":"p","zip_file":"a.zip","ad_street_view":1}"#,
        ])
    func clean(_ text: String) throws {
        let copy = try sanitize(text)
        #expect(copy.text == text)
        #expect(copy.notes.isEmpty)
        #expect(try sanitize(text, role: .integrations).text == text)
    }

    @Test("an escaped sign hides no parameter and a name no address, however large the object is", arguments: [0, 200])
    func escapesHideNothing(_ padding: Int) throws {
        let filler = String(repeating: "x", count: padding)
        let query = try sanitize(#"{"link":"?email\u003djane","filler":"\#(filler)"}"#)
        #expect(!query.text.contains("jane"))
        let name = try sanitize(#"{"jane@example.com":{"filler":"\#(filler)"}}"#, role: .context)
        #expect(!name.text.contains("jane"))
    }

    @Test(
        "members named for personal data go, wherever they are",
        arguments: [
            "email", "Email", "E-Mail", "emailAddress", "customer_email", "billingEmail", "customeremail", "email_1",
            "phone",
            "phoneNumber", "phone_number", "mobile", "billing_phone", "billingphone", "homePhone", "tel",
            "contact_number",
            "firstName", "first_name", "FIRSTNAME", "last-name", "middle_name", "surname", "fullName", "customer_name",
            "recipientName", "cardholder_name", "birthday", "dob", "date_of_birth", "dateOfBirth", "birth_date",
            "gender",
            "sex", "address", "shipping_address", "billingAddress", "address1", "address_line_2", "street",
            "street_address",
            "zip", "zip_code", "postalCode", "postal_code", "ip", "ip_address", "user_ip", "clientIP", "IPAddress",
            "ssn",
            "passport_number", "whatsapp", "msisdn",
        ])
    func personalNames(_ name: String) throws {
        for value in [#""some text""#, "42", #"{"a": 1}"#, #"["x"]"#] {
            let member = #""\#(name)": \#(value)"#
            #expect(try sanitize(#"{\#(member)}"#).text == "{}")
            #expect(try sanitize(#"{"a": 1, \#(member)}"#).text == #"{"a": 1}"#)
            #expect(try sanitize(#"{\#(member), "a": 1}"#).text == #"{"a": 1}"#)
            #expect(try sanitize(#"{"a": 1, \#(member), "b": 2}"#).text == #"{"a": 1, "b": 2}"#)
            #expect(try sanitize(#"{"n": [{"d": {\#(member)}}]}"#).text == #"{"n": [{"d": {}}]}"#)
            #expect(try sanitize(#"{\#(member)}"#, keepsPlain: true).text == #"{\#(member)}"#)
        }
        #expect(try sanitize(#"{"\#(name)": true}"#).text == #"{"\#(name)": true}"#)
    }

    @Test(
        "secrets go even where personal data stays",
        arguments: [
            "password", "userPassword", "passwd", "pwd", "pin", "pin_code", "otp", "secret", "client_secret", "token",
            "access_token", "idToken", "refreshToken", "api_key", "apiKey", "private_key", "writeKey", "write_key",
            "cookies",
            "sessiontoken", "jwt",
        ])
    func secrets(_ name: String) throws {
        for keepsPlain in [false, true] {
            #expect(try sanitize(#"{"\#(name)": "x", "a": 1}"#, keepsPlain: keepsPlain).text == #"{"a": 1}"#)
        }
    }

    @Test(
        "several members go at once",
        arguments: [
            (#"{"email":"x","phone":"y"}"#, "{}"), (#"{ "email":"x" , "phone":"y" }"#, "{ }"),
            (#"{"email":"x","a":1,"phone":"y"}"#, #"{"a":1}"#),
            (#"{"a":1,"email":"x","phone":"y","b":2}"#, #"{"a":1,"b":2}"#),
            (#"{"email":"x","phone":"y","a":1,"b":2}"#, #"{"a":1,"b":2}"#),
            (#"{"a":{"email":"x"},"b":{"phone":"y","c":1},"dob":"z"}"#, #"{"a":{},"b":{"c":1}}"#),
            (
                #"{"email":"x","a":{"email":"x","b":1},"c":[{"email":"x","d":2},{"zip":"1"}]}"#,
                #"{"a":{"b":1},"c":[{"d":2},{}]}"#
            ),
            ("{\n  \"email\": \"x\",\n  \"a\": 1\n}", "{\"a\": 1\n}"),
        ])
    func severalMembers(_ text: String, _ expected: String) throws {
        #expect(try sanitize(text).text == expected)
    }

    // MARK: Addresses

    @Test(
        "an address under any other name becomes its hash",
        arguments: ["Jane@Example.com", " jane@example.com ", "jane\\u0040example.com", "\\u006aane@example.com"])
    func wholeAddresses(_ value: String) throws {
        let hash = digestHex("jane@example.com")
        #expect(try sanitize(#"{"ref":"\#(value)"}"#).text == #"{"ref":"\#(hash)"}"#)
        let list = try sanitize(#"{"to":["\#(value)","x"]}"#)
        #expect(list.text == #"{"to":["\#(hash)","x"]}"#)
        #expect(list.notes == [.personalDataHashed])
    }

    @Test(
        "addresses inside of texts are taken out",
        arguments: [
            ("Write to jane@example.com.", "Write to [removed]."), ("a@b.co, c@d.co", "[removed], [removed]"),
            ("<jane.doe+x@mail.example.co.uk>", "<[removed]>"), ("email=jane%40example.com; x", "email=[removed]; x"),
            ("Müller <müller@exämple.de> war da", "Müller <[removed]> war da"),
            ("mailto:jane@example.com", "mailto:[removed]"),
            ("x%2540example.com y", "[removed] y"), (#"{\"to\":\"a@b.co\"}"#, #"{\"to\":\"[removed]\"}"#),
        ])
    func embeddedAddresses(_ value: String, _ expected: String) throws {
        let copy = try sanitize(#"{"note":"\#(value)"}"#)
        #expect(copy.text == #"{"note":"\#(expected)"}"#)
        #expect(copy.notes == [.personalDataRemoved])
        #expect(try sanitize(#"{"note":"\#(value)"}"#, keepsPlain: true).text == #"{"note":"\#(value)"}"#)
    }

    @Test func aNameThatIsAnAddressGoesWithItsValue() throws {
        let copy = try sanitize(#"{"jane@example.com":{"a":1},"b":2}"#)
        #expect(copy.text == #"{"b":2}"#)
        #expect(copy.notes == [.personalDataRemoved])
    }

    @Test(
        "URLs lose what is personal and stay URLs",
        arguments: [
            ("https://x.com/?email=a%40b.co&p=1", "https://x.com/?p=1"),
            ("https://x.com/?p=1&phone=123#f", "https://x.com/?p=1#f"),
            ("https://jane:pw@x.com/a", "https://x.com/a"), ("ftp://a&b=c@x.com/?p=1", "ftp://x.com/?p=1"),
            ("/reset?token=abc&x=y", "/reset?x=y"),
            ("?utm=1&customer[email]=x", "?utm=1"), ("email=x&a=b", "a=b"),
            ("https://x.com/u/a@b.co/edit", "https://x.com/u/removed/edit"),
        ])
    func urls(_ value: String, _ expected: String) throws {
        let copy = try sanitize(#"{"link":"\#(value)"}"#)
        #expect(copy.text == #"{"link":"\#(expected)"}"#)
        #expect(copy.notes == [.personalDataRemoved])
    }

    // MARK: Cards

    @Test(
        "card data is removed, plain values or not",
        arguments: [
            (#"{"card_number":"4242 4242 4242 4242"}"#, #"{"card_number":"[removed]"}"#),
            (#"{"cardNumber":4242424242424242}"#, #"{"cardNumber":"[removed]"}"#),
            (#"{"card_number":"4242424242424241"}"#, #"{"card_number":"[removed]"}"#),
            (#"{"pan":"378282246310005"}"#, #"{"pan":"[removed]"}"#), (#"{"cvv":"123"}"#, #"{"cvv":"[removed]"}"#),
            (#"{"CVC":123}"#, #"{"CVC":"[removed]"}"#), (#"{"cvv2":"1"}"#, #"{"cvv2":"[removed]"}"#),
            (#"{"security_code":"999"}"#, #"{"security_code":"[removed]"}"#),
            (#"{"credit_card":"4111-1111-1111-1111"}"#, #"{"credit_card":"[removed]"}"#),
            (#"{"card":"Visa 4242424242424242"}"#, #"{"card":"[removed]"}"#),
            (
                #"{"card":{"number":"4242424242424242","brand":"visa"}}"#,
                #"{"card":{"number":"[removed]","brand":"visa"}}"#
            ),
            (#"{"card":{"details":{"value":"6011111111111117"}}}"#, #"{"card":{"details":{"value":"[removed]"}}}"#),
            (#"{"cards":["4242424242424242","x"]}"#, #"{"cards":["[removed]","x"]}"#),
            (#"{"payment_card":[{"n":"5555555555554444"}]}"#, #"{"payment_card":[{"n":"[removed]"}]}"#),
        ])
    func cards(_ text: String, _ expected: String) throws {
        for keepsPlain in [false, true] {
            let copy = try sanitize(text, keepsPlain: keepsPlain)
            #expect(copy.text == expected)
            #expect(copy.notes == [.cardDataRemoved])
        }
    }

    @Test(
        "Luhn's check",
        arguments: [
            ("4242424242424242", true), ("4242424242424241", false), ("378282246310005", true), ("79927398713", false),
            ("4222222222222", true), ("6304000000000000", true), ("1234567890123456789012", false), ("", false),
            ("x4242-4242 4242.4242y", true), ("12 34", false), ("6759649826438453", true), ("0000000000000", true),
        ])
    func luhn(_ text: String, _ isCard: Bool) { #expect(CardNumber.occurs(in: text.utf8) == isCard) }

    @Test func theHolderOfACardGoesWithItsNumber() throws {
        let text = #"{"card":{"name":"JANE DOE","holder":"J","brand":"visa"}}"#
        #expect(try sanitize(text).text == #"{"card":{"brand":"visa"}}"#)
    }

    // MARK: Context

    @Test func aContextLosesWhatTheEventKeepsElsewhere() throws {
        let text = #"""
            {"traits":{"email":"a@b.co"},"ip":"1.2.3.4","userAgent":"x","locale":"en-US","externalId":[{"id":"1"}],
            "device":{"id":"d","advertisingId":"a","token":"t","model":"iPhone","type":"ios"},"consent":{"ads":true},
            "consentManagement":{},"gpc":true,"tcString":"x","us_privacy":"1YNN","dataProcessingOptions":[],
            "page":{"url":"https://u:p@x.com/?email=a&b=1","title":"T"},"campaign":{"source":"s"},"library":{"name":"l"},
            "app":{"name":"n"},"os":{"name":"o"},"screen":{"width":1},"timezone":"Europe/Oslo","network":{"wifi":true},
            "groupId":"g","sessionId":17,"writeKey":"k","cookies":{"a":"b"}}
            """#
        let copy = try sanitize(text, role: .context)
        let expected = #"""
            {"locale":"en-US",
            "device":{"model":"iPhone","type":"ios"},
            "page":{"url":"https://x.com/?b=1","title":"T"},"campaign":{"source":"s"},"library":{"name":"l"},
            "app":{"name":"n"},"os":{"name":"o"},"screen":{"width":1},"timezone":"Europe/Oslo","network":{"wifi":true},
            "groupId":"g","sessionId":17}
            """#
        #expect(copy.text.filter { $0 != "\n" } == expected.filter { $0 != "\n" })
        #expect(copy.notes == [.personalDataRemoved])
    }

    @Test func onlyTheContextItselfLosesItsMembers() throws {
        let text = #"{"app":{"traits":1,"consent":2,"device":{"id":"x"}},"x":{"userAgent":"y"}}"#
        #expect(try sanitize(text, role: .context).text == text)
        #expect(
            try sanitize(#"{"traits":{"plan":"pro"},"userAgent":"x"}"#).text
                == #"{"traits":{"plan":"pro"},"userAgent":"x"}"#)
    }

    // MARK: Odd input

    @Test func repeatedMembersAreCopiedOnce() throws {
        let text = #"{"a":"x@y.co","a":1,"b":{"a":2,"a":3},"c":"q@r.co","c":null}"#
        #expect(try sanitize(text).text == #"{"a":1,"b":{"a":3},"c":null}"#)
    }

    @Test func whatIsNoJSONBecomesJSON() throws {
        #expect(try sanitize(#"{"a":NaN,"b":[-Infinity,1],"c":Infinity}"#).text == #"{"a":null,"b":[null,1],"c":null}"#)
        #expect(try sanitize(#"{"a":"x\ud800y"}"#).text == "{\"a\":\"x\u{FFFD}y\"}")
    }

    @Test(
        "anything but an object is an empty one",
        arguments: ["null", "[]", #"["a@b.co"]"#, #""x""#, "7", "true"])
    func noObjects(_ text: String) throws {
        #expect(try sanitize(text).text == "{}")
        #expect(try sanitize(text, role: .context).text == "{}")
        #expect(try sanitize(text, role: .integrations).text.isEmpty)
    }

    @Test func missingObjectsAreEmpty() {
        let sanitizer = Sanitizer(hasher: SHA256(), keepsPlain: false)
        var notes = NoteList()
        #expect(sanitizer.copy(nil, role: .properties, notes: &notes) == Array("{}".utf8))
        #expect(sanitizer.copy(nil, role: .integrations, notes: &notes).isEmpty)
    }

    @Test func deepNestingIsWalked() throws {
        let text = String(repeating: #"{"a":["#, count: 31) + #"{"email":"x"}"# + String(repeating: "]}", count: 31)
        #expect(try sanitize(text).text == text.replacing(#""email":"x""#, with: ""))
    }
}
