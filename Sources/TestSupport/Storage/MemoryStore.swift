public import EventModel
import Platform

/// A store in memory that does what the durable one does, and fails when it is told to.
public final class MemoryStore: KeyValueStore {
    private struct State: Sendable {
        var families: [Family: SortedMap] = [:]
        var commitCount = 0
        var failures: [Int: StoreError] = [:]
    }

    private let state = Guarded(State())

    /// An empty store.
    public init() {}

    /// Batches that were committed or failed so far.
    public var commitCount: Int { state.withLock { $0.commitCount } }

    /// Makes a commit throw `error` and change nothing; the first commit of a store has the number 1.
    public func failCommit(_ number: Int, with error: StoreError) { state.withLock { $0.failures[number] = error } }

    /// The value of a key, or nil.
    public func value(_ family: Family, _ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        state.withLock { $0.families[family]?.value(key) }
    }

    /// Applies a batch atomically, unless it was told to fail; nothing here is durable.
    public func commit(_ batch: WriteBatch, _ durability: Durability) throws(StoreError) {
        try state.withLock { state throws(StoreError) in
            state.commitCount += 1
            if let failure = state.failures[state.commitCount] { throw failure }
            for operation in batch.operations {
                let value = operation.value.map { Array(batch.bytes[$0]) }
                state.families[operation.family, default: SortedMap()].set(Array(batch.bytes[operation.key]), value)
            }
        }
    }

    /// Calls `body` with the pairs of a range, as they are now, until it returns false.
    public func scan(
        _ family: Family, from lower: [UInt8], to upper: [UInt8]?, _ order: ScanOrder,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError) {
        // The copy is what one consistent state means here: later commits do not change it.
        let map = state.withLock { $0.families[family] ?? SortedMap() }
        var positions = map.range(lower, upper)
        while let position = order == .ascending ? positions.popFirst() : positions.popLast() {
            let (key, value) = map.pair(position)
            guard key.withUnsafeBytes({ key in value.withUnsafeBytes { body(key, $0) } }) else { return }
        }
    }
}

/// Keys in order, with their values.
private struct SortedMap: Sendable {
    private var keys: [[UInt8]] = []
    private var values: [[UInt8]] = []

    func value(_ key: [UInt8]) -> [UInt8]? {
        let position = firstPosition(notBelow: key)
        return position < keys.count && keys[position] == key ? values[position] : nil
    }

    /// Sets the value of a key; nil removes it.
    mutating func set(_ key: [UInt8], _ value: [UInt8]?) {
        let position = firstPosition(notBelow: key)
        let isPresent = position < keys.count && keys[position] == key
        switch (value, isPresent) {
        case (let value?, true): values[position] = value
        case (let value?, false):
            keys.insert(key, at: position)
            values.insert(value, at: position)
        case (nil, true):
            keys.remove(at: position)
            values.remove(at: position)
        case (nil, false): break
        }
    }

    func range(_ lower: [UInt8], _ upper: [UInt8]?) -> Range<Int> {
        let start = firstPosition(notBelow: lower)
        return start..<max(start, upper.map(firstPosition) ?? keys.count)
    }

    func pair(_ position: Int) -> (key: [UInt8], value: [UInt8]) { (keys[position], values[position]) }

    private func firstPosition(notBelow key: [UInt8]) -> Int {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
