import EventModel
import Platform
import TestSupport
import Testing

@testable import Outbound

@Suite struct AttemptReportTests {
    private let destination = StubDestination("d")

    private func start(body: String = "body secret") -> AttemptReport.Start {
        let delivery = Delivery(
            account: AccountNumber(1), sequence: EventSequence(7), destination: "d", queuedAt: Fixture.time)
        return AttemptReport.Start(
            due: DueDelivery(dueAt: Fixture.time, delivery: delivery), time: Fixture.time + .seconds(1),
            summary: "POST https://stub.example/", body: Array(body.utf8))
    }

    private func report(_ result: HTTPResult) -> AttemptReport {
        AttemptReport(
            result, of: start(), to: destination, duration: .milliseconds(42), now: Fixture.time + .seconds(3))
    }

    @Test func anAcceptedRequestIsDelivered() throws {
        let report = report(.status(202, [], "ok secret"))
        let delivery = report.outcome.delivery
        #expect(delivery.status == .delivered)
        #expect(delivery.attemptCount == 1)
        #expect(delivery.lastStatusCode == 202)
        #expect(delivery.lastError == nil)
        #expect(delivery.nextAttemptAt == nil)
        #expect(delivery.lastAttemptAt == Fixture.time + .seconds(1))
        #expect(delivery.latencyMilliseconds == 3000)
        #expect(delivery.templateVersion == "v1")
        let attempt = try #require(report.outcome.attempt)
        #expect(attempt.number == 1)
        #expect(attempt.statusCode == 202)
        #expect(attempt.durationMilliseconds == 42)
        #expect(attempt.request == "POST https://stub.example/")
        #expect(attempt.requestBody == nil)
        #expect(attempt.responseBody == Array("ok ***".utf8))
        #expect(report.label == "delivered")
    }

    @Test func aRefusedRequestIsKeptWithItsAnswer() throws {
        let report = report(.status(422, [], "no secret\nhere"))
        let delivery = report.outcome.delivery
        #expect(delivery.status == .dropped)
        #expect(delivery.dropReason == .rejected)
        #expect(delivery.lastError == "HTTP 422: no ***here")
        let attempt = try #require(report.outcome.attempt)
        #expect(attempt.requestBody == Array("body ***".utf8))
        #expect(attempt.responseBody == Array("no ***\nhere".utf8))
        #expect(report.label == "http_422")
        #expect(report.logMessage == nil, "an answer may echo the payload")
    }

    @Test func aFailureIsRetriedAndMayBeAmbiguous() throws {
        let report = report(.failure(HTTPFailure(.timeoutAfterSend, "slow")))
        let delivery = report.outcome.delivery
        #expect(delivery.status == .failed)
        #expect(delivery.isAmbiguous)
        #expect(delivery.nextAttemptAt == Fixture.time + .seconds(5))
        #expect(delivery.lastError == "timeout_after_send: slow")
        #expect(delivery.lastStatusCode == nil)
        #expect(report.label == "timeout_after_send")
    }

    @Test func ambiguityLastsUntilTheDestinationAnswers() {
        var start = start()
        var delivery = start.due.delivery
        delivery.isAmbiguous = true
        start = AttemptReport.Start(
            due: DueDelivery(dueAt: Fixture.time, delivery: delivery), time: start.time, summary: "", body: [])
        let refused = AttemptReport(.status(400), of: start, to: destination, duration: .zero, now: Fixture.time)
        #expect(refused.outcome.delivery.isAmbiguous)
        let accepted = AttemptReport(.ok, of: start, to: destination, duration: .zero, now: Fixture.time)
        #expect(!accepted.outcome.delivery.isAmbiguous)
    }

    private func report(_ outcome: PartOutcome, _ status: Int = 400) -> AttemptReport {
        AttemptReport(
            .status(status, [], "answer"), of: start(), to: destination, outcome: outcome,
            tokens: TokenKeeper(fixed: "lasting-token"), duration: .zero, now: Fixture.time + .seconds(3))
    }

