import Canonicalizer
import EventModel
import Inbound
import JSON
import Platform
import Storage

/// `/api/erasures`: asks for a person's erasure, and tells what has become of it (docs/retention.md).
struct ErasureResource<Store: CommitStore>: AdminResource {
    private let store: Store
    private let registry: NumberRegistry
    private let desk: RemovalDesk<Store>
    private let accounts: @Sendable () -> Set<String>
    private let clock: any WallClock
    private let logger: Logger
    private let reader: EventReader<Store>

    /// What the source of an erasure is called that no sender asked for.
    private static var operatorSource: String { "operator" }
    private static var subjectLimit: Int { 100 }

    /// A resource.
    ///
    /// - Parameters:
    ///   - store: Where erasures are.
    ///   - registry: The names of accounts.
    ///   - desk: The way to the committer, which stores requests in its order.
    ///   - accounts: The accounts of the configuration in force.
    ///   - clock: Says when something is asked for.
    ///   - logger: Is told of every request.
    init(
        store: Store, registry: NumberRegistry, desk: RemovalDesk<Store>,
        accounts: @escaping @Sendable () -> Set<String>,
        clock: any WallClock, logger: Logger
    ) {
        self.store = store
        self.registry = registry
        self.desk = desk
        self.accounts = accounts
        self.clock = clock
        self.logger = logger
        reader = EventReader(store)
    }

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/erasures", name: "list_erasures", role: .read,
                summary: "The erasures, the newest first.", parameters: [.limit(most: 1000), .cursor],
                answer: .page("ErasurePage", of: ErasureSchemas.erasure, as: "erasures"),
                perform: { AdminReply(try list($0)) }),
            AdminRoute(
                method: .get, path: "/api/erasures/{id}", name: "show_erasure", role: .read,
                summary: "How far an erasure is.",
                parameters: [AdminParameter("id", .sequence, "The erasure's id.")], answer: ErasureSchemas.erasure,
                failures: [AdminFailureKind(404, "erasure_not_found")],
                perform: { request in
                    let (account, record) = try find(request.part("id"))
                    return AdminReply(try entry(record, account))
                }),
            AdminRoute(
                method: .post, path: "/api/erasures", name: "erase_person", role: .operate,
                summary: "Asks for a person's erasure, or counts what it would remove.", body: ErasureSchemas.order,
                answer: ErasureSchemas.answer, failures: [AdminFailureKind(409, "identifier_shared")],
                perform: { try post($0.body) }),
        ]
    }

    // MARK: - Asking

    /// The list that cursors belong to.
    private static var name: String { "erasures" }

    private func list(_ request: AdminRequest) throws -> [UInt8] {
        let limit = request.integer("limit") ?? 100
        let upper = try request.place(in: Self.name).map { EventSequence($0.bigEndianInteger()) }
        var found: [(account: AccountNumber, record: ErasureRecord)] = []
        for account in registry.accounts {
            // One more than fits tells whether another page follows.
            found += try reader.erasures(account, .descending, from: upper, limit: limit + 1).map { (account, $0) }
        }
        found.sort { $0.record.request.sequence > $1.record.request.sequence }
        let entries = try found.prefix(limit).map { try entry($0.record, $0.account) }
        let last = found.count > limit ? found[limit - 1].record.request.sequence : nil
        return AdminPage.json(
            "erasures", entries, next: last.map { AdminCursor.text($0.value.bigEndianBytes, in: Self.name) })
    }

    private func find(_ id: String) throws -> (AccountNumber, ErasureRecord) {
        if let number = UInt64(id) {
            for account in registry.accounts {
                if let record = try reader.erasure(account, EventSequence(number)) { return (account, record) }
            }
        }
        throw AdminFailure(404, "erasure_not_found", "no erasure has this id; GET /api/erasures lists them")
    }

    private func entry(_ record: ErasureRecord, _ account: AccountNumber) throws -> [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.object { json in
            json.member("id", String(record.request.sequence.value))
            json.member("account", registry.name(of: account))
            json.member("environment", record.request.environment.isEmpty ? nil : record.request.environment)
            json.member("source", record.request.source)
            json.member("state", record.stateName)
            json.time("requested_at", record.request.requestedAt)
            json.time("finished_at", record.finishedAt)
            json.key("removed")
            json.object { json in record.counts.write(to: &json) }
        }
        return json.bytes
    }

    // MARK: - Requests

    private func post(_ body: [UInt8]) throws -> AdminReply {
        let order = try ErasureOrder(body, subjectLimit: Self.subjectLimit)
        let account = try account(order.account)
        if let environment = order.environment, registry.knownEnvironment(environment, of: account) == nil {
            let known = registry.environments(of: account).joined(separator: ", ")
            throw AdminFailure.parameter("environment", "the account never had it; known are \(known)")
        }
        var request = ErasureRequest(
            sequence: EventSequence(0), environment: order.environment ?? "", source: Self.operatorSource,
            requestedAt: clock.now, subjects: order.subjects)
        let person = try PersonSearch(store, registry, account).find(request)
        guard person.sharedSubjectCount == 0 else {
            throw AdminFailure(
                409, "identifier_shared",
                "so many people have the identifier that it tells nobody apart; name another one of the person")
        }
        if order.isDryRun { return AdminReply(try dryRun(person, account), summary: "dry run") }
        let (store, pending) = (store, request)
        request.sequence = try desk.carryOut { context throws(StoreError) in
            var request = pending
            request.sequence = context.nextSequence()
            var batch = WriteBatch()
            batch.putErasure(request, account)
            try store.commit(batch, .buffered)
            return request.sequence
        }
        desk.wake()
        logger.info(
            "an operator asked for an erasure",
            ["erasure": String(request.sequence.value), "account": registry.name(of: account) ?? ""])
        return AdminReply(
            try entry(ErasureRecord(request), account), summary: "erasure \(request.sequence.value)")
    }

    private func account(_ name: String?) throws -> AccountNumber {
        guard let name else {
            let names = accounts()
            guard names.count == 1, let only = names.first, let number = registry.knownAccount(only) else {
                throw AdminFailure.parameter(
                    "account", "say which; known are \(names.sorted().joined(separator: ", "))")
            }
            return number
        }
        guard let number = registry.knownAccount(name) else {
            throw AdminFailure.parameter(
                "account", "there is none of this name; known are \(accounts().sorted().joined(separator: ", "))")
        }
        return number
    }

    private func dryRun(_ person: FoundPerson, _ account: AccountNumber) throws -> [UInt8] {
        let counts = try PersonCount(store, registry, account).count(person)
        var json = JSONWriter(capacity: 256)
        json.object { json in
            json.member("dry_run", true)
            json.member("account", registry.name(of: account))
            json.member("known", person.profiles.contains { $0.root != nil })
            json.key("would_remove")
            json.object { json in counts.write(to: &json) }
            json.member("counted_to", PersonCount<Store>.eventLimit)
        }
        return json.bytes
    }
}

