import Crypto
import EventModel

/// Rows 83 to 86: people, cards, addresses and pages that are not what they should be.
enum BadPersons {
    static let cases = emails + cards + addresses + pages

    private static func page(_ message: String, _ members: String) -> BadInput.Request {
        .rudderstack(#"{"type":"page","messageId":"\#(message)","userId":"u-\#(message)",\#(members)}"#)
    }

    private static func email(_ row: String, _ text: String) -> BadInput.Request {
        page(row, #""context":{"traits":{"email":"\#(text)"}}"#)
    }

    private static let ada = SHA256.digest(of: "ada@shop.example").hex

    private static let emails: [BadInput] = [
        BadInput(
            "83 no address", email("83a", "not an email"), .taken([.emailInvalid]),
            stored: { !$0.contains("email_hash") && !$0.contains("not an email") }),
        BadInput(
            "83 5 000 characters", email("83b", String(repeating: "a", count: 5_000) + "@shop.example"),
            .taken([.emailInvalid]), stored: { !$0.contains("email_hash") }),
        BadInput(
            "83 with a display name", email("83c", "Ada Lovelace <Ada@Shop.example>"), .taken(),
            stored: { $0.contains(#""email_hash":"\#(ada)""#) && !$0.contains("Lovelace") }),
        BadInput(
            "83 hashed already", email("83d", ada.uppercased()), .taken(),
            stored: { $0.contains(#""email_hash":"\#(ada)""#) }),
    ]

    private static let cards: [BadInput] = [
        BadInput(
            "84 card number and code",
            page("84a", #""properties":{"card_number":"4111 1111 1111 1111","cvv":"737","pan":5555555555554444}"#),
            .taken([.cardDataRemoved]),
            stored: { stored in
                stored.contains(#""card_number":"[removed]""#)
                    && !["4111", "737", "5555555555554444"].contains { stored.contains($0) }
            }),
        BadInput(
            "84 within an object",
            page(
                "84b",
                #""properties":{"payment":{"card":{"number":"4242-4242-4242-4242","cvc":"999","brand":"visa"}}}"#),
            .taken([.cardDataRemoved]),
            stored: { !$0.contains("4242") && !$0.contains("999") && $0.contains(#""brand":"visa""#) }),
        BadInput(
            "84 an order number that is no card's", page("84c", #""properties":{"order":"4111111111111112"}"#),
            .taken(),
            stored: { $0.contains("4111111111111112") }),
    ]

    private static func ip(_ row: String, _ text: String) -> BadInput.Request {
        page(row, #""context":{"ip":"\#(text)"}"#)
    }

    private static let addresses: [BadInput] = [
        BadInput("85 private", ip("85a", "192.168.1.4"), .taken([.ipInvalid]), stored: { !$0.contains("client_ip") }),
        BadInput("85 malformed", ip("85b", "300.1.2.3"), .taken([.ipInvalid]), stored: { !$0.contains("client_ip") }),
        BadInput(
            "85 with a zone", ip("85c", "fe80::1%eth0"), .taken([.ipInvalid]), stored: { !$0.contains("client_ip") }),
        BadInput(
            "85 a list", ip("85d", "10.0.0.1, 203.0.113.9, 198.51.100.4"), .taken(),
            stored: { $0.contains(#""client_ip":"203.0.113.9""#) }),
    ]

    private static func url(_ row: String, _ url: String) -> BadInput.Request {
        page(row, #""context":{"page":{"url":"\#(url)"}}"#)
    }

    private static let pages: [BadInput] = [
        BadInput(
            "86 a script", url("86a", "javascript:alert(1)"), .taken([.pageURLDropped]),
            stored: { !$0.contains(#""page_url":"#) }),
        BadInput(
            "86 100 KB", url("86b", "https://shop.example/?x=\(String(repeating: "x", count: 100_000))&gclid=Cj0-late"),
            .taken([.pageURLTruncated]), stored: { $0.contains(#""gclid":"Cj0-late""#) }),
        BadInput(
            "86 with credentials", url("86c", "https://ada:secret@shop.example/cart"), .taken(),
            stored: { $0.contains(#""page_url":"https://shop.example/cart""#) && !$0.contains("secret@") }),
    ]
}
