/// A customer of the gateway; the unit in which data is kept apart.
///
/// The number leads every key of the store. Configuration names an account; the store gives it its number once.
public struct AccountNumber: Sendable, Hashable, Comparable {
    /// The number as it stands in keys; 0 is never given by the store.
    public let value: UInt32

    /// The account with this number, whether or not the store knows it.
    public init(_ value: UInt32) { self.value = value }

    /// Whether the left account comes first in the order of the store's keys.
    public static func < (left: AccountNumber, right: AccountNumber) -> Bool { left.value < right.value }
}

/// One environment (`production`, `staging`, …) of an account, numbered by the store like the account itself.
public struct EnvironmentNumber: Sendable, Hashable {
    /// The number as it stands in keys, unique within its account; 0 is never given by the store.
    public let value: UInt16

    /// The environment with this number, whether or not the store knows it.
    public init(_ value: UInt16) { self.value = value }
}

/// The account and environment that an event belongs to, as names and as the numbers the store knows them by.
public struct Tenant: Sendable, Hashable {
    /// The account's name in the configuration, as events and answers show it.
    public let account: String
    /// The environment's name in the configuration (`production`, `staging`, …).
    public let environment: String
    /// What the store calls the account in its keys.
    public let accountNumber: AccountNumber
    /// What the store calls the environment in its keys.
    public let environmentNumber: EnvironmentNumber

    /// A tenant whose numbers are those that the store gave its names.
    public init(
        account: String, environment: String, accountNumber: AccountNumber, environmentNumber: EnvironmentNumber
    ) {
        self.account = account
        self.environment = environment
        self.accountNumber = accountNumber
        self.environmentNumber = environmentNumber
    }
}

/// The position of an event in the order of commits: milliseconds since 1970 in the upper 44 bits, a counter below.
///
/// Rises with every event of a store, so that events in key order are events in time order.
public struct EventSequence: Sendable, Hashable, Comparable {
    /// The whole number: time and counter, as it stands in keys and answers.
    public let value: UInt64

    /// The sequence with this number, whether or not an event has it.
    public init(_ value: UInt64) { self.value = value }

    /// Lends the decimal digits without allocating.
    @inlinable
    public func withText<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            var rest = value
            repeat {
                start -= 1
                unsafe digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            return unsafe body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start...]))
        }
    }

    /// Whether the left event was committed first.
    public static func < (left: EventSequence, right: EventSequence) -> Bool { left.value < right.value }
}

/// The call a sender made.
public enum EnvelopeType: String, Sendable, CaseIterable {
    case identify, track, page, screen, group, alias, merge, delete
}

/// Where an action happened, from the envelope's channel.
public enum ActionSource: String, Sendable, CaseIterable {
    case website, app, system
}

/// The canonical name of an event: a row of the registry, or `custom.<slug>`.
public struct EventName: Sendable, Hashable, CustomStringConvertible {
    /// The name as destinations, filters and templates see it.
    public let text: String

    /// A name as it is; nothing is looked up or normalized.
    public init(_ text: String) { self.text = text }

    /// Whether the registry does not know the event.
    public var isCustom: Bool { text.hasPrefix("custom.") }

    /// The name itself.
    public var description: String { text }
}
