import EventModel
import Identity
import JSON
import Storage

/// Writes profiles as operators see them.
struct ProfileWriter<Store: KeyValueStore> {
    private let reader: StoredIdentityReader<Store>

    /// A writer of profiles of one account.
    init(_ reader: StoredIdentityReader<Store>) { self.reader = reader }

    /// A profile with its members and edges, and which parts of the person's data are known.
    func json(
        _ members: ProfileMembers, _ edges: ProfileEdges, known: KnownPerson?, account: String, isComplete: Bool
    ) throws(StoreError) -> [UInt8] {
        let names = try names(edges.joining + edges.refused, members.nodes)
        let roots = members.nodes.filter(\.isRoot)
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.member("profile_id", members.profile.description)
            json.member("account", account)
            json.member("size", Int(roots.first?.size ?? UInt32(members.nodes.count)))
            json.member("merges", Int(roots.first?.mergeCount ?? 0))
            json.member("complete", isComplete && edges.isComplete)
            if let known { json.known(known) }
            json.key("members")
            json.array { json in for node in members.nodes { write(node, to: &json) } }
            json.key("edges")
            json.array { json in for edge in edges.joining { write(edge, names, to: &json) } }
            json.key("refused")
            json.array { json in for edge in edges.refused { write(edge, names, to: &json) } }
        }
        return json.bytes
    }

    /// Why two identifiers are one person, or are not.
    func json(_ explanation: IdentityExplanation) throws(StoreError) -> [UInt8] {
        var edges: [IdentityEdge] = []
        let verdict: String
        switch explanation {
        case .connected(let chain):
            verdict = "connected"
            edges = chain
        case .separate(let refused):
            verdict = "separate"
            edges = refused.map { [$0] } ?? []
        case .unknown: verdict = "unknown"
        case .unfinished: verdict = "unfinished"
        }
        let names = try names(edges, [])
        var json = JSONWriter(capacity: 1024)
        json.object { json in
            json.member("verdict", verdict)
            json.key("edges")
            json.array { json in for edge in edges { write(edge, names, to: &json) } }
        }
        return json.bytes
    }

    /// The nodes at the ends of edges; those that are gone are missing.
    private func names(_ edges: [IdentityEdge], _ known: [IdentityNode]) throws(StoreError) -> [NodeID: IdentityNode] {
        var names = Dictionary(known.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        let missing = Set(edges.flatMap { [$0.first, $0.second] }).filter { names[$0] == nil }.sorted()
        for node in try reader.nodes(missing).compactMap({ $0 }) { names[node.id] = node }
        return names
    }

    private func write(_ node: IdentityNode, to json: inout JSONWriter) {
        json.object { json in
            json.member("node", ProfileID(node.id).description)
            json.member("type", node.type.name)
            json.member("value", node.value)
            json.time("first_seen_at", node.firstSeen)
            json.member("first_event", String(node.firstEvent.value))
            if node.isBlocked { json.member("blocked", true) }
        }
    }

    private func write(_ edge: IdentityEdge, _ names: [NodeID: IdentityNode], to json: inout JSONWriter) {
        json.object { json in
            json.key("first")
            write(edge.first, names, to: &json)
            json.key("second")
            write(edge.second, names, to: &json)
            write(edge.decision, to: &json)
            if !edge.earlier.isEmpty {
                json.key("earlier")
                json.array { json in
                    for decision in edge.earlier { json.object { json in write(decision, to: &json) } }
                }
            }
        }
    }

    private func write(_ node: NodeID, _ names: [NodeID: IdentityNode], to json: inout JSONWriter) {
        json.object { json in
            json.member("node", ProfileID(node).description)
            json.member("type", names[node]?.type.name)
            json.member("value", names[node]?.value)
        }
    }

    private func write(_ decision: EdgeDecision, to json: inout JSONWriter) {
        json.member("refused", decision.refusal?.rawValue)
        json.member("event", String(decision.event.value))
        json.time("seen_at", decision.seenAt)
        json.member("authority", decision.authority.rawValue)
        json.member("rule_version", Int(decision.ruleVersion))
        if let merge = decision.merge {
            json.key("merged")
            json.array { json in
                json.value(merge.first.description)
                json.value(merge.second.description)
            }
        }
    }
}

extension JSONWriter {
    /// Which parts of a person's data are known, and since when; never the data.
    mutating func known(_ person: KnownPerson) {
        key("known_person")
        array { json in
            for entry in person.entries {
                json.object { json in
                    json.member("part", entry.part.rawValue)
                    json.time("said_at", entry.saidAt)
                }
            }
        }
    }
}
