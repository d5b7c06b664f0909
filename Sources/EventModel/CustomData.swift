/// What an event was worth and about, normalized (reference inbound, 6.2 and 6.5).
public struct CustomData: Sendable, Equatable {
    /// Which of the source's fields ``value`` came from.
    public enum ValueSource: String, Sendable, CaseIterable {
        case revenue, total, value, subtotal, price, items
    }

    /// One line of an order or cart.
    public struct Item: Sendable, Equatable {
        /// The sender's `product_id`, as text.
        public var productID: String?
        /// The stock-keeping unit, as text.
        public var sku: String?
        /// The name of the product, for people.
        public var name: String?
        /// The maker or label of the product.
        public var brand: String?
        /// The category, in the sender's own words.
        public var category: String?
        /// Which form of the product it is, such as its colour or size.
        public var variant: String?
        /// The coupon that was used for this line.
        public var coupon: String?
        /// The group of products that a catalogue has it in, as text.
        public var groupID: String?
        /// The price of one piece in the currency of the event; never below zero.
        public var price: Amount?
        /// More than zero; fractions are kept here and rounded down for platforms that want whole numbers.
        public var quantity: Amount?
        /// The place in the list or cart, as sent: a whole number from 0 to below 10⁹.
        public var position: Int?

        /// A line of which nothing is known yet.
        public init() {}

        /// The id that catalogues know the product by: product id, else SKU.
        public var contentID: String? { productID ?? sku }
    }

    /// An id of the business under its canonical name (`order_id`, `checkout_id`, `lead_id`, …), as text.
    public struct BusinessID: Sendable, Equatable {
        /// The canonical name (`order_id`), whatever the sender called it.
        public let name: String
        /// The id as text, case kept; an e-mail address is kept as its SHA-256.
        public let value: String

        /// An id under its canonical name.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What the event was worth in ``currency``; never below zero, as a refund counts as a distance from zero.
    public var value: Amount?
    /// Where ``value`` came from; nil when there is no value.
    public var valueSource: ValueSource?
    /// ISO 4217, upper-case.
    ///
    /// Nil when the sender gave none and the source has no default: never invented.
    public var currency: String?
    /// The products the event names, in the order sent; at most 500.
    public var items: [Item] = []
    /// The sum of quantities, an item without one counting as one; nil without items.
    public var itemCount: Int?
    /// All ids of the business that the event names, each name once.
    public var businessIDs: [BusinessID] = []
    /// `product` or `article`, for `view_content`.
    public var contentKind: String?
    /// What a `search` looked for, e-mail addresses taken out.
    public var searchQuery: String?
    /// The coupon that was used for the whole order.
    public var coupon: String?
    /// The cost of shipping; never below zero.
    public var shipping: Amount?
    /// The tax; never below zero.
    public var tax: Amount?
    /// What was taken off, as a distance from zero: senders write it with either sign.
    public var discount: Amount?
    /// The sum before shipping, tax and discounts; never below zero.
    public var subtotal: Amount?

    /// An event that was worth nothing and is about nothing yet.
    public init() {}

    /// The value of a business id.
    public func businessID(_ name: String) -> String? { businessIDs.first { $0.name == name }?.value }
}
