import EventModel
import Foundation
import Storage
import TestSupport
import Testing

/// What tests of erasure and retention ask and look at.
extension GatewayHarness {
    /// Asks for an erasure and waits for its end; gives what was removed.
    func erase(_ body: String) throws -> [String: Int] {
        let reply = try admin("POST", "/api/erasures", body: body)
        let order = try #require(try JSONSerialization.jsonObject(with: Data(reply.response.body)) as? [String: Any])
        let id = try #require(order["id"] as? String, "\(reply.text)")
        #expect(eventually { try erasure(id)["state"] as? String == "finished" })
        return try #require(try erasure(id)["removed"] as? [String: Int])
    }

    /// What the gateway says of an erasure.
    func erasure(_ id: String) throws -> [String: Any] {
        let reply = try admin("GET", "/api/erasures/\(id)")
        return try #require(try JSONSerialization.jsonObject(with: Data(reply.response.body)) as? [String: Any])
    }
}

extension StoreInspection {
    /// Writes everything to tables and rewrites them, as time would.
    func settle() throws {
        for family in Family.allCases {
            try store.flush(family)
            try store.compact(family)
        }
    }

    /// Where one of the texts is found among keys and values.
    func places(of texts: [String]) throws -> Set<String> {
        var places: Set<String> = []
        for family in Family.allCases {
            try store.scan(family, from: [], to: nil, .ascending) { key, value in
                for text in texts
                where Data(key).range(of: Data(text.utf8)) != nil
                    || Data(value).range(of: Data(text.utf8)) != nil
                {
                    places.insert("\(text) in \(family.rawValue)")
                }
                return true
            }
        }
        return places
    }

    /// What of the store does not hang together: every record must belong to something that is there.
    func inconsistencies() throws -> [String] {
        var faults: [String] = []
        let reader = EventReader(store)
        for account in registry.accounts {
            let identity = StoredIdentityReader(store, account)
            let nodes = try identity.nodes(after: nil, limit: .max)
            let known = Set(nodes.map(\.id))
            var sizes: [NodeID: UInt32] = [:]
            for node in nodes {
                guard let root = try? identity.root(of: node.id) else {
                    faults.append("a node without a root")
                    continue
                }
                sizes[root.id, default: 0] += 1
                for edge in try identity.edges(of: node.id, after: nil, limit: .max) {
                    let other = edge.first == node.id ? edge.second : edge.first
                    if !known.contains(other) { faults.append("an edge to nobody") }
                    let back = try identity.edges(of: other, after: nil, limit: .max).contains(edge)
                    if !back { faults.append("an edge with one end") }
                }
                for sequence in try reader.events(ofProfileNode: node.id, account, limit: .max)
                where try reader.event(account, sequence) == nil {
                    faults.append("a history with an event that is gone")
                }
            }
            for node in nodes where node.isRoot && sizes[node.id] != node.size { faults.append("a wrong size") }
        }
        var listed = 0
        try store.scan(.profileEvents, from: [], to: nil, .ascending) { _, _ in
            listed += 1
            return true
        }
        let entries = try entries()
        if listed != entries.count { faults.append("\(entries.count) events and \(listed) entries in histories") }
        for family in [Family.deliveries, .attempts, .sightings] {
            try store.scan(family, from: [], to: nil, .ascending) { key, value in
                let event = Array(key.prefix(12))
                let isThere = (try? store.value(.events, event)) ?? nil
                if isThere == nil, !isTombstone(family, value) { faults.append("\(family.rawValue) of no event") }
                return true
            }
        }
        return Array(Set(faults)).sorted()
    }

    /// Whether a delivery is one that was erased: version, status `dropped`, attempts, reason `erased`.
    private func isTombstone(_ family: Family, _ value: UnsafeRawBufferPointer) -> Bool {
        family == .deliveries && value.count > 3 && value[1] == 4 && value[3] == 9
    }

    /// How many deliveries ended because their event was erased, without a word about why.
    func erasedDeliveryCount() throws -> Int {
        var events: Set<EventSequence> = []
        try store.scan(.deliveries, from: [], to: nil, .ascending) { key, _ in
            events.insert(EventSequence(UInt64(bigEndian: key.loadUnaligned(fromByteOffset: 4, as: UInt64.self))))
            return true
        }
        let deliveries = DeliveryRecordStore(store, registry)
        return try registry.accounts.reduce(0) { count, account in
            try events.reduce(count) { count, event in
                try count
                    + deliveries.deliveries(account, event).count {
                        $0.status == .dropped && $0.dropReason == .erased && $0.lastError == nil
                    }
            }
        }
    }
}
