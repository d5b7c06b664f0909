import Crypto
import EventModel
import Platform
import Storage
import TestSupport
import Testing

@Suite struct ReaderTests {
    let store = MemoryStore()
    let account = AccountNumber(1)
    let environment = EnvironmentNumber(1)

    private func dedupRecord(_ sequence: UInt64) -> DedupRecord {
        DedupRecord(
            sequence: EventSequence(sequence), time: Timestamp(milliseconds: Int64(sequence)),
            fingerprint: SHA256.digest(of: "\(sequence)"))
    }

    private func commit(_ fill: (inout WriteBatch) -> Void) throws {
        var batch = WriteBatch()
        fill(&batch)
        try store.commit(batch, .synced)
    }

    @Test func eventsAreReadBack() throws {
        let reader = EventReader(store)
        let record = EventRecord(canonical: Array("{}".utf8), decisions: Array("{\"a\":1}".utf8), envelope: [1, 2])
        try commit { $0.putEvent(record, account, EventSequence(5)) }
        #expect(try reader.event(account, EventSequence(5)) == record)
        #expect(try reader.event(account, EventSequence(6)) == nil)
        #expect(try reader.event(AccountNumber(2), EventSequence(5)) == nil)
    }

    @Test func recentEventsComeInPagesAndOfOneAccount() throws {
        let reader = EventReader(store)
        try commit { batch in
            for sequence in UInt64(1)...10 {
                let record = EventRecord(canonical: [UInt8(sequence)], decisions: [])
                batch.putEvent(record, account, EventSequence(sequence))
                batch.putEvent(record, AccountNumber(2), EventSequence(sequence + 100))
            }
        }
        let first = try reader.recentEvents(account, limit: 4)
        #expect(first.map(\.sequence.value) == [10, 9, 8, 7])
        #expect(first.map(\.canonical) == [[10], [9], [8], [7]])
        let second = try reader.recentEvents(account, before: first.last?.sequence, limit: 100)
        #expect(second.map(\.sequence.value) == [6, 5, 4, 3, 2, 1])
        #expect(try reader.recentEvents(account, before: EventSequence(1), limit: 9).isEmpty)
        #expect(try reader.recentEvents(AccountNumber(3), limit: 9).isEmpty)
        #expect(try reader.recentEvents(account, limit: 0).isEmpty)
    }

    @Test func dedupRecordsAreFoundByTheirKeyOnly() throws {
        let reader = EventReader(store)
        let message = MessageKey(account, environment, source: "segment", messageID: "m1")
        let purchase = EventIDKey(account, environment, eventID: "o1", eventName: EventName("purchase"))
        let refund = EventIDKey(account, environment, eventID: "o1", eventName: EventName("refund"))
        let next = EventIDKey(account, environment, eventID: "o12", eventName: EventName("purchase"))
        try commit {
            $0.putMessage(message, dedupRecord(1))
            $0.putEventID(purchase, dedupRecord(2))
            $0.putEventID(refund, dedupRecord(3))
            $0.putEventID(next, dedupRecord(4))
        }
        let unknown = [
            MessageKey(account, environment, source: "rudderstack", messageID: "m1"),
            MessageKey(account, EnvironmentNumber(2), source: "segment", messageID: "m1"),
            MessageKey(AccountNumber(2), environment, source: "segment", messageID: "m1"),
        ]
        #expect(try reader.message(message) == dedupRecord(1))
        for key in unknown { #expect(try reader.message(key) == nil) }
        #expect(try reader.messages([unknown[0], message]) == [nil, dedupRecord(1)])
        #expect(try reader.eventID(refund) == dedupRecord(3))
        #expect(try reader.eventIDs([next, purchase]) == [dedupRecord(4), dedupRecord(2)])
        let names = try reader.events(withID: "o1", account, environment)
        #expect(Set(names.map(\.sequence.value)) == [2, 3])
        #expect(try reader.events(withID: "o1", account, environment, limit: 1).count == 1)
        #expect(try reader.events(withID: "o", account, environment).isEmpty)
    }

    @Test func eventsOfAProfileComeNewestFirst() throws {
        let reader = EventReader(store)
        let (node, other) = (NodeID(high: 5, low: 1), NodeID(high: 5, low: 2))
        try commit { batch in
            for sequence in UInt64(1)...5 { batch.putProfileEvent(account, node, EventSequence(sequence)) }
            batch.putProfileEvent(account, other, EventSequence(9))
        }
        let first = try reader.events(ofProfileNode: node, account, limit: 2)
        #expect(first.map(\.value) == [5, 4])
        let second = try reader.events(ofProfileNode: node, account, before: first.last, limit: 9)
        #expect(second.map(\.value) == [3, 2, 1])
        #expect(try reader.events(ofProfileNode: node, AccountNumber(2), limit: 2).isEmpty)
    }

    @Test func graphIsReadFromBothEndsOfAnEdge() throws {
        let graph = StoredIdentityReader(store, account)
        let hasher = SHA256()
        let identifiers = (0..<4).map { Identifier(.email, "value \($0)", in: Samples.tenant, hasher: hasher) }
            .sorted { $0.node < $1.node }
        let nodes = identifiers.map {
            IdentityNode($0, firstSeen: Timestamp(milliseconds: 7), firstEvent: EventSequence(7))
        }
        let edges = (1...3).map { position in
            IdentityEdge(
                first: nodes[0].id, second: nodes[position].id,
                decision: EdgeDecision(
                    event: EventSequence(UInt64(position)), seenAt: Timestamp(milliseconds: 7), ruleVersion: 1,
                    refusal: position == 2 ? .typeLimit : nil))
        }
        try commit { $0.putIdentity(account, IdentityChanges(nodes: nodes, edges: edges)) }
        #expect(try graph.node(nodes[1].id) == nodes[1])
        #expect(try graph.nodes([nodes[2].id, NodeID(high: 0, low: 0), nodes[0].id]) == [nodes[2], nil, nodes[0]])
        #expect(try graph.edge(nodes[0].id, nodes[2].id) == edges[1])
        #expect(try graph.edge(nodes[2].id, nodes[0].id) == edges[1])
        #expect(try graph.edge(nodes[1].id, nodes[2].id) == nil)
        #expect(try graph.edges(of: nodes[0].id, after: nil, limit: 9) == edges)
        #expect(try graph.edges(of: nodes[0].id, after: nodes[1].id, limit: 1) == [edges[1]])
        #expect(try graph.edges(of: nodes[3].id, after: nil, limit: 9) == [edges[2]])
        #expect(try StoredIdentityReader(store, AccountNumber(2)).node(nodes[1].id) == nil)
    }

    @Test func damagedRecordIsReportedWithFamilyAndKey() throws {
        let reader = EventReader(store)
        try commit { $0.putEvent(EventRecord(canonical: [1], decisions: [2]), account, EventSequence(0x0102)) }
        let key = try #require(try store.pairs(.events).first).key
        try store.put(.events, key, [9, 9])
        let single = #expect(throws: StoreError.self) { try reader.event(account, EventSequence(0x0102)) }
        #expect(single?.code == .corrupt)
        #expect(single?.message.contains("events/000000010000000000000102") == true)
        #expect(throws: StoreError.self) { try reader.recentEvents(account, limit: 5) }

        let message = MessageKey(account, environment, source: "s", messageID: "m")
        try commit { $0.putMessage(message, dedupRecord(1)) }
        try store.put(.messages, try #require(try store.pairs(.messages).first).key, [1])
        let many = #expect(throws: StoreError.self) { try reader.messages([message]) }
        #expect(many?.code == .corrupt)
    }
}
