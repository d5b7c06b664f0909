import Crypto
import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

/// Encoding and decoding of every record, as laws.
@Suite struct RecordTests {
    /// A kind of record: makes random ones, and reads and writes them.
    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Random bytes of a record, and what they read back as, encoded again.
        let roundTrip: @Sendable (inout SplitMix64) throws -> (encoded: [UInt8], isEqual: Bool)
        let decode: @Sendable ([UInt8]) throws -> Void

        init<Record: Equatable & Sendable>(
            _ name: String, random: @escaping @Sendable (inout SplitMix64) -> Record,
            encode: @escaping @Sendable (Record) -> [UInt8],
            decode: @escaping @Sendable ([UInt8], Record) throws -> Record, sample: Record
        ) {
            testDescription = name
            roundTrip = { random_ in
                let record = random(&random_)
                let encoded = encode(record)
                return (encoded, try decode(encoded, record) == record)
            }
            self.decode = { _ = try decode($0, sample) }
        }
    }

    static let kinds: [Kind] = [
        Kind(
            "dedup", random: { $0.dedupRecord() }, encode: { record in [UInt8](building: record.append) },
            decode: { bytes, _ in try DedupRecord(reading: bytes) },
            sample: DedupRecord(
                sequence: EventSequence(1), time: Timestamp(milliseconds: 1), fingerprint: Digest(words: (1, 2, 3, 4)))),
        Kind(
            "event", random: { $0.eventRecord() }, encode: { record in [UInt8](building: record.append) },
            decode: { bytes, _ in try EventRecord(reading: bytes) },
            sample: EventRecord(canonical: [1], decisions: [2])),
        Kind(
            "node", random: { $0.identityNode() }, encode: { record in [UInt8](building: record.append) },
            decode: { bytes, node in try IdentityNode(reading: bytes, id: node.id) }, sample: Samples.node),
        Kind(
            "edge", random: { $0.identityEdge() }, encode: { record in [UInt8](building: record.append) },
            decode: { bytes, edge in try IdentityEdge(reading: bytes, between: edge.second, and: edge.first) },
            sample: IdentityEdge(
                first: NodeID(high: 1, low: 1), second: NodeID(high: 1, low: 2),
                decision: EdgeDecision(event: EventSequence(1), seenAt: Timestamp(milliseconds: 1), ruleVersion: 1))),
        Kind(
            "profile consent", random: { $0.profileConsent() }, encode: { record in [UInt8](building: record.append) },
            decode: { bytes, _ in try ProfileConsent(reading: bytes) }, sample: ProfileConsent()),
        Kind(
            "known person", random: { $0.knownPerson() }, encode: { record in [UInt8](building: record.append) },
            decode: { bytes, _ in try KnownPerson(reading: bytes) }, sample: KnownPerson()),
        Kind(
            "delivery", random: { $0.delivery() }, encode: { record in [UInt8](building: record.append) },
            decode: { bytes, delivery in
                try Delivery(
                    reading: bytes,
                    key: DeliveryKey(delivery.account, delivery.sequence, DestinationNumber(1)),
                    destination: delivery.destination)
            }, sample: Samples.delivery),
        Kind(
            "attempt", random: { $0.deliveryAttempt() }, encode: { record in [UInt8](building: record.append) },
            decode: { bytes, attempt in
                let delivery = DeliveryKey(AccountNumber(1), EventSequence(1), DestinationNumber(1))
                return try DeliveryAttempt(
                    reading: bytes,
                    key: AttemptKey(delivery, startedAt: attempt.startedAt, number: UInt32(attempt.number)))
            }, sample: DeliveryAttempt(number: 1, startedAt: Timestamp(milliseconds: 1), request: "POST /")),
    ]

    @Test("what is written is read back", arguments: kinds, [UInt64(1), 2])
    func roundTrip(_ kind: Kind, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<300 { #expect(try kind.roundTrip(&random).isEqual) }
    }

    @Test("a record that is cut short or too long is refused", arguments: kinds, [UInt64(3)])
    func truncation(_ kind: Kind, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20 {
            let encoded = try kind.roundTrip(&random).encoded
            for count in 0..<encoded.count {
                #expect(throws: MalformedRecord.self) { try kind.decode(Array(encoded.prefix(count))) }
            }
            #expect(throws: MalformedRecord.self) { try kind.decode(encoded + [0]) }
        }
    }

    @Test("a record of an unknown version is refused", arguments: kinds)
    func version(_ kind: Kind) throws {
        var random = SplitMix64(seed: 4)
        var encoded = try kind.roundTrip(&random).encoded
        encoded[0] = 9
        #expect(throws: MalformedRecord.self) { try kind.decode(encoded) }
    }

    @Test func recordsOfTheFirstVersionAreStillRead() throws {
        let key = DeliveryKey(AccountNumber(1), EventSequence(1), DestinationNumber(1))
        var attempt = DeliveryAttempt(number: 1, startedAt: Timestamp(milliseconds: 1), request: "POST /")
        attempt.requestBody = [1, 2, 3]
        #expect([UInt8](building: attempt.append)[0] == 2, "only what was completed needs the third version")
        // The second version has the template (absent) and a flag behind the rest.
        var bytes = [UInt8](building: attempt.append).dropLast(2)
        bytes[0] = 1
        let attemptKey = AttemptKey(key, startedAt: attempt.startedAt, number: 1)
        #expect(try DeliveryAttempt(reading: Array(bytes), key: attemptKey) == attempt)
        attempt.requestBody = [UInt8](repeating: 1, count: 64 << 10)
        bytes = [UInt8](building: attempt.append).dropLast(2)
        bytes[0] = 1
        #expect(try DeliveryAttempt(reading: Array(bytes), key: attemptKey).isBodyAltered, "it may have been cut")
        let delivery = Samples.delivery
        let record = [UInt8](building: delivery.append)
        #expect(record[0] == 1, "as the committer writes it")
        #expect(
            try Delivery(
                reading: record,
                key: DeliveryKey(delivery.account, delivery.sequence, key.destination),
                destination: delivery.destination)
                == delivery)
    }

    @Test("damaged and random bytes never trap", arguments: kinds, [UInt64(5), 6])
    func damage(_ kind: Kind, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var refusedCount = 0
        for _ in 0..<2000 {
            var bytes = try kind.roundTrip(&random).encoded
            if Bool.random(using: &random) {
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            } else {
                let count = Int.random(in: 0...80, using: &random)
                bytes = [1] + (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            do {
                try kind.decode(bytes)
            } catch is MalformedRecord {
                refusedCount += 1
            }
        }
        #expect(refusedCount > 0)
    }

    @Test func errorNamesFamilyAndKeyButNoValue() {
        let error = MalformedRecord(reason: "it ends within a number").storeError(.nodes, [0, 0, 0, 1, 255])
        #expect(error.code == .corrupt)
        #expect(
            error.message
                == "the record nodes/00000001ff cannot be read: it ends within a number; restore the data directory from "
                + "a backup")
    }

    @Test(
        "numbers of variable length are refused when they do not fit",
        arguments: [
            [0x80], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        ] as [[UInt8]])
    func overlongNumber(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        #expect(throws: MalformedRecord.self) { try reader.varint() }
    }

    @Test("numbers survive at their limits", arguments: [0, 1, 127, 128, 16383, 16384, UInt64.max - 1, UInt64.max])
    func numberLimits(_ value: UInt64) throws {
        var bytes: [UInt8] = []
        bytes.appendVarint(value)
        bytes.appendSignedVarint(Int64(bitPattern: value))
        var reader = ByteReader(bytes)
        #expect(try reader.varint() == value)
        #expect(try reader.signedVarint() == Int64(bitPattern: value))
        try reader.finish()
    }
}
