import JSON

/// Where the members that platforms look for are in one event: found in one pass, then looked up by their place.
///
/// Of a repeated name the last one counts, as everywhere. Belongs to one thread; reused for the next event.
final class PlatformFields {
    /// The parts of an event whose members are found.
    enum Part: Int, CaseIterable {
        case event, person, context, order, properties
    }

    /// For every part and key the place of a value plus one; zero for none.
    private let places: UnsafeMutablePointer<UInt16>
    private let values: UnsafeMutablePointer<JSONValue>
    private let keyCount = PlatformKeyTable.keyCount
    private let placeCount = Part.allCases.count * PlatformKeyTable.keyCount
    /// Rises with every event, so that the values of the last one are not taken for those of this one.
    private(set) var generation: UInt64 = 0

    /// Memory for any event.
    init() {
        places = .allocate(capacity: placeCount)
        values = .allocate(capacity: placeCount)
    }

    deinit {
        places.deallocate()
        values.deallocate()
    }

    /// Finds the members of an event; those of the one before are forgotten.
    func read(_ event: JSONValue) {
        generation += 1
        places.update(repeating: 0, count: placeCount)
        var count = find(event, in: .event, after: 0)
        if let person = self[.event, .userData] { count = find(person, in: .person, after: count) }
        if let context = self[.event, .context] { count = find(context, in: .context, after: count) }
        if let order = self[.event, .customData] { count = find(order, in: .order, after: count) }
        if let properties = self[.event, .properties] { _ = find(properties, in: .properties, after: count) }
    }

    private func find(_ object: JSONValue, in part: Part, after count: Int) -> Int {
        var count = count
        let start = part.rawValue * keyCount
        let table = PlatformKeyTable.shared
        for member in object.members {
            guard let ordinal = table.ordinal(of: member) else { continue }
            (values + count).initialize(to: member.value)
            count += 1
            places[start + ordinal] = UInt16(truncatingIfNeeded: count)
        }
        return count
    }

    /// The value of a member of a part; nil if there is none.
    @inline(__always)
    subscript(part: Part, key: PlatformKey) -> JSONValue? {
        let place = places[part.rawValue * keyCount + key.ordinal]
        return place == 0 ? nil : values[Int(place) - 1]
    }
}
