/// A hash table from 64-bit tags to places in somebody else's array, which holds the keys.
///
/// Tags are parts of SHA-256, so one multiplication spreads them; its factor is random, because who sends identifiers
/// can choose what they hash to. The factor decides where entries lie, never what is found. A look-up touches one cache
/// line, where a `Dictionary` touches three and hashes anew: this is most of what a repeat customer's event costs.
struct PlaceTable {
    private struct Entry {
        var tag: UInt64
        /// Negative when the entry is vacant.
        var place: Int
    }

    private static let vacant = Entry(tag: 0, place: -1)
    private static let smallest = 64

    private var entries: ContiguousArray<Entry>
    private var shift: UInt64
    private let factor = UInt64.random(in: .min ... .max) | 1
    private(set) var count = 0

    /// An empty table with room for so many entries before it grows.
    init(expecting count: Int = 0) {
        var size = Self.smallest
        while size < count * 2 { size *= 2 }
        entries = ContiguousArray(repeating: Self.vacant, count: size)
        shift = UInt64(64 - size.trailingZeroBitCount)
    }

    /// The place under a tag that `isMatch` takes for the key's.
    func place(of tag: UInt64, where isMatch: (Int) -> Bool) -> Int? {
        var index = home(of: tag)
        while entries[index].place >= 0 {
            if entries[index].tag == tag, isMatch(entries[index].place) { return entries[index].place }
            index = next(after: index)
        }
        return nil
    }

    /// Adds a place under a tag; the caller knows that the key is not there.
    mutating func insert(_ place: Int, under tag: UInt64) {
        if count * 2 >= entries.count { grow() }
        var index = home(of: tag)
        while entries[index].place >= 0 { index = next(after: index) }
        entries[index] = Entry(tag: tag, place: place)
        count += 1
    }

    /// Removes a place that is under a tag.
    mutating func remove(_ place: Int, under tag: UInt64) {
        var hole = home(of: tag)
        while entries[hole].place != place {
            precondition(entries[hole].place >= 0, "place \(place) is not in the table")
            hole = next(after: hole)
        }
        // Entries behind move up unless that takes them before their home, so that no search meets the hole.
        var index = next(after: hole)
        while entries[index].place >= 0 {
            let distance = (index - home(of: entries[index].tag)) & (entries.count - 1)
            if distance >= (index - hole) & (entries.count - 1) {
                entries[hole] = entries[index]
                hole = index
            }
            index = next(after: index)
        }
        entries[hole] = Self.vacant
        count -= 1
    }

    /// Forgets everything, and the room too if little of it was used.
    mutating func removeAll() { self = PlaceTable(expecting: count) }

    private mutating func grow() {
        let old = entries
        entries = ContiguousArray(repeating: Self.vacant, count: old.count * 2)
        shift -= 1
        count = 0
        for entry in old where entry.place >= 0 { insert(entry.place, under: entry.tag) }
    }

    private func home(of tag: UInt64) -> Int { Int(truncatingIfNeeded: (tag &* factor) >> shift) }

    private func next(after index: Int) -> Int { (index + 1) & (entries.count - 1) }
}
