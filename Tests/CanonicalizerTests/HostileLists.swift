/// An envelope with a list or an object that may have any number of elements.
struct HostileList: Sendable, CustomStringConvertible {
    let description: String
    /// The smaller number of elements.
    let count: Int
    private let members: String
    private let element: @Sendable (Int) -> String
    private let type: String

    /// A list in `members`, where `¤` stands for the elements; of one `element`, `#` is the number.
    init(_ members: String, _ element: String, count: Int = 120, type: String = "track") {
        description = "\(members) of \(element)"
        self.count = count
        self.members = members
        self.type = type
        self.element = { element.replacing("#", with: String($0)) }
    }

    func envelope(count: Int) -> String {
        let elements = (0..<count).map(element).joined(separator: members.contains("&¤") ? "&" : ",")
        return "{\"type\":\"\(type)\",\"messageId\":\"m-1\",\"userId\":\"u-1\",\"event\":\"Order Completed\","
            + members.replacing("¤", with: elements) + "}"
    }

    static let all = [
        HostileList(#""properties":{¤}"#, #""k#":1"#), HostileList(#""properties":{¤}"#, #""k":1"#),
        HostileList(#""properties":{¤}"#, #""k#":1,"k#":2"#, count: 60),
        HostileList(#""properties":{¤}"#, #""Email":"a#@example.com""#),
        HostileList(#""properties":{¤}"#, #""email#":"a#@example.com""#),
        HostileList(#""properties":{"a":[¤]}"#, #""a#@example.com""#),
        HostileList(#""properties":{"email":[¤]}"#, #""a#@example.com""#),
        HostileList(#""properties":{"email":[¤]}"#, #""nobody#""#),
        HostileList(#""properties":{"card":{¤}}"#, #""n#":"4242424242424242""#),
        HostileList(#""properties":{"products":[¤]}"#, #"{"product_id":"p#","price":1,"quantity":2}"#, count: 60),
        HostileList(#""properties":{"products":[¤]}"#, #""x""#), HostileList(#""properties":{"products":[¤]}"#, "null"),
        HostileList(#""properties":{"a":[¤]}"#, "[[[[]]]]"),
        HostileList(#""properties":{"a":[¤]}"#, #"{"b":{"c":[]}}"#),
        HostileList(#""context":{¤}"#, #""k#":"v""#), HostileList(#""context":{"a":[¤]}"#, "{}"),
        HostileList(#""context":{"externalId":[¤]}"#, ##"{"type":"t#","id":"v#"}"##),
        HostileList(#""context":{"externalId":[¤]}"#, ##"{"type":"crm","id":"v#"}"##),
        HostileList(#""context":{"consentManagement":{"deniedConsentIds":[¤]}}"#, ##""c#""##),
        HostileList(#""context":{"consentManagement":{"allowedConsentIds":{¤}}}"#, ##""c#":"n""##),
        HostileList(#""context":{"consent":{"categoryPreferences":{¤}}}"#, ##""c#":false"##),
        HostileList(#""context":{"dataProcessingOptions":[[¤]]}"#, ##""o#""##),
        HostileList(#""context":{"gpp":"DBABTA~1YNN","gppSid":[¤]}"#, "#"),
        HostileList(#""context":{"traits":{"address":[¤]}}"#, ##"{"city":"x#"}"##),
        HostileList(#""context":{"traits":{¤}}"#, ##""t#":"v""##),
        HostileList(#""context":{"cookies":{¤}}"#, ##""_ga_A#":"GS1.1.1.1""##),
        HostileList(#""context":{"page":{"url":"https://shop.example.com/?&¤"}}"#, "gclid=x#"),
        HostileList(#""context":{"page":{"url":"https://shop.example.com/?&¤"}}"#, "a#=b%40c.co"),
        HostileList(#""integrations":{¤}"#, ##""I#":{"consents":{"ad_storage":"denied"}}"##),
        HostileList(#""integrations":{¤}"#, ##""GA4 #":{"consents":{"ad_storage":"denied"}}"##),
        HostileList(#""mergeProperties":[¤]"#, ##"{"type":"email","value":"a#@example.com"}"##, type: "merge"),
        HostileList(#""mergeProperties":[¤]"#, ##"{"type":"t#","value":"v#"}"##, type: "merge"),
        HostileList(#""unknown":{¤}"#, ##""k#":[{}]"##), HostileList(#"¤"#, ##""k#":"v""##),
        HostileList(#"¤"#, #""userId":"v""#),
    ]
}
