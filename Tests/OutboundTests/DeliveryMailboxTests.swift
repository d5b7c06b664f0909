import Glibc
import Platform
import Testing

@testable import Outbound

@Suite struct DeliveryMailboxTests {
    private func isReadable(_ mailbox: DeliveryMailbox) -> Bool {
        var poller = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&poller, 1, 0) == 1
    }

    @Test("word of new deliveries wakes, and is taken once", arguments: ["known", "removed"])
    func commits(name: String) {
        let mailbox = DeliveryMailbox(destinations: ["known", "other"])
        #expect(!isReadable(mailbox))
        for _ in 0..<3 { mailbox.postCommit(destination: name) }
        #expect(isReadable(mailbox))
        #expect(mailbox.take().committed == [name])
        #expect(!isReadable(mailbox))
        #expect(mailbox.take().committed.isEmpty)
        mailbox.postCommit(destination: name)
        #expect(isReadable(mailbox))
        #expect(mailbox.take().committed == [name])
    }

    @Test func noWordIsLostHoweverPostingAndTakingMeet() {
        let mailbox = DeliveryMailbox(destinations: ["a"])
        let rounds = 2000
        let posted = Guarded(0)
        let poster = DedicatedThread(name: "poster") {
            for _ in 0..<rounds {
                posted.withLock { $0 += 1 }
                mailbox.postCommit(destination: "a")
            }
        }
        // Like the engine: it sleeps until there is word, and looks at the store behind that.
        var seen = 0
        while seen < rounds {
            var poller = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&poller, 1, 60_000) == 1 else {
                Issue.record("word of a commit was lost after \(seen) of \(rounds)")
                break
            }
            if mailbox.take().committed.contains("a") { seen = posted.withLock { $0 } }
        }
        poster.join()
        #expect(seen == rounds)
    }
}
