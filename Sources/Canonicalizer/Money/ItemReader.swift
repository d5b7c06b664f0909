import EventModel
import JSON

/// Reads the products of an order, cart or list (reference inbound, 6.2, 6.5 and rows 76 and 77).
struct ItemReader {
    /// The lines of an event, and what they come to.
    struct Items {
        var lines: [CustomData.Item] = []
        /// The sum of price times quantity; nil unless every line has a price and none was cut off.
        var sum: Amount?
        /// The sum of quantities in whole pieces, a line without one counting as one; nil without lines.
        var count: Int?
    }

    /// The most lines of an event that are kept.
    static let lineLimit = 500
    /// The largest quantity that is kept.
    static let quantityLimit = 1_000_000

    private let fields = FieldScanner<ItemField>()
    private let names: NameBook
    /// Holds products that came as a JSON string; they live until the next such event.
    private let stringified = JSONDocument()

    /// A reader with memory of its own.
    init(names: NameBook) { self.names = names }

    /// Reads an array of products, a single product, or a JSON string of either.
    func read(products: JSONValue?, notes: inout NoteList) -> Items {
        guard let products = unwrapped(products) else { return Items() }
        var items = Items()
        var total = Total()
        if products.kind == .object {
            add(products, to: &items, total: &total, notes: &notes)
        } else {
            items.lines.reserveCapacity(min(products.count, Self.lineLimit))
            for product in products.elements where product.kind == .object {
                if items.lines.count == Self.lineLimit {
                    notes.add(.productsTruncated)
                    total.isWhole = false
                    break
                }
                add(product, to: &items, total: &total, notes: &notes)
            }
        }
        total.finish(&items)
        return items
    }

    /// Reads the one product that a product event's own properties describe.
    func read(properties: FieldScanner<PropertyField>, notes: inout NoteList) -> Items {
        var item = CustomData.Item()
        item.productID = (properties[.productID] ?? properties[.plainID])?.idText(notes: &notes)
        item.sku = properties[.sku]?.idText(notes: &notes)
        guard item.productID != nil || item.sku != nil else { return Items() }
        item.name = properties[.name]?.cleanText(notes: &notes)
        item.brand = properties[.brand]?.cleanText(notes: &notes)
        item.category = properties[.category]?.cleanText(notes: &notes)
        item.variant = properties[.variant]?.cleanText(notes: &notes)
        item.coupon = properties[.coupon]?.cleanText(notes: &notes)
        item.position = Self.position(properties[.position])
        var items = Items()
        var total = Total()
        if finish(&item, price: properties[.price], quantity: properties[.quantity], &total, &notes) {
            items.lines.append(item)
        }
        total.finish(&items)
        return items
    }

    private func add(
        _ product: JSONValue, to items: inout Items, total: inout Total, notes: inout NoteList
    ) {
        fields.scan(product, names)
        // Filled where it stays: to append it afterwards would copy it.
        items.lines.append(CustomData.Item())
        if !read(into: &items.lines[items.lines.count - 1], &total, &notes) { items.lines.removeLast() }
    }

    /// Reads a line from ``fields``.
    ///
    /// - Returns: Whether it is one.
    private func read(into item: inout CustomData.Item, _ total: inout Total, _ notes: inout NoteList) -> Bool {
        item.productID = fields[.productID]?.idText(notes: &notes)
        item.sku = fields[.sku]?.idText(notes: &notes)
        item.name = fields[.name]?.cleanText(notes: &notes)
        item.brand = fields[.brand]?.cleanText(notes: &notes)
        item.category = fields[.category]?.cleanText(notes: &notes)
        item.variant = fields[.variant]?.cleanText(notes: &notes)
        item.coupon = fields[.coupon]?.cleanText(notes: &notes)
        item.groupID = fields[.groupID]?.idText(notes: &notes)
        item.position = Self.position(fields[.position])
        return finish(&item, price: fields[.price], quantity: fields[.quantity], &total, &notes)
    }

    /// Gives a line its price and quantity, and counts it.
    ///
    /// - Returns: Whether it is a line: not if its quantity says that there is none of it.
    private func finish(
        _ item: inout CustomData.Item, price: JSONValue?, quantity: JSONValue?, _ total: inout Total,
        _ notes: inout NoteList
    ) -> Bool {
        switch AmountReader.read(quantity) {
        case .absent: break
        case .amount(let amount), .commaAmount(let amount):
            guard amount > .zero else {
                notes.add(.quantityInvalid)
                return false
            }
            if amount > Amount(Self.quantityLimit) { notes.add(.quantityCapped) }
            item.quantity = min(amount, Amount(Self.quantityLimit))
        case .unparsable: notes.add(.quantityInvalid)
        case .outOfRange: notes.add(.numberOutOfRange)
        }
        let amount = AmountReader.amount(price, notes: &notes)
        total.add(price: amount, quantity: item.quantity)
        // A line that takes something off counts in the sum, but no platform takes a price below zero.
        item.price = amount.flatMap { $0.isNegative ? nil : $0 }
        return true
    }

    private func unwrapped(_ products: JSONValue?) -> JSONValue? {
        guard let products else { return nil }
        switch products.kind {
        case .array, .object: return products
        case .string:
            // Text that is no JSON is no list of products; the properties keep it as sent.
            guard let text = products.string, let parsed = try? stringified.parse(text) else { return nil }
            guard parsed.kind == .array || parsed.kind == .object else { return nil }
            names.mark(parsed)
            return parsed
        default: return nil
        }
    }

    /// A whole number of at most nine digits, from a number or a string of digits.
    private static func position(_ value: JSONValue?) -> Int? {
        guard case .amount(let amount) = AmountReader.read(value), amount.isWhole, !amount.isNegative,
            amount < Amount(1_000_000_000)
        else { return nil }
        return amount.roundedDown
    }
}

/// What the lines read so far come to.
private struct Total {
    var isWhole = true
    private var sum = Amount.zero
    private var pieceCount = 0

    private static var one: Amount { Amount(1) }

    mutating func add(price: Amount?, quantity: Amount?) {
        let isOne = quantity.map { $0 == Self.one } ?? true
        pieceCount += isOne ? 1 : max(1, quantity?.roundedDown ?? 1)
        guard let price else {
            isWhole = false
            return
        }
        sum = sum + (isOne ? price : price * (quantity ?? Self.one))
    }

    func finish(_ items: inout ItemReader.Items) {
        guard !items.lines.isEmpty else { return }
        items.count = pieceCount
        items.sum = isWhole ? sum : nil
    }
}
