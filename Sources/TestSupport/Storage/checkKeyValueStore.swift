public import EventModel
import Testing

/// Checks that the empty stores that `makeStore` makes keep the contract of ``EventModel/KeyValueStore``, in every
/// family.
public func checkKeyValueStore<Store: KeyValueStore>(_ makeStore: () throws -> Store) throws {
    func makeEmptyStore() throws -> Store {
        let store = try makeStore()
        // A store may keep records of its own here, such as the version of its format.
        for pair in try store.pairs(.meta) {
            var batch = WriteBatch()
            batch.delete(.meta, pair.key)
            try store.commit(batch, .buffered)
        }
        return store
    }
    let store = try makeEmptyStore()
    for family in Family.allCases {
        try checkSingleKeys(store, family)
        try checkScans(store, family)
    }
    try checkBatches(try makeEmptyStore())
    try checkSnapshots(try makeEmptyStore())
    for seed in UInt64(1)...3 { try checkAgainstModel(try makeEmptyStore(), seed: seed) }
}

/// Put, replace and delete of single keys.
private func checkSingleKeys(_ store: some KeyValueStore, _ family: Family) throws {
    let (key, other) = (Array("a key".utf8), Array("another key".utf8))
    #expect(try store.value(family, key) == nil)
    try store.put(family, key, [1, 2, 3])
    #expect(try store.value(family, key) == [1, 2, 3])
    #expect(try store.value(family, Array(key.dropLast())) == nil)
    try store.put(family, key, [])
    #expect(try store.value(family, key) == [], "an empty value is a value")
    try store.put(family, other, [0, 255])
    #expect(try store.values(family, [other, [9, 9], key, other]) == [[0, 255], nil, [], [0, 255]])
    #expect(try store.values(family, []) == [])
    var batch = WriteBatch()
    batch.delete(family, key)
    batch.delete(family, other)
    try store.commit(batch, .buffered)
    #expect(try store.value(family, key) == nil)
    #expect(try store.pairs(family).isEmpty)
}

/// Ranges and orders.
private func checkScans(_ store: some KeyValueStore, _ family: Family) throws {
    let keys: [[UInt8]] = [[0], [0, 0], [1, 255], [2], [2, 0], [2, 0, 0], [2, 1], [255, 255]]
    var batch = WriteBatch()
    for key in keys.reversed() { batch.put(family, key, key + [7]) }
    try store.commit(batch, .buffered)
    #expect(try store.pairs(family).map(\.key) == keys)
    #expect(try store.pairs(family).map(\.value) == keys.map { $0 + [7] })
    #expect(try store.pairs(family, order: .descending).map(\.key) == keys.reversed())
    #expect(try store.pairs(family, from: [2], to: [3]).map(\.key) == [[2], [2, 0], [2, 0, 0], [2, 1]])
    #expect(try store.pairs(family, from: [2], to: [3], order: .descending).map(\.key).first == [2, 1])
    #expect(try store.pairs(family, from: [2], to: [2, 1], order: .descending).map(\.key).first == [2, 0, 0])
    #expect(
        try store.pairs(family, from: [0, 0], to: [1, 255]).map(\.key) == [[0, 0]], "the upper bound is left out")
    #expect(try store.pairs(family, from: [2, 0, 0, 0]).map(\.key) == [[2, 1], [255, 255]])
    #expect(try store.pairs(family, from: [3], to: [2]).isEmpty)
    #expect(try store.pairs(family, from: [2], to: [2]).isEmpty)
    #expect(try store.pairs(family, to: []).isEmpty)
    #expect(try store.pairs(family, limit: 3).map(\.key) == Array(keys.prefix(3)), "a scan ends when it is told to")
    #expect(try store.pairs(family, order: .descending, limit: 1).map(\.key) == [[255, 255]])
    batch.removeAll()
    for key in keys { batch.delete(family, key) }
    try store.commit(batch, .buffered)
    #expect(try store.pairs(family).isEmpty)
}

