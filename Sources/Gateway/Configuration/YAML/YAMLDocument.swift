/// A YAML file as a tree, or what keeps it from being one.
///
/// One document of UTF-8, at most 1 MiB; aliases are allowed within ``YAMLTreeBuilder/nodeLimit``, tags, duplicate keys
/// and keys that are no text are not.
struct YAMLDocument {
    /// How long a file may be.
    static let byteLimit = 1 << 20

    /// The top node; nil if the file is empty or cannot be understood.
    let root: YAMLNode?
    /// In the order they were found.
    let faults: [YAMLFault]

    /// Reads `bytes` as far as they can be understood.
    init(_ bytes: [UInt8]) {
        guard bytes.count <= Self.byteLimit else {
            self.init(root: nil, faults: [.init(mark: .start, message: "the file is longer than 1 MiB")])
            return
        }
        do throws(YAMLFault) {
            try Self.checkText(bytes)
        } catch {
            self.init(root: nil, faults: [error])
            return
        }
        let reader = YAMLEventReader(PlaceholderBraces.hide(in: bytes))
        var builder = YAMLTreeBuilder()
        do throws(YAMLFault) {
            while true {
                let event = try reader.next()
                if case .streamEnd = event.content { break }
                try builder.take(event)
            }
        } catch {
            let fault = YAMLFault(mark: error.mark, message: Self.explanation(of: error, in: bytes))
            self.init(root: nil, faults: builder.faults + [fault])
            return
        }
        self.init(root: builder.root, faults: builder.faults)
    }

    private init(root: YAMLNode?, faults: [YAMLFault]) {
        self.root = root
        self.faults = faults
    }

    /// Refuses what is not UTF-8, and characters that YAML (section 5.1) or ``PlaceholderBraces`` cannot carry.
    private static func checkText(_ bytes: [UInt8]) throws(YAMLFault) {
        var line = 1
        var column = 1
        var decoder = Unicode.UTF8.ForwardParser()
        var source = bytes.makeIterator()
        while true {
            switch decoder.parseScalar(from: &source) {
            case .emptyInput: return
            case .error: throw YAMLFault(mark: .init(line: line, column: column), message: "not UTF-8")
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                guard isAllowed(scalar) else {
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    throw YAMLFault(
                        mark: .init(line: line, column: column), message: "the character U+\(code) is not allowed")
                }
                column += 1
                if scalar == "\n" {
                    line += 1
                    column = 1
                }
            }
        }
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0x10FFFF:
            true
        default: false
        }
    }

    /// A message of libyaml in words that say what to do, where its own do not.
    private static func explanation(of fault: YAMLFault, in bytes: [UInt8]) -> String {
        let isTab = character(at: fault.mark, in: bytes) == "\t"
        if isTab || fault.message.contains("tab character") { return "a tab cannot indent; use spaces" }
        if fault.message.hasPrefix("found character that cannot start any token") {
            return "a value cannot begin with this character; put quotes around it"
        }
        if fault.message.hasPrefix("mapping values are not allowed in this context") {
            return "a colon is not allowed here; put quotes around text with a colon, and check the indentation"
        }
        return fault.message
    }

    private static func character(at mark: YAMLMark, in bytes: [UInt8]) -> Character? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard mark.line <= lines.count else { return nil }
        return String(decoding: lines[mark.line - 1], as: UTF8.self).dropFirst(mark.column - 1).first
    }
}

extension YAMLMark {
    /// The first character of a file.
    static let start = YAMLMark(line: 1, column: 1)
}
