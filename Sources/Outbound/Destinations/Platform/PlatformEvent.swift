public import EventModel
public import JSON
public import Platform

/// One event as the mappings of platforms read it: by meaning, out of the stored canonical event.
///
/// Values look into the event's JSON, nothing is copied; valid as long as the view is. What is in which place is said in
/// docs/canonical-event.md. `PlatformEvent+Person.swift`, `+Order.swift` and `+Context.swift` have the rest.
public final class PlatformEvent {
    /// Where an event happened, as advertising platforms see it.
    public enum Surface: Sendable, Equatable {
        case web, app, server
    }

    /// The event and what consent asks of it.
    public let view: EventView
    /// The canonical name.
    public let canonicalName: String
    /// What it is called on the platform.
    public let name: PlatformEventName
    /// The id that goes out, the same in every attempt and replay.
    public var id: String { idValue?.string ?? "" }
    /// The same where it stands in the event.
    let idValue: JSONValue?
    /// When it happened, never later than ``now``.
    public let time: Timestamp
    /// The time of day.
    public let now: Timestamp
    /// Where it happened: what the sender says (`properties.action_source`), else what the canonicalizer found.
    public let surface: Surface
    /// The operating system of the person's device; nil if it is unknown.
    public let operatingSystem: OperatingSystem?
    /// The currency of ``value`` and prices: the event's, else the configured one; never invented.
    public let currency: String?
    /// How many decimals prices have in ``currency``.
    let priceDigitCount: Int

    private let fields: PlatformFields
    private let generation: UInt64

    /// An event on its way to a platform; `fields` has been read from the view and is good until the next event is.
    init(
        _ view: EventView, _ fields: PlatformFields, canonicalName: String, name: PlatformEventName, id: JSONValue?,
        time: Timestamp, now: Timestamp, defaultCurrency: String?
    ) {
        self.view = view
        self.fields = fields
        self.canonicalName = canonicalName
        self.name = name
        idValue = id
        self.time = time
        self.now = now
        generation = fields.generation
        let given = fields[.order, .currency]?.utf8Bytes
        currency = given.map { String(decoding: $0, as: UTF8.self) } ?? defaultCurrency
        priceDigitCount =
            given.map { PlatformMoney.digitCount(of: $0) } ?? defaultCurrency.map(PlatformMoney.digitCount) ?? 2
        operatingSystem = fields[.context, .os]?[.nameMember].flatMap(OperatingSystem.init)
        surface =
            (fields[.properties, .actionSource].ifText ?? fields[.event, .actionSource]).map(Surface.init) ?? .server
    }

    /// The value of a member of a part of the event; nil if there is none.
    @inline(__always)
    func value(_ part: PlatformFields.Part, _ key: PlatformKey) -> JSONValue? {
        assert(generation == fields.generation, "an event outlived its fields")
        return fields[part, key]
    }

    /// The page's address, free of personal data; nil if there is none.
    public var pageURL: JSONValue? { value(.event, .pageURL).ifText }

    /// The sender's `messageId`.
    public var messageID: String { value(.event, .messageID)?.string ?? "" }

    /// A property by name: the normalized value if there is one, else the source's own; nil if it is empty.
    func property(_ key: PlatformKey) -> JSONValue? {
        if let value = value(.order, key), !value.isNull { return value.ifPresent }
        return value(.properties, key).ifPresent
    }

    /// The first of two properties that is there.
    func property(_ key: PlatformKey, _ other: PlatformKey) -> JSONValue? { property(key) ?? property(other) }

    /// A property by a name of the operator's; see ``property(_:)``.
    public func property(_ key: JSONKey) -> JSONValue? { view.property(key).ifPresent }

    /// What the event says about consent: the object of docs/canonical-event.md, flags included.
    public var consent: JSONValue? { value(.event, .consent) }

    /// What consent asks of the request: the platform's flag for ads that are not personalized, no user data.
    public var consentTransformation: ConsentTransformation { view.consentTransformation }

    /// Whether a text of the event may be sent as it stands, not being the person's address or number in plain.
    ///
    /// For values of the sender's own that a platform shows to people, such as descriptions.
    public func isImpersonal(_ value: JSONValue) -> Bool {
        value.utf8Bytes.map { !$0.contains(UInt8(ascii: "@")) && !$0.isPhoneNumber } ?? true
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether this is a phone number with its country's code: a plus and 8 to 15 digits, separated or not.
    fileprivate var isPhoneNumber: Bool {
        guard first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "+") else { return false }
        var count = 0
        for byte in self {
            if byte.isASCIIDigit { count += 1 } else if !" +-./()".utf8.contains(byte) { return false }
        }
        return (8...15).contains(count)
    }
}

extension PlatformEvent.Surface {
    /// Of an `action_source`: every word but those for sites and apps is a server's.
    init(_ source: JSONValue) {
        if source.isText("website") || source.isText("web") {
            self = .web
        } else {
            self = source.isText("app") || source.isText("mobile_app") ? .app : .server
        }
    }
}

extension JSONValue {
    /// The value, unless it is null or an empty string.
    var ifPresent: JSONValue? { isNull || utf8Bytes?.isEmpty == true ? nil : self }

    /// The value, if it is a string that is not empty.
    var ifText: JSONValue? { utf8Bytes?.isEmpty == false ? self : nil }
}

extension Optional where Wrapped == JSONValue {
    /// The value, unless it is null or an empty string.
    var ifPresent: JSONValue? { self?.ifPresent }

    /// The value, if it is a string that is not empty.
    var ifText: JSONValue? { self?.ifText }
}

extension Optional where Wrapped == JSONValue {
    /// The value, if it is a string or a number, as ids are.
    var ifID: JSONValue? { self?.idBytes == nil ? nil : self }
}

extension JSONValue {
    /// A string as it is, a number as it was written; nil for anything else.
    ///
    /// For ids, which senders write either way.
    public var idText: String? { string ?? numberText }

    /// The bytes of ``idText``.
    var idBytes: UnsafeBufferPointer<UInt8>? {
        utf8Bytes ?? (kind == .number ? rawBytes.assumingMemoryBound(to: UInt8.self) : nil)
    }

    /// A number, or a string that is one.
    public var amount: Amount? {
        guard let bytes = idBytes else { return nil }
        return Amount(plain: bytes) ?? Amount(bytes)
    }

    /// A truth value, or one written as text or number, as senders do.
    public var flag: Bool? {
        if let bool { return bool }
        guard kind == .string || kind == .number else { return nil }
        switch idText?.lowercased() {
        case "true", "1", "yes": return true
        case "false", "0", "no": return false
        default: return nil
        }
    }
}
