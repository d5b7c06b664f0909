public import EventModel
public import Platform

/// Names a request to erase somebody's data: account · sequence of the event that asked for it.
struct ErasureKey: StoreKey {
    static let family = Family.erasures
    let account: AccountNumber
    let sequence: EventSequence

    init(_ account: AccountNumber, _ sequence: EventSequence) {
        self.account = account
        self.sequence = sequence
    }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        account = try reader.account()
        sequence = try reader.sequence()
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.appendInteger(account.value)
        bytes.appendInteger(sequence.value)
    }
}

/// A privacy deletion that a sender asked for (Segment's `delete` call; reference inbound, row 105).
///
/// Says whose data is to be erased; an ``ErasureRecord`` takes its place when it runs, and forgets who it was at the end.
public struct ErasureRequest: Sendable, Equatable {
    /// Who it is about: a type and a normalized value, as the identity graph has them.
    public struct Subject: Sendable, Equatable {
        /// The name of the identifier's type.
        public var type: String
        /// The identifier's normalized value.
        public var value: String

        /// An identifier by its type's name.
        public init(type: String, value: String) {
            self.type = type
            self.value = value
        }
    }

    /// The event that asked for it.
    public var sequence: EventSequence
    /// The environment whose data is meant.
    public var environment: String
    /// The configured name of the source that passed the request on.
    public var source: String
    /// When it came in.
    public var requestedAt: Timestamp
    /// Who it is about, strongest first.
    public var subjects: [Subject]

    /// A request from its parts.
    public init(
        sequence: EventSequence, environment: String, source: String, requestedAt: Timestamp, subjects: [Subject]
    ) {
        self.sequence = sequence
        self.environment = environment
        self.source = source
        self.requestedAt = requestedAt
        self.subjects = subjects
    }

    init(reading bytes: [UInt8], sequence: EventSequence) throws(MalformedRecord) {
        self.sequence = sequence
        var reader = try ByteReader(record: bytes)
        environment = try reader.text()
        source = try reader.text()
        requestedAt = try reader.time()
        subjects = try reader.list { reader throws(MalformedRecord) in
            Subject(type: try reader.text(), value: try reader.text())
        }
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendText(environment)
        bytes.appendText(source)
        bytes.appendTime(requestedAt)
        bytes.appendList(subjects) {
            $0.appendText($1.type)
            $0.appendText($1.value)
        }
    }
}

extension WriteBatch {
    /// Stores a request for erasure.
    public mutating func putErasure(_ request: ErasureRequest, _ account: AccountNumber) {
        put(ErasureKey(account, request.sequence), request.append)
    }
}
