/// What was looked up lately, so that it need not be read again: a bounded memory of the store's own state.
///
/// Two generations: what is used moves to the young one; when that is full, the old one is forgotten and the young one
/// grows old. Holds at most twice its limit.
struct RecentValues<Key: Hashable, Value> {
    private let limit: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// A memory of nothing, of `limit` values a generation.
    init(limit: Int) { self.limit = limit }

    /// The value of a key, which thereby stays.
    mutating func value(of key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        remember(value, of: key)
        return value
    }

    /// Whether there is a value of a key, which thereby stays; spares copying it.
    mutating func touch(_ key: Key) -> Bool {
        if young.index(forKey: key) != nil { return true }
        return value(of: key) != nil
    }

    /// Forgets the value of a key.
    mutating func forget(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }

    /// Forgets everything.
    mutating func removeAll() {
        young.removeAll(keepingCapacity: true)
        old.removeAll()
    }

    /// Keeps a value, in place of an earlier one.
    mutating func remember(_ value: Value, of key: Key) {
        if young.count >= limit, young[key] == nil {
            old = young
            young = Dictionary(minimumCapacity: limit)
        }
        young[key] = value
        old[key] = nil
    }
}