extension ErasureRecord {
    /// What operators are told of how far it has got.
    fileprivate var stateName: String {
        switch phase {
        case .requested: "requested"
        case .events, .identity: "running"
        case .finished: "finished"
        }
    }
}

extension ErasureCounts {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("identifiers", identifiers)
        json.member("events", events)
        json.member("deliveries", deliveries)
        json.member("deliveries_dropped", droppedDeliveries)
        json.member("attempts", attempts)
        json.member("dead_letters", deadLetters)
        json.member("edges", edges)
        json.member("shared_values", sharedValues)
    }
}

/// What an operator asks for: a JSON body, so that no address or access log names the person.
private struct ErasureOrder {
    var subjects: [ErasureRequest.Subject] = []
    var account: String?
    var environment: String?
    var isDryRun = false

    private static let known = ["identifiers", "profile", "account", "environment", "dry_run"]

    init(_ body: [UInt8], subjectLimit: Int) throws {
        let document = JSONDocument()
        guard let root = try? document.parse(body), root.kind == .object else {
            throw AdminFailure(400, "bad_request", "send a JSON object with identifiers or profile")
        }
        for member in root.members where !Self.known.contains(member.name) {
            throw AdminFailure.parameter(
                String(member.name.prefix(40)), "is not known here; known: \(Self.known.joined(separator: ", "))")
        }
        for item in root[name: "identifiers"].map({ Array($0.elements) }) ?? [] {
            guard let type = item[name: "type"]?.string, let value = item[name: "value"]?.string else {
                throw AdminFailure.parameter("identifiers", "give a list of objects with type and value")
            }
            do throws(IdentifierText.Fault) {
                subjects += try IdentifierText(type: type, value: value).subjects.map {
                    ErasureRequest.Subject(type: $0.type.name, value: $0.value)
                }
            } catch {
                throw AdminFailure.parameter("identifiers", error.message)
            }
        }
        if let text = root[name: "profile"] {
            guard let name = text.string, ProfileID(name.utf8) != nil else {
                throw AdminFailure.parameter("profile", "give prf_ and 32 hexadecimal digits, as explain shows it")
            }
            subjects.append(ErasureRequest.Subject(type: ErasureRequest.Subject.profileType, value: name))
        }
        guard (1...subjectLimit).contains(subjects.count) else {
            throw AdminFailure.parameter("identifiers", "name 1 to \(subjectLimit)")
        }
        account = try Self.text("account", root)
        environment = try Self.text("environment", root)
        if let flag = root[name: "dry_run"] {
            // What cannot be read must not become an erasure.
            guard let isDryRun = flag.bool else { throw AdminFailure.parameter("dry_run", "give true or false") }
            self.isDryRun = isDryRun
        }
    }

    private static func text(_ name: String, _ root: JSONValue) throws -> String? {
        guard let value = root[name: name] else { return nil }
        guard let text = value.string, !text.isEmpty else { throw AdminFailure.parameter(name, "give a name") }
        return text
    }
}
