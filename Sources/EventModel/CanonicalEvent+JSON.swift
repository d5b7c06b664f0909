public import Crypto
public import JSON
public import Platform

extension CanonicalEvent {
    /// Writes the event as the JSON object that `docs/canonical-event.md` describes.
    ///
    /// Members that have no value are left out. The order of members never changes.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("event_name", name.text)
        json.member("event_id", eventID)
        json.member("event_id_source", eventIDSource)
        json.member("message_id", messageID)
        json.member("type", type.rawValue)
        json.member("source_event", sourceEvent)
        json.member("mapping_rule", mappingRule)
        json.time("occurred_at", occurredAt)
        json.time("received_at", receivedAt)
        if !sourceTimes.isEmpty {
            json.key("source_times")
            json.raw(sourceTimes)
        }
        json.member("account", tenant.account)
        json.member("environment", tenant.environment)
        json.member("source", source)
        json.member("rudder_id", rudderID)
        json.member("platform", platform)
        json.member("action_source", actionSource.rawValue)
        json.member("page_url", pageURL)
        if isBot { json.member("is_bot", true) }
        json.key("user_data")
        userData.write(to: &json)
        json.key("custom_data")
        customData.write(to: &json)
        json.key("consent")
        consent.write(to: &json)
        json.key("properties")
        json.raw(properties)
        json.key("context")
        json.raw(context)
        if !integrations.isEmpty {
            json.key("integrations")
            json.raw(integrations)
        }
        json.key("identifiers")
        Identifier.write(identifiers, to: &json)
        json.member("business_key", businessKey)
        json.hex("fingerprint", fingerprint)
        json.key("notes")
        json.array { json in for note in notes.notes { json.value(note.rawValue) } }
        json.endObject()
    }

    /// The event's JSON text.
    public var json: [UInt8] {
        var writer = JSONWriter(capacity: 3072)
        return json(using: &writer)
    }

    /// The event's JSON text, by way of a writer that is kept for many events.
    public func json(using writer: inout JSONWriter) -> [UInt8] {
        writer.removeAll(keepByteCount: 1 << 16)
        write(to: &writer)
        return writer.bytes
    }
}

extension Identifier {
    fileprivate static func write(_ identifiers: [Identifier], to json: inout JSONWriter) {
        json.beginArray()
        for index in identifiers.indices { identifiers[index].write(to: &json) }
        json.endArray()
    }

    /// Inlined, as an array copies an element for a call.
    @inline(__always)
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("type", type.name)
        switch content {
        case .text(let text): json.member("value", text)
        case .digest(let digest): json.hex("value", digest)
        }
        json.endObject()
    }
}

extension UserData {
    /// Writes the person's part of an event.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        for hash in hashes {
            json.key(plain: hash.field.rawValue)
            unsafe hash.digest.withHex { unsafe json.value(plain: $0) }
        }
        json.member("external_id", externalID)
        json.member("anonymous_id", anonymousID)
        json.member("email", plainEmail)
        json.member("phone", plainPhone)
        json.member("first_name", plainFirstName)
        json.member("last_name", plainLastName)
        json.member("country", country)
        json.member("state", state)
        json.member("postal_code", postalCode)
        json.member("city", city)
        json.member("client_ip", clientIP)
        json.member("client_user_agent", userAgent)
        json.member("locale", locale)
        json.member("advertising_id", advertisingID)
        json.member("device_id", deviceID)
        for clickID in clickIDs {
            json.key(plain: clickID.kind.rawValue)
            json.value(clickID.value)
        }
        if !otherExternalIDs.isEmpty {
            json.key("external_ids")
            json.array { json in
                for id in otherExternalIDs {
                    json.object { json in
                        json.member("type", id.type)
                        json.member("id", id.value)
                    }
                }
            }
        }
        json.endObject()
    }
}

