import EventModel
import JSON

/// Reads what an event was worth and about (reference inbound, 6.2, 6.5, 11 rule 2 and rows 73 to 77).
struct MoneyReader {
    private let defaultCurrency: String?
    private let itemReader: ItemReader

    /// A reader for one source.
    init(source: SourceProfile, names: NameBook) {
        defaultCurrency = source.defaultCurrency.flatMap { Currency.code($0) }
        itemReader = ItemReader(names: names)
    }

    /// Reads money, items and what goes with them into `data`.
    func read(
        _ properties: FieldScanner<PropertyField>, rule: ValueRule, into data: inout CustomData, notes: inout NoteList
    ) {
        var items = itemReader.read(products: properties[.products], notes: &notes)
        if items.lines.isEmpty, rule == .product { items = itemReader.read(properties: properties, notes: &notes) }
        let isRefund = rule == .refund
        let candidate = candidate(properties, rule, items, &notes)
        if let value = candidate.value {
            if !value.isNegative || isRefund {
                data.value = value.magnitude
                data.valueSource = candidate.source
            } else {
                notes.add(.valueNegative)
            }
        }
        data.shipping = part(properties[.shipping], isRefund, &notes)
        data.tax = part(properties[.tax], isRefund, &notes)
        data.subtotal = part(properties[.subtotal], isRefund, &notes)
        // What is taken off is written with either sign.
        data.discount = AmountReader.amount(properties[.discount], notes: &notes)?.magnitude
        data.coupon = properties[.coupon]?.cleanText(notes: &notes)
        data.items = items.lines
        data.itemCount = items.count
        readCurrency(properties[.currency], into: &data, notes: &notes)
    }

    /// The event's value, in the order of its rule.
    private func candidate(
        _ properties: FieldScanner<PropertyField>, _ rule: ValueRule, _ items: ItemReader.Items,
        _ notes: inout NoteList
    ) -> Candidate {
        var candidate = Candidate()
        switch rule {
        case .order:
            candidate.take(properties[.revenue], .revenue, &notes)
            candidate.take(properties[.total], .total, &notes)
            candidate.take(properties[.value], .value, &notes)
            candidate.take(properties[.subtotal], .subtotal, &notes)
            candidate.take(items.sum, .items)
        case .checkout:
            candidate.take(properties[.value], .value, &notes)
            candidate.take(properties[.revenue], .revenue, &notes)
            candidate.take(properties[.total], .total, &notes)
            candidate.take(items.sum, .items)
        case .product:
            candidate.take(properties[.value], .value, &notes)
            // The line made of the event's own properties is its price times its quantity.
            candidate.take(items.sum, properties[.products] == nil ? .price : .items)
            if items.lines.isEmpty { takePrice(of: properties, &candidate, &notes) }
        case .refund:
            candidate.take(properties[.total], .total, &notes)
            candidate.take(properties[.revenue], .revenue, &notes)
            candidate.take(properties[.value], .value, &notes)
            candidate.take(items.sum, .items)
        case .plain:
            candidate.take(properties[.value], .value, &notes)
            candidate.take(properties[.revenue], .revenue, &notes)
            candidate.take(properties[.total], .total, &notes)
        }
        return candidate
    }

    /// Price times quantity of a product event that names no product.
    private func takePrice(
        of properties: FieldScanner<PropertyField>, _ candidate: inout Candidate, _ notes: inout NoteList
    ) {
        guard candidate.value == nil, !notes.contains(.quantityInvalid),
            let price = AmountReader.amount(properties[.price], notes: &notes)
        else { return }
        switch AmountReader.read(properties[.quantity]) {
        case .amount(let quantity), .commaAmount(let quantity):
            if quantity > .zero {
                candidate.take(price * min(quantity, Amount(ItemReader.quantityLimit)), .price)
            } else {
                notes.add(.quantityInvalid)
            }
        default: candidate.take(price, .price)
        }
    }

    /// Shipping, tax or subtotal: below zero only makes sense on a refund, as a distance from zero.
    private func part(_ value: JSONValue?, _ isRefund: Bool, _ notes: inout NoteList) -> Amount? {
        guard let amount = AmountReader.amount(value, notes: &notes) else { return nil }
        if amount.isNegative, !isRefund { return nil }
        return amount.magnitude
    }

    /// Takes a listed currency; falls back to the source's default where there is money without one.
    private func readCurrency(_ value: JSONValue?, into data: inout CustomData, notes: inout NoteList) {
        let said = value.flatMap { $0.isBlank ? nil : $0 }
        if let said {
            data.currency = said.withText { Currency.code($0.extracting($0.trimmed)) } ?? nil
            if data.currency != nil { return }
            notes.add(.currencyInvalid)
        }
        guard Self.hasMoney(data) else { return }
        data.currency = defaultCurrency
        if defaultCurrency == nil {
            notes.add(.currencyMissing)
        } else if said == nil {
            notes.add(.currencyDefaulted)
        }
    }

    private static func hasMoney(_ data: CustomData) -> Bool {
        data.value != nil || data.shipping != nil || data.tax != nil || data.discount != nil || data.subtotal != nil
            || data.items.indices.contains { data.items[$0].price != nil }
    }
}

/// The first readable one of the fields that an event's value may stand in.
private struct Candidate {
    private(set) var value: Amount?
    private(set) var source: CustomData.ValueSource?

    mutating func take(_ value: JSONValue?, _ source: CustomData.ValueSource, _ notes: inout NoteList) {
        guard self.value == nil, let value else { return }
        take(AmountReader.amount(value, notes: &notes), source)
    }

    mutating func take(_ value: Amount?, _ source: CustomData.ValueSource) {
        guard self.value == nil, let value else { return }
        self.value = value
        self.source = source
    }
}
