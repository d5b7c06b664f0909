/// What a JSON value of an answer looks like; written to the OpenAPI document as JSON Schema.
indirect enum AdminSchema: Sendable {
    case text(String? = nil)
    /// RFC 3339 with milliseconds.
    case time
    /// The number of an event, as text: 64 bits are more than a JavaScript number holds.
    case sequence
    case integer
    case flag
    case choice([String])
    /// Any object; the words say what, or where it is described.
    case json(String)
    case list(AdminSchema)
    /// An object with a name of its own in the document; a name means one thing.
    case object(String, [AdminField])

    /// The answer of a list: a page of entries and where the next page begins.
    static func page(_ name: String, of entry: AdminSchema, as member: String) -> AdminSchema {
        .object(
            name,
            [
                AdminField(member, .list(entry)),
                AdminField(
                    "next_cursor", .text("Where the next page begins; missing when there is none."),
                    isOptional: true),
            ])
    }
}

/// A member of an object.
struct AdminField: Sendable {
    let name: String
    let schema: AdminSchema
    /// Whether it is left out when there is nothing to say.
    let isOptional: Bool

    init(_ name: String, _ schema: AdminSchema, isOptional: Bool = false) {
        self.name = name
        self.schema = schema
        self.isOptional = isOptional
    }

    /// A member that is left out when there is nothing to say.
    static func maybe(_ name: String, _ schema: AdminSchema) -> AdminField {
        AdminField(name, schema, isOptional: true)
    }
}
