import Crypto
public import EventModel
import Platform

/// A destination's place in keys, given once to its configured name by ``NumberRegistry``.
public struct DestinationNumber: Sendable, Hashable {
    /// The number in keys.
    public let value: UInt16

    /// A number as the registry gave it.
    public init(_ value: UInt16) { self.value = value }
}

/// A key of one family.
///
/// Integers are big-endian and texts lead with their length, so that keys of equal fields are equal, keys of different
/// fields differ, and a scan runs in the order of the fields. (Design, section 6.)
package protocol StoreKey: Sendable {
    /// Where keys of this form are.
    static var family: Family { get }

    /// Appends the bytes of the key.
    func append(to bytes: inout [UInt8])
}

extension StoreKey {
    /// The key as the store takes it.
    package var bytes: [UInt8] { [UInt8](building: append) }
}

extension [UInt8] {
    /// The bytes that `build` appends.
    init(building build: (inout [UInt8]) -> Void) {
        self = []
        reserveCapacity(64)
        build(&self)
    }

    /// Appends a text of a key: its length in one byte, then the text.
    ///
    /// Senders choose these texts, so one of more than 254 bytes is replaced by the mark 255 and its SHA-256: keys stay
    /// short, and different texts still make different keys.
    mutating func appendKeyText(_ text: String) {
        let count = text.utf8.count
        guard count < 255 else {
            append(255)
            append(contentsOf: SHA256.digest(of: text).bytes)
            return
        }
        append(UInt8(count))
        // Memory at once: to append the view itself takes three times as long.
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable { append(contentsOf: $0) }
        if isDone == nil { append(contentsOf: text.utf8) }
    }

    /// Appends the account and environment that lead the dedup keys.
    mutating func appendTenant(_ account: AccountNumber, _ environment: EnvironmentNumber) {
        appendInteger(account.value)
        appendInteger(environment.value)
    }
}

/// The keys from `lower` to below `upper`; to the end of the family if that is nil.
package struct KeyRange: Sendable, Equatable {
    package var lower: [UInt8]
    package var upper: [UInt8]?

    /// All keys that begin with `prefix`.
    package init(prefix: [UInt8]) {
        lower = prefix
        upper = Self.successor(of: prefix)
    }

    /// All keys that begin with the bytes that `build` appends.
    init(prefix build: (inout [UInt8]) -> Void) { self.init(prefix: [UInt8](building: build)) }

    /// The smallest key that is greater than every key with this prefix, or nil if there is none.
    static func successor(of prefix: [UInt8]) -> [UInt8]? {
        var key = prefix
        while let last = key.popLast() {
            if last < .max {
                key.append(last + 1)
                return key
            }
        }
        return nil
    }
}

// MARK: - Events and dedup

/// The key of an event: account · sequence.
package struct EventKey: StoreKey, Equatable {
    package static let family = Family.events
    package let account: AccountNumber
    package let sequence: EventSequence

    package init(_ account: AccountNumber, _ sequence: EventSequence) {
        self.account = account
        self.sequence = sequence
    }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        account = try reader.account()
        sequence = try reader.sequence()
        try reader.finish()
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(account.value)
        bytes.appendInteger(sequence.value)
    }

    /// All events of an account.
    package static func all(of account: AccountNumber) -> KeyRange { KeyRange { $0.appendInteger(account.value) } }
}

/// What makes a message known: account · environment · source · messageId.
public struct MessageKey: StoreKey {
    package static let family = Family.messages
    let account: AccountNumber
    let environment: EnvironmentNumber
    let source: String
    let messageID: String

    /// The key of a message, from the configured name of the source that it came in by and the id that the sender gave
    /// it.
    public init(_ account: AccountNumber, _ environment: EnvironmentNumber, source: String, messageID: String) {
        self.account = account
        self.environment = environment
        self.source = source
        self.messageID = messageID
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendTenant(account, environment)
        bytes.appendKeyText(source)
        bytes.appendKeyText(messageID)
    }
}

/// What makes an event known: account · environment · event_id · event_name.
public struct EventIDKey: StoreKey {
    package static let family = Family.eventIDs
    let account: AccountNumber
    let environment: EnvironmentNumber
    let eventID: String
    let eventName: String

    /// The key of an event, from its stable downstream id and its canonical name.
    ///
    /// The name keeps purchase and refund of one order apart.
    public init(_ account: AccountNumber, _ environment: EnvironmentNumber, eventID: String, eventName: EventName) {
        self.account = account
        self.environment = environment
        self.eventID = eventID
        self.eventName = eventName.text
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.appendTenant(account, environment)
        bytes.appendKeyText(eventID)
        bytes.appendKeyText(eventName)
    }

    /// The keys of all names that an id was seen with.
    static func allNames(_ account: AccountNumber, _ environment: EnvironmentNumber, eventID: String) -> KeyRange {
        KeyRange {
            $0.appendTenant(account, environment)
            $0.appendKeyText(eventID)
        }
    }
}
