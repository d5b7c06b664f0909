/// The way to a value of an event, written as in templates: `properties.value`, `context.page.url`, `traits.plan`.
public struct EventPath: Sendable, Equatable {
    /// The path as it was written.
    public let text: String
    let path: TemplatePath

    /// Reads a path.
    ///
    /// - Parameter text: A path as docs/templates.md has it, without braces.
    /// - Throws: ``EventPathError`` with the nearest known name.
    public init(_ text: String) throws(EventPathError) {
        let bytes = Array((text + "}}").utf8)
        var parser = TemplateTagParser(text: bytes, kind: .json, secrets: [:], isInLoop: false, position: 0)
        let tag: TemplateTag
        do throws(TemplateError) {
            tag = try parser.parse()
        } catch {
            throw EventPathError(message: error.message)
        }
        guard parser.position == bytes.count, case .insert(.path(let path)) = tag else {
            throw EventPathError(message: "write a path such as properties.value, without helpers")
        }
        switch path.root {
        case .segment, .segments: throw EventPathError(message: "segments are asked for with `segment`, not by a path")
        case .event, .properties, .identity, .traits, .element: break
        }
        self.text = text
        self.path = path
    }

    /// Whether it leads to what the identity graph decided.
    var isAboutIdentity: Bool { if case .identity = path.root { true } else { false } }

    /// Whether both were written the same.
    public static func == (left: EventPath, right: EventPath) -> Bool { left.text == right.text }
}

/// Why a text is no path.
public struct EventPathError: Error, Sendable, Equatable {
    /// What is wrong and what to write instead.
    public let message: String
}
