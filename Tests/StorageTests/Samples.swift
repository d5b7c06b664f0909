import Crypto
import EventModel
import Platform
import TestSupport

@testable import Storage

/// Values that tests need one of.
enum Samples {
    static let tenant = Tenant(
        account: "acct", environment: "production", accountNumber: AccountNumber(1),
        environmentNumber: EnvironmentNumber(1))

    static let node = IdentityNode(
        Identifier(.email, "someone", in: tenant, hasher: SHA256()), firstSeen: Timestamp(milliseconds: 1),
        firstEvent: EventSequence(1))

    static let delivery = Delivery(
        account: AccountNumber(1), sequence: EventSequence(1), destination: "meta",
        queuedAt: Timestamp(milliseconds: 1))
}

/// Random records.
extension SplitMix64 {
    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: 0..<values.count, using: &self)] }

    mutating func text() -> String {
        let alphabet = Array("aB9 é€😀\u{0}\n\"")
        return String((0..<Int.random(in: 0...12, using: &self)).map { _ in pick(alphabet) })
    }

    mutating func bytes(_ limit: Int = 300) -> [UInt8] {
        (0..<Int.random(in: 0...limit, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
    }

    mutating func maybe<Value>(_ make: (inout SplitMix64) -> Value) -> Value? {
        Bool.random(using: &self) ? make(&self) : nil
    }

    mutating func time() -> Timestamp {
        switch Int.random(in: 0..<10, using: &self) {
        case 0: Timestamp(milliseconds: .min)
        case 1: Timestamp(milliseconds: .max)
        case 2: Timestamp(milliseconds: -1)
        default: Timestamp(milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &self))
        }
    }

    mutating func sequence() -> EventSequence { EventSequence(next()) }

    mutating func node() -> NodeID { NodeID(high: next(), low: next()) }

    mutating func digest() -> Digest { Digest(words: (next(), next(), next(), next())) }

    mutating func identifierType() -> IdentifierType {
        maybe { .external($0.text()) } ?? pick(IdentifierType.fixed)
    }

    mutating func dedupRecord() -> DedupRecord {
        DedupRecord(sequence: sequence(), time: time(), fingerprint: digest())
    }

    mutating func eventRecord() -> EventRecord {
        EventRecord(canonical: bytes(), decisions: bytes(), envelope: maybe { $0.bytes() })
    }

    mutating func profileConsent() -> ProfileConsent {
        ProfileConsent(
            purposes: ConsentPurpose.allCases.shuffled(using: &self).prefix(Int.random(in: 0...4, using: &self)).map {
                ProfileConsent.PurposeStatement($0, isDenied: Bool.random(using: &self), saidAt: time())
            },
            categories: (0..<Int.random(in: 0...3, using: &self)).map { _ in
                ProfileConsent.CategoryStatement(
                    provider: text(), id: text(), isDenied: Bool.random(using: &self), saidAt: time())
            })
    }

    mutating func identityNode() -> IdentityNode {
        var result = IdentityNode(
            Identifier(type: identifierType(), value: text(), node: node()), firstSeen: time(), firstEvent: sequence())
        result.parent = node()
        result.refusedUniques = (0..<Int.random(in: 0...3, using: &self)).map { _ in node() }
        result.isBlocked = Bool.random(using: &self)
        result.size = UInt32.random(in: 0...UInt32.max, using: &self)
        result.mergeCount = UInt32.random(in: 0...300, using: &self)
        result.smallest = node()
        result.typeCounts = (0..<Int.random(in: 0...3, using: &self)).map { _ in
            IdentityNode.TypeCount(
                type: identifierType(), total: UInt32.random(in: 0...UInt32.max, using: &self),
                recent: (0..<Int.random(in: 0...10, using: &self)).map { _ in UInt16.random(in: 0...300, using: &self)
                },
                newestPeriod: Int64.random(in: -9...9, using: &self))
        }
        return result
    }

    mutating func edgeDecision() -> EdgeDecision {
        EdgeDecision(
            event: sequence(), seenAt: time(), ruleVersion: UInt16.random(in: 0...UInt16.max, using: &self),
            authority: pick(EdgeAuthority.allCases),
            refusal: maybe { $0.pick(EdgeRefusal.allCases) },
            merge: maybe {
                EdgeMerge(
                    first: ProfileID($0.node()), second: ProfileID($0.node()),
                    firstSize: UInt32.random(in: 0...UInt32.max, using: &$0),
                    secondSize: UInt32.random(in: 0...9, using: &$0))
            })
    }

    mutating func identityEdge() -> IdentityEdge {
        let nodes = [node(), node()].sorted()
        return IdentityEdge(
            first: nodes[0], second: nodes[1], decision: edgeDecision(),
            earlier: (0..<Int.random(in: 0...3, using: &self)).map { _ in edgeDecision() })
    }

    mutating func delivery() -> Delivery {
        var result = Delivery(
            account: AccountNumber(UInt32.random(in: 0...UInt32.max, using: &self)), sequence: sequence(),
            destination: text(), queuedAt: time())
        result.status = pick(DeliveryStatus.allCases)
        result.attemptCount = Int.random(in: 0...1000, using: &self)
        result.dropReason = maybe { $0.pick(DropReason.allCases) }
        result.lastError = maybe { $0.text() }
        result.lastStatusCode = maybe { Int.random(in: 100...599, using: &$0) }
        result.lastAttemptAt = maybe { $0.time() }
        result.nextAttemptAt = maybe { $0.time() }
        result.latencyMilliseconds = maybe { Int64.random(in: -5...1_000_000, using: &$0) }
        result.isAmbiguous = Bool.random(using: &self)
        result.templateVersion = maybe { $0.text() }
        result.sendsKeptBody = Bool.random(using: &self)
        return result
    }

    mutating func knownPerson() -> KnownPerson {
        KnownPerson(
            entries: KnownPerson.Part.allCases.filter { _ in Bool.random(using: &self) }.map { part in
                KnownPerson.Entry(
                    part, saidAt: time(),
                    hashes: HashedField.allCases.filter { $0.part == part }.map { UserData.Hash($0, digest()) },
                    places: part == .address ? KnownPerson.Place.allCases.map { .init($0, text()) } : [])
            })
    }

    mutating func deliveryAttempt() -> DeliveryAttempt {
        var result = DeliveryAttempt(
            number: Int.random(in: 1...1000, using: &self), startedAt: time(), request: text())
        result.durationMilliseconds = Int64.random(in: 0...100_000, using: &self)
        result.statusCode = maybe { Int.random(in: 100...599, using: &$0) }
        result.error = maybe { $0.text() }
        result.requestBody = maybe { $0.bytes() }
        result.responseBody = bytes()
        result.templateVersion = maybe { $0.text() }
        result.isBodyAltered = Bool.random(using: &self)
        result.enrichment = Bool.random(using: &self) ? [] : [pick(KnownPerson.Part.allCases)]
        return result
    }
}
