import EventModel
import Testing

@testable import Canonicalizer

/// What is kept of an envelope for a source that keeps them (reference inbound, section 9, row 84, and section 4.1).
@Suite struct RawCopyTests {
    @Test(
        "an envelope without card data is kept byte for byte",
        arguments: [
            #"{ "type" : "track", "event":"Order Completed",  "properties":{"order_id":"o-1","revenue":1.50e0} }"#,
            #"{"userId":"ada@example.com","traits":{"email":"ada@example.com","name":"Ada","phone":"+44 20 7946 0958"}}"#,
            #"{"context":{"ip":"192.0.2.1","userAgent":"x","traits":{"token":"t"},"page":{"url":"/a?email=b@example.com"}}}"#,
            #"{"a":NaN,"b":[-Infinity,Infinity],"c":"x\ud800y","d":"\u0041\/","e":{"a":1,"a":2}}"#,
            #"{"properties":{"card_number":"**** 4242","last4":"4242","order_number":"4242424242424242","card_type":"visa"}}"#,
            #"{"url":"https://x.example.com/?order=4242424242424242&card=gold&cvv=#pan","writeKeys":["k"],"cvv":null}"#,
        ])
    func untouched(_ text: String) throws {
        let copy = try sanitize(text, role: .envelope)
        #expect(copy.text == text)
        #expect(copy.notes.isEmpty)
    }

    @Test(
        "card data and write keys go wherever they are, and nothing around them changes",
        arguments: [
            (
                #"{"properties": {"cvv" :737, "email":"a@example.com"}}"#,
                #"{"properties": {"cvv" :"[removed]", "email":"a@example.com"}}"#
            ),
            (
                #"{"traits":{"card":{"number":"4242 4242 4242 4242","name":"Ada"}}}"#,
                #"{"traits":{"card":{"number":"[removed]","name":"Ada"}}}"#
            ),
            (
                #"{"context":{"traits":{"pan":"378282246310005"},"device":{"id":"d"}}}"#,
                #"{"context":{"traits":{"pan":"[removed]"},"device":{"id":"d"}}}"#
            ),
            (
                #"{"products":[{"payment":{"credit_card":4111111111111111}}],"x":NaN}"#,
                #"{"products":[{"payment":{"credit_card":"[removed]"}}],"x":NaN}"#
            ),
            (#"{"card_number":"4242424242424242","card_number":1}"#, #"{"card_number":"[removed]","card_number":1}"#),
            (#"{"card\u005fnumber":"4242424242424241"}"#, #"{"card\u005fnumber":"[removed]"}"#),
            (
                #"{"url":"https://x.example.com/pay?a=1&card_number=4242%204242%204242%204242&cvv=737&email=a@example.com#b"}"#,
                #"{"url":"https://x.example.com/pay?a=1&card_number=removed&cvv=removed&email=a@example.com#b"}"#
            ),
            (
                #"{"search":"?payment%5Bcard_number%5D=4242424242424242"}"#,
                #"{"search":"?payment%5Bcard_number%5D=removed"}"#
            ),
        ])
    func cards(_ text: String, _ expected: String) throws {
        let copy = try sanitize(text, role: .envelope)
        #expect(copy.text == expected)
        #expect(copy.notes == [.cardDataRemoved])
    }

    @Test func parametersOfURLsGoFromPlainEventsToo() throws {
        let text = #"{"url":"https://x.example.com/?cvv=737&email=a@example.com","to":"a@example.com"}"#
        let copy = try sanitize(text, keepsPlain: true)
        #expect(copy.text == #"{"url":"https://x.example.com/?cvv=removed&email=a@example.com","to":"a@example.com"}"#)
        #expect(copy.notes == [.cardDataRemoved])
    }

    @Test(
        "a write key goes in any spelling", arguments: ["writeKey", "writekey", "write_key", "WriteKey", "write-key"])
    func writeKeys(_ name: String) throws {
        let copy = try sanitize(#"{"a":1,"\#(name)":"wk","context":{"\#(name)":"wk"}}"#, role: .envelope)
        #expect(copy.text == #"{"a":1,"\#(name)":"[removed]","context":{"\#(name)":"[removed]"}}"#)
        #expect(copy.notes.isEmpty)
    }
}
