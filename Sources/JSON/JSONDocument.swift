import CSIMDJSON

/// What a reader accepts.
public struct JSONLimits: Sendable {
    /// How deeply containers may nest; at most 1024.
    public var depth: Int
    /// How many values and keys a text may have.
    public var valueCount: Int
    /// Whether the bare tokens `NaN`, `Infinity` and `-Infinity` are read as null.
    public var acceptsNonFinite: Bool

    /// Limits; the defaults are those of a webhook body (reference inbound, section 9).
    public init(depth: Int = 64, valueCount: Int = 200_000, acceptsNonFinite: Bool = false) {
        self.depth = depth
        self.valueCount = valueCount
        self.acceptsNonFinite = acceptsNonFinite
    }
}

/// Reads JSON texts (RFC 8259) one after another, reusing its memory.
///
/// The values that ``parse(_:limits:)`` returns look into this document: they are valid until its next `parse` or
/// `trim`, and only while the document lives. Belongs to one thread at a time.
public final class JSONDocument {
    let handle: UnsafeMutablePointer<tl_json_document>

    /// A document that has read nothing yet.
    public init() {
        guard let handle = tl_json_create() else { fatalError("out of memory for a JSON document") }
        self.handle = handle
    }

    deinit { tl_json_free(handle) }

    /// Reads one text and returns its top-level value.
    ///
    /// The bytes are copied. A leading byte order mark is skipped.
    ///
    /// - Throws: ``JSONError`` saying what is wrong and where; the document is then empty.
    /// - Complexity: O(bytes).
    public func parse(_ bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONValue
    {
        let options = tl_json_options(
            depth_limit: UInt32(limits.depth), value_limit: UInt32(limits.valueCount),
            accepts_non_finite: limits.acceptsNonFinite)
        let code = tl_json_parse(handle, bytes.baseAddress, bytes.count, options)
        guard code == TL_JSON_OK else {
            throw JSONError(code, offset: Int(handle.pointee.error_offset), in: bytes, limits: limits)
        }
        return JSONValue(document: UnsafePointer(handle), index: 0)
    }

    /// Reads one text and returns its top-level value; see ``parse(_:limits:)``.
    public func parse(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONValue {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            try parse(UnsafeRawBufferPointer(buffer), limits: limits)
        }
    }

    /// Reads one text and returns its top-level value; see ``parse(_:limits:)``.
    public func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }

    /// Whether some object of the text repeats a key.
    public var hasDuplicateKeys: Bool { handle.pointee.has_duplicates }

    /// Whether some value of the text was `NaN` or an infinity.
    public var hasNonFiniteNumbers: Bool { handle.pointee.has_non_finite }

    /// Gives back memory when the last text was larger than `keepByteCount`.
    public func trim(keepByteCount: Int = 1 << 20) { tl_json_trim(handle, keepByteCount) }
}

/// Oddities that some value or key of a text has, so that readers need not search for what is not there.
public struct JSONOddities: OptionSet, Sendable {
    /// One bit for each of the oddities below.
    public let rawValue: UInt8

    /// The oddities whose bits are set.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Some object repeats a key.
    public static let repeatedKeys = JSONOddities(rawValue: 1)
    /// Some string or key had a lone surrogate escape.
    public static let loneSurrogates = JSONOddities(rawValue: 2)
    /// Some null was written `NaN` or as an infinity.
    public static let nonFiniteNumbers = JSONOddities(rawValue: 4)
}

/// Why a text is not JSON, or not JSON we take.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, for a caller to decide on.
    public enum Code: String, Sendable, CaseIterable {
        case empty, invalidUTF8, invalidSyntax, trailingData, tooDeep, tooManyValues, tooLarge, invalidNumber
    }

    /// What is wrong.
    public var code: Code
    /// Bytes before the fault.
    public var offset: Int
    /// The line of the fault, from 1.
    public var line: Int
    /// The byte in that line, from 1.
    public var column: Int
    /// What failed and where, without any of the text.
    public var message: String

    /// The message.
    public var description: String { message }

    init(_ error: tl_json_error, offset: Int, in bytes: UnsafeRawBufferPointer, limits: JSONLimits) {
        let before = bytes.prefix(offset)
        self.offset = offset
        line = before.count(where: { $0 == UInt8(ascii: "\n") }) + 1
        column = offset - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
        let place = "at line \(line), column \(column)"
        switch error {
        case TL_JSON_EMPTY:
            code = .empty
            message = "the text is empty"
        case TL_JSON_BAD_UTF8:
            code = .invalidUTF8
            message = "the text is not UTF-8 at byte \(offset)"
        case TL_JSON_TRAILING:
            code = .trailingData
            message = "something follows the JSON value \(place)"
        case TL_JSON_TOO_DEEP:
            code = .tooDeep
            message = "the JSON nests deeper than \(limits.depth) levels \(place)"
        case TL_JSON_TOO_MANY_VALUES:
            code = .tooManyValues
            message = "the JSON has more than \(limits.valueCount) values"
        case TL_JSON_TOO_LARGE:
            code = .tooLarge
            message = "the text is larger than 2 GiB"
        case TL_JSON_BAD_NUMBER:
            code = .invalidNumber
            message = "a number has an exponent of more than 4 digits \(place)"
        case TL_JSON_NO_MEMORY: fatalError("out of memory for a JSON text of \(bytes.count) bytes")
        default:
            code = .invalidSyntax
            message = "the text is not JSON \(place)"
        }
    }
}
