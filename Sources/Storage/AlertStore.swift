public import EventModel
public import Platform

/// Whose hours a baseline is about.
public enum BaselineOwner: Sendable, Hashable {
    case source(String)
    case destination(String)

    /// Entries of `counters` that begin so are baselines.
    fileprivate static let prefix = "baseline/"

    fileprivate var key: [UInt8] {
        switch self {
        case .source(let name): Array("\(Self.prefix)source/\(name)".utf8)
        case .destination(let name): Array("\(Self.prefix)destination/\(name)".utf8)
        }
    }

    fileprivate init?(key: [UInt8]) {
        let parts = String(decoding: key, as: UTF8.self).split(separator: "/", maxSplits: 2)
        guard parts.count == 3 else { return nil }
        switch parts[1] {
        case "source": self = .source(String(parts[2]))
        case "destination": self = .destination(String(parts[2]))
        default: return nil
        }
    }
}

/// The alerts, and what was learned for them.
///
/// A value over the store; may be used from any thread. One thread alone writes.
public struct AlertStore<Store: KeyValueStore>: Sendable {
    /// Which alerts are meant.
    public enum Status: String, Sendable, CaseIterable {
        case open, cleared
    }

    private let store: Store

    /// The alerts in `store`.
    public init(_ store: Store) { self.store = store }

    /// An alert, or nil if there is none with this id.
    public func alert(_ id: AlertID) throws(StoreError) -> AlertRecord? {
        try store.record(AlertStoreKey(id)) { bytes throws(MalformedRecord) in
            try AlertRecord(reading: bytes, id: id)
        }
    }

    /// A page of alerts, the newest first.
    ///
    /// - Parameters:
    ///   - status: Only open or only cleared ones; nil for all.
    ///   - kind: Only those of a kind; nil for all.
    ///   - previous: Where the page before ended; nil begins with the newest.
    ///   - limit: How many at most.
    /// - Returns: The alerts; fewer than `limit` only if there are no more.
    /// - Throws: ``StoreError`` if a record cannot be read.
    public func alerts(
        status: Status? = nil, kind: AlertKind? = nil, after previous: AlertID? = nil, limit: Int
    ) throws(StoreError) -> [AlertRecord] {
        var range = KeyRange(prefix: [])
        if let previous { range.upper = AlertStoreKey(previous).bytes }
        return try store.entries(.alerts, range, .descending, limit: limit) { key, value throws(MalformedRecord) in
            let record = try AlertRecord(reading: value, id: try AlertStoreKey(reading: key).id)
            guard status.map({ ($0 == .open) == record.isOpen }) ?? true, kind.map({ $0 == record.key.kind }) ?? true
            else { return nil }
            return record
        }
    }

    /// What was learned of each source and destination; without records that cannot be read, whose owner learns anew.
    public func baselines() throws(StoreError) -> [BaselineOwner: BaselineRecord] {
        var found: [BaselineOwner: BaselineRecord] = [:]
        let range = KeyRange(prefix: Array(BaselineOwner.prefix.utf8))
        try store.scan(.counters, from: range.lower, to: range.upper, .ascending) { key, value in
            if let owner = BaselineOwner(key: [UInt8](key)), let record = try? BaselineRecord(reading: [UInt8](value)) {
                found[owner] = record
            }
            return true
        }
        return found
    }

    /// The ids of alerts that were opened and cleared before a time, the oldest first, at most `limit`.
    public func clearedAlerts(before time: Timestamp, limit: Int) throws(StoreError) -> [AlertID] {
        var range = KeyRange(prefix: [])
        range.upper = AlertStoreKey(AlertID(after: nil, at: time)).bytes
        return try store.entries(.alerts, range, limit: limit) { key, value throws(MalformedRecord) in
            let id = try AlertStoreKey(reading: key).id
            let clearedAt = try AlertRecord(reading: value, id: id).clearedAt
            return clearedAt.map { $0 < time } ?? false ? id : nil
        }
    }
}

extension WriteBatch {
    /// Stores an alert as it now is.
    public mutating func putAlert(_ alert: AlertRecord) { put(AlertStoreKey(alert.id), alert.append) }

    /// Removes an alert.
    public mutating func deleteAlert(_ id: AlertID) { delete(AlertStoreKey(id)) }

    /// Stores what was learned of a source or destination.
    public mutating func putBaseline(_ record: BaselineRecord, of owner: BaselineOwner) {
        put(.counters, key: { $0 += owner.key }, value: record.append)
    }
}

/// The key of an alert: its number.
struct AlertStoreKey: StoreKey {
    static let family = Family.alerts
    let id: AlertID

    init(_ id: AlertID) { self.id = id }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        id = AlertID(try reader.integer(UInt64.self))
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) { bytes.appendInteger(id.value) }
}
