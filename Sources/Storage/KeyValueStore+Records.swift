package import EventModel

extension WriteBatch {
    /// Sets the record of a key.
    mutating func put(_ key: some StoreKey, _ appendRecord: (inout [UInt8]) -> Void) {
        put(type(of: key).family, key: key.append, value: appendRecord)
    }

    /// Removes the record of a key.
    package mutating func delete(_ key: some StoreKey) { delete(type(of: key).family, key.bytes) }
}

extension KeyValueStore {
    /// The record of a key, or nil.
    func record<Key: StoreKey, Record>(
        _ key: Key, _ decode: (_ bytes: [UInt8]) throws(MalformedRecord) -> Record
    ) throws(StoreError) -> Record? {
        let keyBytes = key.bytes
        guard let bytes = try value(Key.family, keyBytes) else { return nil }
        do {
            return try decode(bytes)
        } catch {
            throw error.storeError(Key.family, keyBytes)
        }
    }

    /// The records of keys, in the order of the keys; nil where there is none.
    func records<Key: StoreKey, Record>(
        _ keys: [Key], _ decode: (_ key: Key, _ bytes: [UInt8]) throws(MalformedRecord) -> Record
    ) throws(StoreError) -> [Record?] {
        // Not key paths: in generic code they are looked up for every element.
        let keysBytes = keys.map { $0.bytes }
        let values = try values(Key.family, keysBytes)
        var records: [Record?] = []
        records.reserveCapacity(keys.count)
        for (index, value) in values.enumerated() {
            do throws(MalformedRecord) {
                records.append(try value.map { bytes throws(MalformedRecord) in try decode(keys[index], bytes) })
            } catch {
                throw error.storeError(Key.family, keysBytes[index])
            }
        }
        return records
    }

    /// The first `limit` entries of a range that `decode` makes something of.
    ///
    /// The scan ends at the limit; entries for which `decode` returns nil do not count.
    func entries<Element>(
        _ family: Family, _ range: KeyRange, _ order: ScanOrder = .ascending, limit: Int = .max,
        _ decode: (_ key: [UInt8], _ value: [UInt8]) throws(MalformedRecord) -> Element?
    ) throws(StoreError) -> [Element] {
        var elements: [Element] = []
        guard limit > 0 else { return elements }
        var failure: StoreError?
        try scan(family, from: range.lower, to: range.upper, order) { key, value in
            let keyBytes = [UInt8](key)
            do throws(MalformedRecord) {
                if let element = try decode(keyBytes, [UInt8](value)) { elements.append(element) }
            } catch {
                failure = error.storeError(family, keyBytes)
                return false
            }
            return elements.count < limit
        }
        if let failure { throw failure }
        return elements
    }
}
