import EventModel
import JSON
import Testing

@testable import Inbound

/// Reference inbound, section 0 and the top of section 9; design, section 8.
@Suite struct AnswerTests {
    private static let accepted: AnswerItem = {
        var item = AnswerItem(.accepted, messageID: "m-1")
        item.eventID = "order_12345"
        item.canonicalEvent = "purchase"
        item.identityState = .merged
        item.isDownstreamReady = true
        return item
    }()

    private static let rejected = AnswerItem(
        Rejection(.userIDInvalid, field: "userId", "userId is neither text nor a number"), messageID: "m-2")
    private static let ignored = AnswerItem(Rejection(.typeUnsupported, "this type is not taken"), messageID: "m-3")
    private static let duplicate: AnswerItem = {
        var item = AnswerItem(.duplicate, messageID: "m-4")
        item.eventID = "order_12345"
        item.duplicateOf = "order_12345"
        item.matchedKey = .eventID
        item.isConflict = true
        item.notes.add(.messageIDReused)
        item.notes.add(.valueNegative)
        return item
    }()

    private func text(_ answer: Answer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test("a single accepted event")
    func single() {
        let answer = Answer([Self.accepted], form: .single, requestID: "req_1")
        #expect(answer.status == 200)
        #expect(answer.headers.isEmpty)
        #expect(!answer.closesConnection)
        #expect(
            text(answer)
                == #"{"success":true,"request_id":"req_1","accepted":1,"duplicates":0,"ignored":0,"rejected":0,"#
                + #""results":[{"index":0,"message_id":"m-1","status":"accepted","event_id":"order_12345","#
                + #""canonical_event":"purchase","identity_state":"merged","downstream_ready":true}]}"#)
    }

    @Test("row 69: a batch of all verdicts")
    func mixed() {
        let answer = Answer(
            [Self.accepted, Self.rejected, Self.ignored, Self.duplicate], form: .webhookBatch, requestID: "r")
        #expect(answer.status == 200)
        #expect(
            text(answer) == #"{"success":true,"request_id":"r","accepted":1,"duplicates":1,"ignored":1,"rejected":1,"#
                + #""results":[{"index":0,"message_id":"m-1","status":"accepted","event_id":"order_12345","#
                + #""canonical_event":"purchase","identity_state":"merged","downstream_ready":true},"#
                + #"{"index":1,"message_id":"m-2","status":"rejected","code":"user_id_invalid","field":"userId","#
                + #""message":"userId is neither text nor a number"},"#
                + #"{"index":2,"message_id":"m-3","status":"ignored","code":"type_unsupported","message":"this type is not taken"},"#
                + #"{"index":3,"message_id":"m-4","status":"duplicate","event_id":"order_12345","duplicate_of":"order_12345","#
                + #""matched_key":"event_id","conflict":true,"notes":["message_id_reused","value_negative"]}]}"#)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String, verdicts: [AnswerItem.Verdict], form: DecodedBody.Form, status: Int, code: String?
        var testDescription: String { name }

        init(
            _ name: String, _ verdicts: [AnswerItem.Verdict], _ form: DecodedBody.Form, _ status: Int,
            _ code: String? = nil
        ) {
            self.name = name
            self.verdicts = verdicts
            self.form = form
            self.status = status
            self.code = code
        }
    }

    @Test(
        "row 71: which verdicts give which status",
        arguments: [
            Case("single accepted", [.accepted], .single, 200), Case("single duplicate", [.duplicate], .single, 200),
            Case("single ignored", [.ignored], .single, 200),
            Case("single rejected", [.rejected], .single, 400, "user_id_invalid"),
            Case("webhook, one of one rejected", [.rejected], .webhookBatch, 400, "all_items_rejected"),
            Case("webhook, all rejected", [.rejected, .rejected], .webhookBatch, 400, "all_items_rejected"),
            Case("webhook, one duplicate", [.rejected, .duplicate], .webhookBatch, 200),
            Case("webhook, one ignored", [.ignored, .rejected], .webhookBatch, 200),
            Case("webhook, one accepted", [.rejected, .rejected, .accepted], .webhookBatch, 200),
            Case("native, all rejected", [.rejected, .rejected], .nativeBatch, 200),
            Case("native, one of one rejected", [.rejected], .nativeBatch, 200),
        ])
    func status(_ c: Case) throws {
        let items = c.verdicts.map { verdict in
            switch verdict {
            case .accepted: Self.accepted
            case .duplicate: Self.duplicate
            case .ignored: Self.ignored
            case .rejected: Self.rejected
            }
        }
        let answer = Answer(items, form: c.form, requestID: "r")
        #expect(answer.status == c.status)
        let document = JSONDocument()
        let root = try document.parse(answer.body)
        #expect(root["success"]?.bool == (c.status == 200))
        #expect(root["code"]?.string == c.code)
        for (member, verdict) in [
            ("accepted", AnswerItem.Verdict.accepted), ("duplicates", .duplicate), ("ignored", .ignored),
            ("rejected", .rejected),
        ]
        where c.status == 200 {
            #expect(root[name: member]?.int64 == Int64(c.verdicts.count { $0 == verdict }))
        }
        if c.status == 400 {
            #expect(root["message"]?.string?.isEmpty == false)
            let codes = root["errors"].map { $0.elements.map { $0["code"]?.string } }
            #expect(codes == items.map { _ in "user_id_invalid" })
        }
    }

    @Test("a rejected single event is answered with its own code and field")
    func singleRejected() {
        let answer = Answer([Self.rejected], form: .single, requestID: "r")
        #expect(
            text(answer)
                == #"{"success":false,"code":"user_id_invalid","message":"userId is neither text nor a number","#
                + #""request_id":"r","errors":[{"index":0,"field":"userId","code":"user_id_invalid","#
                + #""message":"userId is neither text nor a number"}]}"#)
    }

    @Test("failures name at most 20 items and stay below 4 KB, whole", arguments: [1, 19, 20, 21, 5000])
    func failureLimits(_ count: Int) throws {
        for length in [10, 200, 3000] {
            let rejection = Rejection(.noIdentity, field: "userId", String(repeating: "é", count: length / 2))
            let items = [AnswerItem](repeating: AnswerItem(rejection, messageID: "m"), count: count)
            let answer = Answer(items, form: .webhookBatch, requestID: "r")
            #expect(answer.body.count <= 4096)
            let document = JSONDocument()
            let errors = try #require(try document.parse(answer.body)["errors"])
            #expect(errors.count <= min(20, count))
            if length == 10 { #expect(errors.count == min(20, count)) }
            #expect(errors.elements.map { $0["index"]?.int64 } == (0..<errors.count).map { Int64($0) })
        }
    }

    @Test("texts of senders are escaped")
    func escaping() throws {
        var item = AnswerItem(.accepted, messageID: "a\"b\\c\n")
        item.eventID = "\u{1}é"
        let document = JSONDocument()
        let root = try document.parse(Answer([item], form: .single, requestID: "r\"").body)
        let result = try #require(root["results"]?.elements.first { _ in true })
        #expect(result["message_id"]?.string == "a\"b\\c\n")
        #expect(result["event_id"]?.string == "\u{1}é")
        #expect(root["request_id"]?.string == "r\"")
    }

    // MARK: - Failures

    @Test(
        "every fault is JSON with text code and message, and no status that senders misread",
        arguments: RequestFault.Code.allCases)
    func faults(_ code: RequestFault.Code) throws {
        let answer = Answer(RequestFault(code, "what and why"), requestID: "r")
        let document = JSONDocument()
        let root = try document.parse(answer.body)
        #expect(root["success"]?.bool == false)
        #expect(root["code"]?.string == code.rawValue)
        #expect(root["message"]?.string == "what and why")
        #expect(root["request_id"]?.string == "r")
        #expect([400, 401, 403, 404, 405, 408, 413, 415, 429, 431, 500, 503].contains(answer.status))
        #expect((answer.status == 408) == (code == .requestTimeout))
        #expect(answer.headers.contains(Answer.Header("WWW-Authenticate", "TrackLayer")) == (answer.status == 401))
    }

    @Test("codes that never work are no codes that are retried: 429, 5xx and 408 are the only retried ones")
    func retriedCodes() {
        let retried = RequestFault.Code.allCases.filter { $0.status == 408 || $0.status == 429 || $0.status >= 500 }
        #expect(retried == [.requestTimeout, .rateLimited, .internalError, .storageUnavailable, .shuttingDown])
    }

    @Test("Retry-After is whole seconds from 1 to 300, Allow lists methods, and broken connections close")
    func headers() throws {
        for (asked, told) in [(-5, "1"), (0, "1"), (17, "17"), (100_000, "300")] {
            let answer = Answer(.rateLimited(retryAfterSeconds: asked), requestID: "r")
            #expect(answer.status == 429)
            #expect(answer.headers == [Answer.Header("Retry-After", told)])
            #expect(!answer.closesConnection)
        }
        let unavailable = Answer(.storageUnavailable, requestID: "r")
        #expect(unavailable.status == 503)
        #expect(unavailable.headers == [Answer.Header("Retry-After", "30")])
        let stopping = Answer(.shuttingDown, requestID: "r")
        #expect(stopping.status == 503)
        #expect(stopping.closesConnection)
        let method = Result { () throws(RequestFault) in try Route.resolve(method: "GET", path: "/segment/events") }
        guard case .failure(let fault) = method else {
            Issue.record("GET was taken")
            return
        }
        #expect(Answer(fault, requestID: "r").headers == [Answer.Header("Allow", "POST, PUT, PATCH")])
        #expect(Answer(RequestFault(.bodyTooLarge, "x"), requestID: "r").closesConnection)
    }

    @Test("a fault of a field names it in errors")
    func faultField() throws {
        let answer = Answer(RequestFault(.duplicateKey, "twice", field: "batch"), requestID: "r")
        #expect(
            text(answer) == #"{"success":false,"code":"duplicate_key","message":"twice","request_id":"r","#
                + #""errors":[{"field":"batch","code":"duplicate_key","message":"twice"}]}"#)
    }
}
