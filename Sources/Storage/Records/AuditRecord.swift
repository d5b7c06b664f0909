import EventModel
public import Platform

/// The number of an order in the audit log; in the order in which orders came.
public struct AuditNumber: Sendable, Hashable, Comparable {
    /// Made as ``EventSequence`` is: milliseconds and a counter.
    public let value: UInt64

    /// A number as it was given.
    public init(_ value: UInt64) { self.value = value }

    /// Whether the left order came first.
    public static func < (left: AuditNumber, right: AuditNumber) -> Bool { left.value < right.value }
}

/// What somebody had done, and how it ended.
///
/// Holds names, addresses and settings, never a token, a secret or personal data.
public struct AuditEntry: Sendable, Equatable {
    /// How an order ended.
    ///
    /// Raw values are contracts.
    public enum Outcome: String, Sendable, CaseIterable {
        /// It was begun; stays so if the process ended within it, when it may have been done or not.
        case begun
        case done
        /// Nothing was done; the detail says why.
        case failed
    }

    /// The order's place in the log.
    public var number: AuditNumber
    /// When it came.
    public var time: Timestamp
    /// The name of the token, or what else gave the order, such as a signal.
    public var actor: String
    /// The numeric address it came from; nil if it came from the machine itself.
    public var remoteAddress: String?
    /// What was ordered, such as `hold_destination`.
    public var action: String
    /// Of what, such as `name=hook`; at most 1 KiB.
    public var subject: String
    /// How it ended.
    public var outcome: Outcome
    /// What came of it in a few words, or the code of the failure; at most 1 KiB.
    public var detail: String

    /// An order that was begun.
    public init(
        number: AuditNumber, time: Timestamp, actor: String, remoteAddress: String?, action: String, subject: String
    ) {
        self.number = number
        self.time = time
        self.actor = actor
        self.remoteAddress = remoteAddress
        self.action = action
        self.subject = subject
        outcome = .begun
        detail = ""
    }

    init(reading bytes: [UInt8], number: AuditNumber) throws(MalformedRecord) {
        self.number = number
        var reader = try ByteReader(record: bytes)
        time = try reader.time()
        actor = try reader.text()
        remoteAddress = try reader.optional { reader throws(MalformedRecord) in try reader.text() }
        action = try reader.text()
        subject = try reader.text()
        let code = try reader.integer(UInt8.self)
        guard let outcome = Outcome.allCases.first(where: { $0.recordCode == code }) else {
            throw MalformedRecord(reason: "an order's outcome is unknown")
        }
        self.outcome = outcome
        detail = try reader.text()
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendTime(time)
        bytes.appendText(actor)
        bytes.appendOptional(remoteAddress) { $0.appendText($1) }
        bytes.appendText(action)
        bytes.appendText(subject)
        bytes.append(outcome.recordCode)
        bytes.appendText(detail)
    }
}

extension AuditEntry.Outcome {
    /// The value in records, never renumbered.
    fileprivate var recordCode: UInt8 {
        switch self {
        case .begun: 0
        case .done: 1
        case .failed: 2
        }
    }
}

/// The key of an entry of the audit log: its number.
struct AuditKey: StoreKey {
    static let family = Family.audit
    let number: AuditNumber

    init(_ number: AuditNumber) { self.number = number }

    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = ByteReader(bytes)
        number = AuditNumber(try reader.integer(UInt64.self))
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) { bytes.appendInteger(number.value) }
}
