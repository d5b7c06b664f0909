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
    public var id: JSONValue? { item[Self.productIDKey].ifText ?? item[Self.skuKey].ifText }
    /// The stock-keeping unit.
    public var sku: JSONValue? { item[Self.skuKey].ifText }
    /// Its name.
    public var name: JSONValue? { item[Self.nameKey].ifText }
    /// Its maker or label.
    public var brand: JSONValue? { item[Self.brandKey].ifText }
    /// The category, in the sender's words.
    public var category: JSONValue? { item[Self.categoryKey].ifText }
    /// Which form of the product it is.
    public var variant: JSONValue? { item[Self.variantKey].ifText }
    /// The coupon used for this line.
    public var coupon: JSONValue? { item[Self.couponKey].ifText }
    /// The price of one piece in the event's currency.
    public var price: Amount? { item[Self.priceKey]?.amount }
    /// How many; nil if the sender did not say.
    public var quantity: Amount? { item[Self.quantityKey]?.amount }
    /// How many, as a whole number of at least 1.
    public var wholeQuantity: Int { max(1, quantity?.roundedDown ?? 1) }
    /// The place in the list, as sent.
    public var position: JSONValue? { item[Self.positionKey] }

    private static let productIDKey: JSONKey = "product_id"
    private static let skuKey: JSONKey = "sku"
    private static let nameKey: JSONKey = "name"
    private static let brandKey: JSONKey = "brand"
    private static let categoryKey: JSONKey = "category"
    private static let variantKey: JSONKey = "variant"
    private static let couponKey: JSONKey = "coupon"
    private static let priceKey: JSONKey = "price"
    private static let quantityKey: JSONKey = "quantity"
    private static let positionKey: JSONKey = "position"
}

extension PlatformEvent {
    private static let valueKey: JSONKey = "value"
    private static let currencyKey: JSONKey = "currency"
    private static let itemsKey: JSONKey = "items"
    private static let itemCountKey: JSONKey = "num_items"
    private static let searchKey: JSONKey = "search_query"
    private static let orderIDKey: JSONKey = "order_id"
    private static let contentKindKey: JSONKey = "content_kind"

    /// What the event was worth (reference inbound, 6.5); zero is a value.
    public var value: Amount? { view.customData?[Self.valueKey]?.amount }

    /// The currency of ``value`` and prices: the event's, else the configured one; never invented.
    public var currency: String? { view.customData?[Self.currencyKey]?.string ?? defaultCurrency }

    /// Value and currency; nil if either is unknown.
    public var money: PlatformMoney? {
        guard let value, let currency else { return nil }
        return PlatformMoney(value, currency)
    }

    /// The products, in the order sent.
    public var items: some Sequence<PlatformItem> {
        (view.customData?[Self.itemsKey]).map { Array($0.elements.map(PlatformItem.init)) } ?? []
    }

    /// The sum of quantities; nil without products.
    public var itemCount: JSONValue? { view.customData?[Self.itemCountKey] }

    /// What was searched for.
    public var searchText: JSONValue? { view.customData?[Self.searchKey].ifText }

    /// The order's id.
    public var orderID: JSONValue? { businessID(Self.orderIDKey) }

    /// `product` or `article`, of a `view_content`.
    public var contentKind: JSONValue? { view.customData?[Self.contentKindKey].ifText }

    /// An id of the business by its canonical name.
    public func businessID(_ key: JSONKey) -> JSONValue? { view.customData?[key].ifText }

    /// A normalized amount of the order by its canonical name: `tax`, `shipping`, `discount`, `subtotal`.
    public func orderAmount(_ key: JSONKey) -> Amount? { view.customData?[key]?.amount }
}
