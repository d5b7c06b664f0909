/// Turns the events of one YAML document into a tree, and collects what it refuses on the way.
///
/// Pure: knows nothing of libyaml.
struct YAMLTreeBuilder {
    /// How deep nodes may be nested.
    static let depthLimit = 32
    /// How many nodes a file may have with every alias written out.
    static let nodeLimit = 100_000

    /// The document, once it has ended.
    private(set) var root: YAMLNode?
    private(set) var faults: [YAMLFault] = []
    private var frames: [Frame] = []
    private var anchors: [String: YAMLNode] = [:]
    private var documentCount = 0

    /// A collection that has begun and not ended.
    private struct Frame {
        let isMapping: Bool
        let mark: YAMLMark
        let anchor: String?
        var nodes: [YAMLNode] = []
        var entries: [YAMLEntry] = []
        /// The key that waits for its value, in a mapping.
        var key: (text: String, mark: YAMLMark)?
        /// Where each key of a mapping was first met.
        var keyLines: [String: Int] = [:]
    }

    /// Takes the next event.
    ///
    /// - Throws: A fault after which the rest of the file cannot be understood.
    mutating func take(_ event: YAMLEvent) throws(YAMLFault) {
        if event.isTagged { report("tags such as !!str are not supported; write the plain value", at: event.mark) }
        switch event.content {
        case .streamStart, .streamEnd, .documentEnd: break
        case .documentStart:
            documentCount += 1
            guard documentCount == 1 else {
                throw YAMLFault(mark: event.mark, message: "a second document begins; keep one document a file")
            }
        case .scalar(let scalar): try add(YAMLNode(.scalar(scalar), at: event.mark), anchor: event.anchor)
        case .alias(let name): try add(target(of: name, at: event.mark), anchor: nil)
        case .sequenceStart: try open(event, isMapping: false)
        case .mappingStart: try open(event, isMapping: true)
        case .sequenceEnd, .mappingEnd: try close()
        }
    }

    private mutating func report(_ message: String, at mark: YAMLMark) {
        faults.append(YAMLFault(mark: mark, message: message))
    }

    private mutating func open(_ event: YAMLEvent, isMapping: Bool) throws(YAMLFault) {
        guard frames.count < Self.depthLimit else {
            throw YAMLFault(mark: event.mark, message: "nested deeper than \(Self.depthLimit) levels")
        }
        frames.append(Frame(isMapping: isMapping, mark: event.mark, anchor: event.anchor))
    }

    private mutating func close() throws(YAMLFault) {
        guard let frame = frames.popLast() else { return }
        let node = YAMLNode(frame.isMapping ? .mapping(frame.entries) : .sequence(frame.nodes), at: frame.mark)
        // Aliases of aliases grow by factors, not by bytes: each collection is checked as soon as it ends.
        guard node.nodeCount <= Self.nodeLimit else {
            throw YAMLFault(mark: frame.mark, message: "more than \(Self.nodeLimit) values, with aliases written out")
        }
        try add(node, anchor: frame.anchor)
    }

    /// The node an alias stands for.
    private func target(of name: String, at mark: YAMLMark) throws(YAMLFault) -> YAMLNode {
        guard let node = anchors[name] else {
            throw YAMLFault(mark: mark, message: "no anchor &\(name) ends before this alias")
        }
        return node
    }

    /// Puts a finished node where it belongs.
    private mutating func add(_ node: YAMLNode, anchor: String?) throws(YAMLFault) {
        if let anchor { anchors[anchor] = node }
        guard var frame = frames.popLast() else {
            root = node
            return
        }
        if !frame.isMapping {
            frame.nodes.append(node)
        } else if let key = frame.key {
            frame.key = nil
            if let line = frame.keyLines[key.text] {
                report("the key is already on line \(line)", at: key.mark)
            } else {
                frame.keyLines[key.text] = key.mark.line
                frame.entries.append(YAMLEntry(key: key.text, keyMark: key.mark, value: node))
            }
        } else if case .scalar(let scalar) = node.content {
            frame.key = (scalar.text, node.mark)
        } else {
            throw YAMLFault(mark: node.mark, message: "a key must be text, not a list or a mapping")
        }
        frames.append(frame)
    }
}
