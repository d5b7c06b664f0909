import EventModel

/// The union-find structure over ``NodeCache``: one tree a profile, joined by size, flattened on the way.
///
/// Reading (``loadRoot(of:reader:)``) brings whole paths to the root into memory; everything else works in memory and
/// cannot fail. Trees change only when a decision is recorded, so the recorded decisions in order give the same trees
/// again (reference identity, rules 10 and 13).
struct IdentityForest {
    /// Union by size keeps a path within the logarithm of the profile's size; a longer one is a damaged store.
    private static let pathLimit = 64

    private let periodCount: Int
    private var cache: NodeCache
    /// Nodes of the batch in hand that the store was found not to have.
    private var absent: Set<NodeID> = []

    init(periodCount: Int, cacheNodeLimit: Int) {
        self.periodCount = periodCount
        cache = NodeCache(limit: cacheNodeLimit)
    }

    /// The node at a place.
    subscript(place: Int) -> IdentityNode {
        _read { yield cache[place] }
    }

    /// Brings those of the nodes into memory that the store has, and remembers for this batch which it has not.
    mutating func prepare(_ ids: [NodeID], reader: some IdentityReader) throws(StoreError) {
        var missing: [NodeID] = []
        for id in ids where cache.place(of: id) == nil && absent.insert(id).inserted { missing.append(id) }
        guard !missing.isEmpty else { return }
        let nodes: [IdentityNode?]
        do {
            nodes = try reader.nodes(missing)
        } catch {
            absent.subtract(missing)
            throw error
        }
        for case .some(let node) in nodes {
            absent.remove(node.id)
            _ = cache.insert(node)
        }
    }

    /// Brings a node into memory and returns its place, or nil if there is none.
    mutating func load(_ id: NodeID, reader: some IdentityReader) throws(StoreError) -> Int? {
        if let place = cache.place(of: id) {
            cache.noteUse(of: place)
            return place
        }
        if absent.contains(id) { return nil }
        guard let node = try reader.node(id) else { return nil }
        return cache.insert(node)
    }

    /// Brings the way from a place to its root into memory and returns the root's place.
    mutating func loadRoot(of place: Int, reader: some IdentityReader) throws(StoreError) -> Int {
        var end = place
        for _ in 0..<Self.pathLimit {
            if cache[end].isRoot { return end }
            guard let parent = try load(cache[end].parent, reader: reader) else {
                throw StoreError(
                    .corrupt,
                    "identity node \(ProfileID(cache[end].parent)) is a parent but not in the store; restore a backup")
            }
            end = parent
        }
        throw StoreError(
            .corrupt,
            "identity node \(ProfileID(cache[place].id)) is \(Self.pathLimit) steps or more from its root; "
                + "restore a backup")
    }

    /// Adds a new profile of one identifier, to be written, and returns its place.
    mutating func add(_ node: IdentityNode) -> Int {
        let place = cache.insert(node)
        cache.update(place) { _ in }
        return place
    }

    /// The root above a place whose path is in memory.
    func root(of place: Int) -> Int {
        var end = place
        while !cache[end].isRoot { end = resident(cache[end].parent) }
        return end
    }

    /// How far the profile of a root reaches.
    func extent(of root: Int) -> ProfileExtent {
        ProfileExtent(
            profile: ProfileID(cache[root].smallest), size: cache[root].size, mergeCount: cache[root].mergeCount)
    }

    private func resident(_ id: NodeID) -> Int {
        guard let place = cache.place(of: id) else {
            fatalError("identity node \(ProfileID(id)) left memory while its profile was worked on")
        }
        return place
    }

    /// Makes one profile of two places' profiles, or flattens the ways to their root if they are one already.
    ///
    /// - Parameters:
    ///   - first: The place of a node of one profile.
    ///   - second: The place of a node of the other profile.
    ///   - isMerge: Whether it counts as a merge: both profiles were known before the event.
    /// - Returns: The place of the root after.
    @discardableResult
    mutating func join(_ first: Int, _ second: Int, isMerge: Bool) -> Int {
        let left = flatten(first)
        let right = flatten(second)
        if left == right { return left }
        // The bigger profile keeps its root; of two equals, the stronger root.
        let isLeftFirst = (cache[right].size, cache[left].id) < (cache[left].size, cache[right].id)
        let (root, child) = isLeftFirst ? (left, right) : (right, left)
        let joined = cache[child]
        cache.update(root) { node in
            node.addCounts(of: joined, periodCount: periodCount)
            node.size += joined.size
            node.mergeCount += joined.mergeCount + (isMerge ? 1 : 0)
            node.smallest = min(node.smallest, joined.smallest)
        }
        let rootID = cache[root].id
        cache.update(child) { node in
            node.parent = rootID
            node.size = 1
            node.mergeCount = 0
            node.smallest = node.id
            node.typeCounts = []
        }
        return root
    }

    /// Hangs every node on the way to the root directly below it and returns the root's place.
    private mutating func flatten(_ place: Int) -> Int {
        let root = root(of: place)
        var node = place
        while node != root {
            let parent = resident(cache[node].parent)
            if parent != root {
                let rootID = cache[root].id
                cache.update(node) { $0.parent = rootID }
            }
            node = parent
        }
        return root
    }

    /// Notes a refused join of two profiles that both have a unique id: each end that is none itself came to link the
    /// unique id of the other side too.
    ///
    /// - Returns: The places of nodes that blocked themselves by it.
    @discardableResult
    mutating func noteUniqueConflict(_ first: Int, _ second: Int, limit: Int) -> [Int] {
        let uniques = (cache[root(of: first)].smallest, cache[root(of: second)].smallest)
        var blocked: [Int] = []
        for (place, unique) in [(first, uniques.1), (second, uniques.0)] {
            let node = cache[place]
            if node.id.trust == .unique || node.isBlocked || node.refusedUniques.contains(unique) { continue }
            // Its own profile's unique id is one of those that the value links.
            let blocks = node.refusedUniques.count + 2 > limit
            cache.update(place) { node in
                node.isBlocked = blocks
                node.refusedUniques = blocks ? [] : node.refusedUniques + [unique]
            }
            if blocks { blocked.append(place) }
        }
        return blocked
    }

    /// Forgets nodes that the store has no more, or has changed; none of them may have a change that was not taken.
    mutating func forget(_ nodes: [NodeID]) {
        for node in nodes { cache.forget(node) }
    }

    /// The nodes changed since the last call.
    mutating func takeChanges() -> [IdentityNode] {
        absent.removeAll(keepingCapacity: true)
        return cache.takeChanges()
    }

    /// Forgets everything that is in memory.
    mutating func discardChanges() {
        absent.removeAll()
        cache.removeAll()
    }
}
