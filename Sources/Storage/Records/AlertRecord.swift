public import EventModel
public import Platform

/// Names an alert; rises with every alert that is opened.
public struct AlertID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970 and twelve bits of a counter, as far as the clock does not go back.
    public let value: UInt64

    /// An id from its number.
    public init(_ value: UInt64) { self.value = value }

    /// The id that follows `last` for an alert opened at `time`.
    public init(after last: AlertID?, at time: Timestamp) {
        let candidate = UInt64(max(0, time.milliseconds)) << 12
        value = last.map { max(candidate, $0.value + 1) } ?? candidate
    }

    /// Reads an id as ``description`` writes it.
    public init?(_ text: String) {
        guard text.hasPrefix("alr_"), text.utf8.count == 20,
            text.utf8.dropFirst(4).allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            let value = UInt64(text.dropFirst(4), radix: 16)
        else { return nil }
        self.value = value
    }

    /// `alr_` and sixteen hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return "alr_" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Whether `left` was opened earlier.
    public static func < (left: AlertID, right: AlertID) -> Bool { left.value < right.value }
}

/// One alert from when it is opened on.
public struct AlertRecord: Sendable, Equatable {
    /// A figure that the alert rests on.
    public struct Figure: Sendable, Equatable {
        /// What a figure is.
        public enum Value: Sendable, Equatable {
            case number(Int64)
            case text(String)
        }

        /// In snake case, with its unit at the end.
        public var name: String
        /// What it is.
        public var value: Value

        /// A number.
        public init(_ name: String, _ number: Int64) {
            self.name = name
            value = .number(number)
        }

        /// A text; never one of a sender's.
        public init(_ name: String, _ text: String) {
            self.name = name
            value = .text(text)
        }
    }

    /// What one channel was told.
    public struct Telling: Sendable, Equatable {
        /// The channel: `webhook`, `email`.
        public var channel: String
        /// When it was last told that the alert is open.
        public var openedAt: Timestamp
        /// When it was told that the alert has cleared.
        public var clearedAt: Timestamp?

        /// A telling that an alert is open.
        public init(channel: String, openedAt: Timestamp) {
            self.channel = channel
            self.openedAt = openedAt
        }
    }

    /// Names it.
    public var id: AlertID
    /// What it is about and whom it concerns.
    public var key: AlertKey
    /// When it was opened.
    public var openedAt: Timestamp
    /// Since when things are, or were, as it says.
    public var since: Timestamp
    /// When it was cleared; nil while it is open.
    public var clearedAt: Timestamp?
    /// What is, or was at last, the matter, in a sentence or two.
    public var summary: String
    /// What to do, with a command where there is one.
    public var nextStep: String
    /// Why it was cleared; nil while it is open.
    public var clearNote: String?
    /// What it rests on.
    public var figures: [Figure]
    /// What the channels were told.
    public var tellings: [Telling] = []

    /// An alert that is opened.
    public init(
        id: AlertID, key: AlertKey, openedAt: Timestamp, since: Timestamp, summary: String, nextStep: String,
        figures: [Figure]
    ) {
        self.id = id
        self.key = key
        self.openedAt = openedAt
        self.since = since
        self.summary = summary
        self.nextStep = nextStep
        self.figures = figures
    }

    /// Whether it is open.
    public var isOpen: Bool { clearedAt == nil }

    // version · kind · subject · times · texts · figures · tellings
    init(reading bytes: [UInt8], id: AlertID) throws(MalformedRecord) {
        self.id = id
        var reader = try ByteReader(record: bytes)
        let kindName = try reader.text()
        guard let kind = AlertKind(rawValue: kindName) else { throw MalformedRecord(reason: "its kind is unknown") }
        key = AlertKey(kind, try reader.text())
        openedAt = try reader.shortTime()
        since = try reader.shortTime()
        clearedAt = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
        summary = try reader.text()
        nextStep = try reader.text()
        clearNote = try reader.optional { reader throws(MalformedRecord) in try reader.text() }
        figures = try reader.list { reader throws(MalformedRecord) in
            let name = try reader.text()
            return try reader.flag() ? Figure(name, try reader.text()) : Figure(name, try reader.signedVarint())
        }
        tellings = try reader.list { reader throws(MalformedRecord) in
            var telling = Telling(channel: try reader.text(), openedAt: try reader.shortTime())
            telling.clearedAt = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
            return telling
        }
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendText(key.kind.rawValue)
        bytes.appendText(key.subject)
        bytes.appendShortTime(openedAt)
        bytes.appendShortTime(since)
        bytes.appendOptional(clearedAt) { $0.appendShortTime($1) }
        bytes.appendText(summary)
        bytes.appendText(nextStep)
        bytes.appendOptional(clearNote) { $0.appendText($1) }
        bytes.appendList(figures) { bytes, figure in
            bytes.appendText(figure.name)
            switch figure.value {
            case .text(let text):
                bytes.appendFlag(true)
                bytes.appendText(text)
            case .number(let number):
                bytes.appendFlag(false)
                bytes.appendSignedVarint(number)
            }
        }
        bytes.appendList(tellings) { bytes, telling in
            bytes.appendText(telling.channel)
            bytes.appendShortTime(telling.openedAt)
            bytes.appendOptional(telling.clearedAt) { $0.appendShortTime($1) }
        }
    }
}
