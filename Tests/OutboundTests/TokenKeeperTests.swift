import Outbound
import Platform
import Testing

@Suite struct TokenKeeperTests {
    private static let now = Fixture.time
    private static let refresh = OAuthRefresh(
        tokenURL: "https://issuer.example/token", clientID: "client 1", clientSecret: "s3cret/client",
        refreshToken: "refresh-token-one", scope: "ads offline", extraFields: [("tenant", "t&1")],
        options: TransferOptions(totalTimeout: .seconds(7), responseHeaders: []))

    private func keeper() -> TokenKeeper { TokenKeeper(Self.refresh) }

    private static func token(_ text: String, _ more: String = #","expires_in":3600"#) -> HTTPResult {
        .status(200, [], #"{"access_token":"\#(text)","token_type":"Bearer"\#(more)}"#)
    }

    private func renewal(of need: TokenKeeper.Need) -> OutboundRequest? {
        guard case .renew(let request) = need else { return nil }
        return request
    }

    @Test func asksAsTheRFCSays() throws {
        let request = try #require(renewal(of: keeper().need(at: Self.now)))
        #expect(request.method == .post)
        #expect(request.url == "https://issuer.example/token")
        #expect(request.headers.contains(HTTPHeader("Content-Type", "application/x-www-form-urlencoded")))
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "grant_type=refresh_token&client_id=client%201&refresh_token=refresh-token-one"
                + "&client_secret=s3cret%2Fclient&scope=ads%20offline&tenant=t%261")
        #expect(request.options.totalTimeout == .seconds(7))
        #expect(request.options.responseHeaders == ["Retry-After"])
    }

    @Test func oneRequestServesAllThatWait() {
        let keeper = keeper()
        #expect(renewal(of: keeper.need(at: Self.now)) != nil)
        #expect(keeper.need(at: Self.now) == .wait)
        #expect(keeper.accessToken(at: Self.now) == nil)
        #expect(keeper.note(Self.token("one"), at: Self.now) == .renewed)
        #expect(keeper.accessToken(at: Self.now) == "one")
        #expect(keeper.need(at: Self.now) == .nothing)
    }

    struct Life: Sendable {
        var json: String
        var renewsAfter: Duration
        var expiresAfter: Duration
    }

