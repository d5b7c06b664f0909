import Crypto
import EventModel
import Foundation
import Outbound
import Platform
import Storage
import TestSupport
import Testing

/// Erasing a person, over a whole gateway.
@Suite(.timeLimit(.minutes(10))) struct ErasureTests {
    /// Everything that is hers and found by its bytes.
    private static let hers = [
        "ada-77", "ada-browser-1", "ada@example.com", SHA256.digest(of: "ada@example.com").hex, "click-of-ada",
        "ada-order", "ada-message", "ada-copy", "Ada in raw",
    ]

    private static let byEmail = #"{"identifiers":[{"type":"email","value":" Ada@Example.com "}]}"#

    private func raw(_ port: UInt16, _ lines: String = "") -> String {
        var yaml = GatewayYAML(receiverPort: port)
        yaml.sourceLines = "    keep_raw: true"
        yaml.destinationLines = lines
        yaml.attempts = 20
        yaml.backoff = "[60s]"
        return yaml.text
    }

    /// Her events: one is delivered, one refused for good, one fails and waits; and one of Bob's that names her address.
    private func live(_ gateway: GatewayHarness) throws {
        let click =
            #""context":{"traits":{"email":"Ada@Example.com","title":"Ada in raw"},"page":{"url":"https://shop.example.com/?gclid=click-of-ada"}},"#
        let consent =
            #""context":{"consentManagement":{"allowedConsentIds":["C1"],"deniedConsentIds":["C4"],"provider":"oneTrust"}},"#
        let bodies = [
            Samples.identify(
                message: "ada-message-1", user: "ada-77", anonymous: "ada-browser-1",
                traits: #"{"email":"Ada@Example.com"}"#),
            Samples.purchase(order: "ada-order-ok", message: "ada-message-2", user: "ada-77", more: click),
            Samples.purchase(order: "ada-order-bad", message: "ada-message-3", user: "ada-77", more: consent),
            Samples.purchase(
                order: "ada-order-wait", message: "ada-message-4", user: nil, anonymous: "ada-browser-1"),
            // The same order by another way.
            Samples.purchase(order: "ada-order-ok", message: "ada-copy-5", user: "ada-77"),
            Samples.purchase(
                order: "bob-order-1", message: "bob-message-1", user: "bob-78",
                more: #""context":{"traits":{"email":"Ada@Example.com"}},"#),
            Samples.purchase(order: "bob-order-2", message: "bob-message-2", user: "bob-78"),
        ]
        for body in bodies {
            let reply = try gateway.postRudderStack(body)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(try ["accepted", "duplicate"].contains(reply.item.status))
        }
    }

    private static let answer: @Sendable (TestReceiver.Request) -> TestReceiver.Answer = { request in
        if request.text.contains("ada-order-bad") { return .status(422, body: "I know ada-77 and refuse") }
        if request.text.contains("ada-order-wait") { return .status(500, body: "ada-77 has to wait") }
        return .status(200, body: request.text.contains("bob-78") ? "thanks" : "thanks for ada-77")
    }

    @Test func nothingOfAPersonIsLeftAndOthersStay() throws {
        let gateway = try GatewayHarness(answer: Self.answer, configuration: { raw($0) })
        try live(gateway)
        #expect(gateway.receiver.waitForRequests(6))
        #expect(eventually { try gateway.admin("GET", "/api/dead").text.contains("ada-order-bad") })
        #expect(
            eventually {
                let entry = try gateway.admin("GET", "/api/destinations/hook").text
                return entry.contains(#""in_flight":0"#) && entry.contains(#""waiting":1"#)
            })
        let dry = try gateway.admin(
            "POST", "/api/erasures", body: String(Self.byEmail.dropLast()) + #","dry_run":true}"#)
        #expect(dry.text.contains(#""known":true,"would_remove":{"identifiers":4,"events":4,"#), "\(dry.text)")

        let removed = try gateway.erase(Self.byEmail)
        #expect(
            removed["identifiers"] == 4, "three, and her address in the other environment, which nobody knows there")
        #expect(removed["events"] == 5, "four of hers, and the one of Bob's that names her address")
        #expect(removed["deliveries_dropped"] == 1)
        #expect(removed["deliveries"] == 4)
        #expect(removed["dead_letters"] == 1)
        #expect(removed["attempts"] == 5)
        #expect(try gateway.admin("GET", "/api/dead").text == #"{"dead_letters":[]}"#)
        #expect(!gateway.log.lines.contains { line in Self.hers.contains { line.contains($0) } })
        #expect(
            try gateway.postRudderStack(Samples.purchase(order: "bob-order-3", user: "bob-78")).item.status
                == "accepted")

        let inspection = try gateway.inspect()
        #expect(try inspection.places(of: Self.hers) == [])
        #expect(try inspection.entries().map(\.event.eventId) == ["bob-order-2", "bob-order-3"])
        #expect(try inspection.inconsistencies().isEmpty)
        try inspection.settle()
        inspection.close()
        try expectNothing(of: Self.hers, inFilesBelow: gateway.dataDirectory, listsToo: false)
        // Once more with what a restart makes of it.
        try gateway.start()
        let second = try gateway.inspect()
        #expect(try second.places(of: Self.hers) == [])
        #expect(try second.contains("bob-78"))
        second.close()
        try expectNothing(of: Self.hers, inFilesBelow: gateway.dataDirectory)
    }

    private func expectNothing(of texts: [String], inFilesBelow directory: String, listsToo: Bool = true) throws {
        var fileCount = 0
        for name in try #require(FileManager.default.subpaths(atPath: directory))
        where listsToo || !name.contains("MANIFEST") {
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else { continue }
            fileCount += 1
            for text in texts { #expect(data.range(of: Data(text.utf8)) == nil, "\(text) in \(name)") }
        }
        #expect(fileCount > 3)
    }

    @Test func whoWasErasedStaysOutAcrossRestarts() throws {
        let gateway = try GatewayHarness()
        try live(gateway)
        _ = try gateway.erase(
            #"{"identifiers":[{"type":"user_id","value":"ada-77"}],"environment":"production"}"#)
        for _ in 0..<2 {
            let anew = [
                Samples.purchase(order: "ada-order-9", user: "ada-77"),
                Samples.purchase(order: "ada-order-9", user: nil, anonymous: "ada-browser-1"),
                Samples.purchase(
                    order: "ada-order-9", user: "somebody", more: #""context":{"traits":{"email":"ada@example.com"}},"#),
            ]
            for body in anew {
                let reply = try gateway.postRudderStack(body)
                #expect(reply.status == 200)
                #expect(try reply.item.status == "ignored" && reply.item.code == "erased")
            }
            let batch = try gateway.postRudderStack("[\(anew[0]),\(Samples.purchase(order: "cyd-1", user: "cyd"))]")
            #expect(try batch.body.results?.map(\.status).first == "ignored")
            #expect(try ["accepted", "duplicate"].contains(batch.body.results?.last?.status))
            // The same id in an environment that was not meant is another person.
            let staging = try gateway.postRudderStack(
                Samples.purchase(order: "s-1", user: "ada-77"), secret: GatewayYAML.stagingSecret)
            #expect(try ["accepted", "duplicate"].contains(staging.item.status))
            try gateway.restart()
        }
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        #expect(try inspection.places(of: ["ada-order-9", "somebody"]).isEmpty)
    }

    @Test func whatWaitsForAHeldDestinationIsNeverSent() throws {
        let gateway = try GatewayHarness(answer: Self.answer, configuration: { raw($0, "    ordering: profile") })
        gateway.perform(.hold)
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""state":"held""#) })
        try live(gateway)
        let removed = try gateway.erase(Self.byEmail)
        #expect(removed["deliveries_dropped"] == 5 && removed["deliveries"] == 0 && removed["attempts"] == 0)
        gateway.perform(.resume)
        #expect(gateway.receiver.waitForRequests(1))
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""waiting":0"#) })
        #expect(gateway.receiver.requests.allSatisfy { $0.text.contains("bob-order-2") })
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        #expect(try inspection.erasedDeliveryCount() == 5, "they end as dropped, with the reason erased")
        #expect(try inspection.count(.due) == 0 && inspection.count(.ordered) == 0)
    }

    @Test func aLateAnswerBringsNothingBack() throws {
        let gateway = try GatewayHarness(answer: { request in
            request.text.contains("ada-order") ? .held(503) : .status(200)
        })
        _ = try gateway.postRudderStack(Samples.purchase(order: "ada-order-1", user: "ada-77"))
        _ = try gateway.postRudderStack(Samples.purchase(order: "ada-order-2", user: "ada-77"))
        #expect(gateway.receiver.waitForRequests(2))
        let removed = try gateway.erase(#"{"identifiers":[{"type":"user_id","value":"ada-77"}]}"#)
        #expect(removed["deliveries_dropped"] == 2)
        gateway.receiver.release()
        _ = try gateway.postRudderStack(Samples.purchase(order: "bob-order-1", user: "bob-78"))
        #expect(gateway.receiver.waitForRequests(3))
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""in_flight":0"#) })
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        #expect(gateway.receiver.requests.count == 3, "no retry")
        #expect(try inspection.count(.attempts) == 1, "the one of Bob's")
        #expect(try inspection.count(.due) == 0)
        #expect(try inspection.places(of: ["ada-77", "ada-order"]).isEmpty)
    }

    @Test func replayingDeadLettersMeanwhileBringsNothingBack() throws {
        let gateway = try GatewayHarness(answer: { _ in .status(422, body: "no") })
        for number in 0..<60 {
            _ = try gateway.postRudderStack(
                Samples.purchase(order: "ada-order-\(number)", user: number % 2 == 0 ? "ada-77" : "bob-78"))
        }
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""dead":60"#) })
        let isDone = Watched(false)
        let port = gateway.adminPort
        let replays = DedicatedThread(name: "replays") {
            // Its answers do not matter, only what it does.
            while !isDone.withLock({ $0 }), let client = try? RawHTTPClient(port: port) {
                for change in ["replay", "drop"] {
                    try? client.send(
                        "POST", "/api/dead/\(change)?destination=hook&limit=7",
                        headers: [("Authorization", "Bearer \(GatewayYAML.adminToken)")], body: [])
                    _ = try? client.readResponse()
                }
                client.close()
            }
        }
        let removed = try gateway.erase(#"{"identifiers":[{"type":"user_id","value":"ada-77"}]}"#)
        let count = gateway.receiver.requests.count { $0.text.contains(#""ada-77""#) }
        isDone.withLock { $0 = true }
        replays.join()
        #expect(removed["events"] == 30)
        #expect(removed["deliveries"].map { $0 + (removed["deliveries_dropped"] ?? 0) } == 30)
        _ = try gateway.postRudderStack(Samples.purchase(order: "cyd-1", user: "cyd"))
        #expect(eventually { try gateway.admin("GET", "/api/destinations/hook").text.contains(#""waiting":0"#) })
        #expect(
            gateway.receiver.requests.count { $0.text.contains(#""ada-77""#) } <= count + 16, "only what was under way")
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        #expect(try inspection.places(of: ["ada-77"]).isEmpty)
        #expect(try inspection.entries().count == 31)
        #expect(try inspection.inconsistencies().isEmpty)
    }

    @Test func erasuresAreListedInPages() throws {
        let gateway = try GatewayHarness()
        var asked: [String] = []
        for number in 1...5 {
            let person = #"{"identifiers":[{"type":"user_id","value":"nobody-\#(number)"}],"account":"acct_1"}"#
            let reply = try gateway.admin("POST", "/api/erasures", body: person)
            #expect(reply.status == 200)
            asked.append(try #require(Self.texts(reply.text, "id").first))
        }
        var (found, cursor, pages) = ([String](), "", 0)
        repeat {
            let page = try gateway.admin("GET", "/api/erasures?limit=2\(cursor)").text
            found += Self.texts(page, "id")
            cursor = Self.texts(page, "next_cursor").first.map { "&cursor=\($0)" } ?? ""
            pages += 1
        } while !cursor.isEmpty && pages < 9
        #expect(found == asked.reversed() && pages == 3)
        #expect(try gateway.admin("GET", "/api/erasures?cursor=AAAAAAAA").text.contains("bad_cursor"))
    }

    /// The texts of all members of a name.
    private static func texts(_ json: String, _ name: String) -> [String] {
        json.components(separatedBy: "\"\(name)\":\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    @Test func whatIsAskedWronglyErasesNothing() throws {
        let gateway = try GatewayHarness()
        try live(gateway)
        let bad: [(String, Int, String)] = [
            ("", 400, "send a JSON object"), ("[]", 400, "send a JSON object"), ("{}", 400, "name 1 to 100"),
            (#"{"identifiers":[{"type":"shoe","value":"1"}]}"#, 400, "the type is unknown"),
            (#"{"identifiers":[{"type":"email","value":"ada"}]}"#, 400, "neither an e-mail address nor"),
            (#"{"identifiers":[{"type":"phone","value":"12"}]}"#, 400, "neither a phone number"),
            (#"{"identifiers":[{"type":"user_id"}]}"#, 400, "type and value"),
            (#"{"profile":"prf_1"}"#, 400, "32 hexadecimal digits"),
            (#"{"identifiers":[{"type":"user_id","value":"ada-77"}],"dry_run":"yes"}"#, 400, "give true or false"),
            (#"{"identifiers":[{"type":"user_id","value":"ada-77"}],"dryrun":true}"#, 400, "is not known here"),
            (#"{"identifiers":[{"type":"user_id","value":"ada-77"}],"account":"acct_9"}"#, 400, "acct_1"),
            (
                #"{"identifiers":[{"type":"user_id","value":"ada-77"}],"environment":"moon"}"#, 400,
                "production, staging"
            ),
        ]
        for (body, status, words) in bad {
            let reply = try gateway.admin("POST", "/api/erasures", body: body)
            #expect(reply.status == status && reply.text.contains(words), "\(body): \(reply.text)")
            #expect(!reply.text.contains("ada-77"))
        }
        #expect(try gateway.admin("POST", "/api/erasures", token: nil, body: Self.byEmail).status == 401)
        #expect(try gateway.admin("GET", "/api/erasures/1").status == 404)
        #expect(try gateway.admin("GET", "/api/erasures").text == #"{"erasures":[]}"#)
        let inspection = try gateway.inspect()
        defer { inspection.close() }
        #expect(try inspection.entries().count == 6)
    }

    @Test func theProgramErasesByProfileAndSaysWhatItRemoved() throws {
        let adminPort = try #require(FreePort.find())
        let gateway = try GatewayHarness(configuration: {
            var yaml = GatewayYAML(receiverPort: $0)
            yaml.adminPort = adminPort
            return yaml.text
        })
        try live(gateway)
        let explained = try gateway.admin("GET", "/api/explain/ada-order-wait").text
        let profile = try #require(explained.firstMatch(of: #/"profile_now":"(prf_[0-9a-f]{32})"/#)).output.1
        func run(_ words: [String]) throws -> (code: Int32, output: String, errors: String) {
            try ProgramRun(["erase"] + words + ["--config", gateway.configurationFile]).finish()
        }
        let dry = try run(["--profile", String(profile), "--dry-run"])
        #expect(dry.code == 0 && dry.output.contains("4  events"), "\(dry)")
        let unknown = try run(["--identifier", "user_id:nobody", "--dry-run"])
        #expect(unknown.code == 0 && unknown.output.contains("Nobody is known by that"), "\(unknown)")
        let end = try run(["--profile", String(profile)])
        #expect(end.code == 0 && end.output.contains("is finished. Removed:"), "\(end)")
        #expect(end.output.contains("5  events"), "\(end)")
        #expect(try run(["--identifier", "nonsense"]).code == 2)
        #expect(try run([]).code == 2)
        let metrics = try gateway.metrics()
        #expect(metrics.contains("\ntracklayer_erasures_total 1\n"))
        #expect(metrics.contains("\ntracklayer_erasure_events_removed_total 5\n"))
    }
}
