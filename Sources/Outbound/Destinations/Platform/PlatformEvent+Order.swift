public import EventModel
public import JSON

/// Money in a currency, as platforms want it.
public struct PlatformMoney: Sendable, Equatable {
    /// How much, as exact as the event has it.
    public let amount: Amount
    /// ISO 4217, upper-case.
    public let currency: String

    /// Money.
    public init(_ amount: Amount, _ currency: String) {
        self.amount = amount
        self.currency = currency
    }

    /// The amount with as many decimals as the currency has, halves away from zero.
    public var rounded: Amount { amount.rounded(toDigits: Self.digitCount(of: currency)) }

    /// How many decimals a currency has (ISO 4217): 2 for nearly all.
    public static func digitCount(of currency: String) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
            "XOF", "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }
}

extension Amount {
    /// The nearest amount with so many decimals, halves away from zero.
    public func rounded(toDigits count: Int) -> Amount {
        guard count < 6 else { return self }
        var unit: Int128 = 1
        for _ in count..<6 { unit *= 10 }
        let (quotient, rest) = micros.magnitude.quotientAndRemainder(dividingBy: UInt128(unit))
        let whole = Int128(quotient) + (rest * 2 >= UInt128(unit) ? 1 : 0)
        return Amount(micros: isNegative ? -whole * unit : whole * unit)
    }

    /// Plain decimal text with exactly so many decimals, at most six: `99.90`.
    public func text(digits count: Int) -> String {
        let text = rounded(toDigits: count).description
        guard count > 0 else { return text }
        guard let point = text.firstIndex(of: ".") else { return text + "." + String(repeating: "0", count: count) }
        let present = text.distance(from: point, to: text.endIndex) - 1
        return text + String(repeating: "0", count: max(0, count - present))
    }
}

/// One product of an event.
public struct PlatformItem {
    let item: JSONValue

    /// The id that catalogues know it by: product id, else SKU.
    public var id: JSONValue? { item[.productID].ifText ?? item[.sku].ifText }
    /// The stock-keeping unit.
    public var sku: JSONValue? { item[.sku].ifText }
    /// Its name.
    public var name: JSONValue? { item[.nameMember].ifText }
    /// Its maker or label.
    public var brand: JSONValue? { item[.brand].ifText }
    /// The category, in the sender's words.
    public var category: JSONValue? { item[.category].ifText }
    /// Which form of the product it is.
    public var variant: JSONValue? { item[.variant].ifText }
    /// The coupon used for this line.
    public var coupon: JSONValue? { item[.coupon].ifText }
    /// The price of one piece in the event's currency.
    public var price: Amount? { item[.price]?.amount }
    /// How many; nil if the sender did not say.
    public var quantity: Amount? { item[.quantity]?.amount }
    /// How many, as a whole number of at least 1.
    public var wholeQuantity: Int { max(1, quantity?.roundedDown ?? 1) }
    /// The place in the list, as sent.
    public var position: JSONValue? { item[.position] }

}

extension PlatformEvent {

    /// What the event was worth (reference inbound, 6.5); zero is a value.
    public var value: Amount? { view.customData?[.valueMember]?.amount }

    /// The currency of ``value`` and prices: the event's, else the configured one; never invented.
    public var currency: String? { view.customData?[.currency]?.string ?? defaultCurrency }

    /// Value and currency; nil if either is unknown.
    public var money: PlatformMoney? {
        guard let value, let currency else { return nil }
        return PlatformMoney(value, currency)
    }

    /// The products, in the order sent.
    public var items: [PlatformItem] { view.customData?[.items]?.elements.map(PlatformItem.init) ?? [] }

    /// The products that a catalogue can know, in the order sent.
    public var identifiedItems: [PlatformItem] { items.filter { $0.id != nil } }

    /// The sum of quantities; nil without products.
    public var itemCount: JSONValue? { view.customData?[.itemCount] }

    /// The sum of quantities, as a whole number; that of these products if the event does not say.
    public func itemCount(of items: [PlatformItem]) -> Int {
        itemCount?.amount?.roundedDown ?? items.reduce(0) { $0 + $1.wholeQuantity }
    }

    /// What was searched for.
    public var searchText: JSONValue? { view.customData?[.searchQuery].ifText }

    /// The order's id.
    public var orderID: JSONValue? { businessID(.orderID) }

    /// `product` or `article`, of a `view_content`.
    public var contentKind: JSONValue? { view.customData?[.contentKind].ifText }

    /// An id of the business by its canonical name.
    public func businessID(_ key: JSONKey) -> JSONValue? { view.customData?[key].ifText }

    /// A normalized amount of the order by its canonical name: `tax`, `shipping`, `discount`, `subtotal`.
    public func orderAmount(_ key: JSONKey) -> Amount? { view.customData?[key]?.amount }
}
