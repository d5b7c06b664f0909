import EventModel
import Inbound
import JSON

/// The OpenAPI 3.1 document of a table of routes (https://spec.openapis.org/oas/v3.1.0).
struct OpenAPIDocument {
    /// One JSON object; the same for the same table.
    let bytes: [UInt8]

    /// The version of the API, raised when a client that follows the document would break.
    private static var version: String { "1.0.0" }

    init(_ routes: [AdminRoute]) {
        var json = JSONWriter(capacity: 64 << 10)
        json.object { json in
            json.member("openapi", "3.1.0")
            json.key("info")
            json.object { json in
                json.member("title", "TrackLayer Gateway admin API")
                json.member("version", Self.version)
                json.member(
                    "description",
                    "Events, deliveries, identity, dead letters and destinations of one gateway. Lists answer in pages: "
                        + "a page looks at a bounded part of the store, so it may be empty though more follows; go on "
                        + "with `next_cursor` until it is missing.")
            }
            json.key("security")
            json.array { json in json.object { $0.emptyList("bearer") } }
            json.key("paths")
            json.object { json in Self.writePaths(routes, to: &json) }
            json.key("components")
            json.object { json in Self.writeComponents(routes, to: &json) }
        }
        bytes = json.bytes
    }

    private static func writePaths(_ routes: [AdminRoute], to json: inout JSONWriter) {
        var paths: [String] = []
        for path in routes.map(\.path) where !paths.contains(path) { paths.append(path) }
        for path in paths {
            json.key(name: path)
            json.object { json in
                for route in routes where route.path == path {
                    json.key(name: route.method.rawValue.lowercased())
                    write(route, to: &json)
                }
            }
        }
    }

    // MARK: - Operations

    private static func write(_ route: AdminRoute, to json: inout JSONWriter) {
        json.object { json in
            json.member("operationId", route.name)
            json.key("tags")
            json.array { $0.value(route.group) }
            json.member("summary", route.summary)
            json.member("description", "Needs a token with the role `\(route.role.rawValue)`.")
            if !route.parameters.isEmpty {
                json.key("parameters")
                json.array { json in
                    for parameter in route.parameters {
                        write(parameter, in: route.pathParameters.contains(parameter) ? "path" : "query", to: &json)
                    }
                }
            }
            if let body = route.body {
                json.key("requestBody")
                json.object { json in
                    json.member("required", true)
                    writeContent(body, to: &json)
                }
            }
            json.key("responses")
            json.object { json in
                json.key("200")
                json.object { json in
                    json.member("description", "Done.")
                    writeContent(route.answer, to: &json)
                }
                writeFailures(route, to: &json)
            }
        }
    }

    private static func writeFailures(_ route: AdminRoute, to json: inout JSONWriter) {
        let failures = route.allFailures
        for status in Set(failures.map(\.status)).sorted() {
            let codes = failures.filter { $0.status == status }.map { "`\($0.code)`" }
            json.key(name: String(status))
            json.object { json in
                json.member("description", "`code` is \(codes.joined(separator: " or ")).")
                writeContent(failure, to: &json)
            }
        }
    }