/// What holds within one batch.
private func checkBatches(_ store: some KeyValueStore) throws {
    try store.commit(WriteBatch(), .synced)
    var batch = WriteBatch()
    batch.put(.events, [1], [1])
    batch.put(.messages, [1], [2])
    batch.put(.events, [1], [3])
    batch.put(.nodes, [1], [4])
    batch.delete(.nodes, [1])
    batch.delete(.edges, [1])
    batch.put(.edges, [1], [5])
    batch.put(.due, key: { $0.append(8) }, value: { $0.append(contentsOf: [8, 8]) })
    try store.commit(batch, .synced)
    #expect(try store.value(.events, [1]) == [3], "the last change of a key holds")
    #expect(try store.value(.messages, [1]) == [2], "families are apart")
    #expect(try store.value(.nodes, [1]) == nil)
    #expect(try store.value(.edges, [1]) == [5])
    #expect(try store.value(.due, [8]) == [8, 8])
    #expect(try store.value(.eventIDs, [1]) == nil)

    var joined = WriteBatch()
    joined.put(.meta, [1], [1])
    var tail = WriteBatch()
    tail.put(.meta, [2], [2, 2])
    tail.delete(.meta, [1])
    joined.append(tail)
    try store.commit(joined, .buffered)
    #expect(try store.pairs(.meta).map(\.key) == [[2]])
    #expect(try store.value(.meta, [2]) == [2, 2])

    var large = WriteBatch()
    let value = [UInt8](repeating: 42, count: 1 << 20)
    for number in UInt8(0)..<8 { large.put(.attempts, [number], value) }
    try store.commit(large, .synced)
    #expect(try store.value(.attempts, [7]) == value)
}

/// A scan sees the state of its beginning.
private func checkSnapshots(_ store: some KeyValueStore) throws {
    for family in [Family.events, .messages, .profileEvents] {
        for number in UInt8(0)..<4 { try store.put(family, [number], [0]) }
        var seen: [[UInt8]] = []
        var failure: (any Error)?
        try store.scan(family, from: [], to: nil, .ascending) { key, value in
            seen.append([UInt8](key) + [UInt8](value))
            do {
                try store.put(family, [3], [1])
                try store.put(family, [9], [1])
            } catch {
                failure = error
            }
            return true
        }
        #expect(failure == nil)
        #expect(seen == [[0, 0], [1, 0], [2, 0], [3, 0]])
        #expect(try store.value(family, [9]) == [1])
    }
}

/// Random changes give what a plain dictionary gives.
private func checkAgainstModel(_ store: some KeyValueStore, seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for family in Family.allCases {
        var model: [[UInt8]: [UInt8]] = [:]
        // Few different keys, in groups with a common prefix as long as the store's own keys have.
        let prefixes = (0..<3).map { _ in (0..<20).map { _ in UInt8.random(in: 0...1, using: &random) } }
        func randomKey() -> [UInt8] {
            prefixes[Int.random(in: 0..<3, using: &random)]
                + (0..<Int.random(in: 0...2, using: &random)).map { _ in UInt8.random(in: 0...3, using: &random) }
        }
        for _ in 0..<20 {
            var batch = WriteBatch()
            for _ in 0..<10 {
                let key = randomKey()
                if Bool.random(using: &random) {
                    let value = (0..<Int.random(in: 0...9, using: &random)).map { UInt8($0) }
                    batch.put(family, key, value)
                    model[key] = value
                } else {
                    batch.delete(family, key)
                    model[key] = nil
                }
            }
            try store.commit(batch, .buffered)
            let keys = (0..<5).map { _ in randomKey() }
            #expect(try store.values(family, keys) == keys.map { model[$0] }, "\(family), seed \(seed)")
            #expect(try keys.map { try store.value(family, $0) } == keys.map { model[$0] }, "\(family), seed \(seed)")
            let bounds = (randomKey(), randomKey())
            let expected = model.keys.filter {
                !$0.lexicographicallyPrecedes(bounds.0) && $0.lexicographicallyPrecedes(bounds.1)
            }.sorted { $0.lexicographicallyPrecedes($1) }
            let up = try store.pairs(family, from: bounds.0, to: bounds.1).map(\.key)
            let down = try store.pairs(family, from: bounds.0, to: bounds.1, order: .descending).map(\.key)
            #expect(up == expected, "\(family), seed \(seed)")
            #expect(down == expected.reversed(), "\(family), seed \(seed)")
        }
        let all = try store.pairs(family)
        #expect(Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0.value) }) == model, "\(family), seed \(seed)")
    }
}

extension KeyValueStore {
    /// Commits one change.
    public func put(_ family: Family, _ key: [UInt8], _ value: [UInt8]) throws(StoreError) {
        var batch = WriteBatch()
        batch.put(family, key, value)
        try commit(batch, .buffered)
    }

    /// The pairs of a range.
    public func pairs(
        _ family: Family, from lower: [UInt8] = [], to upper: [UInt8]? = nil, order: ScanOrder = .ascending,
        limit: Int = .max
    ) throws(StoreError) -> [(key: [UInt8], value: [UInt8])] {
        var pairs: [(key: [UInt8], value: [UInt8])] = []
        try scan(family, from: lower, to: upper, order) { key, value in
            pairs.append(([UInt8](key), [UInt8](value)))
            return pairs.count < limit
        }
        return pairs
    }
}
