import EventModel
import JSON

/// `custom_data` of an event (reference snapchat, 2.4).
enum SnapchatOrder {
    /// Texts that are passed on under their own names.
    private static let texts: [(name: StaticString, key: PlatformKey)] = [
        ("event_tag", .eventTag), ("status", .status), ("delivery_category", .deliveryCategory),
    ]
    /// What a journey is about; passed on under their own names.
    private static let travel: [(name: StaticString, key: PlatformKey)] = [
        ("checkin_date", .checkinDate), ("travel_start", .travelStart), ("travel_end", .travelEnd),
        ("origin_airport", .originAirport), ("destination_airport", .destinationAirport),
        ("num_adults", .adultCount), ("num_children", .childCount), ("num_infants", .infantCount),
    ]

    static func write(_ event: PlatformEvent, _ customProperties: [JSONKey], to json: inout JSONWriter) {
        json.money(event.money)
        json.member("order_id", event.orderID)
        json.member("search_string", event.searchText)
        writeItems(event, to: &json)
        if event.name.text == "SIGN_UP" {
            // Snap has no lead event: this tells leads from sign-ups.
            if event.canonicalName == "lead" {
                json.member("sign_up_method", "lead")
            } else {
                json.member("sign_up_method", event.property(.method).ifText)
            }
        }
        json.amount("predicted_ltv", event.property(.predictedLTV)?.amount)
        for (name, key) in texts { json.member(name, event.property(key).ifText) }
        for (name, key) in travel {
            if let value = event.property(key), value.kind == .string || value.kind == .number {
                json.member(name, value)
            }
        }
        json.optionalObject("custom_fields") { json in
            for key in customProperties {
                guard let text = event.view.property(key)?.idText, !text.isEmpty else { continue }
                json.key(name: key.name)
                json.value(text)
            }
        }
    }

    private static func writeItems(_ event: PlatformEvent, to json: inout JSONWriter) {
        let items = event.identifiedItems
        guard !items.isEmpty else {
            if event.canonicalName == "page_view" { json.member("content_name", event.pageTitle) }
            return
        }
        json.member("num_items", event.itemCount(of: items))
        json.member("content_type", event.property(.contentType).ifText)
        json.list("content_ids", idsOf: items)
        json.optionalArray("content_category") { json in
            for item in items { if let category = item.category { json.raw(category) } }
        }
        json.optionalArray("brands") { json in
            var seen: Set<String> = []
            for item in items {
                guard let brand = item.brand?.string, seen.insert(brand).inserted else { continue }
                json.value(brand)
            }
        }
        json.key("contents")
        json.array { json in
            for item in items {
                json.object { json in
                    json.member("id", item.id)
                    json.member("quantity", item.wholeQuantity)
                    json.amount("item_price", item.price.map(event.roundedPrice))
                    json.member("brand", item.brand)
                }
            }
        }
        if items.count == 1, event.orderID == nil { json.member("content_name", items[0].name) }
    }
}
