public import EventModel
public import JSON

extension JSONWriter {
    /// Writes a member with a value as it stands in the event, or nothing if there is none.
    public mutating func member(_ name: StaticString, _ value: JSONValue?) {
        guard let value else { return }
        key(name)
        raw(value)
    }

    /// Writes a member with an id as a string, however the sender wrote it; nothing if there is none.
    public mutating func member(_ name: StaticString, id value: JSONValue?) {
        guard let value else { return }
        if value.kind == .string { return member(name, value) }
        if let text = value.idText { member(name, text) }
    }

    /// Writes a member with the id that an event goes out under.
    public mutating func member(_ name: StaticString, idOf event: PlatformEvent) {
        key(name)
        if let id = event.idValue, id.kind == .string { raw(id) } else { value("") }
    }

    /// Writes a member with a list of one value, or nothing if there is none.
    public mutating func list(_ name: StaticString, _ value: JSONValue?) {
        guard let value else { return }
        key(name)
        beginArray()
        raw(value)
        endArray()
    }

    /// Writes a member with a list of one text, or nothing if there is none.
    public mutating func list(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        key(name)
        beginArray()
        value(text)
        endArray()
    }

    /// Writes a member with an exact decimal number as a string, or nothing if there is none.
    public mutating func amountText(_ name: StaticString, _ amount: Amount?) {
        guard let amount else { return }
        key(name)
        amount.withText { value(plain: UnsafeRawBufferPointer($0)) }
    }

    /// Writes a member with a decimal number of exactly so many decimals as a string, or nothing if there is none.
    public mutating func amountText(_ name: StaticString, _ amount: Amount?, digits count: Int) {
        guard let amount else { return }
        key(name)
        amount.withText(digits: count) { value(plain: UnsafeRawBufferPointer($0)) }
    }

    /// Writes a member with a string cut to so many characters, or nothing if there is none.
    public mutating func member(_ name: StaticString, _ value: JSONValue?, characterLimit: Int) {
        guard let value, let bytes = value.utf8Bytes else { return }
        // Bytes are never fewer than characters.
        if bytes.count <= characterLimit { return member(name, value) }
        member(name, String(String(decoding: bytes, as: UTF8.self).prefix(characterLimit)))
    }

    /// Writes a member with the events of a request in their order, each as it was written before.
    public mutating func list(_ name: StaticString, parts: [[UInt8]]) {
        key(name)
        array { json in for part in parts { json.raw(part) } }
    }

    /// Writes a member with the ids of products in their order.
    public mutating func list(_ name: StaticString, idsOf items: [PlatformItem]) {
        key(name)
        array { json in for item in items { if let id = item.id { json.raw(id) } } }
    }

    /// Writes the members `value`, rounded to the currency's decimals, and `currency`; nothing if either is unknown.
    public mutating func money(_ money: PlatformMoney?) {
        guard let money else { return }
        amount("value", money.rounded)
        member("currency", money.currency)
    }
}
