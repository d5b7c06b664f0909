public import EventModel
import Platform

/// The numbers that stand for names in keys: accounts, their environments, and destinations.
///
/// A name gets its number when it is first asked for and keeps it for ever; no number is given twice, so that data of a
/// name that has left the configuration never turns up under another. May be used from any thread; only the first
/// request for a name writes.
public final class NumberRegistry: Sendable {
    /// Keeps those who remove deliveries from crossing those who deliver; one for each open store, as the registry is.
    public let fence = DeliveryFence()

    private let store: any KeyValueStore
    private let tables: Guarded<NumberTables>
    /// Held while a number is given, so that two threads never give one.
    ///
    /// Unlike other locks this one is held over I/O, which is harmless: names are few and come with the
    /// configuration.
    private let giving = Guarded(())

    /// Reads all names from the store.
    ///
    /// - Throws: `corrupt` if two names have one number.
    public init(_ store: any KeyValueStore) throws(StoreError) {
        self.store = store
        tables = Guarded(try NumberTables(reading: store))
    }

    /// The tenant with these names, which get their numbers if they have none.
    public func tenant(account: String, environment: String) throws(StoreError) -> Tenant {
        let accountNumber = AccountNumber(UInt32(try number(of: account, in: .accounts)))
        let environmentNumber = try number(of: environment, in: .environments(accountNumber))
        return Tenant(
            account: account, environment: environment, accountNumber: accountNumber,
            environmentNumber: EnvironmentNumber(UInt16(environmentNumber)))
    }

    /// The number of a destination, which gets one if it has none.
    public func destination(_ name: String) throws(StoreError) -> DestinationNumber {
        DestinationNumber(UInt16(try number(of: name, in: .destinations)))
    }

    /// The number of an account, or nil if the store never heard of it.
    public func knownAccount(_ name: String) -> AccountNumber? {
        tables.withLock { $0[.accounts].numbers[name].map { AccountNumber($0) } }
    }

    /// The number of an account's environment, or nil if the store never heard of it.
    public func knownEnvironment(_ name: String, of account: AccountNumber) -> EnvironmentNumber? {
        tables.withLock { $0[.environments(account)].numbers[name].map { EnvironmentNumber(UInt16($0)) } }
    }

    /// The environments that an account ever had, by their names.
    public func environments(of account: AccountNumber) -> [String] {
        tables.withLock { $0[.environments(account)].numbers.keys.sorted() }
    }

    /// The number of a destination, or nil if the store never heard of it.
    public func knownDestination(_ name: String) -> DestinationNumber? {
        tables.withLock { $0[.destinations].numbers[name].map { DestinationNumber(UInt16($0)) } }
    }

    /// The name of an account, or nil if the number was never given.
    public func name(of account: AccountNumber) -> String? {
        tables.withLock { $0[.accounts].names[account.value] }
    }

    /// The name of a destination, or nil if the number was never given.
    public func name(of destination: DestinationNumber) -> String? {
        tables.withLock { $0[.destinations].names[UInt32(destination.value)] }
    }

    /// The names of all destinations that ever were, in the order in which they came.
    public var destinationNames: [String] {
        tables.withLock { $0[.destinations].names.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// All accounts that ever were, in the order in which they came.
    public var accounts: [AccountNumber] {
        tables.withLock { $0[.accounts].names.keys.sorted().map { AccountNumber($0) } }
    }

    private func number(of name: String, in space: NumberSpace) throws(StoreError) -> UInt32 {
        if let number = tables.withLock({ $0[space].numbers[name] }) { return number }
        return try giving.withLock { _ throws(StoreError) in
            // Another thread may have stored the name while this one waited.
            if let number = tables.withLock({ $0[space].numbers[name] }) { return number }
            guard let candidate = tables.withLock({ $0[space].take(limit: space.numberLimit) }) else {
                throw StoreError(
                    .full, "all \(space.numberLimit) numbers for \(space.noun) are taken; \"\(name)\" cannot get one")
            }
            var batch = WriteBatch()
            batch.put(.meta, MetaKey.number(of: name, in: space), [UInt8](building: { $0.appendInteger(candidate) }))
            try store.commit(batch, .synced)
            tables.withLock { $0[space].insert(name, candidate) }
            return candidate
        }
    }
}
