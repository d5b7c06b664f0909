import Crypto
import EventModel
import Identity
import Storage

/// A person as an erasure finds them: all identifiers of the profiles that were named.
struct FoundPerson: Sendable {
    /// What must not have changed when the person is suppressed.
    struct Profile: Sendable {
        /// An identifier that was named.
        let named: NodeID
        /// The root of its profile and that profile's size; nil if nobody knows the identifier.
        let root: NodeID?
        let size: UInt32
    }

    /// The profiles that were named.
    var profiles: [Profile] = []
    /// All identifiers that are the person's alone, named ones that nobody knows included.
    var nodes: [NodeID] = []
    /// Identifiers of the profiles that many people share.
    var sharedNodes: [NodeID] = []
    /// Named identifiers that many people share: whose they are cannot be said.
    var sharedSubjectCount = 0
}

/// Finds whom a request for erasure means; pure reading, from any thread.
struct PersonSearch<Store: KeyValueStore>: Sendable {
    private let store: Store
    private let registry: NumberRegistry
    private let account: AccountNumber

    init(_ store: Store, _ registry: NumberRegistry, _ account: AccountNumber) {
        self.store = store
        self.registry = registry
        self.account = account
    }

    /// Everybody whom the request names.
    func find(_ request: ErasureRequest) throws(StoreError) -> FoundPerson {
        let reader = StoredIdentityReader(store, account)
        var found = FoundPerson()
        var nodes: Set<NodeID> = []
        var shared: Set<NodeID> = []
        for named in namedNodes(request) where !nodes.contains(named) {
            guard let node = try reader.node(named) else {
                found.profiles.append(FoundPerson.Profile(named: named, root: nil, size: 0))
                nodes.insert(named)
                continue
            }
            guard !node.isBlocked else {
                found.sharedSubjectCount += 1
                continue
            }
            let root = try reader.root(of: named)
            found.profiles.append(FoundPerson.Profile(named: named, root: root?.id, size: root?.size ?? 0))
            let members = try ProfileMembers.around(named, limit: .max, edgeReadLimit: .max, reader: reader)
            for member in members?.nodes ?? [] {
                if member.isBlocked { shared.insert(member.id) } else { nodes.insert(member.id) }
            }
        }
        found.nodes = nodes.sorted()
        found.sharedNodes = shared.sorted()
        return found
    }

    /// Whether the person is still the one that was found; on the committer's thread, where nothing changes meanwhile.
    func isCurrent(_ person: FoundPerson) throws(StoreError) -> Bool {
        let reader = StoredIdentityReader(store, account)
        for profile in person.profiles {
            let root = try reader.root(of: profile.named)
            guard root?.id == profile.root, root?.size ?? 0 == profile.size else { return false }
        }
        return true
    }

    /// The nodes of the subjects, in every environment that is meant.
    private func namedNodes(_ request: ErasureRequest) -> [NodeID] {
        guard let name = registry.name(of: account) else { return [] }
        let environments = request.environment.isEmpty ? registry.environments(of: account) : [request.environment]
        let hasher = SHA256()
        var nodes: [NodeID] = []
        for subject in request.subjects {
            if subject.type == ErasureRequest.Subject.profileType {
                if let profile = ProfileID(subject.value.utf8) { nodes.append(profile.node) }
                continue
            }
            guard let type = IdentifierType(name: subject.type) else { continue }
            for environment in environments {
                guard let number = registry.knownEnvironment(environment, of: account) else { continue }
                let tenant = Tenant(
                    account: name, environment: environment, accountNumber: account, environmentNumber: number)
                nodes.append(Identifier(type, subject.value, in: tenant, hasher: hasher).node)
            }
        }
        return nodes
    }
}

extension ErasureRequest.Subject {
    /// The type of subjects that are whole profiles, not identifiers; no identifier's type has this name.
    static let profileType = "profile"
}
