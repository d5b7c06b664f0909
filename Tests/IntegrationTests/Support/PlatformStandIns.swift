import Crypto
import Foundation
import TestSupport

/// Receivers that check what the real ones check, and answer as they do; nil takes a request, else the answer refuses it.
enum PlatformStandIns {
    typealias Object = [String: Any]
    typealias Answer = TestReceiver.Answer

    static func object(_ request: TestReceiver.Request) -> Object? {
        guard request.values(of: "Content-Type") == ["application/json"], request.method == "POST" else { return nil }
        return try? JSONSerialization.jsonObject(with: Data(request.body)) as? Object
    }

    /// Slack's incoming webhooks: the codes of reference chatops, A.
    static func slack(_ request: TestReceiver.Request) -> Answer {
        guard request.target.wholeMatch(of: #/\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]+/#) != nil else {
            return .status(404, body: "no_service")
        }
        guard let body = object(request) else { return .status(400, body: "invalid_payload") }
        guard let text = body["text"] as? String, !text.isEmpty else { return .status(400, body: "no_text") }
        let blocks = body["blocks"] as? [Object] ?? []
        let areGood = blocks.count <= 50 && blocks.allSatisfy(isSlackSection)
        return areGood ? .status(200, body: "ok") : .status(400, body: "invalid_blocks")
    }

    private static func isSlackSection(_ block: Object) -> Bool {
        func isText(_ value: Any?, limit: Int) -> Bool {
            guard let value = value as? Object, ["mrkdwn", "plain_text"].contains(value["type"] as? String) else {
                return false
            }
            return (1...limit).contains((value["text"] as? String)?.count ?? 0)
        }
        guard block["type"] as? String == "section" else { return false }
        if let fields = block["fields"] as? [Any] {
            return (1...10).contains(fields.count) && fields.allSatisfy { isText($0, limit: 2000) }
        }
        return isText(block["text"], limit: 3000)
    }

    /// A Teams flow answers 202 whatever comes; this one says 400 to what would make its run fail (reference chatops, B).
    static func teams(_ request: TestReceiver.Request) -> Answer {
        guard request.body.count <= 28 << 10, let body = object(request), body["type"] as? String == "message",
            let attachment = (body["attachments"] as? [Object])?.first, attachment["contentUrl"] is NSNull,
            attachment["contentType"] as? String == "application/vnd.microsoft.card.adaptive",
            let card = attachment["content"] as? Object, card["type"] as? String == "AdaptiveCard",
            card["version"] as? String == "1.4", let elements = card["body"] as? [Object], !elements.isEmpty
        else { return .status(400, body: "Send each adaptive card… Null") }
        let areGood = elements.allSatisfy { element in
            switch element["type"] as? String {
            case "TextBlock": return !(element["text"] as? String ?? "").isEmpty
            case "FactSet":
                let facts = element["facts"] as? [[String: String]] ?? []
                return !facts.isEmpty && facts.allSatisfy { $0["title"]?.isEmpty == false && $0["value"] != nil }
            default: return false
            }
        }
        return areGood ? .status(202) : .status(400, body: "bad card")
    }

    /// PagerDuty's Events API v2 (reference chatops, C).
    static func pagerDuty(_ request: TestReceiver.Request) -> Answer {
        var errors: [String] = []
        func demand(_ holds: Bool, _ error: String) { if !holds { errors.append(error) } }
        demand(request.target == "/v2/enqueue", "path")
        let body = object(request) ?? [:]
        let payload = body["payload"] as? Object ?? [:]
        let key = body["dedup_key"] as? String ?? ""
        demand((body["routing_key"] as? String)?.count == 32, "routing_key")
        demand(["trigger", "acknowledge", "resolve"].contains(body["event_action"] as? String), "event_action")
        demand((1...255).contains(key.count), "dedup_key")
        demand((1...1024).contains((payload["summary"] as? String)?.count ?? 0), "summary")
        demand((payload["source"] as? String)?.isEmpty == false, "source")
        demand(["critical", "error", "warning", "info"].contains(payload["severity"] as? String), "severity")
        demand(payload["custom_details"] is Object, "custom_details")
        if let timestamp = payload["timestamp"] {
            let formatter = ISO8601DateFormatter()
            formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
            let time = (timestamp as? String).flatMap(formatter.date(from:))
            demand(time.map { $0.timeIntervalSinceNow > -90 * 86_400 } ?? false, "timestamp")
        }
        guard errors.isEmpty else {
            return .status(
                400, body: #"{"status":"invalid event","message":"Event object is invalid","errors":["\#(errors)"]}"#)
        }
        return .status(202, body: #"{"status":"success","message":"Event processed","dedup_key":"\#(key)"}"#)
    }

    /// Mixpanel's /import in its strict form (reference mixpanel, sections 1 to 4, 7 and 9).
    static func mixpanel(_ request: TestReceiver.Request) -> Answer {
        guard request.values(of: "Authorization") == ["Basic c3ZjLmV4YW1wbGU6c2VjcmV0"] else {
            return .status(401, body: #"{"error":"Invalid credentials","status":"Unauthorized"}"#)
        }
        guard request.target == "/import?strict=1&project_id=2195193",
            request.values(of: "Content-Type") == ["application/json"],
            let events = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [Object], events.count <= 2000
        else { return .status(400, body: #"{"code":400,"error":"malformed","status":"Bad Request"}"#) }
        for event in events {
            guard let field = badField(of: event) else { continue }
            return .status(
                400, body: #"{"code":400,"failed_records":[{"index":0,"field":"\#(field)"}],"num_records_imported":0}"#)
        }
        return .status(200, body: #"{"code":200,"num_records_imported":\#(events.count),"status":"OK"}"#)
    }

    private static let blocked: Set<String> = [
        "00000000-0000-0000-0000-000000000000", "anon", "anonymous", "nil", "none", "null", "n/a", "na", "undefined",
        "unknown", "<nil>", "0", "-1", "true", "false", "[]", "{}",
    ]

    private static func badField(of event: Object) -> String? {
        guard let name = event["event"] as? String, !name.isEmpty else { return "event" }
        guard let properties = event["properties"] as? Object, properties.count < 255 else { return "properties" }
        let isWhole = (properties["time"] as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
        guard isWhole, let time = properties["time"] as? Double, time > 31_536_000_000 else { return "properties.time" }
        guard let id = properties["$insert_id"] as? String, id.wholeMatch(of: #/[A-Za-z0-9-]{1,36}/#) != nil,
            !blocked.contains(id.lowercased())
        else { return "properties.$insert_id" }
        guard let person = properties["distinct_id"] as? String, !blocked.contains(person.lowercased()) else {
            return "properties.distinct_id"
        }
        guard properties["ip"] is String else { return "properties.ip" }
        return depth(of: properties) <= 4 && hasShortTexts(properties) ? nil : "properties"
    }

    private static func depth(of value: Any) -> Int {
        switch value {
        case let object as Object: 1 + (object.values.map(depth).max() ?? 0)
        case let list as [Any]: 1 + (list.map(depth).max() ?? 0)
        default: 0
        }
    }

    private static func hasShortTexts(_ value: Any) -> Bool {
        switch value {
        case let object as Object: object.values.allSatisfy(hasShortTexts)
        case let list as [Any]: list.count < 255 && list.allSatisfy(hasShortTexts)
        case let text as String: text.count <= 255
        default: true
        }
    }
}
