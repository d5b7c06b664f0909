/// A place in a YAML file; both numbers count from 1, columns in characters.
struct YAMLMark: Sendable, Hashable, Comparable {
    let line: Int
    let column: Int

    static func < (left: YAMLMark, right: YAMLMark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// Something wrong at a place of a YAML file.
struct YAMLFault: Error, Equatable {
    let mark: YAMLMark
    let message: String
}

/// One node of a parsed YAML file; immutable.
///
/// An alias is the node of its anchor, with the anchor's place.
struct YAMLNode: Sendable, Equatable {
    /// What a node holds.
    enum Content: Sendable, Equatable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// Entries in the order of the file; no key occurs twice.
        case mapping([YAMLEntry])
    }

    let content: Content
    let mark: YAMLMark
    /// How many nodes this is, with all below it and aliases written out.
    let nodeCount: Int

    init(_ content: Content, at mark: YAMLMark) {
        self.content = content
        self.mark = mark
        nodeCount =
            switch content {
            case .scalar: 1
            case .sequence(let nodes): nodes.reduce(1) { $0 + $1.nodeCount }
            case .mapping(let entries): entries.reduce(1) { $0 + 1 + $1.value.nodeCount }
            }
    }
}

/// One key of a mapping with its value.
struct YAMLEntry: Sendable, Equatable {
    let key: String
    let keyMark: YAMLMark
    let value: YAMLNode
}

/// Text as written, and how it was quoted.
struct YAMLScalar: Sendable, Equatable {
    /// How a scalar was written.
    enum Style: Sendable, Equatable {
        /// Without quotes: may mean a number, a Boolean or null.
        case plain
        /// In single or double quotes: always text.
        case quoted
        /// A block after `|` or `>`: always text.
        case block
    }

    let text: String
    let style: Style
}
