import EventModel
import JSON

/// The products of one event as Google wants them (reference ga4, 2.6).
///
/// What the canonical event has no member for is looked up in the sender's own list, line by line.
struct GA4Items {
    /// The most products that Google takes.
    private static let countLimit = 200
    /// How long the event may be when another product is begun, so that all of it stays below 130 000 bytes.
    private static let byteLimit = 90_000

    private let items: [PlatformItem]
    private let sources: [JSONValue]
    /// Whether the one product is described by the event's own properties.
    private let isRoot: Bool

    init(_ event: PlatformEvent) {
        let items = event.items
        self.items = items
        guard !items.isEmpty else {
            (sources, isRoot) = ([], false)
            return
        }
        let list = Self.listKeys.lazy.compactMap { event.value(.properties, $0).ifPresent }.first
        guard let list else {
            (sources, isRoot) = (items.count == 1 ? event.view.properties.map { [$0] } ?? [] : [], true)
            return
        }
        let lines = list.kind == .object ? [list] : list.elements.filter(Self.isLine)
        // Lists that do not go together line by line would give one product what another one has.
        (sources, isRoot) = (items.count == min(lines.count, Self.lineLimit) ? lines : [], false)
    }

    private static let listKeys: [PlatformKey] = [.products, .items, .lineItems, .contents]
    /// The most lines of a list that the canonical event keeps.
    private static let lineLimit = 500

    /// Whether the canonical event has a product for an element of the sender's list.
    private static func isLine(_ element: JSONValue) -> Bool {
        guard element.kind == .object else { return false }
        return element[.quantity]?.amount.map { $0 > .zero } ?? true
    }

    /// Whether there is nothing that Google would take for a product.
    var isEmpty: Bool { !items.contains { $0.isNamed } }

    /// Writes the list.
    ///
    /// - Returns: Whether all products found their place.
    func write(to json: inout JSONWriter) -> Bool {
        var count = 0
        var isWhole = true
        json.key("items")
        json.beginArray()
        for (index, item) in items.enumerated() where item.isNamed {
            guard count < Self.countLimit, json.withBytes({ $0.count }) < Self.byteLimit else {
                isWhole = false
                break
            }
            count += 1
            write(item, Extras(index < sources.count ? sources[index] : nil, isRoot: isRoot), to: &json)
        }
        json.endArray()
        return isWhole
    }

    private func write(_ item: PlatformItem, _ extras: Extras, to json: inout JSONWriter) {
        let limit = GA4Names.valueLimit
        json.object { json in
            json.member("item_id", item.id, characterLimit: limit)
            json.member("item_name", item.name, characterLimit: limit)
            json.member("item_brand", item.brand, characterLimit: limit)
            Self.writeCategories(item.category, extras.categories, to: &json)
            json.member("item_variant", item.variant, characterLimit: limit)
            json.amount("price", item.price)
            json.member("quantity", item.wholeQuantity)
            json.member("coupon", item.coupon, characterLimit: limit)
            json.amount("discount", extras.discount)
            json.member("affiliation", extras.affiliation, characterLimit: limit)
            json.member("currency", extras.currency)
            json.member("location_id", extras.locationID, characterLimit: limit)
            json.member("index", item.position)
            json.member("item_list_id", extras.listID, characterLimit: limit)
            json.member("item_list_name", extras.listName, characterLimit: limit)
            json.member("promotion_id", extras.promotionID, characterLimit: limit)
            json.member("promotion_name", extras.promotionName, characterLimit: limit)
            json.member("creative_name", extras.creativeName, characterLimit: limit)
            json.member("creative_slot", extras.creativeSlot, characterLimit: limit)
        }
    }

    /// Writes the levels of a category: those that the sender named, else the parts of its path.
    private static func writeCategories(
        _ category: JSONValue?, _ named: [JSONValue?], to json: inout JSONWriter
    ) {
        guard named.allSatisfy({ $0 == nil }), let path = category?.string, path.utf8.contains(UInt8(ascii: "/")) else {
            json.member(categoryNames[0], category, characterLimit: GA4Names.valueLimit)
            for (name, value) in zip(categoryNames.dropFirst(), named) {
                json.member(name, value, characterLimit: GA4Names.valueLimit)
            }
            return
        }
        let parts = path.split(separator: "/").map { $0.split(separator: " ").joined(separator: " ") }
        for (name, part) in zip(categoryNames, parts.filter { !$0.isEmpty }) {
            json.member(name, part.cut(to: GA4Names.valueLimit))
        }
    }

    private static let categoryNames: [StaticString] = [
        "item_category", "item_category2", "item_category3", "item_category4", "item_category5",
    ]
}

extension PlatformItem {
    /// Whether Google takes it: with an id or a name.
    fileprivate var isNamed: Bool { id != nil || name != nil }
}

/// What a product has beside the members that the canonical event keeps, found in one pass.
private struct Extras {
    /// The second to the fifth level.
    var categories: [JSONValue?] = [nil, nil, nil, nil]
    var discount: Amount?
    var affiliation: JSONValue?
    var currency: String?
    var locationID: JSONValue?
    var listID: JSONValue?
    var listName: JSONValue?
    var promotionID: JSONValue?
    var promotionName: JSONValue?
    var creativeName: JSONValue?
    var creativeSlot: JSONValue?

    /// Reads one line; of an event's own properties only what is not the order's.
    init(_ line: JSONValue?, isRoot: Bool) {
        guard let line else { return }
        for member in line.members {
            guard let ordinal = PlatformKeyTable.shared.ordinal(of: member) else { continue }
            let value = member.value
            switch PlatformKey(ordinal: ordinal) {
            case .category2, .itemCategory2: categories[0] = value.ifText
            case .category3, .itemCategory3: categories[1] = value.ifText
            case .category4, .itemCategory4: categories[2] = value.ifText
            case .category5, .itemCategory5: categories[3] = value.ifText
            case .locationID: locationID = value.ifText
            case .itemListID: listID = value.ifText
            case .itemListName: listName = value.ifText
            case .promotionID: promotionID = value.ifText
            case .promotionName: promotionName = value.ifText
            case .creativeName: creativeName = value.ifText
            case .creativeSlot: creativeSlot = value.ifText
            case .discount where !isRoot: discount = value.amount.flatMap { $0.isNegative ? nil : $0 }
            case .affiliation where !isRoot: affiliation = value.ifText
            case .currency where !isRoot: currency = Self.currency(value)
            default: break
            }
        }
    }

    private static func currency(_ value: JSONValue) -> String? {
        guard let text = value.string?.uppercased(), text.utf8.count == 3, text.utf8.allSatisfy(\.isASCIIUpper) else {
            return nil
        }
        return text
    }
}
