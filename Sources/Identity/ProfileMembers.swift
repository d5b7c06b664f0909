public import EventModel

/// The identifiers of one profile.
public struct ProfileMembers: Sendable, Equatable {
    /// The profile's name of today.
    public var profile: ProfileID
    /// The identifiers that were found, in order of trust.
    public var nodes: [IdentityNode]
    /// Whether these are all.
    public var isComplete: Bool

    /// The profile that an identifier, or a profile by any name it ever had, belongs to today; nil if nobody knows it.
    ///
    /// - Throws: What the reader threw, or ``StoreError/Code/corrupt`` for a path without a root.
    public static func profile(of node: NodeID, reader: some IdentityReader) throws(StoreError) -> ProfileID? {
        var forest = IdentityForest(periodCount: 1, cacheNodeLimit: 0)
        guard let place = try forest.load(node, reader: reader) else { return nil }
        let root = try forest.loadRoot(of: place, reader: reader)
        return ProfileID(forest[root].smallest)
    }

    /// Lists the profile of an identifier; pure reading, for any thread with its own reader.
    ///
    /// - Parameters:
    ///   - node: Any identifier of the profile.
    ///   - limit: Identifiers to find at most.
    ///   - edgeReadLimit: Edges to read at most; refused ones are read too.
    ///   - reader: The account's store.
    /// - Returns: The members, or nil if the identifier is unknown.
    /// - Throws: What the reader threw, or ``StoreError/Code/corrupt``.
    public static func around(
        _ node: NodeID, limit: Int = 1000, edgeReadLimit: Int = 1_000_000, reader: some IdentityEdgeReader
    ) throws(StoreError) -> ProfileMembers? {
        guard let profile = try profile(of: node, reader: reader) else { return nil }
        var walk = EdgeWalk(from: node, readLimit: edgeReadLimit)
        var found = 1
        while try walk.step(
            reader: reader,
            until: { _ in
                found += 1; return found > limit
            })
        {}
        var nodes: [IdentityNode] = []
        for id in walk.reached.prefix(limit).sorted() {
            guard let member = try reader.node(id) else {
                throw StoreError(.corrupt, "identity node \(ProfileID(id)) has edges but is not in the store")
            }
            nodes.append(member)
        }
        return ProfileMembers(profile: profile, nodes: nodes, isComplete: found <= limit && !walk.isCutShort)
    }
}
