import EventModel
import Platform

extension IdentityNode {
    /// How many types the profile of this root has; the counts of a single identifier are not stored.
    var countCount: Int { max(1, typeCounts.count) }

    /// The count of one of the profile's types, in the order of types.
    func count(at index: Int) -> TypeCount {
        typeCounts.isEmpty ? TypeCount(oneOf: type, firstSeen: firstSeen) : typeCounts[index]
    }

    /// Adds the counts of another root's profile; work is bounded by the number of types.
    mutating func addCounts(of other: IdentityNode, periodCount: Int) {
        if typeCounts.isEmpty {
            typeCounts.reserveCapacity(4)
            typeCounts.append(count(at: 0))
        }
        var place = 0
        for index in 0..<other.countCount {
            let count = other.count(at: index)
            while place < typeCounts.count, typeCounts[place].type.precedes(count.type) { place += 1 }
            if place < typeCounts.count, typeCounts[place].type == count.type {
                typeCounts[place].add(count, periodCount: periodCount)
            } else {
                typeCounts.insert(count, at: place)
            }
        }
    }
}

extension IdentityNode.TypeCount {
    private static let once: [UInt16] = [1]

    /// The number of the period that a time lies in.
    static func period(of time: Timestamp) -> Int64 {
        let (quotient, remainder) = time.milliseconds.quotientAndRemainder(dividingBy: periodMilliseconds)
        return remainder < 0 ? quotient - 1 : quotient
    }

    init(oneOf type: IdentifierType, firstSeen: Timestamp) {
        if type.trust == .weak {
            self.init(type: type, total: 1, recent: Self.once, newestPeriod: Self.period(of: firstSeen))
        } else {
            self.init(type: type, total: 1)
        }
    }

    /// Identifiers of the type that count against its limit: all, or of a weak type those of the newest periods.
    func counted(since period: Int64) -> Int {
        guard type.trust == .weak else { return Int(total) }
        let inWindow = max(0, min(Int64(recent.count), newestPeriod - period + 1))
        return recent.prefix(Int(inWindow)).reduce(0) { $0 + Int($1) }
    }

    /// Adds the identifiers of another profile of the same type, keeping at most `periodCount` periods.
    ///
    /// The same identifiers give the same count in whatever order they come.
    mutating func add(_ other: IdentityNode.TypeCount, periodCount: Int) {
        total += other.total
        guard !other.recent.isEmpty else { return }
        let shift = other.newestPeriod - newestPeriod
        if recent.isEmpty || shift >= Int64(periodCount) {
            recent = []
            newestPeriod = other.newestPeriod
        } else if shift > 0 {
            recent.insert(contentsOf: repeatElement(0, count: Int(shift)), at: 0)
            newestPeriod = other.newestPeriod
        }
        let offset = newestPeriod - other.newestPeriod
        for (index, count) in other.recent.enumerated() {
            let place = offset + Int64(index)
            guard place < Int64(periodCount) else { break }
            while Int64(recent.count) <= place { recent.append(0) }
            let (sum, overflow) = recent[Int(place)].addingReportingOverflow(count)
            recent[Int(place)] = overflow ? .max : sum
        }
        if recent.count > periodCount { recent.removeLast(recent.count - periodCount) }
        while recent.last == 0 { recent.removeLast() }
    }
}

extension IdentifierType {
    /// The order of ``IdentifierType``'s `<`, without making names.
    func precedes(_ other: IdentifierType) -> Bool {
        if case .external(let name) = self, case .external(let otherName) = other { return name < otherName }
        return trustRank < other.trustRank
    }
}
