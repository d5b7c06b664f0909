import Crypto
import JSON

/// What a template's text is, which decides how values are written into it.
public enum TemplateKind: Sendable, Equatable {
    /// A JSON body: values are escaped inside string literals and typed outside; the result must be JSON.
    case json
    /// Any other body: values are written as they are.
    case text
    /// A body of `application/x-www-form-urlencoded`: values are percent-encoded.
    case form
    /// A URL: values are percent-encoded and may not stand in scheme or host; a missing value is a failure.
    case url
    /// A header's value: values that hold a line break or another control character are refused.
    case header
}

/// What a missing value is written as.
public enum MissingFieldPolicy: String, Sendable, CaseIterable {
    /// Nothing; null where a template has JSON outside of string literals.
    case empty
    /// JSON's null in place of a string literal that is nothing but the value; else as ``empty``.
    case null
    /// Nothing at all: rendering fails.
    case fail
}

/// A text with placeholders, compiled once and rendered for many events.
///
/// The language is that of Handlebars as far as it goes: `{{path}}`, `{{json path}}`, `{{helper value …}}` with
/// brackets for values of values, `{{#if}} {{else if}} {{else}} {{/if}}`, `{{#unless}}`, `{{#each}}` with `this`,
/// `@index`, `@key`, `@first` and `@last`, `{{! comments }}`, and `\{{` for the characters themselves. It differs where
/// a template could do harm or money could get lost:
///
/// - Values are always escaped for where they stand, and never read as templates.
/// - 0 is a value: `#if` and `default` take it as present. False, null, the empty text and the empty list are not.
/// - A path begins with the name of a member of the canonical event, or with `properties` (the normalized values, then
///   the source's own), `identity`, `traits`, `segment` or `segments`; in `#each` every other name is a member of the element.
public struct Template: Sendable {
    /// What the template's text is.
    public let kind: TemplateKind
    /// What missing values are written as.
    public let missingFields: MissingFieldPolicy
    /// The first 12 hexadecimal digits of the SHA-256 of the text.
    public let version: String
    private let instructions: [TemplateInstruction]
    /// The longest literal run, as a first guess at the size of what is rendered.
    private let literalByteCount: Int

    /// Compiles a template.
    ///
    /// - Parameters:
    ///   - text: At most 256 KiB.
    ///   - kind: What the text is.
    ///   - missingFields: What missing values are written as; URLs always fail.
    ///   - secrets: Values of `{{secrets.NAME}}`; in a body one stands by itself.
    /// - Throws: ``TemplateError`` with the place of the first fault and the nearest known name.
    public init(
        _ text: String, kind: TemplateKind, missingFields: MissingFieldPolicy = .empty, secrets: [String: String] = [:]
    ) throws(TemplateError) {
        let bytes = Array(text.utf8)
        var compiler = TemplateCompiler(bytes, kind: kind, secrets: secrets)
        instructions = try compiler.compile()
        self.kind = kind
        self.missingFields = kind == .url ? .fail : missingFields
        version = String(SHA256.digest(of: bytes).hex.prefix(12))
        literalByteCount = bytes.count
    }

    /// Whether there is nothing to fill in.
    public var isConstant: Bool {
        instructions.allSatisfy { if case .literal = $0 { true } else { false } }
    }

    /// The template's text with the values of an event.
    ///
    /// - Parameters:
    ///   - event: Where values come from.
    ///   - masksSecrets: Whether secrets are written as `***`, for showing.
    /// - Returns: UTF-8; JSON if the template is.
    /// - Throws: ``RenderFailure`` with what had been rendered.
    public func render(_ event: EventView, masksSecrets: Bool = false) throws(RenderFailure) -> [UInt8] {
        var renderer = TemplateRenderer(
            event: event, kind: kind, missingFields: missingFields, masksSecrets: masksSecrets,
            capacity: literalByteCount * 2)
        try renderer.run(instructions)
        if kind == .json { try checkJSON(renderer.output, event.reader.checker) }
        return renderer.output
    }

    private func checkJSON(_ body: [UInt8], _ checker: JSONDocument) throws(RenderFailure) {
        do {
            _ = try checker.parse(body, limits: EventViewReader.limits)
        } catch {
            throw RenderFailure("the rendered body is not JSON: \(error.message)", body: body)
        }
    }
}

extension Template: CustomStringConvertible {
    /// The version alone, as the instructions may hold secrets.
    public var description: String { "template \(version)" }
}
