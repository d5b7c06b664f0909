import EventModel
import JSON

/// The objects that tell X who it was, each with one key as a rule (reference x, 2.2).
struct XIdentifiers {
    private let ids: [(name: StaticString, value: JSONValue)]
    private let address: JSONValue?
    private let userAgent: JSONValue?

    init(_ event: PlatformEvent, sendsAddress: Bool) {
        var ids: [(name: StaticString, value: JSONValue)] = []
        if let click = event[.clickID(.twclid)] { ids.append(("twclid", click)) }
        if let email = event.hash(.email) { ids.append(("hashed_email", email)) }
        if let phone = event.hash(.phonePlus) { ids.append(("hashed_phone_number", phone)) }
        self.ids = ids
        address = sendsAddress ? event[.clientIP] : nil
        userAgent = sendsAddress ? event[.userAgent] : nil
    }

    /// Whether X would take them: an address or a browser alone is not enough.
    var isSufficient: Bool { !ids.isEmpty || address != nil && userAgent != nil }

    /// Writes the objects; an address without a browser, or the other way around, goes along with the first.
    func write(to json: inout JSONWriter) {
        let goTogether = address != nil && userAgent != nil
        for (index, id) in ids.enumerated() {
            json.object { json in
                json.member(id.name, id.value)
                if index == 0, !goTogether { writeAddress(to: &json) }
            }
        }
        if goTogether { json.object { writeAddress(to: &$0) } }
    }

    private func writeAddress(to json: inout JSONWriter) {
        json.member("ip_address", address)
        json.member("user_agent", userAgent)
    }
}
