import EventModel
import Platform
import Testing

@testable import Canonicalizer

/// Reads the click ids of an event whose envelope is `text`.
func readClickIDs(
    _ text: String, source: SourceProfile = personSource(), occurredAt: Timestamp = personNow
) throws -> (ids: [ClickIDKind: String], notes: [Note]) {
    let event = try PersonJSON(text)
    var notes = NoteList()
    let ids = ClickIDReader.read(
        properties: event["properties"], context: event["context"], traits: event["traits"],
        integrations: event["integrations"], occurredAt: occurredAt, source: source, notes: &notes)
    return (Dictionary(uniqueKeysWithValues: ids.map { ($0.kind, $0.value) }), notes.notes)
}

@Suite struct PersonClickIDTests {
    /// The explicit names of each id, row by row as in the reference.
    static let names: [(ClickIDKind, [String])] = [
        (.fbclid, ["fbclid"]), (.gclid, ["gclid", "gclId"]), (.gbraid, ["gbraid"]), (.wbraid, ["wbraid"]),
        (.dclid, ["dclid"]), (.googleSessionAttributes, ["session_attributes_encoded"]),
        (.gaClientID, ["ga_client_id"]), (.gaSessionID, ["ga_session_id"]), (.ttclid, ["ttclid"]), (.ttp, ["ttp"]),
        (.scClickID, ["ScCid", "sccid", "sc_click_id"]), (.scCookie, ["sc_cookie1", "uuid_c1"]), (.epik, ["epik"]),
        (.redditClickID, ["rdt_cid"]), (.redditUUID, ["rdt_uuid"]), (.twclid, ["twclid"]), (.msclkid, ["msclkid"]),
        (.linkedInFirstParty, ["li_fat_id"]), (.qclid, ["qclid"]), (.ndclid, ["ndclid"]), (.dubID, ["dub_id"]),
        (.rtid, ["rtid"]), (.queryID, ["query_id"]), (.btid, ["btid"]), (.urid, ["urid"]),
    ]

    @Test("every id is found under each of its names in every place", arguments: names)
    func explicitNames(_ kind: ClickIDKind, _ names: [String]) throws {
        for name in names {
            let member = #""\#(name)": "Ab-_.9""#
            for text in [
                #"{"properties": {\#(member)}}"#, #"{"integrations": {"Some Platform": {\#(member)}}}"#,
                #"{"context": {\#(member)}}"#, #"{"context": {"clickIds": {\#(member)}}}"#,
                #"{"context": {"clientIds": {\#(member)}}}"#, #"{"context": {"campaign": {\#(member)}}}"#,
                #"{"context": {"traits": {\#(member)}}}"#, #"{"traits": {\#(member)}}"#,
            ] {
                #expect(try readClickIDs(text).ids[kind] == "Ab-_.9", "\(text)")
            }
        }
    }

    @Test(
        "URL parameters, whatever their case",
        arguments: [
            (ClickIDKind.fbclid, "fbclid"), (.gclid, "gclid"), (.gbraid, "gbraid"), (.wbraid, "wbraid"),
            (.dclid, "dclid"), (.ttclid, "ttclid"), (.scClickID, "ScCid"), (.scClickID, "sccid"), (.epik, "epik"),
            (.redditClickID, "rdt_cid"), (.twclid, "twclid"), (.msclkid, "msclkid"), (.linkedInFirstParty, "li_fat_id"),
            (.qclid, "qclid"), (.ndclid, "ndclid"), (.dubID, "dub_id"), (.rtid, "rtid"), (.queryID, "query_id"),
            (.btid, "btid"), (.urid, "urid"), (.gclid, "GCLID"),
        ])
    func parameters(_ kind: ClickIDKind, _ name: String) throws {
        for text in [
            #"{"context": {"page": {"url": "https://x.com/a?z=1&\#(name)=Ab-_9#f"}}}"#,
            #"{"context": {"page": {"search": "?\#(name)=Ab-_9"}}}"#,
            #"{"properties": {"url": "https://x.com/?\#(name)=Ab-_9&y"}}"#,
            #"{"properties": {"search": "\#(name)=Ab-_9"}}"#,
        ] {
            #expect(try readClickIDs(text).ids[kind] == "Ab-_9", "\(text)")
        }
    }

