import EventModel
import JSON
import Platform

/// One event with its parameters (reference ga4, 2.5 to 2.7 and section 4).
struct GA4Event {
    struct Options: Sendable {
        let isDebugging: Bool
        /// Properties with their names as parameters.
        let dimensions: [(JSONKey, String)]
        let forwardsProperties: Bool
    }

    private let event: PlatformEvent
    private let options: Options
    private let name: String
    /// The order's id, else what stands for it.
    private let transactionID: TransactionID?

    private enum TransactionID {
        case order(JSONValue)
        case invoice(String)
    }

    /// Events that are a purchase only with an id and a value of their own; otherwise custom ones.
    private static let conditionalPurchases: Set<String> = [
        "subscription_started", "plan_upgrade", "subscription_renew", "expansion_revenue", "top_up_purchased",
    ]

    init(_ event: PlatformEvent, _ options: Options) throws(PlatformDrop) {
        self.event = event
        self.options = options
        let canonical = event.canonicalName
        var transactionID = event.orderID.map(TransactionID.order)
        var name = event.name.text
        if canonical == "view_content", name == "view_item", event.items.allSatisfy({ $0.id == nil && $0.name == nil })
        {
            name = "view_content"
        }
        if name == "purchase", canonical != "purchase", Self.conditionalPurchases.contains(canonical) {
            transactionID = transactionID ?? Self.invoiceID(event).map(TransactionID.invoice)
            if transactionID == nil || event.money == nil { name = canonical }
        }
        // What Google itself calls an event needs no look.
        if event.name.isCustom || name != event.name.text, let fault = GA4Names.fault(ofEvent: name) {
            throw .unsuitable("validation: \(fault)")
        }
        self.name = name
        self.transactionID = transactionID
    }

    private static func invoiceID(_ event: PlatformEvent) -> String? {
        if let invoice = event.businessID(.invoiceID) ?? event.property(.invoiceID) { return invoice.idText }
        guard let subscription = event.businessID(.subscriptionID)?.string,
            let period = event.property(.period, .billingPeriod)?.idText
        else { return nil }
        return "\(subscription)-\(period)"
    }

    /// Writes the event, its time first.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("timestamp_micros", event.time.milliseconds * 1000)
        json.member("name", name)
        json.key("params")
        json.beginObject()
        writeOrder(to: &json)
        writePage(to: &json)
        if options.isDebugging { json.member("debug_mode", 1) }
        json.member("engagement_time_msec", 1)
        var room = GA4Names.parameterLimit - 20
        for (property, name) in options.dimensions where room > 0 {
            guard let value = event.property(property) else { continue }
            room -= write(name, value, to: &json)
        }
        if options.forwardsProperties { forward(room, to: &json) }
        json.endObject()
        json.endObject()
    }

    /// The time's member and the event without it, of what ``write(to:)`` wrote.
    static func split(_ part: [UInt8]) -> (time: [UInt8], rest: [UInt8])? {
        guard let comma = part.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        return (Array(part[1..<comma]), [UInt8(ascii: "{")] + part[(comma + 1)...])
    }

    // MARK: - Parameters

    private func writeOrder(to json: inout JSONWriter) {
        if name == "purchase" || name == "refund" {
            switch transactionID {
            case .order(let id): json.member("transaction_id", id)
            case .invoice(let id): json.member("transaction_id", id)
            case nil: break
            }
        }
        json.money(event.money)
        json.amount("tax", event.orderAmount(.tax))
        json.amount("shipping", event.orderAmount(.shipping))
        json.member("coupon", event.businessID(.coupon), characterLimit: 100)
        json.member("affiliation", event.property(.affiliation).ifText, characterLimit: 100)
        json.member("payment_type", event.property(.paymentMethod).ifText, characterLimit: 100)
        json.member("shipping_tier", event.property(.shippingMethod).ifText, characterLimit: 100)
        json.member("item_list_id", event.property(.listID).ifText, characterLimit: 100)
        json.member("item_list_name", event.property(.listName).ifText ?? listCategory, characterLimit: 100)
        json.member("search_term", event.searchText, characterLimit: 100)
        json.optionalArray("items") { json in
            for item in event.items.prefix(200) where item.id != nil || item.name != nil { write(item, to: &json) }
        }
        switch event.canonicalName {
        case "demo_booked": json.member("lead_type", "demo")
        case "sso_login": json.member("method", "sso")
        case "login", "sign_up", "share": json.member("method", event.property(.method).ifText, characterLimit: 100)
        case "lead":
            json.member(
                "lead_source", event.property(.leadSource).ifText ?? event.context(.campaign, .source).ifText,
                characterLimit: 100)
        default: break
        }
    }

    private var listCategory: JSONValue? {
        event.canonicalName == "view_item_list" ? event.property(.category).ifText : nil
    }

    private func write(_ item: PlatformItem, to json: inout JSONWriter) {
        json.object { json in
            json.member("item_id", item.id, characterLimit: 100)
            json.member("item_name", item.name, characterLimit: 100)
            json.member("item_brand", item.brand, characterLimit: 100)
            json.member("item_category", item.category, characterLimit: 100)
            json.member("item_variant", item.variant, characterLimit: 100)
            json.amount("price", item.price)
            json.member("quantity", item.wholeQuantity)
            json.member("coupon", item.coupon, characterLimit: 100)
            json.member("index", item.position)
        }
    }

    private func writePage(to json: inout JSONWriter) {
        json.member("page_location", event.pageURL, characterLimit: 1000)
        json.member("page_referrer", event.referrer, characterLimit: 420)
        json.member("page_title", event.pageTitle, characterLimit: 300)
        json.member("language", event[.locale]?.string?.lowercased())
        let session =
            event.context(.sessionID).ifID ?? event[.clickID(.gaSessionID)] ?? GA4User.option(.sessionID, of: event)
        // Anything but digits loses the session's attribution.
        if let session, let digits = session.idBytes, !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) {
            json.member("session_id", id: session)
        }
    }

    /// Writes a value as a parameter; 1 if it was fit for one, else 0.
    private func write(_ name: String, _ value: JSONValue, to json: inout JSONWriter) -> Int {
        switch value.kind {
        case .number:
            json.key(name: name)
            json.raw(value)
        case .bool:
            json.key(name: name)
            json.value(value.bool == true ? "true" : "false")
        case .string:
            guard event.isImpersonal(value), let text = value.string else { return 0 }
            json.key(name: name)
            json.value(String(text.prefix(100)))
        case .null, .array, .object: return 0
        }
        return 1
    }

    /// Writes the sender's other properties in the order of their names, nested ones joined by `_`.
    private func forward(_ limit: Int, to json: inout JSONWriter) {
        guard let properties = event.view.properties else { return }
        var found: [(name: String, value: JSONValue)] = []
        Self.flatten(properties, under: "", depth: 0, into: &found)
        let taken = Set(options.dimensions.map(\.1)).union(Self.ownNames)
        var room = limit
        for (name, value) in found.sorted(by: { $0.name < $1.name }) where room > 0 {
            guard GA4Names.isParameter(name), !taken.contains(name) else { continue }
            room -= write(name, value, to: &json)
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
}