extension CustomData {
    /// Writes what the event was worth and about.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.amount("value", value)
        json.member("value_source", valueSource?.rawValue)
        json.member("currency", currency)
        for id in businessIDs {
            json.key(name: id.name)
            json.value(id.value)
        }
        json.member("content_kind", contentKind)
        json.member("search_query", searchQuery)
        json.member("coupon", coupon)
        json.amount("subtotal", subtotal)
        json.amount("shipping", shipping)
        json.amount("tax", tax)
        json.amount("discount", discount)
        if let itemCount { json.member("num_items", itemCount) }
        if !items.isEmpty {
            json.key("items")
            Item.write(items, to: &json)
        }
        json.endObject()
    }
}

extension CustomData.Item {
    fileprivate static func write(_ items: [CustomData.Item], to json: inout JSONWriter) {
        json.beginArray()
        for index in items.indices { items[index].write(to: &json) }
        json.endArray()
    }

    /// Writes one line of an order or cart; inlined, as an array copies an element for a call.
    @inline(__always)
    private func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("product_id", productID)
        json.member("sku", sku)
        json.member("name", name)
        json.member("brand", brand)
        json.member("category", category)
        json.member("variant", variant)
        json.member("coupon", coupon)
        json.member("group_id", groupID)
        json.amount("price", price)
        json.amount("quantity", quantity)
        if let position { json.member("position", position) }
        json.endObject()
    }
}

extension ConsentState {
    /// Writes what the event says about consent; unknown answers and unset flags are left out.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        for purpose in ConsentPurpose.allCases where self[purpose] != .unknown {
            json.key(plain: purpose.rawValue)
            json.value(self[purpose].rawValue)
        }
        if !categories.isEmpty {
            json.key("categories")
            json.array { json in
                for category in categories {
                    json.object { json in
                        if !category.provider.isEmpty { json.member("provider", category.provider) }
                        json.member("id", category.id)
                        json.member("answer", category.answer.rawValue)
                    }
                }
            }
        }
        json.member("resolution_strategy", resolutionStrategy)
        if globalPrivacyControl { json.member("gpc", true) }
        if usOptOut { json.member("us_opt_out", true) }
        if let limitedDataUse {
            json.key("ldu")
            json.object { json in
                json.key("options")
                json.array { json in for option in limitedDataUse.options { json.value(option) } }
                json.member("country", limitedDataUse.country)
                json.member("state", limitedDataUse.state)
            }
        }
        if let hasLimitedDataUse { json.member("limited_data_use", hasLimitedDataUse) }
        if let trackingStatus { json.member("att", trackingStatus) }
        if let optOut { json.member("opt_out", optOut) }
        if let gpp {
            json.member("gpp", gpp.text)
            if !gpp.applicableSections.isEmpty {
                json.key("gpp_sid")
                json.array { json in for id in gpp.applicableSections { json.value(id) } }
            }
        }
        if let tcfGoogleVendor { json.member("tcf_google_vendor", tcfGoogleVendor) }
        json.member("country", country)
        if !sources.isEmpty {
            json.key("sources")
            json.array { json in for source in sources { json.value(source) } }
        }
        json.endObject()
    }
}

extension JSONWriter {
    /// Writes a member with a point in time, RFC 3339 in UTC with milliseconds.
    public mutating func time(_ name: StaticString, _ time: Timestamp) {
        key(name)
        unsafe time.withRFC3339 { unsafe value(plain: UnsafeRawBufferPointer($0)) }
    }

    /// Writes a member with a point in time, or nothing if there is none.
    public mutating func time(_ name: StaticString, _ time: Timestamp?) {
        if let time { self.time(name, time) }
    }

    /// Writes a member with an exact decimal number, or nothing if there is none.
    public mutating func amount(_ name: StaticString, _ amount: Amount?) {
        guard let amount else { return }
        key(name)
        let micros = amount.micros
        if let magnitude = UInt64(exactly: micros.magnitude) {
            value(millionths: magnitude, isNegative: micros < 0)
        } else {
            unsafe amount.withText { unsafe raw(UnsafeRawBufferPointer($0)) }
        }
    }

    /// Writes a member with a digest in hexadecimal.
    public mutating func hex(_ name: StaticString, _ digest: Digest) {
        key(name)
        unsafe digest.withHex { unsafe value(plain: $0) }
    }
}
