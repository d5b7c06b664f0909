/// A set of names, given as exact names and as patterns in which `*` stands for any run of characters.
public struct NamePatternSet: Sendable, Equatable {
    private let exactNames: Set<String>
    private let patterns: [[UInt8]]
    /// The names and patterns as configuration lists them.
    public let list: [String]

    /// A set from names and patterns as configuration lists them.
    public init(_ list: [String]) {
        self.list = list
        exactNames = Set(list.filter { !$0.utf8.contains(UInt8(ascii: "*")) })
        patterns = list.filter { $0.utf8.contains(UInt8(ascii: "*")) }.map { Array($0.utf8) }
    }

    /// Whether a name is in the set; upper and lower case differ.
    ///
    /// - Complexity: O(1) for exact names, O(name × pattern) a pattern at worst.
    public func contains(_ name: String) -> Bool {
        if exactNames.contains(name) { return true }
        guard !patterns.isEmpty else { return false }
        var name = name
        return name.withUTF8 { name in patterns.contains { Self.matches(name, $0) } }
    }

    /// Whether a name is in the set by its own full name.
    public func containsExactly(_ name: String) -> Bool { exactNames.contains(name) }

    /// Whether a name is in the set by a pattern that says more than `*`.
    public func describes(_ name: String) -> Bool {
        guard !patterns.isEmpty else { return false }
        var name = name
        return name.withUTF8 { name in
            patterns.contains { pattern in
                pattern.contains { $0 != UInt8(ascii: "*") } && Self.matches(name, pattern)
            }
        }
    }

    /// Goes back only to the latest star, which is enough as an earlier one cannot match more by taking more.
    private static func matches(_ name: UnsafeBufferPointer<UInt8>, _ pattern: [UInt8]) -> Bool {
        var position = 0
        var patternPosition = 0
        var starPosition = -1
        var resumePosition = 0
        while position < name.count {
            if patternPosition < pattern.count, pattern[patternPosition] == UInt8(ascii: "*") {
                starPosition = patternPosition
                resumePosition = position
                patternPosition += 1
            } else if patternPosition < pattern.count, pattern[patternPosition] == name[position] {
                patternPosition += 1
                position += 1
            } else if starPosition >= 0 {
                resumePosition += 1
                position = resumePosition
                patternPosition = starPosition + 1
            } else {
                return false
            }
        }
        return pattern[patternPosition...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