    @Test(
        "asks ahead of time",
        arguments: [
            Life(json: #","expires_in":3600"#, renewsAfter: .seconds(3240), expiresAfter: .seconds(3600)),
            Life(json: #","expires_in":"3600""#, renewsAfter: .seconds(3240), expiresAfter: .seconds(3600)),
            Life(json: "", renewsAfter: .seconds(3240), expiresAfter: .seconds(3600)),
            Life(json: #","expires_in":-1"#, renewsAfter: .seconds(3240), expiresAfter: .seconds(3600)),
            Life(json: #","expires_in":300"#, renewsAfter: .seconds(240), expiresAfter: .seconds(300)),
            Life(json: #","expires_in":30"#, renewsAfter: .seconds(15), expiresAfter: .seconds(30)),
            Life(json: #","expires_in":5184000"#, renewsAfter: .seconds(4_665_600), expiresAfter: .seconds(5_184_000)),
        ])
    func renews(_ c: Life) {
        let keeper = keeper()
        _ = keeper.need(at: Self.now)
        _ = keeper.note(Self.token("one", c.json), at: Self.now)
        #expect(keeper.need(at: Self.now + c.renewsAfter - .seconds(1)) == .nothing)
        #expect(renewal(of: keeper.need(at: Self.now + c.renewsAfter)) != nil)
        // Deliveries go on with the old one until it expires.
        #expect(keeper.need(at: Self.now + c.renewsAfter) == .nothing)
        #expect(keeper.accessToken(at: Self.now + c.expiresAfter - .seconds(1)) == "one")
        #expect(keeper.accessToken(at: Self.now + c.expiresAfter) == nil)
        #expect(keeper.need(at: Self.now + c.expiresAfter) == .wait)
    }

    @Test func aNewRefreshTokenReplacesTheOldOne() throws {
        let keeper = keeper()
        _ = keeper.need(at: Self.now)
        _ = keeper.note(Self.token("one", #","refresh_token":"refresh-token-two""#), at: Self.now)
        keeper.invalidate()
        #expect(keeper.accessToken(at: Self.now) == nil)
        let request = try #require(renewal(of: keeper.need(at: Self.now)))
        #expect(String(decoding: request.body, as: UTF8.self).contains("refresh_token=refresh-token-two"))
        _ = keeper.note(Self.token("two"), at: Self.now)
        #expect(keeper.accessToken(at: Self.now) == "two")
        // All that were ever in use are masked, however they are written.
        let echo = "one? refresh-token-one refresh-token-two s3cret/client s3cret%2Fclient"
        let shown = String(decoding: keeper.masked(Array(echo.utf8)), as: UTF8.self)
        #expect(shown == "one? *** *** *** ***", "texts of under six bytes are no secrets")
    }

    struct Refusal: Sendable {
        var status: Int
        var body: String
        var words: String
    }

    @Test(
        "credentials that are refused",
        arguments: [
            Refusal(
                status: 400,
                body: #"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#,
                words: "auth_reconnect_required: invalid_grant: Token has been expired or revoked."),
            Refusal(
                status: 401, body: #"{"error":"invalid_client"}"#, words: "auth_reconnect_required: invalid_client"),
            Refusal(
                status: 400, body: #"{"error":"unauthorized_client"}"#,
                words: "auth_reconnect_required: unauthorized_client"),
            Refusal(status: 400, body: #"{"error":"invalid_scope"}"#, words: "auth_reconnect_required: invalid_scope"),
            Refusal(
                status: 400, body: #"{"error":"invalid_grant","error_description":"refresh-token-one is unknown"}"#,
                words: "auth_reconnect_required: invalid_grant: *** is unknown"),
        ])
    func refusals(_ c: Refusal) {
        let keeper = keeper()
        _ = keeper.need(at: Self.now)
        #expect(keeper.note(.status(c.status, [], c.body), at: Self.now) == .refused(c.words))
        #expect(keeper.need(at: Self.now + .seconds(1 << 20)) == .wait)
        keeper.reconsider()
        #expect(renewal(of: keeper.need(at: Self.now)) != nil)
    }

    @Test(
        "what may succeed later is tried again",
        arguments: [
            .status(503, [], "down"), .status(429), .status(408), .status(200, [], "<html>"),
            .status(403, [], "<html>"),
            .status(200, [], #"{"access_token":"a\nb"}"#), .status(400, [], #"{"error":"temporarily_unavailable"}"#),
            .failure(HTTPFailure(.timeoutAfterSend, "slow")), .failure(HTTPFailure(.cancelled, "stopped")),
        ] as [HTTPResult])
    func failures(_ result: HTTPResult) {
        let keeper = keeper()
        var time = Self.now
        // 2 s, doubled up to 5 min.
        for seconds in [2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            #expect(renewal(of: keeper.need(at: time)) != nil)
            guard case .failed(_, let retryAt) = keeper.note(result, at: time) else {
                Issue.record("\(result) is no passing failure")
                return
            }
            #expect(retryAt == time + .seconds(seconds))
            #expect(keeper.need(at: retryAt - .milliseconds(1)) == .wait)
            time = retryAt
        }
        _ = keeper.need(at: time)
        #expect(keeper.note(Self.token("one"), at: time) == .renewed)
        keeper.invalidate()
        #expect(renewal(of: keeper.need(at: time)) != nil, "a success ends the wait")
    }

    @Test func retryAfterMakesTheWaitLonger() {
        let keeper = keeper()
        for (seconds, expected) in [("60", 60), ("1", 4), ("99999999", 86_400)] as [(String, Int)] {
            _ = keeper.need(at: Self.now + .seconds(1 << 30))
            let end = keeper.note(.status(429, [HTTPHeader("Retry-After", seconds)]), at: Self.now)
            guard case .failed(_, let retryAt) = end else {
                Issue.record("429 is no passing failure")
                return
            }
            #expect(retryAt == Self.now + .seconds(expected))
        }
    }

    @Test func aFixedTokenLasts() {
        let keeper = TokenKeeper(fixed: "lasting-token")
        keeper.invalidate()
        #expect(keeper.need(at: Self.now) == .nothing)
        #expect(keeper.accessToken(at: Self.now + .seconds(1 << 30)) == "lasting-token")
        #expect(keeper.masked(Array("lasting-token".utf8)) == Array("***".utf8))
    }

    @Test func nothingOfItShows() throws {
        let keeper = keeper()
        let request = try #require(renewal(of: keeper.need(at: Self.now)))
        _ = keeper.note(Self.token("access-token-one"), at: Self.now)
        var dumped = ""
        dump(keeper, to: &dumped)
        dump(Self.refresh, to: &dumped)
        for text in [
            "\(keeper)", String(reflecting: keeper), "\(Self.refresh)", String(reflecting: Self.refresh), "\(request)",
            dumped,
        ] {
            for secret in ["s3cret", "refresh-token", "access-token"] { #expect(!text.contains(secret)) }
        }
    }
}
