import EventModel
import JSON

/// The parameters of one event, counted while they are written: Google takes 25 (reference ga4, section 3).
struct GA4Parameters {
    /// How many more there may be.
    private(set) var room = GA4Names.parameterLimit
    /// Whether Google gets less than there was.
    private(set) var isCut = false

    /// Writes a text, cut to the length that Google keeps; nothing for anything else.
    mutating func add(
        _ name: StaticString, _ value: JSONValue?, characterLimit: Int = GA4Names.valueLimit, to json: inout JSONWriter
    ) {
        guard let value = value.ifText else { return }
        room -= 1
        json.member(name, value, characterLimit: characterLimit)
    }

    /// Writes a text as it is.
    mutating func add(_ name: StaticString, text: String?, to json: inout JSONWriter) {
        guard let text else { return }
        room -= 1
        json.member(name, text)
    }

    /// Writes a whole number.
    mutating func add(_ name: StaticString, number: Int, to json: inout JSONWriter) {
        room -= 1
        json.member(name, number)
    }

    /// Writes an exact number.
    mutating func add(_ name: StaticString, amount: Amount?, to json: inout JSONWriter) {
        guard let amount else { return }
        room -= 1
        json.amount(name, amount)
    }

    /// Writes value and currency.
    mutating func add(_ money: PlatformMoney?, to json: inout JSONWriter) {
        guard let money else { return }
        room -= 2
        json.money(money)
    }

    /// Writes the products, as many as Google takes.
    mutating func add(_ items: GA4Items, to json: inout JSONWriter) {
        guard !items.isEmpty else { return }
        room -= 1
        if !items.write(to: &json) { isCut = true }
    }

    // MARK: - The sender's own

    /// Writes a property under a name of the operator's or sender's own, if it is fit for one and there is room.
    mutating func add(
        named name: String, _ value: JSONValue, of event: PlatformEvent, to json: inout JSONWriter
    ) {
        let text: String?
        switch value.kind {
        case .number: text = nil
        case .bool: text = value.bool == true ? "true" : "false"
        case .string:
            guard event.isImpersonal(value), let string = value.string else { return }
            text = string.cut(to: GA4Names.valueLimit)
        case .null, .array, .object: return
        }
        guard room > 0 else {
            isCut = true
            return
        }
        room -= 1
        json.key(name: name)
        if let text { json.value(text) } else { json.raw(value) }
    }

    /// Writes the sender's other properties in the order of their names, nested ones joined by `_` (2.7).
    mutating func forward(_ event: PlatformEvent, without taken: Set<String>, to json: inout JSONWriter) {
        guard let properties = event.view.properties else { return }
        var found: [(name: String, value: JSONValue)] = []
        Self.flatten(properties, under: "", depth: 0, into: &found)
        for (name, value) in found.sorted(by: { $0.name < $1.name }) {
            guard GA4Names.isParameter(name), !taken.contains(name), !Self.ownNames.contains(name) else { continue }
            add(named: name, value, of: event, to: &json)
        }
    }

    private static func flatten(
        _ object: JSONValue, under prefix: String, depth: Int, into found: inout [(name: String, value: JSONValue)]
    ) {
        for member in object.members {
            let name = prefix.isEmpty ? member.name : "\(prefix)_\(member.name)"
            if member.value.kind == .object, depth < 3 {
                flatten(member.value, under: name, depth: depth + 1, into: &found)
            } else {
                found.append((name, member.value))
            }
        }
    }

    /// Parameters of our own, and properties that they are made of.
    private static let ownNames: Set<String> = [
        "transaction_id", "value", "currency", "tax", "shipping", "coupon", "affiliation", "payment_type",
        "payment_method", "shipping_tier", "shipping_method", "item_list_id", "item_list_name", "list_id", "list_name",
        "search_term", "query", "items", "products", "lead_type", "method", "lead_source", "page_location",
        "page_referrer", "page_title", "language", "session_id", "debug_mode", "engagement_time_msec", "order_id",
        "revenue", "total", "subtotal", "price", "quantity", "event_id",
    ]

    /// What only promotions have of these; other events may have them as properties of the sender's own.
    static let promotionNames: Set<String> = ["promotion_id", "promotion_name", "creative_name", "creative_slot"]
}
