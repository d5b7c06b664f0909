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
    /// The list that cursors belong to.
    private static var name: String { "dead_letters" }

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

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/dead", name: "list_dead_letters", role: .read,
                summary: "The deliveries that were given up: a destination after the other, the newest first.",
                parameters: DeadLetterQueries.filters + [
                    .limit(Self.listLimit.usual, most: Self.listLimit.most), .cursor,
                ],
                answer: .page("DeadLetterPage", of: DeadLetterSchemas.line, as: "dead_letters"),
                failures: [AdminFailureKind(404, "destination_not_found")], perform: { AdminReply(try list($0)) }),
            AdminRoute(
                method: .get, path: "/api/dead/{sequence}/{destination}", name: "show_dead_letter", role: .read,
                summary: "One of them with its last attempts: what was sent, and what was answered.",
                parameters: [.sequence, .text("destination", "The destination's name.")],
                answer: DeadLetterSchemas.whole, failures: [AdminFailureKind(404, "dead_letter_not_found")],
                perform: { AdminReply(try show($0)) }),
            AdminRoute(
                method: .post, path: "/api/dead/replay", name: "replay_dead_letter", role: .operate,
                summary: "Puts one of them back in the queue; many are a replay's business.",
                parameters: [
                    AdminParameter("id", .delivery, "Which, `SEQUENCE/DESTINATION`.", isRequired: true),
                    AdminParameter("original", .flag, "`true` for the body that was sent before."),
                ],
                answer: DeadLetterSchemas.replayed,
                failures: [
                    AdminFailureKind(404, "dead_letter_not_found"), AdminFailureKind(409, "destination_gone"),
                    AdminFailureKind(409, "body_not_kept"), AdminFailureKind(409, "dead_letter_changed"),
                ],
                perform: { try replay($0) }),
            AdminRoute(
                method: .post, path: "/api/dead/drop", name: "drop_dead_letters", role: .operate,
                summary: "Takes a page of them off the list for good, the oldest first.",
                parameters: DeadLetterQueries.filters + [
                    .limit(Self.changeLimit.usual, most: Self.changeLimit.most), .cursor,
                    AdminParameter("id", .delivery, "Only this one, `SEQUENCE/DESTINATION`; given by itself."),
                    AdminParameter("all", .flag, "`true` for all there are; given without filters."),
                ],
                answer: DeadLetterSchemas.dropped,
                failures: [
                    AdminFailureKind(404, "destination_not_found"), AdminFailureKind(404, "dead_letter_not_found"),
                ],
                perform: { try drop($0) }),
        ]
    }

    // MARK: - Asking

    private func list(_ request: AdminRequest) throws -> [UInt8] {
        let page = try page(of: try queries.selection(request), .descending, request, Self.listLimit)
        return AdminPage.json("dead_letters", try page.letters.map(writer.line), next: cursor(page.next))
    }

    private func show(_ request: AdminRequest) throws -> [UInt8] {
        let letter = try find("\(request.part("sequence"))/\(request.part("destination"))")
        return try writer.whole(letter, destinationState: state(of: letter.destination))
    }

    private func page(
        of selection: DeadLetterSelection, _ order: ScanOrder, _ request: AdminRequest, _ limit: (usual: Int, most: Int)
    ) throws -> DeadLetterPage {
        let count = request.integer("limit") ?? limit.usual
        let cursor = try request.place(in: Self.name).map { place in
            guard let cursor = DeadLetterCursor(String(decoding: place, as: UTF8.self)) else {
                throw AdminCursor.failure
            }
            return cursor
        }
        let event = request["event"]
        return try store.deadLetters(selection, order, after: cursor, limit: count) { delivery throws(StoreError) in
            try event.map { name throws(StoreError) in try writer.eventName(of: delivery) == name } ?? true
        }
    }

    private func cursor(_ next: DeadLetterCursor?) -> String? {
        next.map { AdminCursor.text(Array($0.text.utf8), in: Self.name) }
    }

    /// Right after the start the engine has said nothing yet.
    private func state(of destination: String) -> String {
        guard configured().contains(destination) else { return "removed" }
        return statuses().first { $0.name == destination }?.state.rawValue ?? "starting"
    }

    /// The dead letter with an id, `SEQUENCE/DESTINATION`; the sequences of all accounts are different.
    private func find(_ id: String) throws -> Delivery {
        let parts = id.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let number = UInt64(digits: String(parts[0])) else {
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
    private func replay(_ request: AdminRequest) throws -> AdminReply {
        let id = request.part("id")
        let isOriginal = request.flag("original")
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

    private func drop(_ request: AdminRequest) throws -> AdminReply {
        let all = request.flag("all")
        let filters = request.names.subtracting(["limit", "cursor", "all"])
        guard all == filters.isEmpty else {
            throw AdminFailure(
                400, "bad_parameter",
                "say which: id, or one or more of \(DeadLetterQueries.filterNames), or all=true by itself")
        }
        let page = try lock.hold { () throws -> DeadLetterPage in
            var page = try dropped(request)
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

    private func dropped(_ request: AdminRequest) throws -> DeadLetterPage {
        if let id = request["id"] {
            guard request.names == ["id"] else { throw AdminFailure.parameter("id", "give it by itself") }
            var page = DeadLetterPage()
            page.letters = [try find(id)]
            return page
        }
        var selection = try queries.selection(request)
        selection.until = min(selection.until ?? clock.now, clock.now)
        return try self.page(of: selection, .ascending, request, Self.changeLimit)
    }

    private func outcome(_ name: StaticString, _ count: Int, _ next: DeadLetterCursor?) -> AdminReply {
        var json = JSONWriter()
        json.object { json in
            json.member("success", true)
            json.member(name, count)
            json.member("next_cursor", cursor(next))
        }
        return AdminReply(json.bytes, summary: "\(name) \(count)")
    }
}
