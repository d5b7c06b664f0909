import EventModel
import Platform
import Storage
import TestSupport
import Testing

@testable import Gateway

/// What the committer answers when the store works, and when it does not.
@Suite struct CommitterTests {
    private func purchase(_ order: String, user: String = "u", anonymous: String? = nil) -> String {
        let anonymous = anonymous.map { #""anonymousId":"\#($0)","# } ?? ""
        return #"{"type":"track","event":"Order Completed","messageId":"m-\#(order)","userId":"\#(user)",\#(anonymous)"#
            + #""properties":{"order_id":"\#(order)","revenue":5,"currency":"USD"}}"#
    }

    /// Submits requests before the start, so that they make one batch, and returns what each was answered.
    private func commit(_ bench: CommitBench, _ requests: [[String]]) throws -> [[String]] {
        let committer = try bench.makeCommitter()
        let replies = Replies()
        for (number, events) in requests.enumerated() {
            let request = replies.request(number, try events.map { try bench.event($0) })
            try #require(committer.submit(request) == .accepted)
        }
        committer.start()
        defer { committer.stop() }
        return try replies.first(requests.count).map(\.summary)
    }

    @Test func requestsThatWaitAreOneCommitAndOneSync() throws {
        let bench = try CommitBench()
        let before = bench.store.memory.commitCount
        let answers = try commit(
            bench, [[purchase("1")], [purchase("2"), purchase("1")], [], [purchase("2")]])
        #expect(
            answers == [
                ["accepted:new"], ["accepted:existing", "duplicate:message_id"], [], ["duplicate:message_id"],
            ])
        // The destination's name got its number in a commit of its own.
        #expect(bench.store.memory.commitCount == before + 2)
        #expect(bench.store.syncCount == 1)
        #expect(try bench.store.count(.events) == 2)
    }

    @Test func aFailedCommitRefusesItsWholeBatchAndKeepsNothing() throws {
        let bench = try CommitBench()
        _ = try bench.registry.destination("hook")
        bench.store.failNextCommit()
        let refused = try commit(bench, [[purchase("1")], [purchase("2"), purchase("3")]])
        #expect(refused == [["failed:io"], ["failed:io"]])
        #expect(try bench.store.content().isEmpty)
        #expect(bench.store.syncCount == 0)
    }

    @Test func whatWasRefusedIsNewWhenItComesAgain() throws {
        let bench = try CommitBench()
        _ = try bench.registry.destination("hook")
        let committer = try bench.makeCommitter()
        committer.start()
        defer { committer.stop() }
        let replies = Replies()
        func submit(_ number: Int, _ event: String) throws -> [String] {
            try #require(committer.submit(replies.request(number, [try bench.event(event)])) == .accepted)
            return try replies.first(number + 1)[number].summary
        }
        #expect(try submit(0, purchase("1", user: "a")) == ["accepted:new"])
        #expect(try submit(1, #"{"type":"page","messageId":"p","anonymousId":"x"}"#) == ["accepted:new"])
        bench.store.failNextCommit()
        // This one joins two profiles, in memory only.
        #expect(try submit(2, purchase("2", user: "a", anonymous: "x")) == ["failed:io"])
        #expect(try submit(3, purchase("3", user: "b", anonymous: "x")) == ["accepted:existing"])
        #expect(try submit(4, purchase("2", user: "a", anonymous: "x")) == ["accepted:refused"])
        #expect(try bench.store.count(.events) == 4)
        #expect(try bench.store.count(.deliveries) == 4)
    }

    @Test func aFailedSyncIsNoSuccessAndLosesNothing() throws {
        let bench = try CommitBench()
        bench.store.failSync(1)
        #expect(try commit(bench, [[purchase("1")], [purchase("2")]]) == [["failed:io"], ["failed:io"]])
        // Written and not known to be durable: the next sync makes it so, and the sender's retry says so.
        #expect(try commit(bench, [[purchase("1")]]) == [["duplicate:message_id"]])
        #expect(bench.store.syncCount == 2)
        #expect(try bench.store.count(.events) == 2)
        #expect(try bench.store.count(.deliveries) == 2)
    }

    @Test func aFullQueueTakesNoMoreAndAStoppedOneNothing() throws {
        let bench = try CommitBench()
        let committer = try bench.makeCommitter(queueLimit: 4)
        let replies = Replies()
        // A request weighs one, and each of its events one.
        #expect(committer.submit(replies.request(0, [try bench.event(purchase("1"))])) == .accepted)
        #expect(committer.submit(replies.request(1, [try bench.event(purchase("2"))])) == .accepted)
        #expect(committer.submit(replies.request(2, [try bench.event(purchase("3"))])) == .full)
        committer.start()
        #expect(try replies.first(2).map(\.summary) == [["accepted:new"], ["accepted:existing"]])
        committer.stop()
        #expect(committer.queuedWeight == 0)
        #expect(committer.submit(replies.request(3, [try bench.event(purchase("3"))])) == .closed)
    }
}
