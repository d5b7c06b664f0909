import EventModel
import Platform
import TestSupport
import Testing

@testable import Storage

@Suite struct NumberRegistryTests {
    @Test func namesKeepTheirNumbersForEver() throws {
        let store = MemoryStore()
        let first = try NumberRegistry(store)
        let tenant = try first.tenant(account: "acct", environment: "production")
        let staging = try first.tenant(account: "acct", environment: "staging")
        let other = try first.tenant(account: "other", environment: "production")
        let meta = try first.destination("meta")
        #expect(tenant.accountNumber == staging.accountNumber)
        #expect(tenant.environmentNumber != staging.environmentNumber)
        #expect(tenant.accountNumber != other.accountNumber)
        #expect(try first.tenant(account: "acct", environment: "production") == tenant)

        let second = try NumberRegistry(store)
        #expect(try second.destination("ga4") != meta, "a number is not given twice after a restart")
        #expect(try second.destination("meta") == meta)
        #expect(try second.tenant(account: "acct", environment: "staging") == staging)
        #expect(second.name(of: tenant.accountNumber) == "acct")
        #expect(second.name(of: meta) == "meta")
        #expect(second.knownDestination("meta") == meta)
        #expect(second.knownDestination("tiktok") == nil)
        #expect(second.knownAccount("other") == other.accountNumber)
        #expect(second.knownEnvironment("staging", of: tenant.accountNumber) == staging.environmentNumber)
        #expect(second.knownEnvironment("staging", of: other.accountNumber) == nil)
        #expect(second.accounts == [tenant.accountNumber, other.accountNumber])
    }

    @Test func numberOfAFailedWriteIsNotGivenAgain() throws {
        let store = MemoryStore()
        let registry = try NumberRegistry(store)
        let first = try registry.destination("first")
        store.failCommit(2, with: StoreError(.full, "told to"))
        #expect(throws: StoreError.self) { try registry.destination("second") }
        #expect(registry.knownDestination("second") == nil)
        let third = try registry.destination("third")
        let second = try registry.destination("second")
        #expect(Set([first.value, second.value, third.value]).count == 3)
        #expect(third.value == first.value + 2, "the write that failed may have reached the disk with number 2")
    }

    @Test func threadsThatAskForOneNameGetOneNumber() throws {
        let store = MemoryStore()
        let registry = try NumberRegistry(store)
        let found = Guarded<[UInt16]>([])
        let threads = (0..<8).map { number in
            DedicatedThread(name: "ask") {
                for name in 0..<50 {
                    // The store does not fail, and a missing number would be seen below.
                    guard let destination = try? registry.destination("destination-\((name + number) % 50)") else {
                        return
                    }
                    found.withLock { $0.append(destination.value) }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(found.withLock { $0 }.count == 400)
        #expect(Set(found.withLock { $0 }) == Set(1...50))
        #expect(store.commitCount == 50)
    }

    @Test func twoNamesOfOneNumberAreReported() throws {
        let store = MemoryStore()
        try store.put(.meta, MetaKey.number(of: "a", in: .destinations), [0, 0, 0, 5])
        try store.put(.meta, MetaKey.number(of: "b", in: .accounts), [0, 0, 0, 5])
        _ = try NumberRegistry(store)
        try store.put(.meta, MetaKey.number(of: "b", in: .destinations), [0, 0, 0, 5])
        let error = #expect(throws: StoreError.self) { try NumberRegistry(store) }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("\"a\" and \"b\" have the same number 5 among destinations") == true)
    }

    @Test(
        "a number that cannot be is reported",
        arguments: [[], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1, 0]] as [[UInt8]])
    func damagedNumber(_ value: [UInt8]) throws {
        let store = MemoryStore()
        try store.put(.meta, MetaKey.number(of: "a", in: .destinations), value)
        let error = #expect(throws: StoreError.self) { try NumberRegistry(store) }
        #expect(error?.code == .corrupt)
    }

    @Test func allNumbersTakenIsReported() throws {
        let store = MemoryStore()
        try store.put(.meta, MetaKey.number(of: "last", in: .destinations), [0, 0, 255, 255])
        let registry = try NumberRegistry(store)
        let error = #expect(throws: StoreError.self) { try registry.destination("one more") }
        #expect(error?.message == "all 65535 numbers for destinations are taken; \"one more\" cannot get one")
        #expect(try registry.destination("last").value == 65535)
    }

    @Test func entriesOfOthersInMetaAreLeftAlone() throws {
        let store = MemoryStore()
        try store.put(.meta, Array("something else".utf8), [1])
        #expect(try NumberRegistry(store).accounts.isEmpty)
    }
}
