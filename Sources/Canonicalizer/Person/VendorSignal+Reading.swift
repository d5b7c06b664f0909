import EventModel
import JSON

extension RudderStackConsent {
    private static let provider: JSONKey = "provider"
    private static let denied: JSONKey = "deniedConsentIds"
    private static let strategy: JSONKey = "resolutionStrategy"

    /// Reads `context.consentManagement` as RudderStack's server does: a member of the wrong type spoils the whole
    /// object, which then says nothing (processor/consent.go: the error is logged and the event delivered everywhere).
    init(reading object: JSONValue) {
        self.init()
        guard object.kind == .object, let provider = Self.text(object[Self.provider]),
            let strategy = Self.text(object[Self.strategy])
        else { return }
        var ids: [String] = []
        if let list = object[Self.denied], !list.isNull {
            guard list.kind == .array else { return }
            for element in list.elements where !element.isNull {
                guard let id = element.string else { return }
                let trimmed = id.trimmingBlanks
                if !trimmed.isEmpty { ids.append(trimmed) }
            }
        }
        self.init(provider: provider, deniedIDs: ids, resolutionStrategy: strategy)
    }

    /// A text, empty if it is missing; nil if it is something else.
    private static func text(_ value: JSONValue?) -> String? {
        guard let value, !value.isNull else { return "" }
        return value.string
    }
}

extension SegmentConsent {
    private static let preferences: JSONKey = "categoryPreferences"

    /// Reads `context.consent` as Segment does: only `true` is consent.
    init(reading object: JSONValue) {
        self.init()
        guard let preferences = object[Self.preferences], preferences.kind == .object else { return }
        for member in preferences.members where member.value.bool == true { grantedIDs.append(member.name) }
    }
}

extension String {
    /// The text without white space at its ends.
    fileprivate var trimmingBlanks: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
