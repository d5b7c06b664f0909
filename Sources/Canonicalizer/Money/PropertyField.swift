import EventModel

/// The members of `properties` that mean something to the gateway (reference inbound, 6.2, 6.4 and 6.6).
enum PropertyField: Int, ScannedField {
    // Money.
    case revenue, total, value, subtotal, price, quantity, currency, shipping, tax, discount
    // A product, or several.
    case products, productID, plainID, sku, name, brand, category, variant, coupon, position
    // Ids of the business.
    case eventID, orderID, checkoutID, cartID, leadID, subscriptionID, trialID, refundID, disputeID, invoiceID, planID
    case bookingID, meetingID, conversationID, workspaceID, groupID, companyID, inviteID, apiKeyID, uploadID, jobID
    case opportunityID, connectionID, webhookID, deliveryID, reviewID, chatMessageID, period, startDate, step
    // Ids of persons outside the envelope.
    case crmID, loyaltyID, customerID
    // The rest.
    case query, platform, url, pageURL

    static let table = FieldTable<PropertyField>()

    static func spelling(of name: MemberName) -> FieldSpelling { name.property }

    var spellings: [String] {
        switch self {
        case .revenue: ["revenue"]
        case .total: ["total"]
        case .value: ["value"]
        case .subtotal: ["subtotal"]
        case .price: ["price"]
        case .quantity: ["quantity", "qty"]
        case .currency: ["currency", "currency_code"]
        case .shipping: ["shipping"]
        case .tax: ["tax"]
        case .discount: ["discount"]
        case .products: ["products", "items", "line_items", "contents"]
        case .productID: ["product_id", "productId", "item_id"]
        case .plainID: ["id"]
        case .sku: ["sku"]
        case .name: ["name"]
        case .brand: ["brand"]
        case .category: ["category"]
        case .variant: ["variant"]
        case .coupon: ["coupon"]
        case .position: ["position"]
        case .eventID: ["event_id", "eventId"]
        case .orderID: ["order_id", "orderId", "order_ID", "orderID", "transaction_id", "transactionId"]
        case .checkoutID: ["checkout_id", "checkoutId", "checkout_token"]
        case .disputeID: ["dispute_id", "chargeback_id"]
        case .period: ["period", "billing_period", "period_start"]
        case .startDate: ["start_date", "subscription_start_date", "started_at"]
        case .chatMessageID: ["message_id"]
        case .crmID: ["crm_id"]
        case .loyaltyID: ["loyalty_id"]
        case .customerID: ["customer_id"]
        case .query: ["query", "search_string", "search_term"]
        case .platform: ["platform"]
        case .url: ["url"]
        case .pageURL: ["page_url"]
        default: businessIDPart.map { [$0.rawValue] } ?? []
        }
    }

    var isID: Bool { self == .eventID || businessIDPart != nil }

    /// The part of a business id that the field holds, if it does.
    var businessIDPart: BusinessIDPart? {
        switch self {
        case .orderID: .orderID
        case .checkoutID: .checkoutID
        case .cartID: .cartID
        case .leadID: .leadID
        case .subscriptionID: .subscriptionID
        case .trialID: .trialID
        case .refundID: .refundID
        case .disputeID: .disputeID
        case .invoiceID: .invoiceID
        case .planID: .planID
        case .bookingID: .bookingID
        case .meetingID: .meetingID
        case .conversationID: .conversationID
        case .workspaceID: .workspaceID
        case .groupID: .groupID
        case .companyID: .companyID
        case .inviteID: .inviteID
        case .apiKeyID: .apiKeyID
        case .uploadID: .uploadID
        case .jobID: .jobID
        case .opportunityID: .opportunityID
        case .connectionID: .connectionID
        case .webhookID: .webhookID
        case .deliveryID: .deliveryID
        case .reviewID: .reviewID
        case .chatMessageID: .chatMessageID
        case .period: .period
        case .startDate: .startDate
        case .step: .step
        default: nil
        }
    }

    /// One bit for each of ``businessIDs``, by the field's raw value.
    static let businessIDMask: UInt64 = businessIDs.reduce(0) { $0 | 1 << UInt64($1.field.rawValue) }

    /// The fields that hold parts of business ids, in table order.
    static let businessIDs: [(field: PropertyField, part: BusinessIDPart)] = allCases.compactMap { field in
        field.businessIDPart.map { (field, $0) }
    }
}

/// The members of one product of `products` (reference inbound, 6.2).
enum ItemField: Int, ScannedField {
    case productID, sku, name, brand, category, variant, coupon, price, quantity, position, groupID

    static let table = FieldTable<ItemField>()

    static func spelling(of name: MemberName) -> FieldSpelling { name.item }

    var spellings: [String] {
        switch self {
        case .productID: ["product_id", "productId", "id", "item_id"]
        case .sku: ["sku"]
        case .name: ["name"]
        case .brand: ["brand"]
        case .category: ["category"]
        case .variant: ["variant"]
        case .coupon: ["coupon"]
        case .price: ["price", "item_price"]
        case .quantity: ["quantity", "qty"]
        case .position: ["position"]
        case .groupID: ["group_id"]
        }
    }
}
