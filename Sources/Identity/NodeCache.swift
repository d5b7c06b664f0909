import EventModel

/// Nodes in memory, each at a place that stays its own until the next ``takeChanges()``.
///
/// A write-back cache: changed nodes stay until they are taken, others leave by second chance once the limit is passed.
/// It holds at most its limit and what one batch of events touches.
struct NodeCache {
    private struct Slot {
        var node: IdentityNode
        var isChanged = false
        /// Used since the clock's hand last came by.
        var isUsed = true
        var isVacant = false
    }

    private let limit: Int
    private var slots: ContiguousArray<Slot> = []
    private var places = PlaceTable()
    private var vacant: [Int] = []
    /// Places of changed nodes in the order of their first change.
    private var changed: [Int] = []
    private var hand = 0

    init(limit: Int) {
        self.limit = max(0, limit)
    }

    var count: Int { places.count }

    /// The place of a node that is in memory.
    func place(of id: NodeID) -> Int? { places.place(of: id.low) { slots[$0].node.id == id } }

    /// Keeps the node at a place from leaving soon.
    mutating func noteUse(of place: Int) {
        if !slots[place].isUsed { slots[place].isUsed = true }
    }

    /// The node at a place.
    subscript(place: Int) -> IdentityNode {
        _read { yield slots[place].node }
    }

    /// Gives the node at a place to `change` and remembers that it must be written.
    mutating func update(_ place: Int, _ change: (inout IdentityNode) -> Void) {
        if !slots[place].isChanged {
            slots[place].isChanged = true
            changed.append(place)
        }
        change(&slots[place].node)
    }

    /// Keeps a node that is not in memory, as the store has it, and returns its place.
    mutating func insert(_ node: IdentityNode) -> Int {
        if let place = vacant.popLast() {
            slots[place] = Slot(node: node)
            places.insert(place, under: node.id.low)
            return place
        }
        slots.append(Slot(node: node))
        places.insert(slots.count - 1, under: node.id.low)
        return slots.count - 1
    }

    /// The nodes changed since the last call, in the order of their first change; then makes room.
    mutating func takeChanges() -> [IdentityNode] {
        var nodes: [IdentityNode] = []
        nodes.reserveCapacity(changed.count)
        for place in changed {
            slots[place].isChanged = false
            nodes.append(slots[place].node)
        }
        changed.removeAll(keepingCapacity: true)
        trim()
        return nodes
    }

    /// Forgets a node, and its value with it, so that it is read anew if anybody asks; it must not be changed.
    mutating func forget(_ id: NodeID) {
        guard let place = place(of: id) else { return }
        precondition(!slots[place].isChanged, "a node is forgotten before its change was taken")
        places.remove(place, under: id.low)
        let nobody = Identifier(type: id.trust == .unique ? .userID : .anonymousID, value: "", node: id)
        slots[place].node = IdentityNode(
            nobody, firstSeen: slots[place].node.firstSeen, firstEvent: slots[place].node.firstEvent)
        slots[place].isVacant = true
        vacant.append(place)
    }

    /// Forgets everything.
    mutating func removeAll() {
        self = NodeCache(limit: limit)
    }

    /// Lets nodes go that were not used for two rounds of the hand, until the limit is met.
    ///
    /// Called when nothing is changed, so that two rounds are always enough.
    private mutating func trim() {
        while places.count > limit {
            if hand >= slots.count { hand = 0 }
            if slots[hand].isUsed {
                slots[hand].isUsed = false
            } else if !slots[hand].isVacant {
                slots[hand].isVacant = true
                places.remove(hand, under: slots[hand].node.id.low)
                vacant.append(hand)
            }
            hand += 1
        }
    }
}
