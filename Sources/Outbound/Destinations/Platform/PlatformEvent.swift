public import EventModel
public import JSON
public import Platform

/// One event as the mappings of platforms read it: by meaning, out of the stored canonical event.
///
/// Values look into the event's JSON, nothing is copied; valid as long as the view is. What is in which place is said in
/// docs/canonical-event.md. `PlatformEvent+Person.swift`, `+Order.swift` and `+Context.swift` have the rest.
public struct PlatformEvent {
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
    public let id: String
    /// When it happened, never later than ``now``.
    public let time: Timestamp
    /// The time of day.
    public let now: Timestamp
    /// Where it happened.
    public let surface: Surface
    /// The currency of values without one, as configured; nil for none.
    let defaultCurrency: String?

    let person: JSONValue?
    let context: JSONValue?

    /// An event on its way to a platform.
    init(
        _ view: EventView, canonicalName: String, name: PlatformEventName, id: String, time: Timestamp,
        now: Timestamp, defaultCurrency: String?
    ) {
        self.view = view
        self.canonicalName = canonicalName
        self.name = name
        self.id = id
        self.time = time
        self.now = now
        self.defaultCurrency = defaultCurrency
        person = view.canonical[.userData]
        context = view.canonical[.context]
        surface =
            switch view.canonical[.actionSource]?.string {
            case ActionSource.website.rawValue: .web
            case ActionSource.app.rawValue: .app
            default: .server
            }
    }

    /// The page's address, free of personal data; nil if there is none.
    public var pageURL: JSONValue? { view.canonical[.pageURL].ifText }

    /// The sender's `messageId`.
    public var messageID: String { view.canonical[.messageID]?.string ?? "" }

    /// A property by name: the normalized value if there is one, else the source's own; nil if it is empty.
    public func property(_ key: JSONKey) -> JSONValue? { view.property(key).ifPresent }

    /// The first property there is.
    public func property(_ keys: JSONKey...) -> JSONValue? {
        for key in keys { if let value = property(key) { return value } }
        return nil
    }

    /// What the event says about consent: the object of docs/canonical-event.md, flags included.
    public var consent: JSONValue? { view.canonical[.consent] }

    /// What consent asks of the request: the platform's flag for ads that are not personalized, no user data.
    public var consentTransformation: ConsentTransformation { view.consentTransformation }

    /// Whether a text of the event may be sent as it stands, not being the person's address or number in plain.
    ///
    /// For values of the sender's own that a platform shows to people, such as descriptions.
    public func isImpersonal(_ value: JSONValue) -> Bool {
        value.withString { !$0.contains(UInt8(ascii: "@")) } ?? true
    }
}

extension Optional where Wrapped == JSONValue {
    /// The value, unless it is null or an empty string.
    var ifPresent: JSONValue? {
        guard let self, !self.isNull, self.utf8Bytes?.isEmpty != true else { return nil }
        return self
    }

    /// The value, if it is a string that is not empty.
    var ifText: JSONValue? {
        guard let self, let bytes = self.utf8Bytes, !bytes.isEmpty else { return nil }
        return self
    }
}

extension JSONValue {
    /// A string as it is, a number as it was written; nil for anything else.
    ///
    /// For ids, which senders write either way.
    public var idText: String? { string ?? numberText }

    /// A number, or a string that is one.
    public var amount: Amount? {
        if let bytes = utf8Bytes { return Amount(bytes) }
        return kind == .number ? Amount(rawBytes) : nil
    }

    /// A truth value, or one written as text or number, as senders do.
    public var flag: Bool? {
        if let bool { return bool }
        switch idText?.lowercased() {
        case "true", "1", "yes": return true
        case "false", "0", "no": return false
        default: return nil
        }
    }
}
