import EventModel
import JSON
import Platform

/// One event of the Data Manager API (reference google_ads, 1.2).
enum GoogleAdsIngest {
    /// Writes what stands before a request's events: one destination, whose label every event bears.
    static func writeHead(action: String, reference: String, _ options: GoogleAdsOptions, to json: inout JSONWriter) {
        json.key("destinations")
        json.array { json in
            json.object { json in
                json.member("reference", reference)
                writeAccount("operatingAccount", options.customerID, to: &json)
                if let login = options.loginCustomerID { writeAccount("loginAccount", login, to: &json) }
                json.member("productDestinationId", action)
            }
        }
        json.member("encoding", "HEX")
        if options.validatesOnly { json.member("validateOnly", true) }
    }

    private static func writeAccount(_ name: StaticString, _ id: String, to json: inout JSONWriter) {
        json.key(name)
        json.object { json in
            json.member("accountType", "GOOGLE_ADS")
            json.member("accountId", id)
        }
    }

    static func write(
        _ event: PlatformEvent, _ identifiers: GoogleAdsIdentifiers, isRefund: Bool, _ options: GoogleAdsOptions,
        to json: inout JSONWriter
    ) {
        json.beginObject()
        json.key("destinationReferences")
        json.array { $0.value(event.canonicalName) }
        json.member("transactionId", transactionID(event))
        json.time("eventTimestamp", event.time)
        if isRefund { json.time("lastUpdatedTimestamp", event.time) }
        json.member("eventSource", source(event))
        if isRefund {
            json.amount("conversionValue", event.property(.remainingValue)?.amount ?? .zero)
            json.member("currency", event.currency)
        } else if let money = event.money {
            json.amount("conversionValue", money.rounded)
            json.member("currency", money.currency)
        }
        json.optionalObject("adIdentifiers") { json in
            if let click = identifiers.click { json.member(click.name, click.value) }
            json.member("dclid", identifiers.dclid)
            json.member("sessionAttributes", identifiers.sessionAttributes)
            json.member("mobileDeviceId", identifiers.mobileDeviceID)
        }
        writeUserData(identifiers, to: &json)
        json.optionalObject("consent") { json in
            json.member("adUserData", consent(event.consent?[.adsUserData], options))
            json.member("adPersonalization", consent(event.consent?[.adsPersonalization], options))
        }
        json.optionalObject("eventDeviceInfo") { json in
            json.member("userAgent", identifiers.userAgent)
            json.member("ipAddress", identifiers.clientIP)
        }
        if options.merchantID != nil, !isRefund { writeCart(event, options, to: &json) }
        json.optionalArray("customVariables") { json in
            for (variable, value) in event.customVariables(options) {
                json.object { json in
                    json.member("variable", variable)
                    json.member("value", value)
                }
            }
        }
        json.optionalObject("userProperties") { json in
            json.member("customerType", event.customerType)
            json.member("customerValueBucket", event.customerValueBucket)
        }
        json.endObject()
    }

    private static func writeUserData(_ identifiers: GoogleAdsIdentifiers, to json: inout JSONWriter) {
        guard identifiers.email != nil || identifiers.phone != nil || identifiers.address != nil else { return }
        json.key("userData")
        json.object { json in
            json.key("userIdentifiers")
            json.array { json in
                if let email = identifiers.email { json.object { $0.member("emailAddress", email) } }
                if let phone = identifiers.phone { json.object { $0.member("phoneNumber", phone) } }
                guard let address = identifiers.address else { return }
                json.object { json in
                    json.key("address")
                    json.object { json in
                        json.member("givenName", address.givenName)
                        json.member("familyName", address.familyName)
                        json.member("regionCode", address.regionCode)
                        json.member("postalCode", address.postalCode)
                    }
                }
            }
        }
    }

    private static func writeCart(_ event: PlatformEvent, _ options: GoogleAdsOptions, to json: inout JSONWriter) {
        let items = event.identifiedItems
        guard !items.isEmpty else { return }
        json.key("cartData")
        json.object { json in
            json.member("merchantId", options.merchantID)
            json.member("merchantFeedLabel", options.feedLabel)
            json.member("merchantFeedLanguageCode", options.feedLanguage)
            json.amount("transactionDiscount", event.orderAmount(.discount))
            json.list("couponCodes", event.businessID(.coupon))
            json.key("items")
            json.array { json in
                for item in items {
                    json.object { json in
                        json.member("merchantProductId", item.id)
                        json.member("itemId", item.id)
                        json.member("quantity", item.wholeQuantity)
                        json.amount("unitPrice", item.price)
                    }
                }
            }
        }
    }

    /// The order for purchases and refunds, the lead for leads, else the event's id; never an address.
    static func transactionID(_ event: PlatformEvent) -> String {
        if let order = event.orderID?.string { return order }
        if event.canonicalName == "lead", let lead = event.businessID(.leadID)?.string { return lead }
        return event.id
    }

