import CYAML

/// One step of libyaml's walk through a file.
struct YAMLEvent {
    /// What was met.
    enum Content {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(YAMLScalar)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
    }

    let content: Content
    let mark: YAMLMark
    /// The name behind `&`, if the node has one.
    var anchor: String?
    /// Whether the node has a tag such as `!!str`.
    var isTagged = false
}

/// Owns one `yaml_parser_t` and the bytes it reads; both are freed when this value ends.
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// A reader over UTF-8 text, which is copied, since libyaml keeps pointers into it.
    init(_ bytes: [UInt8]) {
        // On the heap, for the parser keeps a pointer to itself.
        parser = .allocate(capacity: 1)
        // At least one byte, for libyaml asserts that there is an address.
        input = .allocate(capacity: max(bytes.count, 1))
        _ = input.initialize(from: bytes)
        guard yaml_parser_initialize(parser) == 1 else {
            fatalError("libyaml has no memory for a parser")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; after the end of the stream, or after a fault, there is none to ask for.
    borrowing func next() throws(YAMLFault) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault() }
        defer { yaml_event_delete(&event) }
        let mark = YAMLMark(event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return YAMLEvent(content: .streamStart, mark: mark)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(content: .documentStart, mark: mark)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(content: .documentEnd, mark: mark)
        case YAML_ALIAS_EVENT:
            return YAMLEvent(content: .alias(Self.text(event.data.alias.anchor) ?? ""), mark: mark)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            return YAMLEvent(
                content: .scalar(
                    YAMLScalar(text: Self.text(scalar.value, count: scalar.length), style: Self.style(scalar.style))),
                mark: mark,
                anchor: Self.text(scalar.anchor), isTagged: scalar.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return YAMLEvent(
                content: .sequenceStart, mark: mark, anchor: Self.text(start.anchor), isTagged: start.tag != nil)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(content: .sequenceEnd, mark: mark)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return YAMLEvent(
                content: .mappingStart, mark: mark, anchor: Self.text(start.anchor), isTagged: start.tag != nil)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(content: .mappingEnd, mark: mark)
        default: return YAMLEvent(content: .streamEnd, mark: mark)
        }
    }

    /// What libyaml says went wrong; its messages are fixed texts and never quote the file.
    private borrowing func fault() -> YAMLFault {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "libyaml has no memory for the file"
        let mark = YAMLMark(parser.pointee.problem_mark)
        guard let context = parser.pointee.context else { return YAMLFault(mark: mark, message: problem) }
        let start = YAMLMark(parser.pointee.context_mark)
        let place = start.line == mark.line ? "" : " that begins on line \(start.line)"
        return YAMLFault(mark: mark, message: "\(problem) \(String(cString: context))\(place)")
    }

    private static func text(_ name: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        name.map { String(cString: $0) }
    }

    private static func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?, count: Int) -> String {
        PlaceholderBraces.show(in: String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
    }
}

extension YAMLMark {
    /// libyaml counts from 0.
    fileprivate init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}
