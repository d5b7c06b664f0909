public import EventModel

/// The place of a delivery in the order in which deliveries were made, the same over all accounts.
public struct DeliveryPlace: Sendable, Hashable, Comparable {
    /// The event.
    public let sequence: EventSequence
    /// The destination.
    public let destination: DestinationNumber

    /// The place of an event's delivery to a destination.
    public init(_ sequence: EventSequence, _ destination: DestinationNumber) {
        self.sequence = sequence
        self.destination = destination
    }

    /// Whether the left delivery belongs to an earlier event, or comes first among those of one event.
    public static func < (left: DeliveryPlace, right: DeliveryPlace) -> Bool {
        (left.sequence.value, left.destination.value) < (right.sequence.value, right.destination.value)
    }
}

/// A delivery and its place.
public struct PlacedDelivery: Sendable, Equatable {
    /// Where it is among all deliveries.
    public let place: DeliveryPlace
    /// The delivery as the store has it.
    public let delivery: Delivery
}

extension DeliveryRecordStore {
    /// At most `limit` deliveries of an account, those of the newest events first.
    ///
    /// `place` is that of the last delivery of the page before; nil begins with the newest event.
    public func recentDeliveries(
        _ account: AccountNumber, before place: DeliveryPlace?, limit: Int
    ) throws(StoreError) -> [PlacedDelivery] {
        var range = EventKey.all(of: account)
        if let place { range.upper = DeliveryKey(account, place.sequence, place.destination).bytes }
        return try store.entries(.deliveries, range, .descending, limit: limit) { key, value throws(MalformedRecord) in
            let key = try DeliveryKey(reading: key)
            guard let name = registry.name(of: key.destination) else {
                throw MalformedRecord(reason: "its destination has no name")
            }
            let delivery = try Delivery(reading: value, key: key, destination: name)
            return PlacedDelivery(place: DeliveryPlace(key.sequence, key.destination), delivery: delivery)
        }
    }
}
