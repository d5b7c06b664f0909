import EventModel
import JSON

/// The names under which click and browser ids travel (reference inbound, 8.1).
enum ClickIDTable {
    /// One id and where it is found.
    private struct Row {
        var kind: ClickIDKind
        var names: [String]
        /// The parameter of a landing page's URL; its case does not matter.
        var parameter: String?
        /// Cookies and storage keys that senders copy into events, and how the id lies in them.
        var cookies: [(name: String, wrapping: Wrapping)] = []
    }

    private static let rows: [Row] = [
        Row(kind: .fbclid, names: ["fbclid"], parameter: "fbclid"),
        Row(kind: .fbc, names: ["fbc"], cookies: [("_fbc", .none)]),
        Row(kind: .fbp, names: ["fbp"], cookies: [("_fbp", .none)]),
        Row(kind: .gclid, names: ["gclid", "gclId"], parameter: "gclid", cookies: [("_gcl_aw", .googleClick)]),
        Row(kind: .gbraid, names: ["gbraid"], parameter: "gbraid", cookies: [("_gcl_gb", .googleClick)]),
        Row(kind: .wbraid, names: ["wbraid"], parameter: "wbraid"),
        Row(kind: .dclid, names: ["dclid"], parameter: "dclid"),
        Row(
            kind: .googleSessionAttributes, names: ["session_attributes_encoded"],
            cookies: [("google_session_attributes_encoded", .none)]),
        Row(
            kind: .gaClientID, names: ["ga_client_id"],
            cookies: [("client_id", .googleClientID), ("_ga", .googleAnalytics)]),
        Row(kind: .gaSessionID, names: ["ga_session_id"]),
        Row(kind: .ttclid, names: ["ttclid"], parameter: "ttclid"),
        Row(kind: .ttp, names: ["ttp"], cookies: [("_ttp", .none)]),
        Row(
            kind: .scClickID, names: ["ScCid", "sccid", "sc_click_id"], parameter: "ScCid",
            cookies: [("_scclid", .none), ("analytics_snap_capi_click_id", .none)]),
        Row(kind: .scCookie, names: ["sc_cookie1", "uuid_c1"], cookies: [("_scid", .none)]),
        Row(kind: .epik, names: ["epik"], parameter: "epik", cookies: [("_epik", .none)]),
        Row(
            kind: .redditClickID, names: ["rdt_cid"], parameter: "rdt_cid",
            cookies: [("_rdt_cid", .none), ("rdt_cid_seg", .none)]),
        Row(kind: .redditUUID, names: ["rdt_uuid"], cookies: [("_rdt_uuid", .none)]),
        Row(kind: .twclid, names: ["twclid"], parameter: "twclid", cookies: [("_twclid", .x)]),
        Row(kind: .msclkid, names: ["msclkid"], parameter: "msclkid", cookies: [("_uetmsclkid", .microsoft)]),
        Row(kind: .linkedInFirstParty, names: ["li_fat_id"], parameter: "li_fat_id"),
        Row(kind: .qclid, names: ["qclid"], parameter: "qclid", cookies: [("quora_qclid", .none)]),
        Row(kind: .ndclid, names: ["ndclid"], parameter: "ndclid"),
        Row(kind: .dubID, names: ["dub_id"], parameter: "dub_id"),
        Row(kind: .rtid, names: ["rtid"], parameter: "rtid"),
        Row(kind: .queryID, names: ["query_id"], parameter: "query_id"),
        Row(kind: .btid, names: ["btid"], parameter: "btid"),
        Row(kind: .urid, names: ["urid"], parameter: "urid"),
    ]

    /// How an id lies in the value it is found in.
    enum Wrapping: Sendable {
        case none
        /// `GCL.<seconds>.<id>`.
        case googleClick
        /// `GA1.<n>.<client id of two numbers>`.
        case googleAnalytics
        /// Under a name that others use too: only two numbers with a point between them are one.
        case googleClientID
        /// `GS1.1.<session id>.…` or `GS2.1.s<session id>$…`.
        case googleSession
        /// `_uet<id>`.
        case microsoft
        /// Percent-encoded JSON with a member `twclid`.
        case x
    }

    /// A kind of id and its place in `ClickIDKind.allCases`.
    struct Slot: Sendable, Equatable {
        let kind: ClickIDKind
        /// The bit of its place.
        let bit: UInt32

        init(_ kind: ClickIDKind) {
            self.kind = kind
            bit = 1 << UInt32(ClickIDKind.allCases.firstIndex(of: kind) ?? 0)
        }
    }

    /// A name that means different ids for different platforms.
    enum SharedName: Sendable {
        case clickID, uuid, clientID, sessionID
    }

    /// What a member of `properties`, `context`, `traits`, `integrations.*` or `context.page` is to this reader.
    enum Member: Sendable {
        case id(Slot, Wrapping)
        case shared(SharedName)
        case url, search, referrer, page, context
        case clickIDs, clientIDs, campaign, cookies, googleAnalytics
    }

    static let members: NameTable<Member> = {
        var names: [(String, Member)] = [
            ("click_id", .shared(.clickID)), ("clickId", .shared(.clickID)), ("uuid", .shared(.uuid)),
            ("clientId", .shared(.clientID)), ("sessionId", .shared(.sessionID)),
            ("url", .url), ("search", .search), ("referrer", .referrer), ("page", .page), ("context", .context),
            ("clickIds", .clickIDs), ("clientIds", .clientIDs), ("campaign", .campaign), ("cookies", .cookies),
            ("ga4", .googleAnalytics),
        ]
        for row in rows {
            let slot = Slot(row.kind)
            for name in row.names { names.append((name, .id(slot, .none))) }
            for cookie in row.cookies { names.append((cookie.name, .id(slot, cookie.wrapping))) }
        }
        return NameTable(names)
    }()

    /// What a member's name is to this reader.
    static func meaning(of member: JSONMember) -> Member? {
        if let meaning = members.folded(member) { return meaning }
        // Google's cookie for the session of one stream: `_ga_` and what its measurement id has after `G-`.
        let name = member.nameText
        guard name.count >= 8, name.starts(with: "_ga_".utf8), name.dropFirst(4).allSatisfy(ASCII.isAlphanumeric)
        else { return nil }
        return .id(gaSessionID, .googleSession)
    }

    private static let gaSessionID = Slot(.gaSessionID)

    static let parameters = FoldedTable<Slot>(
        rows.compactMap { row in row.parameter.map { (name: $0, value: Slot(row.kind)) } })
}
