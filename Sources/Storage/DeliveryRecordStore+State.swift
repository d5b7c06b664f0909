public import EventModel
import Platform

extension DeliveryRecordStore {
    /// What an earlier process left about a destination; empty if nothing.
    public func state(ofDestination name: String) throws(StoreError) -> DestinationState {
        let key = DestinationState.key(name)
        guard let bytes = try store.value(.meta, key) else { return DestinationState() }
        do {
            return try DestinationState(reading: bytes)
        } catch {
            throw error.storeError(.meta, key)
        }
    }

    /// Keeps what must not be forgotten about a destination; survives the death of the process.
    public func setState(_ state: DestinationState, ofDestination name: String) throws(StoreError) {
        var batch = WriteBatch()
        if state.isEmpty {
            batch.delete(.meta, DestinationState.key(name))
        } else {
            batch.put(.meta, key: { $0 += DestinationState.key(name) }, value: state.append)
        }
        try store.commit(batch, .buffered)
    }
}

extension DestinationState {
    /// Entries of `meta` that begin with a letter are not the store's own; see ``MetaKey``.
    fileprivate static func key(_ name: String) -> [UInt8] { Array("destination/\(name)".utf8) }

    // version · stop, 0 for none · since · breaker open until · its cooldown · paused until
    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        self.init()
        var reader = try ByteReader(record: bytes)
        switch try reader.integer(UInt8.self) {
        case 0: stop = nil
        case 1: stop = .gone
        case 2: stop = .held
        case 3: stop = .refused
        default: throw MalformedRecord(reason: "a reason to stop is unknown")
        }
        stoppedAt = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
        breakerOpenUntil = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
        breakerCooldownMilliseconds = try reader.signedVarint()
        pausedUntil = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        switch stop {
        case nil: bytes.append(0)
        case .gone: bytes.append(1)
        case .held: bytes.append(2)
        case .refused: bytes.append(3)
        }
        bytes.appendOptional(stoppedAt) { $0.appendShortTime($1) }
        bytes.appendOptional(breakerOpenUntil) { $0.appendShortTime($1) }
        bytes.appendSignedVarint(breakerCooldownMilliseconds)
        bytes.appendOptional(pausedUntil) { $0.appendShortTime($1) }
    }
}
