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
    private let lock: DeadLetterLock
    private let queries: DeadLetterQueries
    private let clock: any WallClock
    private let logger: Logger

    /// Dead letters of a page that nobody asked for in other numbers, and at most.
    private static var listLimit: (usual: Int, most: Int) { (100, 1000) }
    private static var changeLimit: (usual: Int, most: Int) { (500, 1000) }
    private static var filters: [String] { DeadLetterQueries.filters }

    /// A resource.
    ///
    /// - Parameters:
    ///   - store: Where deliveries and events are.
    ///   - registry: Their names.
    ///   - configured: The names of the destinations of the configuration in force.
    ///   - statuses: What the engine said last of them.
    ///   - notify: Tells the engine which destinations have something due.
    ///   - lock: Held while dead letters are changed.
    ///   - clock: Says when something is put back.
    ///   - logger: Is told of every change.
    init(
        store: Store, registry: NumberRegistry, configured: @escaping @Sendable () -> Set<String>,
        statuses: @escaping @Sendable () -> [DestinationStatus], notify: @escaping @Sendable (Set<String>) -> Void,
        lock: DeadLetterLock, clock: any WallClock, logger: Logger
    ) {
        self.store = DeliveryRecordStore(store, registry)
        writer = DeadLetterWriter(store, registry)
        self.registry = registry
        self.configured = configured
        self.statuses = statuses
        self.notify = notify
        self.lock = lock
        queries = DeadLetterQueries(registry: registry)
        self.clock = clock
        self.logger = logger
    }

    func answer(_ request: AdminRequest) throws -> [UInt8] {
        switch (request.path.count, request.path.first) {
        case (0, _):
            try request.demand(.get)
            return try list(try request.query(Self.filters + ["limit", "cursor"]))
        case (1, "replay"?):
            try request.demand(.post)
            return try replay(try request.query(["id", "original"]))
        case (1, "drop"?):
            try request.demand(.post)
            return try drop(try request.query(Self.filters + ["limit", "cursor", "id", "all"]))
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
        let page = try page(of: try queries.selection(query), .descending, query, Self.listLimit)
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

    /// Puts one back; many are a replay's business, which paces them.
    private func replay(_ query: AdminQuery) throws -> [UInt8] {
        guard let id = query["id"] else {
            throw AdminFailure.parameter("id", "give SEQUENCE/DESTINATION; POST /api/replays puts back many")
        }
        let isOriginal = try query.flag("original")
        let letter = try lock.hold { () throws -> Delivery in
            let letter = try find(id)
            guard configured().contains(letter.destination) else {
                throw AdminFailure(409, "destination_gone", "the configuration has no such destination any more")
            }
            guard try !isOriginal || !store.withKeptBodies([letter]).isEmpty else {
                throw AdminFailure(
                    409, "body_not_kept",
                    "no body is kept whole of it: none was sent, it had more than 64 KiB, or a secret in it was masked")
            }
            guard try !store.requeue([letter], at: clock.now, sendsKeptBodies: isOriginal).isEmpty else {
                throw AdminFailure(409, "dead_letter_changed", "it was removed or changed meanwhile; look again")
            }
            return letter
        }
        notify([letter.destination])
        logger.info(
            "an operator put dead letters back in the queue", ["count": "1", "destinations": letter.destination])
        return outcome("replayed", 1, nil)
    }

    private func drop(_ query: AdminQuery) throws -> [UInt8] {
        let all = try query.flag("all")
        let filters = query.names.subtracting(["limit", "cursor", "all"])
        guard all == filters.isEmpty else {
            throw AdminFailure(
                400, "bad_parameter",
                "say which: id, or one or more of \(Self.filters.joined(separator: ", ")), or all=true by itself")
        }
        let page = try lock.hold { () throws -> DeadLetterPage in
            var page = try dropped(query)
            // What was erased since the page was read is left out.
            page.letters = try store.discard(page.letters)
            return page
        }
        if !page.letters.isEmpty {
            let names = Set(page.letters.map(\.destination)).sorted().joined(separator: ", ")
            logger.info(
                "an operator dropped dead letters", ["count": String(page.letters.count), "destinations": names])
        }
        return outcome("dropped", page.letters.count, page.next)
    }

    private func dropped(_ query: AdminQuery) throws -> DeadLetterPage {
        if let id = query["id"] {
            guard query.names == ["id"] else { throw AdminFailure.parameter("id", "give it by itself") }
            var page = DeadLetterPage()
            page.letters = [try find(id)]
            return page
        }
        var selection = try queries.selection(query)
        selection.until = min(selection.until ?? clock.now, clock.now)
        return try self.page(of: selection, .ascending, query, Self.changeLimit)
    }

    private func outcome(_ name: StaticString, _ count: Int, _ next: DeadLetterCursor?) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("success", true)
            json.member(name, count)
            json.member("next_cursor", next?.text)
        }
        return json.bytes
    }
}
