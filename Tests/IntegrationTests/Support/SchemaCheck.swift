import Gateway
import JSON
import Platform

/// Compares JSON values with the schemas of an OpenAPI document, stricter than JSON Schema: no member may be undeclared.
struct SchemaCheck {
    private let document: JSONValue
    private(set) var faults: [String] = []

    /// A check against the components of `document`.
    init(_ document: JSONValue) { self.document = document }

    mutating func check(_ value: JSONValue, _ schema: JSONValue, at path: String = "$") {
        if let reference = schema[name: "$ref"]?.string {
            let name = String(reference.dropFirst("#/components/schemas/".count))
            guard let target = document[name: "components"]?[name: "schemas"]?[name: name] else {
                faults.append("\(path): no schema \(reference)")
                return
            }
            return check(value, target, at: path)
        }
        switch schema[name: "type"]?.string {
        case "object"?: checkObject(value, schema, path)
        case "array"?:
            expect(value.kind == .array, "\(path) is no array")
            guard let items = schema[name: "items"] else { return }
            for (index, element) in value.elements.enumerated() { check(element, items, at: "\(path)[\(index)]") }
        case "string"?: checkText(value, schema, path)
        case "integer"?: expect(value.isInteger, "\(path) is no integer")
        case "boolean"?: expect(value.kind == .bool, "\(path) is no boolean")
        default: faults.append("\(path): the schema has no type")
        }
    }

    private mutating func checkObject(_ value: JSONValue, _ schema: JSONValue, _ path: String) {
        guard value.kind == .object else {
            faults.append("\(path) is no object")
            return
        }
        guard let properties = schema[name: "properties"] else { return }
        for member in value.members {
            guard let property = properties[name: member.name] else {
                faults.append("\(path).\(member.name) is not declared")
                continue
            }
            check(member.value, property, at: "\(path).\(member.name)")
        }
        for name in schema[name: "required"].map({ $0.elements.compactMap(\.string) }) ?? [] {
            expect(value[name: name] != nil, "\(path).\(name) is missing")
        }
    }

    private mutating func checkText(_ value: JSONValue, _ schema: JSONValue, _ path: String) {
        guard let text = value.string else {
            faults.append("\(path) is no text")
            return
        }
        if let known = schema[name: "enum"] {
            expect(known.elements.contains { $0.string == text }, "\(path): \(text) is not among the known ones")
        }
        if schema[name: "format"]?.string == "date-time" {
            expect(RFC3339.timestamp(text) != nil, "\(path): \(text) is no time")
        }
        if schema[name: "pattern"] != nil {
            expect(UInt64(text) != nil, "\(path): \(text) is no number of an event")
        }
    }

    private mutating func expect(_ holds: Bool, _ fault: String) { if !holds { faults.append(fault) } }
}
