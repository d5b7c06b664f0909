/// How values of one kind are read from the file, shown and described.
///
/// A section names a format for each of its keys: `.duration(in: …)`, `.list(of: .text())`. To add a kind of value, add a
/// static function that makes its format.
struct ConfigurationFormat<Value> {
    /// What the reference page calls such a value.
    let name: String
    /// Whether such a value is made of settings of its own, so that it is none itself.
    let isNested: Bool
    /// The value of a field; nil after a fault was reported.
    let read: (ConfigurationField) -> Value?
    /// How a value looks in comparisons and as a default; nil for what is nested.
    let show: (Value) -> ConfigurationSetting.Value?
    /// Reads what is nested in such a value without a file, so that its keys become known.
    let describe: (ConfigurationField) -> Void

    init(
        _ name: String, isNested: Bool = false, show: @escaping (Value) -> ConfigurationSetting.Value? = { _ in nil },
        describe: @escaping (ConfigurationField) -> Void = { _ in }, read: @escaping (ConfigurationField) -> Value?
    ) {
        self.name = name
        self.isNested = isNested
        self.read = read
        self.show = show
        self.describe = describe
    }

    /// A format of single values.
    ///
    /// `parse` throws what is wrong as the rest of a sentence that begins with the value: `is not allowed; use …`. It
    /// gets null only if that is written as one of `words`.
    static func scalar(
        _ name: String, words: [String] = [], show: @escaping (Value) -> String,
        parse: @escaping (ConfigurationText) throws(ConfigurationComplaint) -> Value
    ) -> ConfigurationFormat {
        ConfigurationFormat(name, show: { .plain(show($0)) }) { field in
            guard let text = field.text(words: words) else { return nil }
            do throws(ConfigurationComplaint) {
                return try parse(text)
            } catch {
                field.report("\(text.quoted) \(error.rest)")
                return nil
            }
        }
    }

    /// The same format for values that also pass `rule`, which gives the rest of the complaint about those that do not.
    func checked(_ rule: @escaping (Value) -> String?) -> ConfigurationFormat {
        ConfigurationFormat(name, isNested: isNested, show: show, describe: describe) { field in
            guard let value = read(field) else { return nil }
            guard let rest = rule(value) else { return value }
            field.report(rest)
            return nil
        }
    }

    /// The same format under another name, with another look.
    func map<Other>(
        _ name: String? = nil, show: @escaping (Other) -> ConfigurationSetting.Value?,
        _ transform: @escaping (Value) -> Other
    ) -> ConfigurationFormat<Other> {
        ConfigurationFormat<Other>(name ?? self.name, isNested: isNested, show: show, describe: describe) {
            read($0).map(transform)
        }
    }
}

/// What is wrong with a value, as the rest of a sentence that begins with it.
struct ConfigurationComplaint: Error {
    let rest: String

    init(_ rest: String) { self.rest = rest }
}
