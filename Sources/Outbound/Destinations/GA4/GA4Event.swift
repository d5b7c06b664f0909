import EventModel
import JSON
import Platform

/// One event with its parameters (reference ga4, 2.5 to 2.7 and section 4).
struct GA4Event {
    struct Options: Sendable {
        let isApp: Bool
        let isDebugging: Bool
        /// Properties with their names as parameters.
        let dimensions: [(JSONKey, String)]
        let forwardsProperties: Bool
        /// The names that they take.
        let dimensionNames: Set<String>
        /// How old an event is told to be at most.
        static let ageLimit = Duration.seconds(72 * 3600)
    }

    private let event: PlatformEvent
    private let options: Options
    private let name: String
    /// The order's id, else what stands for it.
    private let transactionID: TransactionID?
    /// The screen of an app that a `screen_view` is about.
    private let screen: JSONValue?

    private enum TransactionID {
        case order(JSONValue)
        case invoice(String)
    }

    /// Events that are a purchase only with an id and a value of their own; otherwise custom ones.
    private static let conditionalPurchases: Set<String> = [
        "subscription_started", "plan_upgrade", "subscription_renew", "expansion_revenue", "top_up_purchased",
        "credits_purchased",
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
        if event.name.isCustom || name != event.name.text,
            let fault = GA4Names.fault(ofEvent: name, ofApp: options.isApp)
        {
            throw .unsuitable("validation: \(fault)")
        }
        screen = name == "screen_view" ? event.property(.firebaseScreen, .nameMember).ifText : nil
        if name == "screen_view", screen == nil {
            throw .unsuitable("validation: screen_view without a screen: properties.firebase_screen or the call's name")
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

    /// Writes the event, its time first and its name last.
    func write(to json: inout JSONWriter) {
        var parameters = GA4Parameters()
        json.beginObject()
        json.member("timestamp_micros", max(event.time, event.now - Options.ageLimit).milliseconds * 1000)
        json.key("params")
        json.beginObject()
        writeOrder(&parameters, to: &json)
        writePage(&parameters, to: &json)
        if options.isDebugging { parameters.add("debug_mode", number: 1, to: &json) }
        parameters.add("engagement_time_msec", number: 1, to: &json)
        for (property, name) in options.dimensions {
            guard let value = event.property(property) else { continue }
            parameters.add(named: name, value, of: event, to: &json)
        }
        if options.forwardsProperties {
            let taken = isPromotion ? GA4Parameters.promotionNames : []
            parameters.forward(event, without: options.dimensionNames.union(taken), to: &json)
        }
        json.endObject()
        json.key("name")
        json.raw("\"\(name)\"\(parameters.isCut ? Self.cutMark : "")".utf8)
        json.endObject()
    }

    /// What stands before the end of an event of which not all is sent: it means nothing in JSON, and reaches the answer.
    private static let cutMark = " "

    /// Whether less was sent than there was, of what ``write(to:)`` wrote.
    static func isCut(_ part: [UInt8]) -> Bool { part.dropLast().last == cutMark.utf8.first }

    /// The time's member and the event without it, of what ``write(to:)`` wrote.
    static func split(_ part: [UInt8]) -> (time: [UInt8], rest: [UInt8])? {
        guard let comma = part.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        return (Array(part[1..<comma]), [UInt8(ascii: "{")] + part[(comma + 1)...])
    }

    // MARK: - Parameters

    private func writeOrder(_ parameters: inout GA4Parameters, to json: inout JSONWriter) {
        if name == "purchase" || name == "refund" {
            switch transactionID {
            case .order(let id): parameters.add("transaction_id", id, characterLimit: .max, to: &json)
            case .invoice(let id): parameters.add("transaction_id", text: id, to: &json)
            case nil: break
            }
        }
        parameters.add(event.money, to: &json)
        parameters.add("tax", amount: event.orderAmount(.tax), to: &json)
        parameters.add("shipping", amount: event.orderAmount(.shipping), to: &json)
        parameters.add("coupon", event.businessID(.coupon), to: &json)
        parameters.add("affiliation", event.property(.affiliation), to: &json)
        parameters.add("payment_type", event.property(.paymentMethod), to: &json)
        parameters.add("shipping_tier", event.property(.shippingMethod), to: &json)
        parameters.add("item_list_id", event.property(.listID), to: &json)
        parameters.add("item_list_name", event.property(.listName).ifText ?? listCategory, to: &json)
        parameters.add("search_term", event.searchText, to: &json)
        parameters.add(GA4Items(event), to: &json)
        parameters.add("firebase_screen", screen, to: &json)
        switch event.canonicalName {
        case "demo_booked": parameters.add("lead_type", text: "demo", to: &json)
        case "sso_login": parameters.add("method", text: "sso", to: &json)
        case "login", "sign_up", "share": parameters.add("method", event.property(.method), to: &json)
        case _ where isPromotion: writePromotion(&parameters, to: &json)
        case "lead":
            parameters.add(
                "lead_source", event.property(.leadSource).ifText ?? event.context(.campaign, .source), to: &json)
        default: break
        }
    }

    private var isPromotion: Bool {
        event.canonicalName == "view_promotion" || event.canonicalName == "select_promotion"
    }

    /// The promotion, under Google's names or those of the CDPs' specifications (reference inbound, 6.2).
    private func writePromotion(_ parameters: inout GA4Parameters, to json: inout JSONWriter) {
        parameters.add("promotion_id", event.property(.promotionID), to: &json)
        parameters.add("promotion_name", event.property(.promotionName, .nameMember), to: &json)
        parameters.add("creative_name", event.property(.creativeName, .creative), to: &json)
        parameters.add("creative_slot", event.property(.creativeSlot, .position), to: &json)
    }

    private var listCategory: JSONValue? {
        event.canonicalName == "view_item_list" ? event.property(.category).ifText : nil
    }

    private func writePage(_ parameters: inout GA4Parameters, to json: inout JSONWriter) {
        parameters.add("page_location", event.pageURL, characterLimit: 1000, to: &json)
        parameters.add("page_referrer", event.referrer, characterLimit: 420, to: &json)
        parameters.add("page_title", event.pageTitle, characterLimit: 300, to: &json)
        parameters.add("language", text: event[.locale]?.string?.lowercased().cut(to: GA4Names.valueLimit), to: &json)
        let session =
            event.context(.sessionID).ifID ?? event[.clickID(.gaSessionID)] ?? GA4User.option(.sessionID, of: event)
        // Anything but digits loses the session's attribution.
        if let session, let digits = session.idBytes, !digits.isEmpty, digits.allSatisfy(\.isASCIIDigit) {
            parameters.add("session_id", text: session.idText, to: &json)
        }
    }
}
