import EventModel

/// Rows 75 to 82 and 87 to 90: money, items, ids and times that mean something else than they say.
enum BadValues {
    static let cases = currencies + lines + orders + times + texts

    private static func purchase(_ row: String, _ properties: String, more: String = "") -> BadInput.Request {
        .rudderstack(
            #"{"type":"track","event":"Order Completed","messageId":"\#(row)","userId":"u-\#(row)",\#(more)"#
                + #""properties":{"order_id":"\#(row)",\#(properties)}}"#)
    }

    /// The source's own currency is EUR.
    private static let currencies: [BadInput] = [
        BadInput(
            "75 lower case", purchase("75a", #""revenue":1,"currency":"usd""#), .taken(),
            stored: { $0.contains(#""currency":"USD""#) && $0.contains(#""notes":[]"#) }),
        BadInput(
            "75 a currency in words", purchase("75b", #""revenue":1,"currency":"US Dollar""#),
            .taken([.currencyInvalid]), stored: { $0.contains(#""value_source":"revenue","currency":"EUR""#) }),
        BadInput(
            "75 no currency there is", purchase("75c", #""revenue":1,"currency":"XXX1""#), .taken([.currencyInvalid]),
            stored: { $0.contains(#""value_source":"revenue","currency":"EUR""#) }),
        BadInput(
            "75 no currency", purchase("75d", #""revenue":1"#), .taken([.currencyDefaulted]),
            stored: { $0.contains(#""currency":"EUR""#) }),
    ]

    private static func line(_ row: String, _ quantity: String) -> BadInput.Request {
        purchase(
            row,
            #""revenue":9,"currency":"EUR","products":[{"sku":"kept","quantity":2},{"sku":"other","quantity":\#(quantity)}]"#
        )
    }

    private static func hasLines(_ skus: String...) -> @Sendable (String) -> Bool {
        { stored in
            guard let start = stored.firstRange(of: #""items":["#) else { return skus.isEmpty }
            let items = stored[start.upperBound...].prefix { $0 != "]" }
            return ["kept", "other"].filter { items.contains(#""sku":"\#($0)""#) } == skus
        }
    }

    private static func products(_ count: Int) -> String {
        (0..<count).map { #"{"sku":"s\#($0)"}"# }.joined(separator: ",")
    }

    private static let lines: [BadInput] = [
        BadInput("76 no quantity", line("76a", "0"), .taken([.quantityInvalid]), stored: hasLines("kept")),
        BadInput("76 negative quantity", line("76b", "-1"), .taken([.quantityInvalid]), stored: hasLines("kept")),
        BadInput("76 one and a half", line("76c", "1.5"), .taken(), stored: hasLines("kept", "other")),
        BadInput(
            "76 a thousand million", line("76d", "1e9"), .taken([.quantityCapped]),
            stored: { $0.contains(#""quantity":1000000}"#) || $0.contains(#""quantity":1000000,"#) }),
        BadInput(
            "77 too many products",
            purchase("77a", #""revenue":9,"currency":"EUR","products":[\#(products(9_000))]"#),
            .taken([.productsTruncated]), stored: { $0.contains(#""sku":"s499""#) }),
        BadInput(
            "77 products as one object",
            purchase("77b", #""revenue":9,"currency":"EUR","products":{"sku":"kept","quantity":1}"#), .taken(),
            stored: hasLines("kept")),
        BadInput(
            "77 nothing among the products",
            purchase("77c", #""revenue":9,"currency":"EUR","products":[null,{"sku":"kept"},null]"#), .taken(),
            stored: hasLines("kept")),
    ]

    private static func order(_ message: String, _ user: String, _ order: String) -> BadInput.Request {
        .rudderstack(
            #"{"type":"track","event":"Order Completed","messageId":"\#(message)","userId":"\#(user)","#
                + #""properties":{\#(order)"revenue":1,"currency":"EUR"}}"#)
    }

    private static let orders: [BadInput] = [
        BadInput("78 no order id", order("78a", "u-78", ""), .taken([.businessIDMissing])),
        BadInput(
            "78 junk for an order id", order("78b", "u-78", #""order_id":"undefined","#), .taken([.businessIDMissing])
        ) { (try? $0.item.eventId) == "78b" },
        BadInput("79 an order", order("79a", "u-79", #""order_id":"o-79","#), .taken()),
        BadInput(
            "79 the same order of somebody else", order("79b", "u-79-other", #""order_id":"o-79","#),
            .duplicate([.businessIDIdentityConflict])
        ) { (try? $0.item.matchedKey) == "event_id" && (try? $0.item.duplicateOf) == "o-79" },
    ]

    private static func timed(_ row: String, _ time: String) -> BadInput.Request {
        .rudderstack(#"{"type":"page","messageId":"\#(row)","userId":"1","originalTimestamp":\#(time)}"#)
    }

    private static func happened(_ time: String) -> @Sendable (String) -> Bool {
        { $0.contains(#""occurred_at":"\#(time)""#) }
    }

    private static let times: [BadInput] = [
        BadInput("80 in 2099", timed("80a", #""2099-01-01T00:00:00Z""#), .taken([.timestampFutureClamped])),
        BadInput("80 in 1970", timed("80b", #""1970-01-01T00:00:01Z""#), .taken([.timestampImplausible])),
        BadInput("80 never", timed("80c", #""0000-00-00""#), .taken([.timestampUnparsable])),
        BadInput("80 yesterday", timed("80d", #""yesterday""#), .taken([.timestampUnparsable])),
        BadInput("80 1e18", timed("80e", "1e18"), .taken([.timestampUnparsable])),
        BadInput(
            "81 sent a year before it happened",
            .sdk(
                #"{"messageId":"81","userId":"1","event":"Order Completed","properties":{"order_id":"81"},"#
                    + #""originalTimestamp":"2026-04-23T14:12:33.000Z","sentAt":"2025-04-23T14:12:33.000Z"}"#,
                path: "/v1/track"), .taken([.skewImplausible]), stored: happened("2026-04-23T14:12:33.000Z")),
        BadInput("82 a number", timed("82a", "1776953553000"), .taken(), stored: happened("2026-04-23T14:12:33.000Z")),
        BadInput("82 seconds", timed("82b", "1776953553"), .taken(), stored: happened("2026-04-23T14:12:33.000Z")),
        BadInput(
            "82 a leap second", timed("82c", #""2016-12-31T23:59:60Z""#), .taken(),
            stored: happened("2016-12-31T23:59:59.999Z")),
        BadInput("82 the year 10000", timed("82d", #""10000-01-01T00:00:00Z""#), .taken([.timestampUnparsable])),
        BadInput(
            "82 thirty digits", timed("82e", #""2026-04-23T14:12:33.123456789012345678901234567890Z""#), .taken(),
            stored: happened("2026-04-23T14:12:33.123Z")),
    ]

    private static func page(_ message: String, _ properties: String) -> BadInput.Request {
        .rudderstack(#"{"type":"page","messageId":"\#(message)","userId":"1","properties":\#(properties)}"#)
    }

    private static let texts: [BadInput] = [
        BadInput(
            "87 names of other languages' machinery",
            page("87", #"{"__proto__":{"polluted":true},"constructor":1,"$where":"1","a.b":2}"#), .taken(),
            stored: {
                $0.contains(#""__proto__":{"polluted":true}"#) && $0.contains(#""constructor":1"#)
                    && $0.contains(#""$where":"1""#) && $0.contains(#""a.b":2"#)
            }),
        BadInput(
            "88 text that looks like a template", page("88", #"{"a":"{{secrets.x}}","b":"${HOME}"}"#), .taken(),
            stored: { $0.contains(#""a":"{{secrets.x}}""#) && $0.contains(#""b":"${HOME}""#) }),
        BadInput(
            "90 a message id that was not rendered",
            .rudderstack(#"{"type":"page","message_id":"{{ .messageId }}","user_id":"u-90"}"#),
            .taken([.junkIdentifier, .messageIDGenerated])),
        BadInput(
            "90 nothing was rendered",
            .rudderstack(#"{"type":"{{ .type }}","message_id":"{{ .messageId }}","user_id":"{{ .userId }}"}"#),
            .refused(400, "template_unrendered")),
    ]
}
