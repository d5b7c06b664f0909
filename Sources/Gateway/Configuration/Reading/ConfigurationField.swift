/// One value of the file, with its place and its name.
struct ConfigurationField {
    let node: YAMLNode
    /// As in messages: `destinations[2].url`.
    let path: String
    /// As in comparisons, members of lists by name: `destinations[ops-hook].url`.
    let label: String
    let context: ConfigurationContext

    init(_ node: YAMLNode, path: String, label: String, context: ConfigurationContext) {
        self.node = node
        self.path = path
        self.label = label
        self.context = context
        context.setMark(node.mark, path: path)
    }

    /// Says that this value is wrong.
    func report(_ message: String) { context.report(message, path: path, at: node.mark) }

    /// Says that this value is doubtful.
    func warn(_ message: String) { context.report(message, severity: .warning, path: path, at: node.mark) }

    /// The value of a key below this one.
    func child(_ key: String, _ node: YAMLNode) -> ConfigurationField {
        ConfigurationField(
            node, path: path.isEmpty ? key : "\(path).\(key)", label: label.isEmpty ? key : "\(label).\(key)",
            context: context)
    }

    /// A member of this list.
    func element(_ index: Int, _ node: YAMLNode) -> ConfigurationField {
        ConfigurationField(
            node, path: "\(path)[\(index)]", label: "\(label)[\(node.memberName ?? String(index))]", context: context)
    }

    /// The scalar here with its placeholders replaced; reports anything else and gives nil.
    ///
    /// Null is no value, unless it is written as one of the words in `words`, as in `missing: null`.
    func text(expecting expected: String = "one value", words: [String] = []) -> ConfigurationText? {
        guard case .scalar(let scalar) = node.content else {
            report("must be \(expected), not \(node.kindName)")
            return nil
        }
        guard Interpolation.isNeeded(in: scalar.text) else {
            if scalar.value == .null, !words.contains(scalar.text) {
                report("has no value; give it one, or remove the key")
                return nil
            }
            return ConfigurationText(text: scalar.text, value: scalar.value, isFromOutside: false)
        }
        let result = Interpolation(scalar.text, resolve: resolve)
        for fault in result.faults {
            context.report(fault.message, path: path, at: context.find(fault.opening, from: node.mark))
        }
        guard result.faults.isEmpty else { return nil }
        let value = scalar.style == .plain ? YAMLScalar.coreValue(of: result.text) : .text
        return ConfigurationText(text: result.text, value: value, isFromOutside: true)
    }

    private func resolve(_ placeholder: Interpolation.Placeholder) -> Result<String, Interpolation.Fault> {
        switch placeholder {
        case .variable(let name, let fallback):
            if let value = context.environment.variable(name), !value.isEmpty || fallback == nil {
                return .success(value)
            }
            if let fallback { return .success(fallback) }
            let message = "the environment variable \(name) is not set; set it, or write ${\(name):-default}"
            return .failure(.init(opening: "${\(name)", message: message))
        case .file(let path):
            switch fileText(path) {
            case .success(var text):
                if text.last?.isNewline == true { text.removeLast() }
                return .success(text)
            case .failure(let fault):
                return .failure(.init(opening: "${file:\(path)", message: "\(path) cannot be read: \(fault.reason)"))
            }
        }
    }

    /// The UTF-8 text of a file that the configuration names.
    func fileText(_ path: String) -> Result<String, ConfigurationEnvironment.FileFault> {
        context.environment.file(context.resolve(path)).flatMap { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return .failure(.init(reason: "it is not UTF-8 text"))
            }
            return .success(text)
        }
    }
}

/// A scalar of the file after its placeholders were replaced.
struct ConfigurationText {
    let text: String
    let value: YAMLValue
    /// Whether some of it came from the environment or from a file, and must not be shown.
    let isFromOutside: Bool

    /// The text in quotes, for messages: cut after 60 characters, and `***` if it came from outside.
    var quoted: String {
        if isFromOutside { return "***" }
        let shown = text.prefix(60).map { $0.isNewline ? "⏎" : String($0) }.joined()
        return "\"\(shown)\(text.count > 60 ? "…" : "")\""
    }
}

extension YAMLNode {
    /// What a node is, for messages.
    var kindName: String {
        switch content {
        case .scalar(let scalar): scalar.value == .null ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The `name` of a mapping, if it is plain to see.
    fileprivate var memberName: String? {
        guard case .mapping(let entries) = content, let entry = entries.first(where: { $0.key == "name" }),
            case .scalar(let scalar) = entry.value.content, !scalar.text.isEmpty
        else { return nil }
        return scalar.text
    }

    /// Whether any scalar here has a placeholder.
    var hasPlaceholder: Bool {
        switch content {
        case .scalar(let scalar): Interpolation.isNeeded(in: scalar.text)
        case .sequence(let nodes): nodes.contains { $0.hasPlaceholder }
        case .mapping(let entries): entries.contains { $0.value.hasPlaceholder }
        }
    }
}
