/// Which names are wanted: those of one list, but none of another.
public struct NameChoice: Sendable, Equatable {
    /// Names that are wanted; nil for all.
    public var wanted: NamePatternSet?
    /// Names that are not wanted whatever ``wanted`` says; nil for none.
    public var unwanted: NamePatternSet?

    /// A choice; without lists it takes every name, and also none.
    public init(_ wanted: NamePatternSet? = nil, not unwanted: NamePatternSet? = nil) {
        self.wanted = wanted
        self.unwanted = unwanted
    }

    /// Whether every event is taken.
    public var takesAll: Bool { wanted == nil && unwanted == nil }

    /// The choice in words; nil if it takes all.
    public var words: String? {
        let parts = [
            wanted.map { "one of \($0.list.joined(separator: ", "))" },
            unwanted.map { "none of \($0.list.joined(separator: ", "))" },
        ]
        let words = parts.compactMap { $0 }.joined(separator: " and ")
        return words.isEmpty ? nil : words
    }

    /// Whether a name is wanted; without a name only what says nothing of wanted ones is.
    func takes(_ name: String?) -> Bool {
        guard let name else { return wanted == nil }
        if let unwanted, unwanted.contains(name) { return false }
        return wanted?.contains(name) ?? true
    }

    /// Whether one of the names is wanted and none of them unwanted.
    func takes(oneOf names: [String]) -> Bool {
        if let unwanted, names.contains(where: unwanted.contains) { return false }
        return wanted.map { names.contains(where: $0.contains) } ?? true
    }
}
