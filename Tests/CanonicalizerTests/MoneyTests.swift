import EventModel
import JSON
import Testing

@testable import Canonicalizer

@Suite struct AmountReaderTests {
    private let document = JSONDocument()

    private func read(_ json: String) throws -> AmountReader.Reading { AmountReader.read(try document.parse(json)) }

    @Test(
        "numbers and strings are read exactly",
        arguments: [
            ("129.99", "129.99"), ("0", "0"), ("-0", "0"), ("-5.5", "-5.5"), ("1e3", "1000"), ("1.5E-2", "0.015"),
            ("123456789012345.123456", "123456789012345.123456"), ("59.970000000000006", "59.97"), ("0.0000005", "0"),
            (#""39.95""#, "39.95"), (#""$1,234.50""#, "1234.5"), (#""1,234,567""#, "1234567"), (#"" 12 ""#, "12"),
            (#""+7""#, "7"), (#""-7.25""#, "-7.25"), (#""€10""#, "10"), (#""£ 1 000.50""#, "1000.5"),
            (#""USD 12.50""#, "12.5"), (#""usd12""#, "12"), (#""R$ 5""#, "5"), (#""US$5""#, "5"), (#""-$5""#, "-5"),
            (#""$-5""#, "-5"), (#""₹99""#, "99"), (#""0.10""#, "0.1"), (#""000012""#, "12"),
            (#""59.970000000000006""#, "59.97"),
        ])
    func amounts(_ json: String, _ expected: String) throws {
        if json == "0.0000005" {
            #expect(try read(json) == .outOfRange)
        } else {
            #expect(try read(json) == .amount(try #require(Amount(expected))))
        }
    }

    @Test("a lone comma that cannot part thousands is a decimal comma", arguments: ["12,50", "1234,5", "0,1234"])
    func decimalComma(_ text: String) throws {
        let expected = Amount(text.replacing(",", with: "."))
        #expect(try read("\"\(text)\"") == .commaAmount(try #require(expected)))
    }

    @Test(
        "everything else is unparsable",
        arguments: [
            #""""#, #""free""#, "[10]", "true", "{}", #""1,234""#, #""1.234,50""#, #""12,34,567""#, #""1,2,3""#,
            #""12.5.1""#, #""1e3""#, #""--5""#, #""$$5""#, #""XYZ 5""#, #""5 USD""#, #""12,""#, #"",5""#, #"".5""#,
            #""5.""#, #""0x10""#, #""1,234.""#, #""12345,678.90""#, #""NaN""#, #""-""#, #""$""#, #""1 2x""#,
        ])
    func unparsable(_ json: String) throws {
        #expect(try read(json) == .unparsable)
    }

    @Test(
        "row 50: numbers beyond a decimal's range are out of range",
        arguments: ["1e400", "1e-400", String(repeating: "9", count: 400), #""1234567890123456""#, "1e15", "-1e99"])
    func outOfRange(_ json: String) throws {
        #expect(try read(json) == .outOfRange)
    }

    @Test("what an amount prints is read back", arguments: 0..<300)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let magnitude = Int128(random.next() % 1_000_000_000_000_000) * Int128(random.next() % 1_000_000)
        let amount = Amount(micros: seed % 2 == 0 ? magnitude : -magnitude)
        #expect(try read(amount.description) == .amount(amount))
        #expect(try read("\"\(amount)\"") == .amount(amount))
    }
}

@Suite struct MoneyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var event: String
        var properties: String
        var value: String?
        var source: CustomData.ValueSource?
        var notes: [Note] = []
        var testDescription: String { name }
    }

    private static let items = #""products":[{"product_id":"a","price":2.5,"quantity":2},{"product_id":"b","price":1}]"#

    @Test(
        "each kind of event looks for its value in its own order",
        arguments: [
            Case(
                name: "purchase: revenue first", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD","revenue":1,"total":2,"value":3,"subtotal":4}"#,
                value: "1", source: .revenue),
            Case(
                name: "purchase: then total", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD","total":2,"value":3,"subtotal":4}"#, value: "2",
                source: .total),
            Case(
                name: "purchase: then value", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD","value":3,"subtotal":4}"#, value: "3", source: .value),
            Case(
                name: "purchase: then subtotal", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD","subtotal":4}"#, value: "4", source: .subtotal),
            Case(
                name: "purchase: then the items", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD",\#(items)}"#, value: "6", source: .items),
            Case(
                name: "purchase: an unreadable field is passed over", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD","revenue":"free","total":2}"#, value: "2",
                source: .total, notes: [.valueUnparsable]),
            Case(
                name: "zero is a value", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD","revenue":0,"total":2}"#, value: "0",
                source: .revenue),
            Case(
                name: "no sum where an item has no price", event: "Order Completed",
                properties:
                    #"{"order_id":"o","products":[{"product_id":"a","price":1},{"product_id":"b"}],"currency":"USD"}"#,
                value: nil),
            Case(
                name: "checkout: value first", event: "Checkout Started",
                properties: #"{"checkout_id":"c","currency":"USD","revenue":1,"total":2,"value":3}"#, value: "3",
                source: .value),
            Case(
                name: "checkout: then revenue", event: "Checkout Started",
                properties: #"{"checkout_id":"c","currency":"USD","revenue":1,"total":2,\#(items)}"#, value: "1",
                source: .revenue),
            Case(
                name: "checkout: then the items", event: "Checkout Started",
                properties: #"{"checkout_id":"c","currency":"USD",\#(items)}"#, value: "6", source: .items),
            Case(
                name: "product: value first", event: "Product Added",
                properties: #"{"product_id":"p","currency":"USD","value":9,"price":2,"quantity":3}"#, value: "9",
                source: .value),
            Case(
                name: "product: price times quantity", event: "Product Added",
                properties: #"{"product_id":"p","currency":"USD","price":2.5,"quantity":3}"#, value: "7.5",
                source: .price),
            Case(
                name: "product: a quantity of one is meant", event: "Product Viewed",
                properties: #"{"price":2.5,"currency":"USD"}"#, value: "2.5", source: .price),
            Case(
                name: "product: with a list", event: "Product Added",
                properties: #"{"currency":"USD",\#(items)}"#, value: "6", source: .items),
            Case(
                name: "refund: total first", event: "Order Refunded",
                properties: #"{"refund_id":"r","currency":"USD","revenue":1,"total":2,"value":3}"#, value: "2",
                source: .total),
            Case(
                name: "refund: below zero is a distance", event: "Order Refunded",
                properties: #"{"refund_id":"r","currency":"USD","total":-20}"#, value: "20", source: .total),
            Case(
                name: "other events: value", event: "Lead Submitted",
                properties: #"{"lead_id":"l","currency":"USD","value":50,"revenue":1}"#, value: "50", source: .value),
            Case(
                name: "other events: no sum", event: "Video Liked", properties: #"{"currency":"USD",\#(items)}"#,
                value: nil),
            Case(
                name: "row 73: negative revenue is dropped", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD","revenue":-5,"total":7}"#, value: nil,
                notes: [.valueNegative]),
            Case(
                name: "row 50: a number out of range is dropped", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD","revenue":1e400}"#, value: nil,
                notes: [.numberOutOfRange]),
            Case(
                name: "row 74: 12,50", event: "Order Completed",
                properties: #"{"order_id":"o","currency":"USD","revenue":"12,50"}"#, value: "12.5", source: .revenue,
                notes: [.decimalComma]),
        ])
    func value(_ c: Case) throws {
        let event = try CanonicalizerHarness().track(c.event, c.properties)
        #expect(event.customData.value == c.value.flatMap { Amount($0) })
        #expect(event.customData.valueSource == c.source)
        #expect(event.notes.notes == c.notes)
    }

    @Test(
        "row 75: currencies",
        arguments: [
            (#","currency":"usd""#, "USD", []), (#","currency":" eur ""#, "EUR", []),
            (#","currency":"US Dollar""#, "CHF", [Note.currencyInvalid]),
            (#","currency":"XXX1""#, "CHF", [.currencyInvalid]), (#","currency":"XXX""#, "CHF", [.currencyInvalid]),
            (#","currency":840"#, "CHF", [.currencyInvalid]), ("", "CHF", [.currencyDefaulted]),
            (#","currency":"""#, "CHF", [.currencyDefaulted]), (#","currency":null"#, "CHF", [.currencyDefaulted]),
        ])
    func currency(_ member: String, _ expected: String, _ notes: [Note]) throws {
        let harness = CanonicalizerHarness { $0.defaultCurrency = "chf" }
        let event = try harness.track("Order Completed", #"{"order_id":"o","revenue":5\#(member)}"#)
        #expect(event.customData.currency == expected)
        #expect(event.notes.notes == notes)
    }

    @Test("no currency is invented: none without a default, none without money")
    func noInventedCurrency() throws {
        let event = try CanonicalizerHarness().track("Order Completed", #"{"order_id":"o","revenue":5}"#)
        #expect(event.customData.currency == nil)
        #expect(event.notes.notes == [.currencyMissing])
        let harness = CanonicalizerHarness { $0.defaultCurrency = "USD" }
        let free = try harness.track("Lead Submitted", #"{"lead_id":"l"}"#)
        #expect(free.customData.currency == nil)
        #expect(free.notes.isEmpty)
    }

    @Test("the currencies of ISO 4217 are known, and codes that are none are not")
    func currencyList() {
        for code in ["USD", "EUR", "JPY", "GBP", "CHF", "INR", "BRL", "ZAR", "KWD", "CLF", "VES", "usd"] {
            #expect(Currency.code(code) == code.uppercased())
        }
        for code in ["XXX", "XTS", "BTC", "ABC", "U$D", "US", "USDT", "", "ÄÖ"] { #expect(Currency.code(code) == nil) }
    }

    @Test("shipping, tax, discount and coupon are read beside the value")
    func parts() throws {
        let event = try CanonicalizerHarness().track(
            "Order Completed",
            #"{"order_id":"o","revenue":10,"shipping":"4.50","tax":0,"discount":-3,"subtotal":-1,"coupon":" SAVE "}"#)
        #expect(event.customData.shipping == Amount("4.5"))
        #expect(event.customData.tax == .zero)
        #expect(event.customData.discount == Amount(3))
        #expect(event.customData.subtotal == nil)
        #expect(event.customData.coupon == "SAVE")
    }
}

@Suite struct ItemTests {
    private func lines(_ products: String) throws -> (data: CustomData, notes: [Note]) {
        let event = try CanonicalizerHarness().track(
            "Order Completed", #"{"order_id":"o","revenue":1,"currency":"USD","products":\#(products)}"#)
        return (event.customData, event.notes.notes)
    }

    @Test("a product's members are read under their names and aliases")
    func members() throws {
        let (data, _) = try lines(
            """
            [{"productId":"p1","SKU":"s1","name":"Mug","brand":"Acme","category":"Home","variant":"blue",
              "coupon":"C","groupId":7,"price":"9.99","qty":2,"position":3},{"id":42},{"item_id":"i"}]
            """)
        let first = try #require(data.items.first)
        #expect(first.productID == "p1")
        #expect(first.sku == "s1")
        #expect(first.name == "Mug")
        #expect(first.brand == "Acme")
        #expect(first.category == "Home")
        #expect(first.variant == "blue")
        #expect(first.coupon == "C")
        #expect(first.groupID == "7")
        #expect(first.price == Amount("9.99"))
        #expect(first.quantity == Amount(2))
        #expect(first.position == 3)
        #expect(data.items.map(\.contentID) == ["p1", "42", "i"])
        #expect(data.itemCount == 4)
    }

    @Test("the list goes by several names", arguments: ["products", "items", "line_items", "contents", "lineItems"])
    func aliases(_ name: String) throws {
        let event = try CanonicalizerHarness().track(
            "Order Completed", #"{"order_id":"o","currency":"USD","\#(name)":[{"product_id":"a","price":3}]}"#)
        #expect(event.customData.items.map(\.productID) == ["a"])
        #expect(event.customData.value == Amount(3))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var products: String
        var ids: [String]
        var quantities: [String?] = []
        var notes: [Note] = []
        var testDescription: String { name }
    }

    @Test(
        "rows 76 and 77: what becomes of odd lists",
        arguments: [
            Case(
                name: "row 76: quantity 0", products: #"[{"id":"a","quantity":0}]"#, ids: [],
                notes: [.quantityInvalid]),
            Case(
                name: "row 76: quantity -1", products: #"[{"id":"a","quantity":-1},{"id":"b"}]"#, ids: ["b"],
                quantities: [nil], notes: [.quantityInvalid]),
            Case(
                name: "row 76: quantity 1.5", products: #"[{"id":"a","quantity":1.5}]"#, ids: ["a"],
                quantities: ["1.5"]),
            Case(
                name: "row 76: quantity 1e9", products: #"[{"id":"a","quantity":1e9}]"#, ids: ["a"],
                quantities: ["1000000"], notes: [.quantityCapped]),
            Case(
                name: "an unreadable quantity keeps the line", products: #"[{"id":"a","quantity":"many"}]"#, ids: ["a"],
                quantities: [nil], notes: [.quantityInvalid]),
            Case(
                name: "row 77: one product as an object", products: #"{"id":"a","quantity":2}"#, ids: ["a"],
                quantities: ["2"]),
            Case(
                name: "row 77: null and other entries", products: #"[null,{"id":"a"},"x",5,[{"id":"b"}]]"#, ids: ["a"],
                quantities: [nil]),
            Case(
                name: "a list as a JSON string", products: #""[{\"id\":\"a\"}]""#, ids: ["a"], quantities: [nil]),
            Case(name: "a string that is no JSON", products: #""mug, cup""#, ids: []),
            Case(name: "a junk id", products: #"[{"id":"undefined","sku":"s"}]"#, ids: ["s"], quantities: [nil]),
        ])
    func oddLists(_ c: Case) throws {
        let (data, notes) = try lines(c.products)
        #expect(data.items.compactMap(\.contentID) == c.ids)
        #expect(data.items.map(\.quantity) == c.quantities.map { $0.flatMap { Amount($0) } })
        #expect(notes == c.notes)
    }

    @Test("row 77: beyond 500 lines are cut off, and then no sum is made")
    func truncated() throws {
        let products = "[" + (0..<600).map { #"{"id":"p\#($0)","price":1}"# }.joined(separator: ",") + "]"
        let event = try CanonicalizerHarness().track(
            "Order Completed", #"{"order_id":"o","currency":"USD","products":\#(products)}"#)
        #expect(event.customData.items.count == 500)
        #expect(event.customData.value == nil)
        #expect(event.notes.contains(.productsTruncated))
    }

    @Test("a line below zero counts in the sum and has no price")
    func negativePrice() throws {
        let event = try CanonicalizerHarness().track(
            "Order Completed",
            #"{"order_id":"o","currency":"USD","products":[{"id":"a","price":10},{"id":"d","price":-3}]}"#)
        #expect(event.customData.value == Amount(7))
        #expect(event.customData.items.map(\.price) == [Amount(10), nil])
    }

    @Test("a product event's own properties are its line")
    func ownProduct() throws {
        let event = try CanonicalizerHarness().track(
            "Product Added", #"{"product_id":"p","name":"Mug","price":5,"quantity":2,"currency":"USD"}"#)
        #expect(event.customData.items.map(\.contentID) == ["p"])
        #expect(event.customData.items.first?.name == "Mug")
        #expect(event.customData.itemCount == 2)
        let none = try CanonicalizerHarness().track("Product Added", #"{"product_id":"p","price":5,"quantity":0}"#)
        #expect(none.customData.items.isEmpty)
        #expect(none.customData.value == nil)
        #expect(none.notes.notes == [.quantityInvalid])
    }

    @Test(
        "view_content says whether it is about a product or an article",
        arguments: [
            ("Product Viewed", "{}", "product"), ("Viewed Product", "{}", "product"), ("View Item", "{}", "product"),
            ("Article Viewed", "{}", "article"), ("ContentView", "{}", "article"),
            ("ContentView", #"{"product_id":"p"}"#, "product"), ("Content Viewed", #"{"sku":"s"}"#, "product"),
        ])
    func contentKind(_ name: String, _ properties: String, _ expected: String) throws {
        let event = try CanonicalizerHarness().track(name, properties)
        #expect(event.name.text == "view_content")
        #expect(event.customData.contentKind == expected)
    }
}
