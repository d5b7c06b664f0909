import Crypto
import EventModel
import Identity
import Inbound
import JSON
import Storage

/// `/api/identity`: who is one person, and why.
///
/// Values are shown as they are stored: hashed if they are personal data.
struct IdentityResource<Store: KeyValueStore>: AdminResource {
    let store: Store
    let registry: NumberRegistry
    /// Where events may have come in, asked for each request so that a reload counts at once.
    let places: @Sendable () -> [EventPlace]

    /// How many members are listed.
    private static var memberLimit: Int { 1000 }

    var routes: [AdminRoute] {
        [
            AdminRoute(
                method: .get, path: "/api/identity", name: "find_profiles", role: .read,
                summary: "The profiles that an identifier belongs to today, one an account and environment.",
                parameters: [
                    AdminParameter(
                        "type", .identifierType, "The identifier's type, such as `email` or `user_id`.",
                        isRequired: true),
                    AdminParameter(
                        "value", .text(limit: 1024),
                        "Its value as stored: for e-mail and phone the SHA-256 in hexadecimal.", isPersonal: true,
                        isRequired: true),
                    .text("account", "Only in this account."), .text("environment", "Only in this environment."),
                ],
                answer: IdentitySchemas.found,
                failures: [AdminFailureKind(404, "identifier_not_found"), AdminFailureKind(404, "account_not_found")],
                perform: { AdminReply(try find($0)) }),
            AdminRoute(
                method: .get, path: "/api/identity/{profile}", name: "show_profile", role: .read,
                summary: "One profile: its identifiers, what joined them, and what was refused.",
                parameters: [
                    AdminParameter(
                        "profile", .profile, "`prf_…`: a profile by any name that it ever had, or an identifier's node."
                    )
                ],
                answer: IdentitySchemas.profile, failures: [AdminFailureKind(404, "profile_not_found")],
                perform: { AdminReply(try show($0)) }),
            AdminRoute(
                method: .get, path: "/api/identity/{profile}/path", name: "explain_identity", role: .read,
                summary: "Why two identifiers are one person, or are not.",
                parameters: [
                    AdminParameter("profile", .profile, "The node of the one, `prf_…`."),
                    AdminParameter("to", .profile, "The node of the other, `prf_…`.", isRequired: true),
                ],
                answer: IdentitySchemas.path, failures: [AdminFailureKind(404, "profile_not_found")],
                perform: { AdminReply(try explain($0)) }),
        ]
    }

    // MARK: - Finding

    private func find(_ request: AdminRequest) throws -> [UInt8] {
        let value = request.part("value")
        guard let type = IdentifierType(name: request.part("type")) else {
            throw notFound
        }
        try check(value, of: type)
        if let account = request["account"] { _ = try registry.accounts(named: account) }
        let tenants = Set(places().map(\.tenant)).sorted { ($0.account, $0.environment) < ($1.account, $1.environment) }
            .filter { tenant in
                (request["account"].map { $0 == tenant.account } ?? true)
                    && (request["environment"].map { $0 == tenant.environment } ?? true)
            }
        var found: [(tenant: Tenant, node: NodeID, profile: ProfileID)] = []
        for tenant in tenants {
            let node = Identifier(type, value, in: tenant, hasher: SHA256()).node
            let reader = StoredIdentityReader(store, tenant.accountNumber)
            if let profile = try ProfileMembers.profile(of: node, reader: reader) {
                found.append((tenant, node, profile))
            }
        }
        guard !found.isEmpty else {
            throw AdminFailure(404, "identifier_not_found", "no event of a configured source brought this identifier")
        }
        var json = JSONWriter()
        json.object { json in
            json.key("profiles")
            json.array { json in
                for (tenant, node, profile) in found {
                    json.object { json in
                        json.member("profile_id", profile.description)
                        json.member("node", ProfileID(node).description)
                        json.member("account", tenant.account)
                        json.member("environment", tenant.environment)
                    }
                }
            }
        }
        return json.bytes
    }

    /// Plain personal data has no place in a URL, which proxies write down.
    private func check(_ value: String, of type: IdentifierType) throws {
        let isDigest = value.utf8.count == 64 && Hex.decode(Array(value.utf8)) != nil && value == value.lowercased()
        let needsDigest = type == .email || type == .phone || value.utf8.contains(UInt8(ascii: "@"))
        guard isDigest || !needsDigest else {
            throw AdminFailure.parameter(
                "value",
                "give the SHA-256 of the normalized \(type.name) in lower-case hexadecimal, or let "
                    + "`tracklayer identity show \(type.name)=…` do it")
        }
    }

    // MARK: - One profile

    private func show(_ request: AdminRequest) throws -> [UInt8] {
        guard let node = ProfileID(request.part("profile"))?.node else { throw notFound }
        for account in registry.accounts {
            let reader = StoredIdentityReader(store, account)
            let members = try ProfileMembers.around(
                node, limit: Self.memberLimit, edgeReadLimit: ProfileEdges.readLimit, reader: reader)
            guard let members else { continue }
            let edges = try ProfileEdges(of: members.nodes.map(\.id), reader)
            let known = try StoredProfileReader(store).person(of: members.profile, account)
            return try ProfileWriter(reader).json(
                members, edges, known: known, account: registry.name(of: account) ?? "",
                isComplete: members.isComplete)
        }
        throw notFound
    }

    private func explain(_ request: AdminRequest) throws -> [UInt8] {
        guard let start = ProfileID(request.part("profile"))?.node, let end = ProfileID(request.part("to"))?.node else {
            throw notFound
        }
        for account in registry.accounts {
            let reader = StoredIdentityReader(store, account)
            guard try reader.node(start) != nil else { continue }
            let explanation = try IdentityExplanation.between(
                start, end, edgeReadLimit: ProfileEdges.readLimit, reader: reader)
            if case .unknown = explanation { break }
            return try ProfileWriter(reader).json(explanation)
        }
        throw notFound
    }

    private var notFound: AdminFailure {
        AdminFailure(404, "profile_not_found", "no profile or identifier has this name, or retention has removed it")
    }
}
