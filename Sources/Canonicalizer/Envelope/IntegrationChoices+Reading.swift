import EventModel
import JSON

extension IntegrationChoices {
    private static let all: JSONKey = "All"

    /// Reads the envelope's `integrations` (reference inbound, 4.6).
    ///
    /// - Parameters:
    ///   - object: The member as sent; anything but an object says nothing.
    ///   - kind: Says whether `All: false` counts: on webhooks it alone does not block.
    init(reading object: JSONValue, from kind: SourceKind) {
        self.init()
        guard object.kind == .object else { return }
        for member in object.members where member.value.bool == false {
            if !member.isNamed(Self.all) {
                refused.append(Self.folded(member.name))
            } else {
                refusesOthers = kind == .native || kind == .trackstack
            }
        }
        guard !isEmpty else { return }
        for member in object.members where member.value.bool == true || member.value.kind == .object {
            if !member.isNamed(Self.all) { allowed.append(Self.folded(member.name)) }
        }
    }
}
