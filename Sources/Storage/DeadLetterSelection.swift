import Crypto
public import EventModel
public import Platform

/// Which dead letters an operator means; all that is given must hold.
public struct DeadLetterSelection: Sendable, Equatable {
    /// Only those of this destination; nil for all.
    public var destination: String?
    /// Only those given up for this reason; nil for all.
    public var reason: DropReason?
    /// Only those given up at this time or later.
    public var from: Timestamp?
    /// Only those given up before this time.
    public var until: Timestamp?

    /// All dead letters.
    public init() {}
}

/// How far an operator has got through the dead letters.
public struct DeadLetterCursor: Sendable, Equatable {
    /// The last entry that was looked at.
    let key: DestinationListKey
    /// What ``DeadLetterSelection/until`` was, so that a long run never meets what it made itself.
    let until: Timestamp?

    init(_ key: DestinationListKey, until: Timestamp?) {
        self.key = key
        self.until = until
    }

    /// The cursor that a text of ``text`` means, or nil if it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let bytes = Hex.decode(Array(parts[0].utf8)),
            let key = try? DestinationListKey(reading: bytes)
        else { return nil }
        self.key = key
        guard parts.count == 2 else {
            until = nil
            return
        }
        guard let milliseconds = Int64(parts[1]) else { return nil }
        until = Timestamp(milliseconds: milliseconds)
    }

    /// The cursor in letters that need no encoding in a URL; what they mean is the store's affair.
    public var text: String {
        Hex.encode(key.bytes) + (until.map { ".\($0.milliseconds)" } ?? "")
    }
}

/// Some dead letters and where the next ones begin.
public struct DeadLetterPage: Sendable {
    /// The dead letters in the order asked for; may be fewer than asked for though more follow.
    public var letters: [Delivery] = []
    /// Where the next page begins; nil if everything was looked at.
    public var next: DeadLetterCursor?

    /// A page with nothing on it, after which nothing comes.
    public init() {}
}
