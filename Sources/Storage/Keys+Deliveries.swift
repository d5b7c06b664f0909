package import EventModel
package import Platform

/// The key of a delivery: account · sequence · destination.
package struct DeliveryKey: StoreKey, Hashable {
    package static let family = Family.deliveries
    package let account: AccountNumber
    package let sequence: EventSequence
    package let destination: DestinationNumber

    package init(_ account: AccountNumber, _ sequence: EventSequence, _ destination: DestinationNumber) {
        self.account = account
        self.sequence = sequence
        self.destination = destination
    }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        account = try reader.account()
        sequence = try reader.sequence()
        destination = DestinationNumber(try reader.integer(UInt16.self))
        try reader.finish()
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(account.value)
        bytes.appendInteger(sequence.value)
        bytes.appendInteger(destination.value)
    }

    /// The deliveries of one event.
    package static func all(of event: EventKey) -> KeyRange { KeyRange(prefix: event.bytes) }
}

/// The key of an attempt: account · sequence · destination · started at · number.
///
/// The time comes first, since a delivery that is queued again by hand counts its attempts anew.
package struct AttemptKey: StoreKey {
    package static let family = Family.attempts
    package let delivery: DeliveryKey
    package let startedAt: Timestamp
    /// From 1.
    package let number: UInt32

    package init(_ delivery: DeliveryKey, startedAt: Timestamp, number: UInt32) {
        self.delivery = delivery
        self.startedAt = startedAt
        self.number = number
    }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        delivery = DeliveryKey(
            try reader.account(), try reader.sequence(), DestinationNumber(try reader.integer(UInt16.self)))
        startedAt = try reader.time()
        number = try reader.integer(UInt32.self)
        try reader.finish()
    }

    package func append(to bytes: inout [UInt8]) {
        delivery.append(to: &bytes)
        bytes.appendTime(startedAt)
        bytes.appendInteger(number)
    }

    /// The attempts of one delivery.
    package static func all(of delivery: DeliveryKey) -> KeyRange { KeyRange(prefix: delivery.bytes) }
}

/// The place of a delivery among those of a profile to a destination that keeps an order: destination · profile ·
/// account · sequence.
package struct OrderedKey: StoreKey, Hashable {
    package static let family = Family.ordered
    package let profile: ProfileID
    package let delivery: DeliveryKey

    package init(_ delivery: DeliveryKey, of profile: ProfileID) {
        self.delivery = delivery
        self.profile = profile
    }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        let destination = DestinationNumber(try reader.integer(UInt16.self))
        profile = ProfileID(try reader.node())
        delivery = DeliveryKey(try reader.account(), try reader.sequence(), destination)
        try reader.finish()
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(delivery.destination.value)
        bytes.appendNode(profile.node)
        bytes.appendInteger(delivery.account.value)
        bytes.appendInteger(delivery.sequence.value)
    }

    /// All of a destination.
    static func all(of destination: DestinationNumber) -> KeyRange {
        KeyRange { $0.appendInteger(destination.value) }
    }

    /// Those of one profile.
    static func all(of profile: ProfileID, _ destination: DestinationNumber) -> KeyRange {
        KeyRange {
            $0.appendInteger(destination.value)
            $0.appendNode(profile.node)
        }
    }
}

/// The place of a delivery in a list of its destination: destination · time · account · sequence.
///
/// These keys lead with the destination, not the account: its queue is one whatever accounts the events belong to.
package struct DestinationListKey: Hashable, Sendable {
    package let time: Timestamp
    package let delivery: DeliveryKey

    package init(_ delivery: DeliveryKey, at time: Timestamp) {
        self.delivery = delivery
        self.time = time
    }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        let destination = DestinationNumber(try reader.integer(UInt16.self))
        time = try reader.time()
        delivery = DeliveryKey(try reader.account(), try reader.sequence(), destination)
        try reader.finish()
    }

    package var bytes: [UInt8] { [UInt8](building: append) }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(delivery.destination.value)
        bytes.appendTime(time)
        bytes.appendInteger(delivery.account.value)
        bytes.appendInteger(delivery.sequence.value)
    }

    /// The whole list of a destination.
    package static func all(of destination: DestinationNumber) -> KeyRange {
        KeyRange { $0.appendInteger(destination.value) }
    }

    /// The part of a destination's list up to and including `time`.
    static func all(of destination: DestinationNumber, through time: Timestamp) -> KeyRange {
        var range = all(of: destination)
        guard time.milliseconds < .max else { return range }
        range.upper = [UInt8](building: {
            $0.appendInteger(destination.value)
            $0.appendTime(Timestamp(milliseconds: time.milliseconds + 1))
        })
        return range
    }
}
