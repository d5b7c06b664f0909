/// A part of the store with one kind of key and value (design, section 6).
///
/// Raw values are names on disk.
public enum Family: String, Sendable, CaseIterable {
    /// account · seq → canonical event and decisions
    case events
    /// account · env · event_id · event_name → seq, fingerprint
    case eventIDs = "event_ids"
    /// account · env · source · messageId → seq, fingerprint
    case messages
    /// account · seq · hash of source and messageId → when and how often a known event came again
    case sightings
    /// account · node → parent, size, limits, the identifier itself
    case nodes
    /// account · node · node → the event that made it, when, rule version; refused ones too
    case edges
    /// account · node · seq, the newest first → ∅
    case profileEvents = "profile_events"
    /// account · profile's node → what the person last said about consent
    case consents
    /// account · profile's node → what is known of the person from all of their events
    case persons
    /// account · seq · destination → status and history
    case deliveries
    /// destination · next attempt at · account · seq → ∅
    case due
    /// destination · time · account · seq → ∅
    case dead
    /// destination · profile · account · seq → ∅, for what is delivered in the order of commits
    case ordered
    /// account · seq · destination · started at · n → request, response, timing
    case attempts
    /// account · node of a user or anonymous id → the click ids seen last, and when
    case clicks
    /// account · seq → whose data is to be erased, or what an erasure has removed
    case erasures
    /// account · keyed hash of a node → an identifier whose person was erased
    case suppressions
    /// number of the order → who had what done by the admin API, and how it ended
    case audit
    case alerts
    case counters
    /// names to numbers, versions
    case meta
}

/// Changes that land together or not at all, in order.
///
/// Keys and values are packed into one buffer, so that a batch of thousands of changes is a few allocations.
public struct WriteBatch: Sendable {
    /// One change.
    ///
    /// Ranges are into ``bytes``.
    public struct Operation: Sendable {
        /// The part of the store that changes.
        public let family: Family
        /// Where the key stands in ``WriteBatch/bytes``.
        public let key: Range<Int>
        /// Nil deletes the key.
        public let value: Range<Int>?
    }

    /// The changes in the order they are applied, so that a later one of a key wins.
    public private(set) var operations: [Operation] = []
    /// The keys and values of all changes, one after another.
    public private(set) var bytes: [UInt8] = []

    /// A batch that changes nothing.
    public init() {}

    /// Whether the batch changes nothing.
    public var isEmpty: Bool { operations.isEmpty }

    /// Sets a key to a value.
    public mutating func put(_ family: Family, _ key: some Collection<UInt8>, _ value: some Collection<UInt8>) {
        let keyStart = bytes.count
        bytes.append(contentsOf: key)
        let valueStart = bytes.count
        bytes.append(contentsOf: value)
        operations.append(Operation(family: family, key: keyStart..<valueStart, value: valueStart..<bytes.count))
    }

    /// Sets a key to a value, both appended straight to the batch's memory.
    ///
    /// The closures get ``bytes`` and only append to it.
    public mutating func put(
        _ family: Family, key appendKey: (inout [UInt8]) -> Void, value appendValue: (inout [UInt8]) -> Void
    ) {
        let keyStart = bytes.count
        appendKey(&bytes)
        let valueStart = bytes.count
        appendValue(&bytes)
        operations.append(Operation(family: family, key: keyStart..<valueStart, value: valueStart..<bytes.count))
    }

    /// Removes a key, if it is there.
    public mutating func delete(_ family: Family, _ key: some Collection<UInt8>) {
        let keyStart = bytes.count
        bytes.append(contentsOf: key)
        operations.append(Operation(family: family, key: keyStart..<bytes.count, value: nil))
    }

    /// More memory than this is not kept for the next changes.
    private static let keptByteLimit = 4 << 20

    /// Forgets all changes but keeps the memory, unless there were extraordinarily many.
    public mutating func removeAll() {
        let keepsMemory = bytes.capacity <= Self.keptByteLimit
        operations.removeAll(keepingCapacity: keepsMemory)
        bytes.removeAll(keepingCapacity: keepsMemory)
    }

    /// Appends the changes of another batch.
    public mutating func append(_ other: WriteBatch) {
        let shift = bytes.count
        bytes.append(contentsOf: other.bytes)
        for operation in other.operations {
            operations.append(
                Operation(
                    family: operation.family,
                    key: (operation.key.lowerBound + shift)..<(operation.key.upperBound + shift),
                    value: operation.value.map { ($0.lowerBound + shift)..<($0.upperBound + shift) }))
        }
    }
}

/// How far a write must have got before ``KeyValueStore/commit(_:_:)`` returns.
public enum Durability: Sendable {
    /// On stable storage (`fsync`): survives a power cut.
    case synced
    /// Handed to the operating system: survives the death of the process.
    case buffered
}

/// Which way a scan goes.
public enum ScanOrder: Sendable { case ascending, descending }

/// An ordered, durable map per ``Family``.
///
/// All methods may be called from any thread.
public protocol KeyValueStore: Sendable {
    /// The value of a key, or nil.
    func value(_ family: Family, _ key: [UInt8]) throws(StoreError) -> [UInt8]?

    /// The values of keys, in the order of the keys; nil where there is none.
    ///
    /// A store may look many keys up for less than the price of as many calls of ``value(_:_:)``.
    func values(_ family: Family, _ keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?]

    /// Applies a batch atomically, in the order of calls, and returns when it is as durable as asked.
    func commit(_ batch: WriteBatch, _ durability: Durability) throws(StoreError)

    /// Calls `body` with the pairs whose key lies in `lower..<upper` (nil: to the end), until it returns false.
    ///
    /// Sees one consistent state of the store. `body` must not call back into a long operation: the scan pins memory.
    func scan(
        _ family: Family, from lower: [UInt8], to upper: [UInt8]?, _ order: ScanOrder,
        _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Bool
    ) throws(StoreError)
}

extension KeyValueStore {
    /// One look-up after the other, for stores that know no better.
    public func values(_ family: Family, _ keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] {
        try keys.map { key throws(StoreError) in try value(family, key) }
    }
}

/// What went wrong in the store.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What a caller can decide on.
    public enum Code: String, Sendable, CaseIterable {
        /// Another process has the data directory.
        case locked
        /// No space is left.
        case full
        /// The directory or a file cannot be written or read.
        case io
        /// A record or file is not what was written.
        case corrupt
        /// The store was closed.
        case closed
        /// The data was written by a newer version.
        case version
    }

    /// What kind of failure it is; what callers decide on.
    public var code: Code
    /// What failed and what to do; no payload bytes.
    public var message: String
    /// Where it was noticed, `file:line`.
    public var location: String

    /// An error noticed at the place of the call, which the last two arguments capture.
    public init(_ code: Code, _ message: String, fileID: StaticString = #fileID, line: UInt = #line) {
        self.code = code
        self.message = message
        location = "\(fileID):\(line)"
    }

    /// The code and the message, without the place in the gateway's source.
    public var description: String { "\(code.rawValue): \(message)" }
}
