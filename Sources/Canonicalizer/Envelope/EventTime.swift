import EventModel
import JSON
import Platform

/// Decides when an event happened (reference inbound, 4.4 and rows 80 to 82).
struct EventTime {
    /// Whose clocks the times come from.
    enum Kind: Sendable {
        /// A CDP's server, which has corrected the client's clock already.
        case webhook
        /// A client whose clock we correct.
        case client(Dialect)
        /// The thinned template, which names times in its own order.
        case thin
    }

    /// A correction beyond this is a broken clock or a stale `sentAt`, in milliseconds: one day.
    static let skewLimitMilliseconds: Int64 = 86_400_000
    /// Older events are noted, in milliseconds: seven days.
    static let staleAfterMilliseconds: Int64 = 7 * 86_400_000
    /// 2000-01-01T00:00:00Z: what says it happened before is a clock that was never set.
    static let earliest = Timestamp(seconds: 946_684_800)

    let times: SourceTimes
    let kind: Kind
    /// The `SentAt` header, which counts when the body has none.
    let sentAtHeader: String?
    /// When the gateway had the request.
    let now: Timestamp
    let futureToleranceMilliseconds: Int64

    /// The moment of the event, corrected and within plausible bounds.
    func occurredAt(notes: inout NoteList) -> Timestamp {
        let said = claimed(notes: &notes) ?? now
        if said.milliseconds > now.milliseconds + futureToleranceMilliseconds {
            notes.add(.timestampFutureClamped)
            return now
        }
        if said < Self.earliest {
            notes.add(.timestampImplausible)
            return fallback
        }
        if now.milliseconds - said.milliseconds > Self.staleAfterMilliseconds { notes.add(.timestampStale) }
        return said
    }

    /// What the sender says, corrected for its clock; nil if it says nothing readable.
    private func claimed(notes: inout NoteList) -> Timestamp? {
        switch kind {
        case .webhook:
            if let time = read(times.timestamp, &notes) { return time }
            if let time = read(times.originalTimestamp, &notes) { return time }
            if let time = read(times.occurredAt, &notes) { return time }
            return read(times.receivedAt, &notes)
        case .thin:
            if let time = read(times.timestamp, &notes) { return time }
            if let time = read(times.occurredAt, &notes) { return time }
            if let time = read(times.originalTimestamp, &notes) { return time }
            return read(times.sentAt, &notes)
        case .client(.rudderstack):
            if let time = read(times.timestamp, &notes) { return time }
            return corrected(read(times.originalTimestamp, &notes), notes: &notes)
        case .client(.segment):
            let original = read(times.timestamp, &notes) ?? read(times.originalTimestamp, &notes)
            return corrected(original, notes: &notes)
        }
    }

    /// `now − (sentAt − original)`: the client's clock is off by as much as `sentAt` is off from the arrival.
    private func corrected(_ original: Timestamp?, notes: inout NoteList) -> Timestamp? {
        guard let original else { return nil }
        guard let sentAt = readSentAt(&notes) else { return original }
        let skew = now.milliseconds - sentAt.milliseconds
        if skew.magnitude > UInt64(Self.skewLimitMilliseconds) {
            notes.add(.skewImplausible)
            return original
        }
        return Timestamp(milliseconds: original.milliseconds + skew)
    }

    private func readSentAt(_ notes: inout NoteList) -> Timestamp? {
        if let sentAt = read(times.sentAt, &notes) { return sentAt }
        guard let sentAtHeader else { return nil }
        return DateReader.read(Array(sentAtHeader.utf8).span)
    }

    /// When the CDP had the event, if it says so plausibly, else when we had it.
    private var fallback: Timestamp {
        guard case .webhook = kind, let receivedAt = times.receivedAt.flatMap(DateReader.read),
            receivedAt >= Self.earliest, receivedAt <= now
        else { return now }
        return receivedAt
    }

    /// Reads a time; notes one that is there but unreadable.
    private func read(_ value: JSONValue?, _ notes: inout NoteList) -> Timestamp? {
        guard let value, !value.isNull else { return nil }
        if let time = DateReader.read(value) { return time }
        let isAbsent = value.withText { text in
            let range = text.trimmed
            return range.isEmpty || JunkValue.isUnrendered(text.extracting(range))
        }
        if isAbsent != true { notes.add(.timestampUnparsable) }
        return nil
    }
}
