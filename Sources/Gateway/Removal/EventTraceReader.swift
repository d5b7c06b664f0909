import Crypto
import EventModel
import JSON
import Storage

/// Reads out of a stored event by what it is found everywhere else.
///
/// Belongs to one thread.
struct EventTraceReader {
    private let registry: NumberRegistry
    private let document = JSONDocument()
    private let hasher = SHA256()

    /// A reader of events whose names `registry` knows.
    init(_ registry: NumberRegistry) { self.registry = registry }

    /// The traces of an event; as good as empty if its JSON is none of ours.
    ///
    /// - Parameters:
    ///   - sequence: Its place in the order of commits.
    ///   - canonical: The canonical event.
    ///   - decisions: What the committer decided; nil if nobody asks for profiles.
    /// - Returns: What the event is found by elsewhere.
    func traces(_ sequence: EventSequence, canonical: [UInt8], decisions: [UInt8]?) -> EventTraces {
        var traces = EventTraces(sequence)
        if let decisions { traces.profiles = profiles(decisions) }
        // What the store holds was written by the gateway; anything else leaves no traces that could be followed.
        guard let root = try? document.parse(canonical, limits: .stored),
            let account = root[Self.account]?.string, let number = registry.knownAccount(account),
            let environment = root[Self.environment]?.string,
            let environmentNumber = registry.knownEnvironment(environment, of: number)
        else { return traces }
        let tenant = Tenant(
            account: account, environment: environment, accountNumber: number, environmentNumber: environmentNumber)
        traces.environment = environmentNumber
        traces.source = root[Self.source]?.string ?? ""
        traces.messageID = root[Self.messageID]?.string ?? ""
        traces.eventIDs = eventIDs(root, tenant)
        for identifier in root[Self.identifiers].map({ Array($0.elements) }) ?? [] {
            guard let name = identifier[Self.type]?.string, let type = IdentifierType(name: name),
                let value = identifier[Self.value]?.string
            else { continue }
            traces.nodes.append(Identifier(type, value, in: tenant, hasher: hasher).node)
        }
        return traces
    }

    /// The keys that ``PreparedEvent`` was known by.
    private func eventIDs(_ root: JSONValue, _ tenant: Tenant) -> [EventIDKey] {
        guard let name = root[Self.eventName]?.string else { return [] }
        var keys: [String] = []
        if root[Self.eventIDSource]?.string == "event_id", let id = root[Self.eventID]?.string {
            keys.append("event_id:\(id)")
        }
        if let key = root[Self.businessKey]?.string { keys.append(key) }
        return keys.map {
            EventIDKey(tenant.accountNumber, tenant.environmentNumber, eventID: $0, eventName: EventName(name))
        }
    }

    private func profiles(_ decisions: [UInt8]) -> [ProfileID] {
        guard let identity = (try? document.parse(decisions, limits: .stored))?[Self.identity],
            let profile = identity[Self.profile]?.string.flatMap({ ProfileID($0.utf8) })
        else { return [] }
        let merged = identity[Self.merged].map { Array($0.elements) } ?? []
        return [profile] + merged.compactMap { $0.string.flatMap { ProfileID($0.utf8) } }
    }

    private static let account: JSONKey = "account"
    private static let environment: JSONKey = "environment"
    private static let source: JSONKey = "source"
    private static let messageID: JSONKey = "message_id"
    private static let eventName: JSONKey = "event_name"
    private static let eventID: JSONKey = "event_id"
    private static let eventIDSource: JSONKey = "event_id_source"
    private static let businessKey: JSONKey = "business_key"
    private static let identifiers: JSONKey = "identifiers"
    private static let type: JSONKey = "type"
    private static let value: JSONKey = "value"
    private static let identity: JSONKey = "identity"
    private static let profile: JSONKey = "profile_id"
    private static let merged: JSONKey = "merged_profiles"
}
