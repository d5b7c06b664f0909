import Foundation
import JSON
import Platform
import TestSupport
import Testing

/// The OpenAPI document is what the admin API does: every route of it is called over a socket and compared.
@Suite(.timeLimit(.minutes(5))) struct AdminDocumentTests {
    /// One operation of the document.
    private struct Operation {
        let method: String
        let path: String
        let value: JSONValue

        var name: String { value[name: "operationId"]?.string ?? "" }
        var isOrder: Bool { value[name: "description"]?.string?.contains("`operate`") ?? false }
        var parameters: [JSONValue] { value[name: "parameters"].map { Array($0.elements) } ?? [] }

        /// The parameters that stand in one place.
        func parameters(in place: String) -> [JSONValue] { parameters.filter { $0[name: "in"]?.string == place } }
    }

    /// What stands for the names in braces, and what a call must have; a new route needs a line where these do not fit.
    private struct Examples {
        var sequence = ""
        var node = ""
        let digest = String(repeating: "a", count: 64)

        var alert = ""
        var replay = ""
        var erasure = ""

        func path(_ operation: Operation, deadSequence: String) -> String {
            let group = operation.path.split(separator: "/").dropFirst().first ?? ""
            let ids = ["explain": "o-1", "alerts": alert, "replays": replay, "erasures": erasure]
            let values = [
                "sequence": group == "dead" ? deadSequence : sequence, "destination": "hook", "name": "hook",
                "id": ids[String(group)] ?? "", "profile": node,
            ]
            return values.reduce(operation.path) { $0.replacing("{\($1.key)}", with: $1.value) }
        }

        /// The query without which a call is refused.
        func query(_ operation: Operation, deadSequence: String) -> [String: String] {
            switch operation.name {
            case "find_profiles": ["type": "user_id", "value": "user-1"]
            case "explain_identity": ["to": node]
            case "replay_dead_letter": ["id": "\(deadSequence)/hook"]
            case "drop_dead_letters", "begin_replay": ["all": "true"]
            case "send_test": ["destination": "hook"]
            default: [:]
            }
        }

        /// The body without which a call is refused.
        func body(_ operation: Operation) -> String {
            operation.name == "erase_person"
                ? #"{"identifiers":[{"type":"user_id","value":"nobody-8"}],"account":"acct_1"}"# : ""
        }

        /// Some value that a parameter's schema allows.
        func value(of parameter: JSONValue) -> String {
            let schema = parameter[name: "schema"]
            if let word = schema?[name: "enum"]?.elements.first(where: { _ in true })?.string { return word }
            switch schema?[name: "type"]?.string {
            case "integer"?: return schema?[name: "minimum"]?.scalarText ?? "1"
            case "boolean"?: return "false"
            default: break
            }
            if schema?[name: "format"] != nil { return "2026-01-31T12:00:00.250Z" }
            if schema?[name: "pattern"] != nil { return sequence }
            return "some"
        }
    }

    private func operations(_ document: JSONValue) -> [Operation] {
        let all = (document[name: "paths"].map { Array($0.members) } ?? []).flatMap { path in
            path.value.members.map { Operation(method: $0.name.uppercased(), path: path.name, value: $0.value) }
        }
        // Orders come last, as they take away what questions are about.
        return all.filter { !$0.isOrder } + all.filter(\.isOrder)
    }

    /// A gateway with an event that was delivered, one that was refused, a person of several identifiers, and a destination
    /// that is gone, of which an alert tells.
    private func gateway() throws -> GatewayHarness {
        let gateway = try GatewayHarness(
            answer: { request in
                if request.target == "/gone" { return .status(410) }
                return request.text.contains(#""o-2""#) ? .status(422, body: "no such customer") : .status(200)
            },
            configuration: { port in
                var yaml = GatewayYAML(receiverPort: port)
                yaml.topLines = "alerts: {every: 50ms}"
                yaml.destinationLines = """
                      - name: gone
                        kind: http
                        url: http://127.0.0.1:\(port)/gone
                        allow_private_addresses: true
                    """
                return yaml.text
            })
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1", anonymous: "anon-1"))
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-1", anonymous: "anon-1"))
        _ = try gateway.postRudderStack(Samples.purchase(order: "o-2", user: "user-2", anonymous: "anon-1"))
        #expect(eventually { try gateway.admin("GET", "/api/dead?destination=hook").text.contains(#""id""#) })
        #expect(eventually { try gateway.admin("GET", "/api/events?status=delivered").text.contains(#""o-1""#) })
        #expect(eventually { try gateway.admin("GET", "/api/alerts").text.contains(#""id""#) })
        return gateway
    }

    /// The text at a path of members and the first elements of lists, in what a call is answered with.
    private func text(
        _ gateway: GatewayHarness, _ method: String, _ target: String, _ path: String..., body: String = ""
    ) throws -> String {
        let document = JSONDocument()
        var value = try document.parse(try gateway.admin(method, target, body: body).response.body)
        for name in path {
            value = try #require(value[name: name], "\(target): \(name)")
            if let first = value.elements.first(where: { _ in true }) { value = first }
        }
        return try #require(value.string)
    }

    private func target(_ path: String, _ query: [String: String]) -> String {
        let pairs = query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    @Test func everyRouteDoesWhatTheDocumentSays() throws {
        let gateway = try gateway()
        let (document, other) = (JSONDocument(), JSONDocument())
        let root = try document.parse(try gateway.admin("GET", "/api/openapi.json").response.body)
        var examples = Examples()
        examples.sequence = try text(gateway, "GET", "/api/explain/o-1", "events", "sequence")
        examples.node = try text(gateway, "GET", "/api/explain/o-1", "events", "profile_now")
        examples.alert = try text(gateway, "GET", "/api/alerts", "alerts", "id")
        examples.replay = try text(gateway, "POST", "/api/replays?reason=exhausted", "id")
        let somebody = #"{"identifiers":[{"type":"user_id","value":"nobody-9"}],"account":"acct_1"}"#
        examples.erasure = try text(gateway, "POST", "/api/erasures", "id", body: somebody)
        let letter = try text(gateway, "GET", "/api/dead?destination=hook", "dead_letters", "id")
        let dead = String(letter.prefix { $0 != "/" })
        let operations = operations(root)
        #expect(operations.count > 25)
        for operation in operations {
            let path = examples.path(operation, deadSequence: dead)
            #expect(!path.contains("{"), "\(operation.name) needs an example for its path")
            let query = examples.query(operation, deadSequence: dead)
            let sent = examples.body(operation)
            try checkRoles(gateway, operation, target(path, query), sent)
            try checkParameters(gateway, operation, path, query, examples)
            let reply = try gateway.admin(operation.method, target(path, query), body: sent)
            #expect(reply.status == 200, "\(operation.name) \(path): \(reply.text)")
            let schema = try #require(Self.schema(operation, "200"), "\(operation.name)")
            var check = SchemaCheck(root)
            check.check(try other.parse(reply.response.body), schema)
            #expect(check.faults.isEmpty, "\(operation.name): \(check.faults)")
        }
        try checkMethods(gateway, operations, examples, dead)
    }

    private static func schema(_ operation: Operation, _ status: String) -> JSONValue? {
        operation.value[name: "responses"]?[name: status]?[name: "content"]?[name: "application/json"]?[name: "schema"]
    }

    private func checkRoles(
        _ gateway: GatewayHarness, _ operation: Operation, _ target: String, _ body: String
    ) throws {
        for token in [nil, "", "nobody"] {
            let reply = try gateway.admin(operation.method, target, token: token, body: body)
            #expect(reply.status == 401, "\(operation.name)")
            #expect(try reply.body.code == "token_invalid")
            #expect(reply.header("WWW-Authenticate") == "Bearer")
        }
        guard operation.isOrder else {
            #expect(try gateway.admin(operation.method, target, token: GatewayYAML.readToken, body: body).status == 200)
            return
        }
        let reply = try gateway.admin(operation.method, target, token: GatewayYAML.readToken, body: body)
        #expect(reply.status == 403, "\(operation.name)")
        #expect(try reply.body.code == "role_insufficient")
        #expect(reply.text.contains("viewer") && !reply.text.contains(GatewayYAML.readToken))
    }

    /// Parameters of the document are known, and no others; what is refused is refused as the document says.
    private func checkParameters(
        _ gateway: GatewayHarness, _ operation: Operation, _ path: String, _ query: [String: String],
        _ examples: Examples
    ) throws {
        let stray = try gateway.admin(operation.method, target(path, query.merging(["stray": "1"]) { $1 }))
        #expect(stray.status == 400, "\(operation.name)")
        #expect(try stray.body.code == "bad_parameter")
        for parameter in operation.parameters(in: "query") {
            let name = parameter[name: "name"]?.string ?? ""
            if parameter[name: "required"]?.bool == true {
                let reply = try gateway.admin(operation.method, target(path, query.filter { $0.key != name }))
                #expect(reply.status == 400, "\(operation.name) without \(name)")
            }
            let isCursor = name == "cursor"
            // An order with another parameter would be another order.
            guard !operation.isOrder || isCursor else { continue }
            let value = isCursor ? "AAAAAAAA" : query[name] ?? examples.value(of: parameter)
            let reply = try gateway.admin(operation.method, target(path, query.merging([name: value]) { $1 }))
            if isCursor {
                #expect(reply.status == 400, "\(operation.name)")
                #expect(try reply.body.code == "bad_cursor")
            } else {
                #expect([200, 404].contains(reply.status), "\(operation.name) \(name)=\(value): \(reply.text)")
            }
            if reply.status != 200 {
                let codes = operation.value[name: "responses"]?[name: String(reply.status)]?.text("description") ?? ""
                #expect(codes.contains("`\(try reply.body.code ?? "")`"), "\(operation.name): \(reply.text)")
            }
        }
        let body = try gateway.admin(operation.method, target(path, query), body: #"{"stray": true}"#)
        if operation.value[name: "requestBody"] == nil { #expect(body.status == 400, "\(operation.name) took a body") }
    }

    /// Other methods are answered 405 with those of the document.
    private func checkMethods(
        _ gateway: GatewayHarness, _ operations: [Operation], _ examples: Examples, _ dead: String
    ) throws {
        let byPath = Dictionary(grouping: operations, by: { examples.path($0, deadSequence: dead) })
        for (path, operations) in byPath {
            let methods = operations.map(\.method)
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] where !methods.contains(method) {
                let reply = try gateway.admin(method, path)
                #expect(reply.status == 405, "\(method) \(path): \(reply.text)")
                #expect(reply.header("Allow")?.split(separator: ", ").map(String.init).sorted() == methods.sorted())
            }
        }
    }

    /// Run with `UPDATE_GOLDEN=1` to write the table anew.
    @Test func thePageHasTheTableOfRoutes() throws {
        let gateway = try GatewayHarness()
        let document = JSONDocument()
        let root = try document.parse(try gateway.admin("GET", "/api/openapi.json").response.body)
        var rows = ["| call | role | what it does |", "|---|---|---|"]
        for operation in operations(root) {
            let names = operation.parameters(in: "query").map { "`\($0.text("name"))`" }.joined(separator: " ")
            rows.append(
                "| `\(operation.method) \(operation.path)`\(names.isEmpty ? "" : "<br>\(names)") "
                    + "| \(operation.isOrder ? "operate" : "read") | \(operation.value.text("summary")) |")
        }
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/admin-api.md")
        let page = try String(contentsOf: url, encoding: .utf8)
        let start = try #require(page.range(of: "<!-- routes -->\n"))
        let end = try #require(page.range(of: "<!-- end -->"))
        let table = rows.joined(separator: "\n") + "\n"
        let updated = page.replacingCharacters(in: start.upperBound..<end.lowerBound, with: table)
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try updated.write(to: url, atomically: true, encoding: .utf8)
        } else {
            #expect(updated == page, "UPDATE_GOLDEN=1 writes the table of docs/admin-api.md anew")
        }
    }

    /// `openapi-spec-validator` from PyPI, where it could be installed.
    @Test(.enabled(if: SDKProgram.isInstalled, "openapi-spec-validator is not installed; run Scripts/sdk-clients.sh"))
    func theDocumentIsValidOpenAPI() throws {
        let gateway = try GatewayHarness()
        let file = gateway.directory.file("openapi.json")
        try gateway.admin("GET", "/api/openapi.json").response.text.write(
            toFile: file, atomically: true, encoding: .utf8)
        let run = try ValidatorRun(file)
        #expect(run.code == 0, "\(run.output)")
        try #"{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/a/{b}":{"get":{"responses":{}}}}}"#
            .write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try ValidatorRun(file).code != 0, "the validator takes anything")
    }

    /// One run of the validator.
    private struct ValidatorRun {
        let code: Int32
        let output: String

        init(_ file: String) throws {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: SDKProgram.pythonPath)
            process.arguments = ["-m", "openapi_spec_validator", "--schema", "3.1", file]
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            code = process.terminationStatus
        }
    }
}

extension JSONValue {
    /// A member as text; empty when it is missing.
    fileprivate func text(_ name: String) -> String { self[name: name]?.scalarText ?? "" }

    /// A string without quotes, anything else as it stands.
    fileprivate var scalarText: String { string ?? String(decoding: rawBytes, as: UTF8.self) }
}