    @Test func theDestinationsWordsStandBehindTheStatus() {
        let refused = report(PartOutcome(.rejected, "[100/2804003] Event\u{0}\nToo Old secret lasting-token"))
        #expect(refused.outcome.delivery.lastError == "400 [100/2804003] EventToo Old *** ***")
        #expect(refused.outcome.attempt?.error == refused.outcome.delivery.lastError)
        let long = report(PartOutcome(.rejected, String(repeating: "é", count: 100_000)))
        #expect(long.outcome.delivery.lastError.map { $0.utf8.count <= 1024 && $0.hasPrefix("400 éé") } == true)
        #expect(report(PartOutcome(.rejected)).outcome.delivery.lastError == "HTTP 400: answer")
    }

    @Test func aWarningIsKeptWithTheAttempt() {
        let outcome = report(PartOutcome(.accepted, "no match key was good"), 200).outcome
        #expect(outcome.delivery.status == .delivered)
        #expect(outcome.delivery.lastError == nil)
        #expect(outcome.attempt?.error == "200 no match key was good")
        #expect(outcome.attempt?.requestBody == nil)
    }

    @Test(arguments: [AttemptVerdict.refused, .unauthorized])
    func aRefusalOfCredentialsIsNoAttempt(_ verdict: AttemptVerdict) {
        let delivery = report(PartOutcome(verdict, "no such account"), 403).outcome.delivery
        #expect(delivery.status == .failed)
        #expect(delivery.attemptCount == 0)
        #expect(delivery.lastError == "403 no such account")
        #expect(delivery.dropReason == nil)
        #expect(delivery.nextAttemptAt.map { $0 > Fixture.time } == true)
    }

    @Test func whatIsThrottledIsTriedAgain() {
        let delivery = report(PartOutcome(.throttled(retryAfter: .delay(.seconds(60))), "slow down")).outcome.delivery
        #expect(delivery.status == .failed)
        #expect(delivery.attemptCount == 1)
        #expect(delivery.nextAttemptAt == Fixture.time + .seconds(63))
    }

    @Test func longAnswersAreCut() throws {
        let long = String(repeating: "é", count: 100_000)
        let refused = report(.status(400, [], long)).outcome
        #expect(refused.attempt?.responseBody.count == 64 << 10)
        let error = try #require(refused.delivery.lastError)
        #expect(error.utf8.count <= 1024)
        #expect(error.hasPrefix("HTTP 400: éé"))
        #expect(report(.status(200, [], long)).outcome.attempt?.responseBody.count == 1024)
    }

    @Test func aClockThatWentBackGivesNoNegativeLatency() {
        let report = AttemptReport(
            .ok, of: start(), to: destination, duration: .zero, now: Fixture.time - .seconds(60))
        #expect(report.outcome.delivery.latencyMilliseconds == 0)
    }

    @Test func whatCouldNotBeRenderedIsKept() throws {
        let due = start().due
        let report = AttemptReport(
            dropping: due, .renderFailed, "not JSON", rendered: Array("{secret".utf8), by: destination,
            now: Fixture.time)
        #expect(report.outcome.delivery.dropReason == .renderFailed)
        #expect(report.outcome.delivery.lastError == "not JSON")
        #expect(report.outcome.delivery.attemptCount == 1)
        #expect(report.outcome.attempt?.requestBody == Array("{***".utf8))
        #expect(report.outcome.attempt?.error == "not JSON")
    }

    @Test func whatIsPostponedIsNoAttempt() {
        let due = start().due
        let failure = HTTPFailure(.cancelled, "stopped", isAmbiguous: true)
        let report = AttemptReport(postponing: due, failure, until: Fixture.time)
        #expect(report.outcome.delivery.attemptCount == 0)
        #expect(report.outcome.delivery.status == .queued)
        #expect(report.outcome.delivery.isAmbiguous)
        #expect(report.outcome.attempt == nil)
        // A new time, so that the queue's entry is another one.
        #expect(report.outcome.delivery.nextAttemptAt == Fixture.time + .milliseconds(1))
    }
}
