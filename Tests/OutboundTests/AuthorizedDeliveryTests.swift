import EventModel
import Outbound
import Platform
import TestSupport
import Testing

/// Destinations whose access tokens expire.
@Suite(.timeLimit(.minutes(5))) struct AuthorizedDeliveryTests {
    /// Sends an event's id with a bearer token; 401 refuses the token, 403 the credentials.
    struct TokenDestination: AuthorizedDestination {
        let name: String
        var policy: DeliveryPolicy
        let templateVersion: String? = nil
        let tokens: TokenKeeper
        var url = "https://api.example/"

        init(_ tokens: TokenKeeper, name: String = "a", concurrency: Int = 4) {
            self.name = name
            self.tokens = tokens
            policy = DeliveryPolicy(
                retry: RetrySchedule(attemptLimit: 3, backoff: .list([.seconds(1)])), concurrencyLimit: concurrency)
        }

        func prepare(_ event: EventView, at time: Timestamp) -> Preparation {
            .send(
                OutboundRequest(
                    url: url,
                    headers: [HTTPHeader("Authorization", "Bearer \(tokens.accessToken(at: time) ?? "none")")],
                    body: Array(event.eventID.utf8), options: TransferOptions(allowsPrivateAddresses: true)))
        }

        func outcome(on response: HTTPResponse, at time: Timestamp) -> PartOutcome {
            let words = response.body.isEmpty ? nil : String(decoding: response.body, as: UTF8.self)
            switch response.statusCode {
            case 401: return PartOutcome(.unauthorized, words)
            case 403: return PartOutcome(.refused, words)
            default: return PartOutcome(verdict(on: response, at: time), words)
            }
        }

        func masked(_ bytes: [UInt8]) -> [UInt8] { bytes }
    }

    static func keeper(_ url: String = "https://issuer.example/token") -> TokenKeeper {
        TokenKeeper(
            OAuthRefresh(
                tokenURL: url, clientID: "client", clientSecret: "client-secret", refreshToken: "refresh-token-0",
                options: TransferOptions(allowsPrivateAddresses: true)))
    }

    /// An issuer and an API in one; `valid` is the number of the token that the API takes.
    private final class Vendor: Sendable {
        struct State: Sendable {
            var tokenCount = 0
            var valid = 1
            var issuerAnswer: HTTPResult?
        }

        let state = Watched(State())

        var client: StubClient {
            StubClient { [state] request, _ in
                state.withLock { state in
                    guard request.url.contains("api") else {
                        if let answer = state.issuerAnswer { return answer }
                        state.tokenCount += 1
                        return .status(
                            200, [], #"{"access_token":"access-token-\#(state.tokenCount)","expires_in":3600}"#)
                    }
                    let token = request.headers[0].value
                    return token == "Bearer access-token-\(state.valid)"
                        ? .ok : .status(401, [], "\(token) is not valid")
                }
            }
        }
    }

    private func requestCount(_ client: StubClient, _ host: String) -> Int {
        client.state.withLock { $0.requests.filter { $0.url.contains(host) }.count }
    }

    private func noSecretShows(_ bench: EngineBench) {
        for line in bench.sink.lines
            + bench.outcomes.flatMap({ [$0.delivery.lastError, $0.attempt?.error] }).compactMap({ $0 })
        {
            for secret in ["access-token", "refresh-token", "client-secret"] { #expect(!line.contains(secret)) }
        }
    }

    @Test func oneTokenServesAllThatWait() {
        let bench = EngineBench()
        bench.add(1...200, to: ["a", "b"])
        let client = Vendor().client
        let tokens = Self.keeper()
        let engine = bench.engine([TokenDestination(tokens), TokenDestination(tokens, name: "b")], client)
        #expect(bench.waitUntilSettled(400))
        engine.stop(grace: .seconds(1))
        #expect(requestCount(client, "issuer") == 1)
        #expect(requestCount(client, "api") == 400)
        #expect(bench.outcomes.allSatisfy { $0.delivery.status == .delivered && $0.delivery.attemptCount == 1 })
        #expect(bench.violations.isEmpty)
    }

    @Test func aTokenThatIsRefusedIsRenewedOnceAndTheSameEventsGoAgain() {
        let bench = EngineBench()
        bench.add(1...50, to: ["a"])
        let platform = Vendor()
        platform.state.withLock { $0.valid = 2 }
        let client = platform.client
        let engine = bench.engine([TokenDestination(Self.keeper(), concurrency: 8)], client, level: .debug)
        #expect(bench.waitUntilSettled(50))
        engine.stop(grace: .seconds(1))
        #expect(requestCount(client, "issuer") == 2)
        #expect(bench.outcomes.count == 50)
        #expect(bench.outcomes.allSatisfy { $0.delivery.status == .delivered && $0.delivery.attemptCount == 1 })
        #expect(bench.violations.isEmpty)
        noSecretShows(bench)
    }

    @Test func aSecondRefusalStopsTheDestinationUntilAnOperatorResumesIt() {
        let bench = EngineBench()
        bench.add(1...10, to: ["a"])
        let platform = Vendor()
        platform.state.withLock { $0.valid = 0 }
        let client = platform.client
        let statistics = DeliveryStatistics()
        let engine = bench.engine([TokenDestination(Self.keeper(), concurrency: 1)], client, statistics: statistics) {
            $0.statisticsInterval = .zero
        }
        #expect(bench.store.state.wait { $0.destinations["a"]?.stop == .refused && !$0.outcomes.isEmpty })
        bench.clock.advance(by: .seconds(600))
        #expect(requestCount(client, "api") == 2)
        let outcome = bench.outcomes.first
        #expect(outcome?.delivery.status == .failed)
        #expect(outcome?.delivery.attemptCount == 0)
        #expect(outcome?.delivery.lastError == "401 Bearer *** is not valid")
        #expect(
            bench.sink.lines.filter { $0.contains("\"level\":\"error\"") && $0.contains("401 Bearer ***") }.count == 1)
        let started = MonotonicTime.now
        while statistics.destinations.map(\.state) != [.refused], MonotonicTime.now - started < .seconds(20) {}
        #expect(statistics.destinations.map(\.state) == [.refused])
        #expect(statistics.destinations.map(\.reason) == ["401 Bearer *** is not valid"])
        // The operator has mended it.
        platform.state.withLock { $0.valid = $0.tokenCount + 1 }
        engine.perform(.resume, on: "a")
        #expect(bench.waitUntilSettled(10))
        engine.stop(grace: .seconds(1))
        #expect(
            bench.store.state.withLock { $0.settled.allSatisfy { $0.status == .delivered && $0.attemptCount == 1 } })
        #expect(bench.store.state.withLock { $0.destinations["a"] } == nil)
        #expect(bench.violations.isEmpty)
        noSecretShows(bench)
    }

    @Test func anotherProcessTriesAgain() {
        let bench = EngineBench()
        bench.add(1...10, to: ["a"])
        let refusing = StubClient { request, _ in
            request.url.contains("api") ? .status(403, [], "no such account") : nil
        }
        let first = bench.engine([TokenDestination(TokenKeeper(fixed: "lasting-token"))], refusing)
        #expect(bench.store.state.wait { $0.destinations["a"]?.stop == .refused })
        first.stop(grace: .seconds(1))
        #expect(bench.outcomes.allSatisfy { $0.delivery.lastError == "403 no such account" })
        bench.clock.advance(by: .seconds(1))
        let second = bench.engine([TokenDestination(TokenKeeper(fixed: "lasting-token"))], StubClient())
        #expect(bench.waitUntilSettled(10))
        second.stop(grace: .seconds(1))
        #expect(bench.store.state.withLock { $0.destinations["a"] } == nil)
        #expect(
            bench.store.state.withLock { $0.settled.allSatisfy { $0.status == .delivered && $0.attemptCount == 1 } })
    }

    @Test func anAnswerWithoutWordsOfTheDestinationIsNotLogged() {
        var destination = StubDestination("a", concurrencyLimit: 1)
        destination.outcome = PartOutcome(.refused)
        let bench = EngineBench()
        bench.add(1...2, to: ["a"])
        let engine = bench.engine([destination], StubClient { _, _ in .status(403, [], "no ada@example.com") })
        #expect(bench.store.state.wait { $0.destinations["a"]?.stop == .refused && !$0.outcomes.isEmpty })
        engine.stop(grace: .seconds(1))
        #expect(bench.outcomes.map(\.delivery.lastError) == ["HTTP 403: no ada@example.com"])
        #expect(bench.sink.lines.contains { $0.contains("HTTP 403") })
        #expect(!bench.sink.lines.contains { $0.contains("ada@") })
    }

    @Test func aTokenThatLastsIsRefusedAtOnce() {
        let bench = EngineBench()
        bench.add(1...3, to: ["a"])
        let client = Vendor().client
        let engine = bench.engine([TokenDestination(TokenKeeper(fixed: "lasting-token"), concurrency: 1)], client)
        #expect(bench.store.state.wait { $0.destinations["a"]?.stop == .refused && !$0.outcomes.isEmpty })
        engine.stop(grace: .seconds(1))
        #expect(client.bodies.count == 1)
        #expect(bench.outcomes.map(\.delivery.lastError) == ["401 Bearer *** is not valid"])
    }

    @Test func credentialsThatTheIssuerRefusesStopTheDestination() {
        let bench = EngineBench()
        bench.add(1...10, to: ["a", "b"])
        let platform = Vendor()
        platform.state.withLock {
            $0.issuerAnswer = .status(
                400, [], #"{"error":"invalid_grant","error_description":"refresh-token-0 was revoked"}"#)
        }
        let client = platform.client
        let tokens = Self.keeper()
        let engine = bench.engine([TokenDestination(tokens), TokenDestination(tokens, name: "b")], client)
        #expect(bench.store.state.wait { $0.destinations.values.filter { $0.stop == .refused }.count == 2 })
        #expect(requestCount(client, "issuer") == 1)
        #expect(requestCount(client, "api") == 0)
        #expect(bench.outcomes.isEmpty)
        #expect(bench.sink.lines.contains { $0.contains("auth_reconnect_required: invalid_grant: *** was revoked") })
        platform.state.withLock { $0.issuerAnswer = nil }
        engine.perform(.resume, on: "a")
        engine.perform(.resume, on: "b")
        #expect(bench.waitUntilSettled(20))
        engine.stop(grace: .seconds(1))
        noSecretShows(bench)
    }

    @Test func deliveriesWaitForAnIssuerThatIsDownWithoutUsingAttempts() {
        let bench = EngineBench()
        bench.add(1...10, to: ["a"])
        let platform = Vendor()
        platform.state.withLock { $0.issuerAnswer = .status(503) }
        let client = platform.client
        let statistics = DeliveryStatistics()
        let engine = bench.engine([TokenDestination(Self.keeper())], client, statistics: statistics) {
            $0.statisticsInterval = .zero
        }
        for (count, seconds) in [(1, 2), (2, 4), (3, 8)] {
            #expect(client.state.wait { $0.requests.count == count })
            bench.look(engine)
            bench.clock.advance(by: .seconds(seconds))
        }
        #expect(client.state.wait { $0.requests.count == 4 })
        let started = MonotonicTime.now
        while statistics.destinations.map(\.state) != [.paused], MonotonicTime.now - started < .seconds(20) {}
        #expect(statistics.destinations.first?.reason?.contains("HTTP 503") == true)
        platform.state.withLock { $0.issuerAnswer = nil }
        bench.look(engine)
        bench.clock.advance(by: .seconds(16))
        #expect(bench.waitUntilSettled(10))
        engine.stop(grace: .seconds(1))
        #expect(bench.outcomes.allSatisfy { $0.delivery.status == .delivered && $0.delivery.attemptCount == 1 })
    }

    @Test func deliveriesGoOnWhileATokenIsRenewedAheadOfTime() {
        let bench = EngineBench()
        bench.add(1...1, to: ["a"])
        let client = StubClient { request, number in
            guard request.url.contains("issuer") else { return .ok }
            return number == 0 ? .status(200, [], #"{"access_token":"access-token-1","expires_in":3600}"#) : nil
        }
        let engine = bench.engine([TokenDestination(Self.keeper())], client)
        #expect(bench.waitUntilSettled(1))
        bench.clock.advance(by: .seconds(3300))
        bench.add(2...20, to: ["a"])
        engine.notifyCommitted(destination: "a")
        #expect(bench.waitUntilSettled(20))
        #expect(client.state.wait { $0.held.count == 1 })
        engine.stop(grace: .zero)
        #expect(requestCount(client, "issuer") == 2)
    }

    /// A token server and an API on loopback; the server replaces the refresh token each time, the API forgets a token
    /// after twenty events.
    @Test func overRealSockets() {
        struct Issued: Sendable {
            var tokenCount = 0
            var takenByToken: [Int: Int] = [:]
            var taken: [String] = []
            var faults: [String] = []
        }
        let issued = Watched(Issued())
        let issuer = TestReceiver { request in
            issued.withLock { issued in
                let wanted =
                    "grant_type=refresh_token&client_id=client&refresh_token=refresh-token-\(issued.tokenCount)"
                    + "&client_secret=client-secret"
                if request.text != wanted || request.method != "POST" {
                    issued.faults.append("asked for a token in another way")
                    return .status(400, body: #"{"error":"invalid_grant"}"#)
                }
                issued.tokenCount += 1
                return .status(
                    200,
                    body: #"{"access_token":"access-token-\#(issued.tokenCount)","expires_in":3599,"#
                        + #""refresh_token":"refresh-token-\#(issued.tokenCount)"}"#)
            }
        }
        let api = TestReceiver { request in
            issued.withLock { issued in
                let valid = issued.tokenCount
                guard request.values(of: "Authorization") == ["Bearer access-token-\(valid)"],
                    issued.takenByToken[valid, default: 0] < 20
                else { return .status(401, body: "expired") }
                issued.takenByToken[valid, default: 0] += 1
                issued.taken.append(request.text)
                return .status(200)
            }
        }
        let client = CurlHTTPClient()
        let bench = EngineBench()
        bench.add(1...100, to: ["a"])
        var destination = TokenDestination(Self.keeper(issuer.url("/token")))
        destination.url = api.url("/events")
        let engine = bench.engine([destination], client)
        #expect(bench.waitUntilSettled(100))
        engine.stop(grace: .seconds(5))
        client.stop()
        issuer.stop()
        api.stop()
        let end = issued.withLock { $0 }
        #expect(end.faults.isEmpty)
        #expect(Set(end.taken).count == 100)
        #expect(end.taken.count == 100)
        #expect(end.tokenCount == 5)
        #expect(bench.outcomes.allSatisfy { $0.delivery.status == .delivered && $0.delivery.attemptCount == 1 })
        #expect(bench.violations.isEmpty)
        noSecretShows(bench)
    }
}
