import JSON

/// A member with the first eight bytes of its name as a number, which decide most comparisons.
struct SortedMember {
    let member: JSONMember
    let kind: JSONKind
    private let prefix: UInt64

    init(_ member: JSONMember, kind: JSONKind) {
        self.member = member
        self.kind = kind
        prefix = member.namePrefix
    }

    static func precedes(_ left: SortedMember, _ right: SortedMember) -> Bool {
        if left.prefix != right.prefix { return left.prefix < right.prefix }
        return left.member.withNameText { left in
            right.member.withNameText { right in
                for index in 0..<min(left.count, right.count) where left[index] != right[index] {
                    return left[index] < right[index]
                }
                return left.count < right.count
            }
        }
    }
}

/// A list of members that is filled and emptied again and again without giving its memory back.
///
/// Cheaper than an array for what is written once an event: no check for sharing at each step. Not copyable, so that the
/// memory has one owner.
@safe struct SortedMembers: ~Copyable {  // @safe: every access is checked against `count` or makes room first.
    private var base: UnsafeMutablePointer<SortedMember>
    private var capacity: Int
    /// How many elements there are.
    private(set) var count = 0

    /// An empty list with room for `capacity` members before it grows.
    init(capacity: Int) {
        self.capacity = capacity
        unsafe base = .allocate(capacity: capacity)
    }

    deinit { unsafe base.deallocate() }

    /// One element.
    subscript(position: Int) -> SortedMember {
        @inline(__always) get {
            precondition(position >= 0 && position < count, "an element beyond the list")
            return unsafe base[position]
        }
        @inline(__always) set {
            precondition(position >= 0 && position < count, "an element beyond the list")
            unsafe base[position] = newValue
        }
    }

    /// Adds an element at the end.
    @inline(__always)
    mutating func append(_ element: SortedMember) {
        if count == capacity { grow() }
        unsafe (base + count).initialize(to: element)
        count += 1
    }

    /// Forgets so many elements at the end.
    mutating func removeLast(_ removed: Int) {
        precondition(removed >= 0 && removed <= count, "fewer elements than are to go")
        count -= removed
    }

    /// Sorts so many elements at the end.
    mutating func sortLast(_ sorted: Int) {
        precondition(sorted >= 0 && sorted <= count, "fewer elements than are to be sorted")
        var last = unsafe UnsafeMutableBufferPointer(start: base + count - sorted, count: sorted)
        unsafe last.sort(by: SortedMember.precedes)
    }

    @inline(never)
    private mutating func grow() {
        let larger = UnsafeMutablePointer<SortedMember>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = larger
        capacity *= 2
    }
}
