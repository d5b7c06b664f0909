import EventModel
import Outbound
import Platform
import Storage

/// Walks through the records of several accounts as one list, the newest first.
///
/// Reads a few records of each account at a time, each time in a scan of its own, so that no state of the store is held
/// while records are looked at. Sequences of all accounts are different, so the order is one whatever arrives meanwhile.
struct Timeline<Element> {
    /// Reads the records of an account before a place.
    typealias Read = (AccountNumber, _ before: DeliveryPlace?, _ limit: Int) throws(StoreError) -> [Element]

    /// What is read of one account.
    private struct Lane {
        let account: AccountNumber
        /// Read and not yet taken, the newest last.
        var waiting: [Element] = []
        /// Where the next scan begins.
        var next: DeliveryPlace?
        /// How many the next scan reads.
        var chunk = 8
        var isOver = false
    }

    private static var chunkLimit: Int { 128 }

    private var lanes: [Lane]
    private let read: Read
    private let place: (Element) -> DeliveryPlace

    /// A walk that begins before a place, or with the newest record.
    init(
        _ accounts: [AccountNumber], before start: DeliveryPlace?, place: @escaping (Element) -> DeliveryPlace,
        read: @escaping Read
    ) {
        lanes = accounts.map { Lane(account: $0, next: start) }
        self.read = read
        self.place = place
    }

    /// The next record; nil after the last.
    mutating func next() throws(StoreError) -> Element? {
        var newest: (lane: Int, place: DeliveryPlace)?
        for index in lanes.indices {
            try fill(index)
            guard let head = lanes[index].waiting.last.map(place) else { continue }
            if head > newest?.place ?? head || newest == nil { newest = (index, head) }
        }
        guard let newest else { return nil }
        return lanes[newest.lane].waiting.popLast()
    }

    private mutating func fill(_ index: Int) throws(StoreError) {
        guard lanes[index].waiting.isEmpty, !lanes[index].isOver else { return }
        let limit = lanes[index].chunk
        let records = try read(lanes[index].account, lanes[index].next, limit)
        lanes[index].isOver = records.count < limit
        lanes[index].next = records.last.map(place) ?? lanes[index].next
        lanes[index].waiting = records.reversed()
        lanes[index].chunk = min(limit * 2, Self.chunkLimit)
    }
}

/// How much one page may cost: it ends when that is spent, and the next one goes on.
struct ScanBudget {
    private var records: Int
    private var bytes: Int
    private let deadline = MonotonicTime.now + .milliseconds(250)

    /// A budget of so many records and bytes, and a quarter of a second.
    init(records: Int, bytes: Int = 16 << 20) {
        self.records = records
        self.bytes = bytes
    }

    /// Whether nothing is left.
    var isSpent: Bool { records <= 0 || bytes <= 0 || MonotonicTime.now > deadline }

    /// Takes the price of a record.
    mutating func spend(bytes count: Int) {
        records -= 1
        bytes -= count
    }
}

extension DeliveryPlace {
    /// The bytes for a cursor.
    var bytes: [UInt8] { sequence.value.bigEndianBytes + destination.value.bigEndianBytes }

    /// The place of a cursor's bytes.
    ///
    /// - Throws: ``AdminCursor/failure`` if they are none.
    init(_ bytes: [UInt8]) throws(AdminFailure) {
        guard bytes.count == 10 else { throw AdminCursor.failure }
        self.init(
            EventSequence(bytes.prefix(8).bigEndianInteger()), DestinationNumber(bytes.suffix(2).bigEndianInteger()))
    }

    /// Before every event that was stored at `time` or later.
    init(before time: Timestamp) {
        var clock = SequenceClock(after: nil)
        self.init(clock.next(at: time), DestinationNumber(0))
    }
}