    @Test func idsWithoutParameterAreNotReadFromURLs() throws {
        let query = "fbc=1&fbp=2&ttp=3&rdt_uuid=4&sc_cookie1=5&ga_client_id=6&session_attributes_encoded=7"
        #expect(try readClickIDs(#"{"context": {"page": {"url": "https://x.com/?\#(query)"}}}"#).ids.isEmpty)
    }

    @Test(
        "names that several platforms use",
        arguments: [
            ("Snap Conversions Api", "click_id", ClickIDKind.scClickID),
            ("Reddit Conversions Api", "click_id", .redditClickID),
            ("Reddit Conversions Api", "uuid", .redditUUID), ("Nextdoor Conversions API", "click_id", .ndclid),
            ("Pinterest Conversions API", "clickId", .epik), ("TikTok Conversions", "clickId", .ttclid),
            ("GA4", "clientId", .gaClientID), ("Google Analytics 4 (GA4)", "sessionId", .gaSessionID),
        ])
    func sharedNames(_ platform: String, _ name: String, _ kind: ClickIDKind) throws {
        let text = #"{"integrations": {"\#(platform)": {"\#(name)": "v1"}}}"#
        #expect(try readClickIDs(text).ids == [kind: "v1"])
        #expect(try readClickIDs(#"{"properties": {"\#(name)": "v1"}}"#).ids.isEmpty)
        let source = personSource { $0.clickIDPlatform = platform.lowercased() }
        #expect(try readClickIDs(#"{"properties": {"\#(name)": "v1"}}"#, source: source).ids == [kind: "v1"])
    }

    @Test(
        "cookies and wrapped values",
        arguments: [
            ("_gcl_aw", "GCL.1700000000.Cj0KCQ", ClickIDKind.gclid, "Cj0KCQ"), ("_gcl_gb", "GCL.1.x.y", .gbraid, "x.y"),
            ("_ga", "GA1.1.1873641290.1795003801", .gaClientID, "1873641290.1795003801"),
            ("_ga", "1873641290.1795003801", .gaClientID, "1873641290.1795003801"),
            ("_ga_ABCD12EF34", "GS1.1.1795009001.3.1.1795009100.0.0.0", .gaSessionID, "1795009001"),
            ("_ga_ABCD12EF34", "GS2.1.s1795009001$o3$g1$t1795009100$j60$l0$h0", .gaSessionID, "1795009001"),
            ("client_id", "1873641290.1795003801", .gaClientID, "1873641290.1795003801"),
            ("_ttp", "tt", .ttp, "tt"), ("_scid", "u-1", .scCookie, "u-1"), ("_scclid", "c", .scClickID, "c"),
            ("_epik", "e", .epik, "e"), ("_rdt_uuid", "17.c3f1", .redditUUID, "17.c3f1"),
            ("rdt_cid_seg", "r", .redditClickID, "r"),
            ("_uetmsclkid", "_uet2f6a", .msclkid, "2f6a"), ("_uetmsclkid", "2f6a", .msclkid, "2f6a"),
            ("quora_qclid", "0|21|0", .qclid, "0|21|0"),
            ("_twclid", "%7B%22pixelVersion%22%3A%221%22%2C%22twclid%22%3A%2223ab%22%7D", .twclid, "23ab"),
            ("_twclid", "23ab", .twclid, "23ab"),
        ])
    func cookies(_ name: String, _ value: String, _ kind: ClickIDKind, _ expected: String) throws {
        #expect(try readClickIDs(#"{"context": {"cookies": {"\#(name)": "\#(value)"}}}"#).ids == [kind: expected])
    }

