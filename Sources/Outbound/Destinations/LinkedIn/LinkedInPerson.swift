import EventModel
import JSON

/// `user` (reference linkedin, 2.2 and 2.3): built from a list of what is allowed, as LinkedIn refuses anything else.
struct LinkedInPerson {
    private let ids: [(type: StaticString, value: JSONValue)]
    private let info: (firstName: String, lastName: String)?
    private let lead: String?
    private let userID: JSONValue?

    init(_ event: PlatformEvent, sendsUserInfo: Bool, sendsAddress: Bool, sendsUserID: Bool) {
        var ids: [(type: StaticString, value: JSONValue)] = []
        func add(_ type: StaticString, _ value: JSONValue?) { if let value { ids.append((type, value)) } }
        add("SHA256_EMAIL", event.hash(.email))
        add(
            "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID",
            event[.clickID(.linkedInFirstParty)]
                ?? event.externalIDValue(ofType: "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID"))
        let address = event[.clientIP]
        if sendsAddress, let address, address.utf8Bytes?.contains(UInt8(ascii: ":")) == false {
            add("PLAINTEXT_IP_ADDRESS", address)
        }
        add("ACXIOM_ID", event.externalIDValue(ofType: "ACXIOM_ID"))
        if event.operatingSystem == .android { add("GOOGLE_AID", event[.advertisingID]) }
        self.ids = ids
        if sendsUserInfo, let first = event[.firstName]?.string, let last = event[.lastName]?.string {
            info = (String(first.prefix(35)), String(last.prefix(35)))
        } else {
            info = nil
        }
        let lead = event.property(.linkedInLead)?.string
        self.lead = lead?.hasPrefix("urn:li:leadGenFormResponse:") == true ? lead : nil
        userID = sendsUserID ? event[.userID].flatMap { event.isImpersonal($0) ? $0 : nil } : nil
    }

    /// Whether LinkedIn would take it.
    var isSufficient: Bool { !ids.isEmpty || info != nil || lead != nil }

    func write(_ event: PlatformEvent, to json: inout JSONWriter) {
        json.key("userIds")
        json.array { json in
            for id in ids {
                json.object { json in
                    json.key("idType")
                    json.value(
                        plain: UnsafeRawBufferPointer(start: id.type.utf8Start, count: id.type.utf8CodeUnitCount))
                    json.member("idValue", id: id.value)
                }
            }
        }
        if let info {
            json.key("userInfo")
            json.object { json in
                json.member("firstName", info.firstName)
                json.member("lastName", info.lastName)
                json.member("title", (event.context(.traits, .title) ?? event.context(.traits, .jobTitle)).ifText)
                json.member(
                    "companyName",
                    (event.context(.traits, .company, .nameMember) ?? event.context(.traits, .companyName)).ifText)
                json.member("countryCode", event[.country]?.string?.uppercased())
            }
        }
        json.optionalArray("externalIds") { json in if let userID { json.raw(userID) } }
        json.member("lead", lead)
    }

}
