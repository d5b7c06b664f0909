public import Platform

/// What has been learned of a source or destination for each hour of the week, and what the hour under way has so far.
public struct BaselineRecord: Sendable, Equatable {
    /// What one hour had.
    public struct Hour: Sendable, Equatable {
        /// Attempts that delivered; of a source, its events.
        public var good: UInt64
        /// Attempts that were made; of a source, its events.
        public var total: UInt64

        /// An hour from its counts.
        public init(good: UInt64 = 0, total: UInt64 = 0) {
            self.good = good
            self.total = total
        }
    }

    /// The last weeks of each hour of the week, the newest last; 168 lists.
    public var hours: [[Hour]]
    /// When the hour under way began; nil if none was looked at.
    public var hourStart: Timestamp?
    /// How much of it was looked at.
    public var observed: Duration
    /// What it has so far.
    public var current: Hour
    /// When something came in last; nil if nothing ever did.
    public var lastSeenAt: Timestamp?
    /// How many events were missing at most before they came after all, day by day, the newest last.
    public var peaks: [UInt64]
    /// The same of the day under way.
    public var peak: UInt64
    /// Which day that is, in days since 1970.
    public var peakDay: Int64

    /// The days of which ``peaks`` is kept.
    public static let peakLimit = 7

    /// The weeks of an hour that are kept.
    public static let weekLimit = 5
    /// Hours of a week.
    public static let hourCount = 168

    /// A record of nothing.
    public init() {
        hours = Array(repeating: [], count: Self.hourCount)
        hourStart = nil
        observed = .zero
        current = Hour()
        lastSeenAt = nil
        peaks = []
        peak = 0
        peakDay = 0
    }

    // version · hour start · observed ms · current · last seen · peaks · peak · its day · 168 lists of pairs
    init(reading bytes: [UInt8]) throws(MalformedRecord) {
        self.init()
        var reader = try ByteReader(record: bytes)
        hourStart = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
        observed = .milliseconds(try reader.signedVarint())
        current = Hour(good: try reader.varint(), total: try reader.varint())
        lastSeenAt = try reader.optional { reader throws(MalformedRecord) in try reader.shortTime() }
        peaks = try reader.list { reader throws(MalformedRecord) in try reader.varint() }
        peak = try reader.varint()
        peakDay = try reader.signedVarint()
        for hour in hours.indices {
            hours[hour] = try reader.list { reader throws(MalformedRecord) in
                Hour(good: try reader.varint(), total: try reader.varint())
            }
        }
        try reader.finish()
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendOptional(hourStart) { $0.appendShortTime($1) }
        bytes.appendSignedVarint(observed.wholeMilliseconds)
        bytes.appendVarint(current.good)
        bytes.appendVarint(current.total)
        bytes.appendOptional(lastSeenAt) { $0.appendShortTime($1) }
        bytes.appendList(peaks) { $0.appendVarint($1) }
        bytes.appendVarint(peak)
        bytes.appendSignedVarint(peakDay)
        for hour in hours {
            bytes.appendList(hour) {
                $0.appendVarint($1.good)
                $0.appendVarint($1.total)
            }
        }
    }
}
