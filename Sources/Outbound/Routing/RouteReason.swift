public import EventModel

/// The questions that are asked about an event and a destination, in this order; the first no is the reason (design,
/// section 7).
///
/// Raw values are contracts.
public enum RouteGate: String, Sendable, CaseIterable {
    case enabled, privacy, account, environment, credentials, allowlist
    case routingClass = "class"
    case filter, domain, integrations, consent, bot, quality

    /// The gate that a reason in a record belongs to; nil for reasons of an unknown version.
    public init?(ofReason text: String) {
        let head = text.prefix { $0 != ":" }
        switch head {
        case "disabled": self = .enabled
        case "privacy_request": self = .privacy
        case "integrations_opt_out": self = .integrations
        case "consent_denied", "consent_unknown": self = .consent
        default: self.init(rawValue: String(head))
        }
    }

    /// The gates before this one, which an event passed that this one stopped.
    public var earlier: [RouteGate] { Array(Self.allCases.prefix { $0 != self }) }

    /// What is asked.
    public var question: String {
        switch self {
        case .enabled: "Is the destination switched on?"
        case .privacy: "Is it anything but a request to erase somebody's data?"
        case .account: "Is it the account's that the destination is for?"
        case .environment: "Is it the environment's that the destination is for?"
        case .credentials: "Can the destination log in?"
        case .allowlist: "Is the event on the destination's list (`events`)?"
        case .routingClass: "Does its class allow it, or does the list name it?"
        case .filter: "Does it pass the destination's `filter`?"
        case .domain: "Is its page on one of the destination's `domains`?"
        case .integrations: "Did the sender let it go there (`integrations`)?"
        case .consent: "Is there the consent that the destination demands?"
        case .bot: "Was it made by a person?"
        case .quality: "Is it good enough: name, required fields, an identity signal, `event_id`?"
        }
    }
}

/// Why an event does not go to a destination.
public enum RouteReason: Sendable, Equatable {
    /// What an advertising platform misses.
    public enum Quality: String, Sendable, CaseIterable {
        case eventName = "event_name"
        case value, currency
        case orderReference = "order_reference"
        case identity
        case eventID = "event_id"
    }

    case disabled, privacyRequest, account, environment, credentials, allowlist
    case routingClass(RoutingClass)
    case filterEventName, filterPlatform, filterSegment
    /// What the filter wants of the value at this path, in words.
    case filterPath(String, wants: String)
    case domain
    case integrationsOptOut
    case consent(ConsentRefusal)
    case bot
    case quality(Quality)

    /// The gate that said no.
    public var gate: RouteGate {
        switch self {
        case .disabled: .enabled
        case .privacyRequest: .privacy
        case .account: .account
        case .environment: .environment
        case .credentials: .credentials
        case .allowlist: .allowlist
        case .routingClass: .routingClass
        case .filterEventName, .filterPlatform, .filterSegment, .filterPath: .filter
        case .domain: .domain
        case .integrationsOptOut: .integrations
        case .consent: .consent
        case .bot: .bot
        case .quality: .quality
        }
    }

    /// The reason in records and answers; a contract.
    public var text: String {
        switch self {
        case .disabled: "disabled"
        case .privacyRequest: "privacy_request"
        case .account: "account"
        case .environment: "environment"
        case .credentials: "credentials"
        case .allowlist: "allowlist"
        case .routingClass(let routingClass): "class:\(routingClass.rawValue)"
        case .filterEventName: "filter:event_name"
        case .filterPlatform: "filter:platform"
        case .filterSegment: "filter:segment"
        case .filterPath(let path, _): "filter:\(path)"
        case .domain: "domain"
        case .integrationsOptOut: "integrations_opt_out"
        case .consent(let refusal): refusal.text
        case .bot: "bot"
        case .quality(let quality): "quality:\(quality.rawValue)"
        }
    }

    /// What would have been wanted instead, in words; nil where the reason says it all.
    public var detail: String? {
        guard case .filterPath(_, let words) = self else { return nil }
        return "wants \(words)"
    }

    /// Every reason there is, with what it means; `docs/routing.md` shows this table.
    public static let all: [(reason: RouteReason, meaning: String)] = [
        (.disabled, "The destination has `enabled: false`."),
        (.privacyRequest, "A request to erase somebody's data, which tells about that somebody."),
        (.account, "The event is another account's."),
        (.environment, "The event is another environment's."),
        (.credentials, "The destination cannot log in."),
        (.allowlist, "The destination's `events` do not list it."),
        (.routingClass(.warehouseOnly), "A refund, chargeback or churn that the list does not name."),
        (.routingClass(.namedOnly), "An event beyond the 66, or a custom one, that the list does not name."),
        (.routingClass(.identityOnly), "An event that feeds identity, consent or privacy; the list does not name it."),
        (.filterEventName, "The destination's `filter.event_name` does not fit."),
        (.filterPlatform, "The destination's `filter.platform` does not fit."),
        (.filterSegment, "The destination's `filter.segment` does not fit."),
        (.filterPath("PATH", wants: ""), "A condition of the destination's `filter.where` does not hold."),
        (.domain, "Its page is on a host that `domains` does not list."),
        (.integrationsOptOut, "The sender refused the destination in `integrations`."),
        (.consent(.denied(.ads)), "A demanded purpose is denied; so for each purpose."),
        (.consent(.unknown(.ads)), "Nobody answered for a demanded purpose; so for each purpose."),
        (.consent(.category("ID")), "A category of the destination's list is denied."),
        (.consent(.categoriesUnknown), "The destination goes by categories alone, and the event has none."),
        (.consent(.categoriesUnreadable), "The same, and what the event says about consent cannot be read."),
        (.consent(.googleVendor), "The TC string does not consent to Google."),
        (.bot, "The sender marked it as a bot's (`context.isBot`)."),
        (.quality(.eventName), "Neither the registry nor the list knows the name."),
        (.quality(.value), "An order without a value, or any event with a negative one."),
        (.quality(.currency), "An order without a currency, to a destination without a `default_currency`."),
        (.quality(.orderReference), "A refund or dispute without `order_id` and `refund_id`."),
        (.quality(.identity), "Nothing that the platform could match a person by."),
        (.quality(.eventID), "No `event_id`."),
    ]
}