    @Test(
        "a session of something else is none",
        arguments: [
            ("_ga_ABCD12EF34", "GS3.1.17.1"), ("_ga_ABCD12EF34", "GS1.1"), ("_ga_ABCD12EF34", "GS1.1.x.1"),
            ("_ga_ABCD12EF34", "GS2.1.1795009001$o3"), ("_ga_ABCD12EF34", "GS2.1.s$o3"), ("_ga_AB", "GS1.1.17.1"),
            ("_ga_a_b_c", "GS1.1.17.1"),
        ])
    func otherSessions(_ name: String, _ value: String) throws {
        let found = try readClickIDs(#"{"context": {"cookies": {"\#(name)": "\#(value)"}}}"#)
        #expect(found.ids.isEmpty)
        #expect(found.notes.isEmpty)
    }

    @Test("a client id of something else is none", arguments: ["acme-app", "12", "1.2.3", "1.x", ""])
    func otherClientIDs(_ value: String) throws {
        let found = try readClickIDs(#"{"properties": {"client_id": "\#(value)"}}"#)
        #expect(found.ids.isEmpty)
        #expect(found.notes.isEmpty)
    }

    @Test func odderPlaces() throws {
        let jitsu =
            #"{"context": {"clientIds": {"ga4": {"clientId": "1.2", "sessionId": 17}, "fbp": "fb.1.1700000000000.7"}}}"#
        #expect(try readClickIDs(jitsu).ids == [.gaClientID: "1.2", .gaSessionID: "17", .fbp: "fb.1.1700000000000.7"])
        #expect(try readClickIDs(#"{"context": {"clientIds": {"ga4": "1.2"}}}"#).ids == [.gaClientID: "1.2"])
        let rudder = #"{"properties": {"context": {"user": {"ttp": "t"}}}}"#
        #expect(try readClickIDs(rudder).ids == [.ttp: "t"])
        #expect(try readClickIDs(#"{"context": {"referrer": {"type": "dataxu", "id": "b"}}}"#).ids == [.btid: "b"])
        #expect(
            try readClickIDs(#"{"context": {"referrer": {"type": "millennial-media", "id": "u"}}}"#).ids == [.urid: "u"]
        )
        #expect(try readClickIDs(#"{"context": {"page": {"search": {"gclid": "g"}}}}"#).ids == [.gclid: "g"])
    }

    // MARK: Order

    @Test func theFirstPlaceThatHasAValidValueWins() throws {
        /// The places in order, each with a value of its own.
        let places: [(String, String)] = [
            ("properties", #""gclid": "p1""#), ("integrations", #""X": {"gclid": "p2"}"#),
            ("context", #""gclid": "p3""#),
            ("context", #""clickIds": {"gclid": "p4"}"#), ("context", #""clientIds": {"gclid": "p5"}"#),
            ("context", #""campaign": {"gclid": "p6"}"#), ("context", #""traits": {"gclid": "p7"}"#),
            ("traits", #""gclid": "p8""#),
            ("context.page", #""url": "https://x.com/?gclid=p9""#), ("context.page", #""search": "?gclid=p10""#),
            ("properties", #""url": "https://x.com/?gclid=p11""#), ("properties", #""search": "gclid=p12""#),
            ("context.page", #""referrer": "https://www.x.com/?gclid=p13""#),
        ]
        for first in places.indices {
            // A page URL without click id is there for the referrer to be compared with.
            let rest = places[first...]
            func members(_ place: String) -> String { rest.filter { $0.0 == place }.map(\.1).joined(separator: ",") }
            let url = first > 8 ? #""url": "https://x.com/""# : ""
            let page = [members("context.page"), url].filter { !$0.isEmpty }.joined(separator: ",")
            let context = [members("context"), #""page": {\#(page)}"#].filter { !$0.isEmpty }.joined(separator: ",")
            let text = #"""
                {"properties": {\#(members("properties"))}, "traits": {\#(members("traits"))},
                 "integrations": {\#(members("integrations"))}, "context": {\#(context)}}
                """#
            let found = try readClickIDs(text)
            #expect(found.ids[.gclid] == "p\(first + 1)")
            #expect(found.notes == (first == 12 ? [.clickIDFromReferrer] : []))
        }
    }

    @Test(
        "a referrer counts if it is of the same site",
        arguments: [
            ("https://shop.example.com/done", "https://www.example.com/?gclid=g", true),
            ("https://example.co.uk/", "https://shop.example.co.uk/?gclid=g", true),
            ("https://EXAMPLE.com:8443/", "https://example.com/?gclid=g", true),
            ("https://a.co.uk/", "https://b.co.uk/?gclid=g", false),
            ("https://example.com/", "https://www.google.com/?gclid=g", false),
            ("https://10.0.0.1/", "https://11.0.0.1/?gclid=g", false),
            ("https://10.0.0.1/", "https://10.0.0.1/?gclid=g", true),
            ("https://user@example.com/", "https://example.com/?gclid=g", true),
            ("/done", "https://example.com/?gclid=g", false),
            ("https://example.com/", "android-app://example.com/?gclid=g", false),
            ("https://localhost/", "https://localhost/?gclid=g", true),
        ])
    func referrers(_ url: String, _ referrer: String, _ isSame: Bool) throws {
        let found = try readClickIDs(#"{"context": {"page": {"url": "\#(url)", "referrer": "\#(referrer)"}}}"#)
        #expect(found.ids == (isSame ? [.gclid: "g"] : [:]))
    }

    // MARK: Parsing

    @Test(
        "queries",
        arguments: [
            ("https://x.com/?gclid=a%2Bb", "a+b"), ("https://x.com/?gclid=A%252B", "A%2B"),
            ("https://x.com/?gclid=first&gclid=second", "first"), ("https://x.com/?gclid=&gclid=second", "second"),
            ("https://x.com/#/thanks?gclid=hash", "hash"), ("https://x.com/?a=b?gclid=late", "late"),
            ("not a url ?gclid=x", "x"), ("https://x.com/?utm=a=b&gclid=c=d", "c=d"), ("?gclid=x#gclid=y", "x"),
            ("https://x.com/?gclid=%zz", "%zz"), ("https://x.com/?gclid=CjwK-_.aB", "CjwK-_.aB"),
        ])
    func queries(_ url: String, _ expected: String) throws {
        #expect(try readClickIDs(#"{"context": {"page": {"url": "\#(url)"}}}"#).ids[.gclid] == expected)
    }

    @Test("a search that is a phrase says nothing", arguments: ["running shoes", "gclid", ""])
    func phrases(_ text: String) throws {
        #expect(try readClickIDs(#"{"context": {"page": {"search": "\#(text)"}}}"#).ids.isEmpty)
    }

    @Test(
        "what cannot be genuine is dropped",
        arguments: [
            #""a b""#, #""a\"b""#, #""a'b""#, #""<script>""#, #""ä""#, #""a\tb""#, #""{gclid}""#, #""{{gclid}}""#,
            #""undefined""#, #""null""#, #""test""#, #""[gclid]""#, "true", "{}", "[]", "1.5",
        ])
    func invalid(_ value: String) throws {
        let found = try readClickIDs(#"{"properties": {"gclid": \#(value)}}"#)
        #expect(found.ids.isEmpty)
        #expect(found.notes == [.clickIDInvalid])
    }

    @Test("nothing is no click id and worth no note", arguments: [#""""#, #""  ""#, "null"])
    func empty(_ value: String) throws {
        let found = try readClickIDs(#"{"properties": {"gclid": \#(value)}}"#)
        #expect(found.ids.isEmpty && found.notes.isEmpty)
    }

    @Test func lengthHasALimit() throws {
        let longest = String(repeating: "a", count: ClickIDFinds.byteLimit)
        #expect(try readClickIDs(#"{"properties": {"gclid": "\#(longest)"}}"#).ids[.gclid] == longest)
        #expect(try readClickIDs(#"{"properties": {"gclid": "\#(longest)a"}}"#).notes == [.clickIDInvalid])
    }

    @Test func resultsComeInOneOrder() throws {
        let event = try PersonJSON(
            #"{"properties": {"urid": "1", "twclid": "2", "gclid": "3", "epik": "4", "fbclid": "5"}}"#)
        var notes = NoteList()
        let ids = ClickIDReader.read(
            properties: event["properties"], context: nil, traits: nil, integrations: nil, occurredAt: personNow,
            source: personSource(), notes: &notes)
        #expect(ids.map(\.kind) == [.fbclid, .fbc, .gclid, .epik, .twclid, .urid])
    }
}

@Suite struct PersonFacebookIDTests {
    @Test(
        "genuine cookies are kept byte for byte",
        arguments: [
            "fb.1.1700000000000.IwAR2-_x", "fb.0.1700000000000.a", "fb.2.1700000000000.Abc.AQ",
            "fb.1.1700000000000.a.AQMBAAEB",
        ])
    func genuine(_ value: String) throws {
        let found = try readClickIDs(#"{"properties": {"fbc": "\#(value)"}}"#)
        #expect(found.ids == [.fbc: value])
        #expect(found.notes.isEmpty)
    }

    @Test func secondsBecomeMilliseconds() throws {
        let found = try readClickIDs(
            #"{"properties": {"fbc": "fb.1.1700000000.AbC.AQ", "fbp": "fb.1.1700000000.123"}}"#)
        #expect(found.ids == [.fbc: "fb.1.1700000000000.AbC.AQ", .fbp: "fb.1.1700000000000.123"])
        #expect(found.notes == [.fbcTimeRepaired])
    }

    @Test(
        "false cookies are dropped",
        arguments: [
            "fb.1.17000000000.a", "fb.1.170000000000.a", "fb.1.1899999999999.a", "fb.3.1700000000000.a",
            "fb.1.1700000000000.",
            "fb.1.1700000000000", "FB.1.1700000000000.a", "fb.1.1700000000000.a.b.c", "fb.1.17000000000000.a",
            "garbage",
            "fb.1.+700000000000.a", "fb.1.1700000000000.a+b", "fb.11.1700000000000.a", "fb..1700000000000.a",
            "fb.1.1700000000000.a.12345678901234567", "fb.1.1700000000000.a.",
        ])
    func falseOnes(_ value: String) throws {
        let found = try readClickIDs(#"{"properties": {"fbc": "\#(value)"}}"#)
        #expect(found.ids.isEmpty)
        #expect(found.notes == [.fbcInvalid])
    }

    @Test("fbp ends in digits", arguments: ["fb.1.1700000000000.12a", "fb.1.1700000000000.", "fb.1.1.1"])
    func browserIDs(_ value: String) throws {
        let found = try readClickIDs(#"{"properties": {"fbp": "\#(value)"}}"#)
        #expect(found.ids.isEmpty)
        #expect(found.notes == [.fbpInvalid])
    }

    @Test func aClockThatIsALittleAheadIsForgiven() throws {
        let soon = personNow.milliseconds + 600_000
        #expect(try readClickIDs(#"{"properties": {"fbc": "fb.1.\#(soon).a"}}"#).ids[.fbc] != nil)
        #expect(try readClickIDs(#"{"properties": {"fbc": "fb.1.\#(soon + 1).a"}}"#).ids[.fbc] == nil)
    }

    @Test func fbcIsMadeFromTheClickAtTheTimeOfTheEvent() throws {
        let url = #"{"context": {"page": {"url": "https://x.com/?fbclid=IwAR2abC"}}}"#
        let found = try readClickIDs(url, occurredAt: Timestamp(milliseconds: 1_795_010_731_420))
        #expect(found.ids == [.fbclid: "IwAR2abC", .fbc: "fb.1.1795010731420.IwAR2abC"])
    }

    @Test func aFalseCookieGivesWayToTheClick() throws {
        let text = #"{"properties": {"fbc": "garbage", "fbclid": "c1"}}"#
        let found = try readClickIDs(text)
        #expect(found.ids[.fbc] == "fb.1.\(personNow.milliseconds).c1")
        #expect(found.notes == [.fbcInvalid])
    }

    @Test func theClickOfThisPageIsNewerThanTheCookie() throws {
        let cookie = "fb.1.1700000000000.old"
        let page = #""page": {"url": "https://x.com/?fbclid=new"}"#
        let newer = try readClickIDs(#"{"context": {"fbc": "\#(cookie)", \#(page)}}"#)
        #expect(newer.ids == [.fbc: "fb.1.\(personNow.milliseconds).new", .fbclid: "new"])
        let same = try readClickIDs(
            #"{"context": {"fbc": "\#(cookie)", "page": {"url": "https://x.com/?fbclid=old"}}}"#)
        #expect(same.ids[.fbc] == cookie)
    }

    @Test func aClickFromElsewhereIsNotNewerThanTheCookie() throws {
        let cookie = "fb.1.1700000000000.old"
        let stated = try readClickIDs(#"{"context": {"fbc": "\#(cookie)", "fbclid": "other"}}"#)
        #expect(stated.ids[.fbc] == cookie)
        let referrer = #""page": {"url": "https://x.com/", "referrer": "https://x.com/?fbclid=other"}"#
        #expect(try readClickIDs(#"{"context": {"fbc": "\#(cookie)", \#(referrer)}}"#).ids[.fbc] == cookie)
    }

    @Test func anImpossibleClickMakesNoCookie() throws {
        #expect(try readClickIDs(#"{"properties": {"fbclid": "a.b|c"}}"#).ids == [.fbclid: "a.b|c"])
    }

    @Test func nothingElseIsEverMade() throws {
        let found = try readClickIDs(#"{"properties": {"fbclid": "a", "ttclid": "b", "ScCid": "c", "rdt_cid": "d"}}"#)
        #expect(Set(found.ids.keys) == [.fbclid, .fbc, .ttclid, .scClickID, .redditClickID])
    }
}
