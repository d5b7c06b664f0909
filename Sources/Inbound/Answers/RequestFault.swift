/// Why a whole request is refused: the status, code and sentence of its answer (reference inbound, sections 0 and 9).
public struct RequestFault: Error, Sendable, Equatable {
    /// What is wrong.
    ///
    /// Raw values are contracts: senders and operators match on them.
    public enum Code: String, Sendable, CaseIterable {
        case badRequest = "bad_request"
        case badFraming = "bad_framing"
        case emptyBody = "empty_body"
        case invalidUTF8 = "invalid_utf8"
        case invalidJSON = "invalid_json"
        case invalidNumber = "invalid_number"
        case trailingData = "trailing_data"
        case jsonTooDeep = "json_too_deep"
        case notAnObject = "not_an_object"
        case batchMissing = "batch_missing"
        case batchEmpty = "batch_empty"
        case duplicateKey = "duplicate_key"
        /// Never answered, as a pixel is always answered 200; counted (row 103).
        case pixelInvalid = "pixel_invalid"
        case gzipInvalid = "gzip_invalid"
        case gzipTruncated = "gzip_truncated"
        case secretMissing = "secret_missing"
        case secretInvalid = "secret_invalid"
        case secretConflict = "secret_conflict"
        case signatureMissing = "signature_missing"
        case signatureMalformed = "signature_malformed"
        case signatureMismatch = "signature_mismatch"
        case writeKeyMissing = "write_key_missing"
        case writeKeyInvalid = "write_key_invalid"
        case writeKeyConflict = "write_key_conflict"
        case authorizationMalformed = "authorization_malformed"
        case bearerNotSupported = "bearer_not_supported"
        case accountMismatch = "account_mismatch"
        case environmentMismatch = "environment_mismatch"
        case sourceDisabled = "source_disabled"
        case originNotAllowed = "origin_not_allowed"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case requestTimeout = "request_timeout"
        case bodyTooLarge = "body_too_large"
        case tooManyItems = "too_many_items"
        case tooManyValues = "too_many_values"
        case unsupportedMediaType = "unsupported_media_type"
        case unsupportedCharset = "unsupported_charset"
        case unsupportedEncoding = "unsupported_encoding"
        case rateLimited = "rate_limited"
        case headersTooLarge = "headers_too_large"
        case internalError = "internal_error"
        case storageUnavailable = "storage_unavailable"
        case shuttingDown = "shutting_down"
    }

    /// What is wrong.
    public var code: Code
    /// What failed and what to do, without any value of the request.
    public var message: String
    /// The path of the field at fault, if one is.
    public var field: String?
    /// After how many seconds the sender should try again, 1 to 300.
    public var retryAfterSeconds: Int?
    /// For `method_not_allowed`: the methods that are.
    public var allowedMethods: [String] = []

    /// A fault of a request.
    public init(_ code: Code, _ message: String, field: String? = nil) {
        self.code = code
        self.message = message
        self.field = field
    }

    /// The HTTP status of the answer.
    public var status: Int { code.status }

    /// Whether the rest of the connection can no longer be trusted, or must not be read.
    public var closesConnection: Bool {
        switch code {
        case .badFraming, .requestTimeout, .bodyTooLarge, .headersTooLarge, .shuttingDown: true
        default: false
        }
    }
}

extension RequestFault {
    /// The queue of the committer or a rate limit is full.
    ///
    /// 429 and not 503, as RudderStack retries 429 without an attempt limit (reference inbound, section 0).
    public static func rateLimited(retryAfterSeconds: Int) -> RequestFault {
        var fault = RequestFault(.rateLimited, "too many events at once; send them again after the given time")
        fault.retryAfterSeconds = min(max(1, retryAfterSeconds), 300)
        return fault
    }

    /// The events could not be made durable.
    public static var storageUnavailable: RequestFault {
        var fault = RequestFault(.storageUnavailable, "the events could not be stored; send them again")
        fault.retryAfterSeconds = 30
        return fault
    }

    /// The events are not durable in time, and may yet become so: sent again, they are new or duplicates.
    public static var storageTooSlow: RequestFault {
        var fault = RequestFault(
            .storageUnavailable,
            "the events are not on disk yet; send them again, what is stored by then is a duplicate")
        fault.retryAfterSeconds = 30
        return fault
    }

    /// The process is about to end.
    public static var shuttingDown: RequestFault {
        var fault = RequestFault(.shuttingDown, "the gateway is shutting down; send the events again")
        fault.retryAfterSeconds = 5
        return fault
    }
}

extension RequestFault.Code {
    /// The HTTP status that the code is answered with.
    ///
    /// Chosen by what senders do with it (reference inbound, 3.6): what will never work is 4xx, and never 408, 410 or 460
    /// unless a retry is right.
    public var status: Int {
        switch self {
        case .badRequest, .badFraming, .emptyBody, .invalidUTF8, .invalidJSON, .invalidNumber, .trailingData,
            .jsonTooDeep, .notAnObject, .batchMissing, .batchEmpty, .duplicateKey, .pixelInvalid, .gzipInvalid,
            .gzipTruncated:
            400
        case .secretMissing, .secretInvalid, .secretConflict, .signatureMissing, .signatureMalformed,
            .signatureMismatch, .writeKeyMissing, .writeKeyInvalid, .writeKeyConflict, .authorizationMalformed,
            .bearerNotSupported:
            401
        case .accountMismatch, .environmentMismatch, .sourceDisabled, .originNotAllowed: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .bodyTooLarge, .tooManyItems, .tooManyValues: 413
        case .unsupportedMediaType, .unsupportedCharset, .unsupportedEncoding: 415
        case .rateLimited: 429
        case .headersTooLarge: 431
        case .internalError: 500
        case .storageUnavailable, .shuttingDown: 503
        }
    }
}
