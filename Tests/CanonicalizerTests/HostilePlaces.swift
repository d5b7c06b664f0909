import TestSupport

/// A place in an envelope that a text may stand in.
struct HostilePlace: Sendable, CustomStringConvertible {
    /// The members that hold the place, in JSON; `¤` is the place.
    let members: String
    /// The envelope's type.
    let type: String

    var description: String { "\(type) {\(members)}" }

    init(_ members: String, type: String = "track") {
        self.members = members
        self.type = type
    }

    /// The envelope with a text, as JSON has it between quotes, in the place.
    func envelope(_ text: String) -> String {
        let base = [
            ("type", type), ("messageId", "m-1"), ("userId", "u-1"), ("event", "Order Completed"),
        ]
        let kept = base.filter { !members.hasPrefix("\"\($0.0)\"") }.map { "\"\($0.0)\":\"\($0.1)\"" }
        let parts = members.split(separator: "¤", omittingEmptySubsequences: false)
        return "{" + kept.joined(separator: ",") + "," + parts.joined(separator: text) + "}"
    }

    /// Every place that any reader of the canonicalizer looks at, and some that none does.
    static let all = envelope + context + page + traits + consent + properties + products + others

    /// Those whose readers look for something inside of a text, beside those of URLs.
    private static let searched = [
        #""event":"¤""#, #""userId":"¤""#, #""timestamp":"¤""#, #""context":{"ip":"¤"}"#, #""context":{"¤":1}"#,
        #""context":{"traits":{"email":"¤"}}"#, #""context":{"traits":{"phone":"¤"}}"#,
        #""context":{"traits":{"name":"¤"}}"#, #""context":{"traits":{"¤":"x"}}"#,
        #""context":{"cookies":{"_ga":"¤"}}"#,
        #""context":{"tcString":"¤"}"#, #""context":{"gpp":"DBABLA~BVVVkkkkkpFY.¤"}"#, #""properties":{"value":"¤"}"#,
        #""properties":{"notes":"¤"}"#, #""properties":{"card":"¤"}"#, #""properties":{"¤":1}"#,
        #""properties":{"link":"see https://shop.example.com/?¤"}"#, #""integrations":{"Google Ads ¤":{"a":"¤"}}"#,
    ].map { HostilePlace($0) }

    /// The places for a text: all of them for one of each sort, and for the others those where it is looked at closely,
    /// as all of them together would take a minute.
    static func places(for text: HostileText) -> [HostilePlace] {
        HostileText.common.contains { $0.description == text.description } ? all : page + searched
    }

    private static func texts(_ names: String, in wrapper: (String) -> String, type: String = "track") -> [HostilePlace]
    {
        names.split(whereSeparator: \.isWhitespace).map { HostilePlace(wrapper("\"\($0)\":\"¤\""), type: type) }
    }

    private static let envelope =
        texts(
            """
            type messageId userId anonymousId event name category channel timestamp originalTimestamp occurredAt sentAt
            receivedAt request_ip rudderId projectId version writeKey groupId properties unknown
            """, in: { $0 }) + texts("previousId from to", in: { $0 }, type: "alias")
        + texts("userId event_id", in: { "\"_metadata\":{\($0)}" })

