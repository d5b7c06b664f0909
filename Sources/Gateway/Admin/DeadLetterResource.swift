import EventModel
import Inbound
import JSON
import Outbound
import Platform
import Storage

/// `/api/dead`: the deliveries that were given up; lists, shows, puts back and drops them (docs/delivery.md).
struct DeadLetterResource<Store: KeyValueStore>: AdminResource {
    private let store: DeliveryRecordStore<Store>
    private let writer: DeadLetterWriter<Store>
    private let registry: NumberRegistry
    private let configured: @Sendable () -> Set<String>
    private let statuses: @Sendable () -> [DestinationStatus]
    private let notify: @Sendable (Set<String>) -> Void
    private let clock: any WallClock
    private let logger: Logger

    /// Dead letters of a page that nobody asked for in other numbers, and at most.
    private static var listLimit: (usual: Int, most: Int) { (100, 1000) }
    private static var changeLimit: (usual: Int, most: Int) { (500, 1000) }
    private static var filters: [String] { ["destination", "reason", "event", "from", "to"] }

    /// What can be done with dead letters.
    private enum Change: String {
        /// Back in the queue.
        case replay
        /// Off the list for good.
        case drop
    }

    /// A resource.
    ///
    /// - Parameters:
    ///   - store: Where deliveries and events are.
    ///   - registry: Their names.
    ///   - configured: The names of the destinations of the configuration in force.
    ///   - statuses: What the engine said last of them.
    ///   - notify: Tells the engine which destinations have something due.
    ///   - clock: Says when something is put back.
    ///   - logger: Is told of every change.
    init(
        store: Store, registry: NumberRegistry, configured: @escaping @Sendable () -> Set<String>,
        statuses: @escaping @Sendable () -> [DestinationStatus], notify: @escaping @Sendable (Set<String>) -> Void,
        clock: any WallClock, logger: Logger
    ) {
        self.store = DeliveryRecordStore(store, registry)
        writer = DeadLetterWriter(store, registry)
        self.registry = registry
        self.configured = configured
        self.statuses = statuses
        self.notify = notify
        self.clock = clock
        self.logger = logger
    }

    func answer(_ request: AdminRequest) throws -> [UInt8] {
        switch (request.path.count, request.path.first) {
        case (0, _):
            try request.demand(.get)
            return try list(try request.query(Self.filters + ["limit", "cursor"]))
        case (1, let word?):
            guard let change = Change(rawValue: word) else { break }
            try request.demand(.post)
            return try make(change, try request.query(Self.filters + ["limit", "cursor", "id", "all"]))
        case (2, _):
            try request.demand(.get)
            _ = try request.query([])
            let letter = try find(request.path.joined(separator: "/"))
            return try writer.whole(letter, destinationState: state(of: letter.destination))
        default: break
        }
        throw AdminFailure(
            404, "not_found", "try /api/dead, /api/dead/SEQUENCE/DESTINATION, POST /api/dead/replay or /api/dead/drop")
    }

    // MARK: - Asking

    private func list(_ query: AdminQuery) throws -> [UInt8] {
        let page = try page(of: try selection(query), .descending, query, Self.listLimit)
        let letters = try page.letters.map(writer.line)
        var json = JSONWriter(capacity: 4096)
        json.object { json in
            json.key("dead_letters")
            json.array { json in for letter in letters { json.raw(letter) } }
            json.member("next_cursor", page.next?.text)
        }
        return json.bytes
    }

    private func page(
        of selection: DeadLetterSelection, _ order: ScanOrder, _ query: AdminQuery, _ limit: (usual: Int, most: Int)
    ) throws -> DeadLetterPage {
        let count = try query.integer("limit", in: 1...limit.most) ?? limit.usual
        let cursor = try query["cursor"].map { text in
            guard let cursor = DeadLetterCursor(text) else {
                throw AdminFailure.parameter("cursor", "give next_cursor of the page before as it is")
            }
            return cursor
        }
        let event = query["event"]
        return try store.deadLetters(selection, order, after: cursor, limit: count) { delivery throws(StoreError) in
            try event.map { name throws(StoreError) in try writer.eventName(of: delivery) == name } ?? true
        }
    }

