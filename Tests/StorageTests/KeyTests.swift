import Crypto
import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

@Suite struct KeyTests {
    @Test func keysOfDifferentFieldsDiffer() {
        let (account, environment) = (AccountNumber(1), EnvironmentNumber(1))
        let texts = [
            "", "a", "b", "ab", "ba", "a\u{0}", "\u{0}a", String(repeating: "x", count: 253),
            String(repeating: "x", count: 254), String(repeating: "x", count: 255), String(repeating: "x", count: 9999),
        ]
        var messages: Set<[UInt8]> = []
        var eventIDs: Set<[UInt8]> = []
        for first in texts {
            for second in texts {
                messages.insert(MessageKey(account, environment, source: first, messageID: second).bytes)
                eventIDs.insert(
                    EventIDKey(account, environment, eventID: first, eventName: EventName(second)).bytes)
            }
        }
        #expect(messages.count == texts.count * texts.count)
        #expect(eventIDs.count == texts.count * texts.count)
        #expect(messages.map(\.count).max() == 4 + 2 + 2 * 255, "a key stays short however long the texts are")
    }

    @Test func keysOfOneFieldLieTogether() throws {
        let account = AccountNumber(7)
        let range = EventIDKey.allNames(account, EnvironmentNumber(2), eventID: "order-1")
        func isInside(_ key: EventIDKey) -> Bool {
            !key.bytes.lexicographicallyPrecedes(range.lower) && key.bytes.lexicographicallyPrecedes(range.upper!)
        }
        #expect(
            isInside(EventIDKey(account, EnvironmentNumber(2), eventID: "order-1", eventName: EventName("purchase"))))
        #expect(isInside(EventIDKey(account, EnvironmentNumber(2), eventID: "order-1", eventName: EventName("refund"))))
        #expect(
            !isInside(EventIDKey(account, EnvironmentNumber(2), eventID: "order-12", eventName: EventName("refund"))))
        #expect(
            !isInside(EventIDKey(account, EnvironmentNumber(3), eventID: "order-1", eventName: EventName("refund"))))
        #expect(
            !isInside(EventIDKey(AccountNumber(8), EnvironmentNumber(2), eventID: "order-1", eventName: EventName("x")))
        )
    }

    @Test("the order of keys is the order of their fields", arguments: [UInt64(1)])
    func order(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let destination = DestinationNumber(UInt16.random(in: 0...3, using: &random))
            let accounts = (AccountNumber(UInt32.random(in: 0...2, using: &random)), AccountNumber(1))
            let sequences = (random.sequence(), random.sequence())
            let (first, second) = (
                DestinationListKey(DeliveryKey(accounts.0, sequences.0, destination), at: random.time()),
                DestinationListKey(DeliveryKey(accounts.1, sequences.1, destination), at: random.time())
            )
            #expect(
                first.bytes.lexicographicallyPrecedes(second.bytes)
                    == ((first.time.milliseconds, accounts.0, sequences.0) < (
                        second.time.milliseconds, accounts.1, sequences.1
                    )))
            #expect(
                EventKey(accounts.0, sequences.0).bytes.lexicographicallyPrecedes(
                    EventKey(accounts.1, sequences.1).bytes)
                    == ((accounts.0, sequences.0) < (accounts.1, sequences.1)))
        }
    }

    @Test("keys are read back", arguments: [UInt64(2)])
    func roundTrip(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let account = AccountNumber(UInt32.random(in: 0...UInt32.max, using: &random))
            let event = EventKey(account, random.sequence())
            #expect(try EventKey(reading: event.bytes) == event)
            let delivery = DeliveryKey(account, random.sequence(), DestinationNumber(7))
            #expect(try DeliveryKey(reading: delivery.bytes) == delivery)
            let entry = DestinationListKey(delivery, at: random.time())
            #expect(try DestinationListKey(reading: entry.bytes) == entry)
            let attempt = AttemptKey(delivery, startedAt: random.time(), number: 3)
            let readAttempt = try AttemptKey(reading: attempt.bytes)
            #expect(readAttempt.bytes == attempt.bytes)
            let edge = EdgeKey(account, random.node(), random.node())
            #expect(try EdgeKey(reading: edge.bytes).bytes == edge.bytes)
            let profileEvent = ProfileEventKey(account, random.node(), random.sequence())
            #expect(try ProfileEventKey(reading: profileEvent.bytes).sequence == profileEvent.sequence)
            #expect(throws: MalformedRecord.self) { try EventKey(reading: event.bytes.dropLast()) }
            #expect(throws: MalformedRecord.self) { try DeliveryKey(reading: delivery.bytes + [0]) }
            #expect(throws: MalformedRecord.self) { try DestinationListKey(reading: entry.bytes.dropLast()) }
            #expect(throws: MalformedRecord.self) { try AttemptKey(reading: attempt.bytes.dropLast()) }
            #expect(throws: MalformedRecord.self) { try EdgeKey(reading: edge.bytes + [0]) }
            #expect(throws: MalformedRecord.self) { try ProfileEventKey(reading: profileEvent.bytes.dropLast()) }
        }
    }

    @Test(
        "a prefix ends before its successor",
        arguments: [
            ([1, 2], [1, 3]), ([1, 255], [2]), ([255, 255], nil), ([], nil), ([0, 255, 255], [1]),
        ] as [([UInt8], [UInt8]?)])
    func successor(_ prefix: [UInt8], _ expected: [UInt8]?) {
        #expect(KeyRange.successor(of: prefix) == expected)
    }

    @Test func onlyRangesWithinANodeUseThePrefixOfTheMemtable() {
        let node = EdgeKey.all(of: NodeID(high: 1, low: 2), AccountNumber(1))
        #expect(Family.edges.isWithinPrefix(node.lower, node.upper))
        #expect(Family.edges.isWithinPrefix(node.lower + [5], node.lower + [6]))
        #expect(Family.profileEvents.isWithinPrefix(node.lower, node.upper))
        #expect(!Family.events.isWithinPrefix(node.lower, node.upper))
        #expect(!Family.edges.isWithinPrefix(node.lower, nil))
        #expect(!Family.edges.isWithinPrefix(node.lower, node.upper! + [0]))
        #expect(!Family.edges.isWithinPrefix(Array(node.lower.dropLast()), node.upper))
        let last = [UInt8](repeating: 255, count: 20)
        #expect(!Family.edges.isWithinPrefix(last, last + [1]), "a prefix without successor takes the slow way")
    }
}