    private static let context =
        texts(
            "ip userAgent locale timezone channel event_id groupId sessionId ua-ch unknown",
            in: { "\"context\":{\($0)}" })
        + texts(
            "id advertisingId adTrackingEnabled attTrackingStatus", in: { "\"context\":{\"device\":{\($0)}}" })
        + texts("country city", in: { "\"context\":{\"location\":{\($0)}}" })
        + texts("country", in: { "\"context\":{\"geo\":{\($0)}}" })
        + texts("source", in: { "\"context\":{\"campaign\":{\($0)}}" })
        + texts("_fbc _fbp _gcl_aw _ga _ga_ABCDEFGH _twclid", in: { "\"context\":{\"cookies\":{\($0)}}" })
        + [
            HostilePlace(#""context":{"externalId":[{"type":"¤","id":"x"}]}"#),
            HostilePlace(#""context":{"externalId":[{"type":"crm","id":"¤"}]}"#),
            HostilePlace(#""context":{"¤":1}"#), HostilePlace(#""context":{"a":[{"b":["¤"]}]}"#),
            HostilePlace(#""context":{"clickIds":{"gclid":"¤"}}"#),
            HostilePlace(#""context":{"clientIds":{"ga4":"¤"}}"#),
        ]

    private static let page =
        texts("url referrer search path title unknown", in: { "\"context\":{\"page\":{\($0)}}" })
        + [
            "https://shop.example.com/¤", "https://shop.example.com/?a=¤", "https://shop.example.com/?¤=1",
            "https://shop.example.com/?¤", "https://shop.example.com/?gclid=¤", "https://shop.example.com/?email=¤",
            "https://shop.example.com/#¤", "https://¤@shop.example.com/", "https://¤/", "https://shop.example.com:¤/",
        ].map { HostilePlace("\"context\":{\"page\":{\"url\":\"\($0)\"}}") }
        + [
            HostilePlace(#""context":{"page":{"search":"?¤"}}"#),
            HostilePlace(#""properties":{"url":"¤"}"#, type: "page"),
        ]

    private static let person = """
        email phone firstName lastName name birthday gender id address street city state zip country consent opt_out
        unknown
        """

    private static let traits =
        texts(person, in: { "\"context\":{\"traits\":{\($0)}}" })
        + texts("email phone name id consent unknown", in: { "\"traits\":{\($0)}" }, type: "identify")
        + texts("street city zip", in: { "\"context\":{\"traits\":{\"address\":{\($0)}}}" })
        + texts("name", in: { "\"traits\":{\"company\":{\($0)}}" }, type: "group")
        + [
            HostilePlace(#""context":{"traits":{"¤":"x"}}"#), HostilePlace(#""context":{"traits":{"email":["¤"]}}"#),
            HostilePlace(#""context":{"traits":{"address":[{"city":"¤"}]}}"#),
        ]

    private static let consent =
        texts(
            "tcString gpp us_privacy gpc dataProcessingOptions consent consentManagement google_consent",
            in: { "\"context\":{\($0)}" })
        + texts(
            "allowedConsentIds deniedConsentIds provider resolutionStrategy",
            in: { "\"context\":{\"consentManagement\":{\($0)}}" })
        + texts("ad_storage ad_user_data tcf unknown", in: { "\"context\":{\"consent\":{\($0)}}" })
        + [
            HostilePlace(#""context":{"consentManagement":{"provider":"custom","deniedConsentIds":["¤"]}}"#),
            HostilePlace(#""context":{"consentManagement":{"allowedConsentIds":{"¤":"x"}}}"#),
            HostilePlace(#""context":{"consent":{"categoryPreferences":{"¤":true}}}"#),
            HostilePlace(#""context":{"consent":{"categoryPreferences":{"C0004":"¤"}}}"#),
            HostilePlace(#""context":{"gpp":"DBABTA~1YNN","gpp_sid":"¤"}"#),
            HostilePlace(#""context":{"gpp":"DBABLA~¤"}"#), HostilePlace(#""context":{"gpp":"DBABLA~BVVVkkkkkpFY.¤"}"#),
            HostilePlace(#""context":{"tcString":"CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA¤"}"#),
            HostilePlace(#""context":{"dataProcessingOptions":[["¤"],"1","2"]}"#),
            HostilePlace(#""context":{"dataProcessingOptions":[["LDU"],"¤","¤"]}"#),
        ]

    private static let properties =
        texts(
            """
            revenue value quantity currency order_id product_id event_id coupon query platform url page_url email phone
            first_name customer_email gclid fbc fbp ga_client_id period start_date consent tcf gpp us_privacy
            limited_data_use data_processing_options card card_number notes
            """, in: { "\"properties\":{\($0)}" })
        + [
            #"{"¤":1}"#, #"{"a":["¤"]}"#, #"{"a":{"b":{"c":"¤"}}}"#, #"{"link":"https://shop.example.com/¤"}"#,
            #"{"link":"https://shop.example.com/?a=¤"}"#, #"{"link":"see https://shop.example.com/?¤"}"#,
            #"{"card":{"number":"¤"}}"#, #"{"shipping_address":{"city":"¤"}}"#, #"{"value":¤}"#,
        ].map { HostilePlace("\"properties\":\($0)") }

    private static let products =
        texts("product_id name price quantity position unknown") {
            "\"properties\":{\"products\":[{\($0)}]}"
        }
        + [
            HostilePlace(#""properties":{"products":["¤"]}"#), HostilePlace(#""properties":{"products":{"¤":1}}"#),
            HostilePlace(#""properties":{"products":"¤"}"#),
        ]

    private static let others = [
        HostilePlace(#""integrations":{"¤":true}"#), HostilePlace(#""integrations":{"All":"¤"}"#),
        HostilePlace(#""integrations":{"Google Ads ¤":{"consents":{"adUserData":"¤"}}}"#),
        HostilePlace(#""integrations":{"Facebook Pixel":{"fbc":"¤"}}"#), HostilePlace(#""integrations":"¤""#),
        HostilePlace(
            #""mergeProperties":[{"type":"¤","value":"x"},{"type":"email","value":"a@example.com"}]"#, type: "merge"),
        HostilePlace(#""mergeProperties":[{"type":"email","value":"¤"},{"type":"phone","value":"¤"}]"#, type: "merge"),
        HostilePlace(#""messageId":"¤","traits":{"email":"a@example.com"}"#, type: "delete"),
    ]
}