    /// Right after the start the engine has said nothing yet.
    private func state(of destination: String) -> String {
        guard configured().contains(destination) else { return "removed" }
        return statuses().first { $0.name == destination }?.state.rawValue ?? "starting"
    }

    private func selection(_ query: AdminQuery) throws -> DeadLetterSelection {
        var selection = DeadLetterSelection()
        if let name = query["destination"] {
            guard registry.knownDestination(name) != nil else {
                let known = registry.destinationNames.joined(separator: ", ")
                throw AdminFailure(
                    404, "destination_not_found", "no destination ever had this name; known are: \(known)")
            }
            selection.destination = name
        }
        if let text = query["reason"] {
            guard let reason = DropReason(rawValue: text), reason.isDeadLetter else {
                let known = DropReason.allCases.filter(\.isDeadLetter).map(\.rawValue).joined(separator: ", ")
                throw AdminFailure.parameter("reason", "known are \(known)")
            }
            selection.reason = reason
        }
        selection.from = try time(query, "from")
        selection.until = try time(query, "to")
        return selection
    }

    private func time(_ query: AdminQuery, _ name: String) throws -> Timestamp? {
        try query[name].map { text in
            guard let time = RFC3339.timestamp(text) else {
                throw AdminFailure.parameter(name, "write a time as 2026-01-31T12:00:00Z or with %2B01:00")
            }
            return time
        }
    }

    /// The dead letter with an id, `SEQUENCE/DESTINATION`; the sequences of all accounts are different.
    private func find(_ id: String) throws -> Delivery {
        let parts = id.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let number = UInt64(parts[0]) else {
            throw AdminFailure.parameter("id", "give SEQUENCE/DESTINATION, as the list shows it")
        }
        for account in registry.accounts {
            let delivery = try store.delivery(account, EventSequence(number), destination: String(parts[1]))
            if let delivery, delivery.isDeadLetter { return delivery }
        }
        throw AdminFailure(
            404, "dead_letter_not_found", "no such dead letter; it may have been put back or dropped meanwhile")
    }

    // MARK: - Changing

    private func make(_ change: Change, _ query: AdminQuery) throws -> [UInt8] {
        let all = try query.flag("all")
        let filters = query.names.subtracting(["limit", "cursor", "all"])
        guard all == filters.isEmpty else {
            throw AdminFailure(
                400, "bad_parameter",
                "say which: id, or one or more of \(Self.filters.joined(separator: ", ")), or all=true by itself")
        }
        var page = DeadLetterPage()
        if let id = query["id"] {
            guard query.names == ["id"] else { throw AdminFailure.parameter("id", "give it by itself") }
            page.letters = [try find(id)]
        } else {
            var selection = try selection(query)
            // What is put back and given up once more belongs to another run.
            selection.until = min(selection.until ?? clock.now, clock.now)
            page = try self.page(of: selection, .ascending, query, Self.changeLimit)
        }
        switch change {
        case .replay: return try replay(page)
        case .drop: return try drop(page)
        }
    }

    private func replay(_ page: DeadLetterPage) throws -> [UInt8] {
        let configured = configured()
        let letters = page.letters.filter { configured.contains($0.destination) }
        try store.requeue(letters, at: clock.now)
        let names = Set(letters.map(\.destination))
        notify(names)
        if !letters.isEmpty {
            logger.info(
                "an operator put dead letters back in the queue",
                ["count": String(letters.count), "destinations": names.sorted().joined(separator: ", ")])
        }
        return outcome("replayed", letters.count, skipped: page.letters.count - letters.count, page.next)
    }

    private func drop(_ page: DeadLetterPage) throws -> [UInt8] {
        try store.discard(page.letters)
        if !page.letters.isEmpty {
            let names = Set(page.letters.map(\.destination)).sorted().joined(separator: ", ")
            logger.info(
                "an operator dropped dead letters",
                ["count": String(page.letters.count), "destinations": names])
        }
        return outcome("dropped", page.letters.count, skipped: nil, page.next)
    }

    private func outcome(
        _ name: StaticString, _ count: Int, skipped: Int?, _ next: DeadLetterCursor?
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("success", true)
            json.member(name, count)
            if let skipped { json.member("skipped", skipped) }
            json.member("next_cursor", next?.text)
        }
        return json.bytes
    }
}