    private static func write(_ parameter: AdminParameter, in place: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", parameter.name)
            json.member("in", place)
            json.member("required", place == "path" || parameter.isRequired)
            json.member("description", parameter.summary)
            json.key("schema")
            json.object { json in
                switch parameter.kind {
                case .text(let limit):
                    json.member("type", "string")
                    json.member("minLength", 1)
                    json.member("maxLength", limit)
                case .integer(let range):
                    json.member("type", "integer")
                    json.member("minimum", range.lowerBound)
                    json.member("maximum", range.upperBound)
                case .sequence:
                    json.member("type", "string")
                    json.member("pattern", "^[0-9]{1,19}$")
                case .delivery:
                    json.member("type", "string")
                    json.member("pattern", "^[0-9]{1,19}/.+$")
                case .profile:
                    json.member("type", "string")
                    json.member("pattern", "^prf_[0-9a-f]{32}$")
                case .identifierType:
                    json.member("type", "string")
                    let known = IdentifierType.fixed.map(\.name).joined(separator: "|")
                    json.member("pattern", "^(\(known)|external\\..+)$")
                case .flag: json.member("type", "boolean")
                case .time:
                    json.member("type", "string")
                    json.member("format", "date-time")
                case .choice(let known):
                    json.member("type", "string")
                    json.key("enum")
                    json.array { json in for word in known { json.value(word) } }
                case .cursor:
                    json.member("type", "string")
                    json.member("pattern", "^[A-Za-z0-9_-]{6,512}$")
                }
            }
        }
    }

    // MARK: - Values

    private static func writeContent(_ schema: AdminSchema, to json: inout JSONWriter) {
        json.key("content")
        json.object { json in
            json.key("application/json")
            json.object { json in
                json.key("schema")
                write(schema, to: &json)
            }
        }
    }

    private static func write(_ schema: AdminSchema, to json: inout JSONWriter) {
        json.object { json in
            switch schema {
            case .text(let summary):
                json.member("type", "string")
                json.member("description", summary)
            case .time:
                json.member("type", "string")
                json.member("format", "date-time")
            case .sequence:
                json.member("type", "string")
                json.member("pattern", "^[0-9]{1,19}$")
            case .integer: json.member("type", "integer")
            case .flag: json.member("type", "boolean")
            case .choice(let known):
                json.member("type", "string")
                json.key("enum")
                json.array { json in for word in known { json.value(word) } }
            case .json(let summary):
                json.member("type", "object")
                json.member("description", summary)
            case .list(let entry):
                json.member("type", "array")
                json.key("items")
                write(entry, to: &json)
            case .object(let name, _): json.member("$ref", "#/components/schemas/\(name)")
            }
        }
    }

    private static func writeComponents(_ routes: [AdminRoute], to json: inout JSONWriter) {
        json.key("securitySchemes")
        json.object { json in
            json.key("bearer")
            json.object { json in
                json.member("type", "http")
                json.member("scheme", "bearer")
                json.member("description", "A token of `admin.tokens` of the configuration.")
            }
        }
        var objects: [(name: String, fields: [AdminField])] = []
        for schema in [failure] + routes.flatMap({ [$0.answer] + ($0.body.map { [$0] } ?? []) }) {
            collect(schema, into: &objects)
        }
        json.key("schemas")
        json.object { json in
            for object in objects.sorted(by: { $0.name < $1.name }) {
                json.key(name: object.name)
                write(object.fields, to: &json)
            }
        }
    }

    private static func write(_ fields: [AdminField], to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "object")
            json.key("properties")
            json.object { json in
                for field in fields {
                    json.key(name: field.name)
                    write(field.schema, to: &json)
                }
            }
            let required = fields.filter { !$0.isOptional }.map(\.name)
            if !required.isEmpty {
                json.key("required")
                json.array { json in for name in required { json.value(name) } }
            }
        }
    }

    private static func collect(_ schema: AdminSchema, into objects: inout [(name: String, fields: [AdminField])]) {
        switch schema {
        case .list(let entry): collect(entry, into: &objects)
        case .object(let name, let fields):
            if let known = objects.first(where: { $0.name == name }) {
                precondition(known.fields.map(\.name) == fields.map(\.name), "the schema \(name) means two things")
                return
            }
            objects.append((name, fields))
            for field in fields { collect(field.schema, into: &objects) }
        case .text, .time, .sequence, .integer, .flag, .choice, .json: break
        }
    }

    /// Every answer but 200.
    private static var failure: AdminSchema {
        .object(
            "Failure",
            [
                AdminField("success", .flag), AdminField("code", .text("What a program decides on.")),
                AdminField("message", .text("What was wrong and what to do, for a person.")),
                AdminField("request_id", .text("What the log calls this request.")),
            ])
    }
}

extension JSONWriter {
    fileprivate mutating func emptyList(_ name: StaticString) {
        key(name)
        array { _ in }
    }
}
