import EventModel
import Inbound

/// The items of one request: events for the committer, and answers for the rest, in order.
struct PreparedRequest: Sendable {
    private enum Item: Sendable {
        case event(position: Int)
        case answered(AnswerItem)
    }

    private let form: DecodedBody.Form
    private let counts: VerdictCounts
    private var items: [Item] = []
    /// The events, in the order of their items.
    private(set) var events: [PreparedEvent] = []

    /// A request without items yet, whose verdicts `counts` is told.
    init(form: DecodedBody.Form, counts: VerdictCounts) {
        self.form = form
        self.counts = counts
    }

    /// Adds an event.
    mutating func add(_ event: PreparedEvent) {
        items.append(.event(position: events.count))
        events.append(event)
    }

    /// Adds an item that is not taken.
    mutating func add(_ rejection: Rejection, messageID: String?) {
        items.append(.answered(AnswerItem(rejection, messageID: messageID)))
    }

    /// The answer, once every event has its verdict.
    func answer(verdicts: ArraySlice<CommitVerdict>, requestID: String) -> Answer {
        let answers = items.map { item in
            switch item {
            case .answered(let answer): answer
            case .event(let position): AnswerItem(events[position], verdicts[verdicts.startIndex + position])
            }
        }
        counts.add(answers)
        return Answer(answers, form: form, requestID: requestID)
    }
}

extension AnswerItem {
    /// The answer to an event that the committer has decided.
    init(_ event: PreparedEvent, _ verdict: CommitVerdict) {
        switch verdict {
        case .accepted(let identity, let destinationCount):
            self.init(.accepted, messageID: event.messageID)
            eventID = event.eventID
            identityState = identity
            isDownstreamReady = destinationCount > 0
            notes = event.notes
        case .duplicate(let duplicate):
            self.init(.duplicate, messageID: event.messageID)
            eventID = duplicate.eventID
            duplicateOf = duplicate.eventID
            matchedKey = duplicate.matchedKey
            isConflict = duplicate.isConflict
            notes = event.notes
            for note in duplicate.notes { notes.add(note) }
        case .erased: self.init(Self.erased, messageID: event.messageID)
        }
        canonicalEvent = event.name.text
    }

    private static let erased = Rejection(
        .erased, "the event has an identifier of a person whose data was erased, and is not stored")
}