    private static func source(_ event: PlatformEvent) -> String {
        if let given = event.property(.eventSource)?.string, sources.contains(given) { return given }
        switch event.surface {
        case .web: return "WEB"
        case .app: return "APP"
        case .server: return "OTHER"
        }
    }

    private static let sources: Set<String> = ["WEB", "APP", "IN_STORE", "PHONE", "MESSAGE", "OTHER"]

    private static func consent(_ answer: JSONValue?, _ options: GoogleAdsOptions) -> String? {
        switch answer?.string ?? options.consentDefault {
        case "granted": "CONSENT_GRANTED"
        case "denied": "CONSENT_DENIED"
        default: nil
        }
    }
}

/// One conversion of the Google Ads API (reference google_ads, 2.2).
enum GoogleAdsUpload {
    static func write(
        _ event: PlatformEvent, _ identifiers: GoogleAdsIdentifiers, action: String, _ options: GoogleAdsOptions,
        to json: inout JSONWriter
    ) {
        json.beginObject()
        json.member("conversionAction", options.resource(of: action))
        json.member("conversionDateTime", text(of: event.time))
        if let click = identifiers.click { json.member(click.name, click.value) }
        if let money = event.money {
            json.amount("conversionValue", money.rounded)
            json.member("currencyCode", money.currency)
        }
        json.member("orderId", GoogleAdsIngest.transactionID(event))
        // Not together with a braid.
        let hasBraid = identifiers.click.map { "\($0.name)" != "gclid" } ?? false
        if !hasBraid {
            json.optionalArray("userIdentifiers") { json in
                if let email = identifiers.email { write("hashedEmail", email, to: &json) }
                if let phone = identifiers.phone { write("hashedPhoneNumber", phone, to: &json) }
            }
        }
        switch event.consent?[.adsUserData]?.string ?? options.consentDefault {
        case "granted": writeConsent("GRANTED", to: &json)
        case "denied": writeConsent("DENIED", to: &json)
        default: break
        }
        writeCart(event, options, to: &json)
        json.optionalArray("customVariables") { json in
            for (number, value) in event.customVariables(options) {
                json.object { json in
                    json.member("conversionCustomVariable", options.resource(ofVariable: number))
                    json.member("value", value)
                }
            }
        }
        // This API knows no third kind.
        if let type = event.customerType, type != "REENGAGED" { json.member("customerType", type) }
        json.endObject()
    }

    /// `2026-11-18 14:03:22+00:00`: no `T`, no `Z`, no milliseconds.
    static func text(of time: Timestamp) -> String {
        let text = time.rfc3339
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8) + "+00:00"
    }

    private static func write(_ name: StaticString, _ hash: JSONValue, to json: inout JSONWriter) {
        json.object { json in
            json.member("userIdentifierSource", "FIRST_PARTY")
            json.member(name, hash)
        }
    }

    private static func writeConsent(_ word: String, to json: inout JSONWriter) {
        json.key("consent")
        json.object { $0.member("adUserData", word) }
    }

    private static func writeCart(_ event: PlatformEvent, _ options: GoogleAdsOptions, to json: inout JSONWriter) {
        let items = event.identifiedItems
        guard let merchantID = options.merchantID, !items.isEmpty else { return }
        json.key("cartData")
        json.object { json in
            json.member("merchantId", merchantID)
            json.member("feedCountryCode", options.feedLabel)
            json.member("feedLanguageCode", options.feedLanguage?.uppercased())
            json.amount("localTransactionCost", event.orderAmount(.discount))
            json.key("items")
            json.array { json in
                for item in items {
                    json.object { json in
                        json.member("productId", item.id)
                        json.member("quantity", item.wholeQuantity)
                        json.amount("unitPrice", item.price)
                    }
                }
            }
        }
    }
}

/// One adjustment of the Google Ads API: a conversion taken back, or what is left of it (reference google_ads, 2.3).
enum GoogleAdsAdjustment {
    static func write(_ event: PlatformEvent, action: String, _ options: GoogleAdsOptions, to json: inout JSONWriter) {
        // Nothing left is the whole of it back.
        let remaining = event.property(.remainingValue)?.amount.flatMap { $0 > .zero ? $0 : nil }
        json.object { json in
            json.member("conversionAction", options.resource(of: action))
            json.member("adjustmentType", remaining == nil ? "RETRACTION" : "RESTATEMENT")
            json.member("orderId", event.orderID)
            json.member("adjustmentDateTime", GoogleAdsUpload.text(of: event.time))
            if let remaining {
                json.key("restatementValue")
                json.object { json in
                    json.amount("adjustedValue", remaining)
                    json.member("currencyCode", event.currency)
                }
            }
        }
    }
}
