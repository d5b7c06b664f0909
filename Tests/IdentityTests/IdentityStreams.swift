// swift-format-ignore-file: NeverForceUnwrap
// A test's own mistakes may stop the test.

import EventModel
import Identity
import Platform

/// Random streams of events.
struct IdentityStreams {
    private let make = Namespace()
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Limits low enough for a short stream to reach every one.
    static let tightLimits: IdentityLimits = {
        var limits = IdentityLimits()
        limits.strongPerType = 2
        limits.weakPerType = 4
        limits.typesPerProfile = 5
        limits.profileSize = 12
        limits.mergeCount = 4
        limits.uniqueLinksBeforeBlock = 4
        return limits
    }()

    /// Events of many people who share identifiers, call each other's names and repeat themselves.
    mutating func conflictingEvents(_ count: Int) -> [IdentityEvent] {
        let types: [(IdentifierType, Int)] = [
            (.userID, 14), (.email, 12), (.phone, 10), (.external("shop"), 8), (.external("card"), 8),
            (.anonymousID, 40), (.fbp, 20), (.deviceID, 10),
        ]
        let pool = types.flatMap { type, values in (0..<values).map { make(type, "\($0)") } }
        var events: [IdentityEvent] = []
        for _ in 0..<count {
            if let repeated = events.randomElement(using: &random), Int.random(in: 0..<4, using: &random) == 0 {
                events.append(repeated)
                continue
            }
            var event = IdentityEvent(identifiers: [])
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                event.identifiers.append(pool.randomElement(using: &random)!)
            }
            event.mayJoin = Int.random(in: 0..<20, using: &random) > 0
            if Int.random(in: 0..<12, using: &random) == 0 {
                for _ in 0..<Int.random(in: 1...2, using: &random) {
                    // One pair once: a pair named twice in one event is one join.
                    let ends = [pool.randomElement(using: &random)!, pool.randomElement(using: &random)!]
                    let origin: ExplicitJoin.Origin = Bool.random(using: &random) ? .linkCall : .operatorAction
                    let join = ExplicitJoin(ends[0], ends[1], by: origin)
                    if event.joins.allSatisfy({ Set([$0.first, $0.second]) != Set(ends) }) { event.joins.append(join) }
                }
            }
            events.append(event)
        }
        return events
    }

    /// Events of people who share nothing and reach no limit, in a random order.
    mutating func peacefulEvents(people: Int, eventsEach: Int) -> [IdentityEvent] {
        var events: [IdentityEvent] = []
        for person in 0..<people {
            let counts: [(IdentifierType, Int)] = [
                (.userID, Int.random(in: 0...1, using: &random)), (.email, 3), (.phone, 2), (.external("shop"), 2),
                (.anonymousID, 8), (.fbp, 4),
            ]
            let own = counts.flatMap { type, values in (0..<values).map { make(type, "\(person)-\($0)") } }
            for _ in 0..<eventsEach {
                let count = Int.random(in: 1...4, using: &random)
                events.append(IdentityEvent(identifiers: Array(own.shuffled(using: &random).prefix(count))))
            }
        }
        return events.shuffled(using: &random)
    }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &random) }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
}
