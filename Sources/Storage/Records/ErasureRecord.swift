public import EventModel
public import Platform

/// What an erasure has removed, without a word about whom.
public struct ErasureCounts: Sendable, Equatable {
    /// Identifiers that were suppressed.
    public var identifiers = 0
    /// Events, with their envelopes.
    public var events = 0
    /// Deliveries that had ended, and their records.
    public var deliveries = 0
    /// Deliveries that were still to be made and never will be.
    public var droppedDeliveries = 0
    /// Attempts, with what was sent and answered.
    public var attempts = 0
    /// Dead letters among the deliveries.
    public var deadLetters = 0
    /// Edges of the identity graph.
    public var edges = 0
    /// Values that many people share, which only left the profile.
    public var sharedValues = 0

    /// Nothing removed.
    public init() {}

    /// The counts in the order of records.
    private static var fields: [WritableKeyPath<ErasureCounts, Int>] {
        [
            \.identifiers, \.events, \.deliveries, \.droppedDeliveries, \.attempts, \.deadLetters, \.edges,
            \.sharedValues,
        ]
    }

    /// Adds other counts.
    public static func += (left: inout ErasureCounts, right: ErasureCounts) {
        for field in fields { left[keyPath: field] += right[keyPath: field] }
    }

    init(reading reader: inout ByteReader) throws(MalformedRecord) {
        for field in Self.fields { self[keyPath: field] = try reader.varint(as: Int.self) }
    }

    func append(to bytes: inout [UInt8]) {
        for field in Self.fields { bytes.appendVarint(UInt(max(0, self[keyPath: field]))) }
    }
}

/// A request for erasure and how far it has got (docs/retention.md).
public struct ErasureRecord: Sendable, Equatable {
    /// How far an erasure has got; what is done before a phase begins survives everything.
    public enum Phase: UInt8, Sendable, CaseIterable {
        /// Nothing has been done.
        case requested = 0
        /// No later event of the person gets in; events are being removed.
        case events = 1
        /// The events are gone; identifiers are being removed.
        case identity = 2
        /// Everything is gone, and with it what the request said.
        case finished = 3
    }

    /// What was asked for; without subjects once it is finished.
    public var request: ErasureRequest
    /// How far it has got.
    public var phase = Phase.requested
    /// The person's identifiers, from the beginning of the second phase to the end.
    public var nodes: [NodeID] = []
    /// Those of the person's identifiers that many people share: they leave the profile and stay themselves.
    public var sharedNodes: [NodeID] = []
    /// What was removed so far.
    public var counts = ErasureCounts()
    /// When it ended.
    public var finishedAt: Timestamp?

    /// A request that waits.
    public init(_ request: ErasureRequest) { self.request = request }

    /// The request without what it says about a person.
    public mutating func finish(at time: Timestamp) {
        phase = .finished
        request.subjects = []
        nodes = []
        sharedNodes = []
        finishedAt = time
    }

    // The first layout is a request alone; the second: version · request · phase · nodes · shared nodes · counts · end.
    private static let version: UInt8 = 2

    init(reading bytes: [UInt8], sequence: EventSequence) throws(MalformedRecord) {
        guard bytes.first == Self.version else {
            self.init(try ErasureRequest(reading: bytes, sequence: sequence))
            return
        }
        var reader = ByteReader(bytes)
        _ = try reader.integer(UInt8.self)
        self.init(try ErasureRequest(reading: try reader.section(), sequence: sequence))
        guard let phase = Phase(rawValue: try reader.integer(UInt8.self)) else {
            throw MalformedRecord(reason: "an erasure's phase is unknown")
        }
        self.phase = phase
        nodes = try reader.list { reader throws(MalformedRecord) in try reader.node() }
        sharedNodes = try reader.list { reader throws(MalformedRecord) in try reader.node() }
        counts = try ErasureCounts(reading: &reader)
        finishedAt = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(Self.version)
        bytes.appendSection([UInt8](building: request.append))
        bytes.append(phase.rawValue)
        bytes.appendList(nodes) { $0.appendNode($1) }
        bytes.appendList(sharedNodes) { $0.appendNode($1) }
        counts.append(to: &bytes)
        bytes.appendOptional(finishedAt) { $0.appendShortTime($1) }
    }
}

extension WriteBatch {
    /// Stores how far an erasure has got.
    public mutating func putErasure(_ record: ErasureRecord, _ account: AccountNumber) {
        put(ErasureKey(account, record.request.sequence), record.append)
    }
}

extension EventReader {
    /// An erasure by its request's place in the order of commits, or nil.
    public func erasure(_ account: AccountNumber, _ sequence: EventSequence) throws(StoreError) -> ErasureRecord? {
        try store.record(ErasureKey(account, sequence)) { bytes throws(MalformedRecord) in
            try ErasureRecord(reading: bytes, sequence: sequence)
        }
    }

    /// Erasures of an account, at most `limit`; with `.ascending` those behind `cursor`, else those before it.
    public func erasures(
        _ account: AccountNumber, _ order: ScanOrder, from cursor: EventSequence? = nil, limit: Int
    ) throws(StoreError) -> [ErasureRecord] {
        var range = KeyRange { $0.appendInteger(account.value) }
        if let cursor {
            let key = ErasureKey(account, cursor).bytes
            switch order {
            case .ascending: range.lower = key + [0]
            case .descending: range.upper = key
            }
        }
        return try store.entries(.erasures, range, order, limit: limit) { key, value throws(MalformedRecord) in
            try ErasureRecord(reading: value, sequence: try ErasureKey(reading: key).sequence)
        }
    }
}
