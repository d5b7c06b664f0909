import Platform

extension PlatformSettings {
    /// The currency of amounts that come without one; nil to send none of them.
    ///
    /// An ad account that has one currency only (reference quora, 2) says it by that.
    public var assumedCurrency: String? { text("default_currency") ?? text("account_currency") }

    /// Settings from words such as `pixel_id=123` and `event_ids.purchase=tw-a-b`: what `tracklayer preview --set` takes.
    ///
    /// - Parameters:
    ///   - api: Whose settings they are.
    ///   - name: The name of the destination.
    ///   - words: `key=value`; a map's entry has its key behind a point, a list's values are separated by commas.
    /// - Throws: Every fault.
    public init(
        _ api: any PlatformAPI.Type, name: String, words: [String]
    ) throws(DestinationConfigurationError) {
        var reader = SettingsReader(api.allSettings)
        for word in words { reader.take(word) }
        self.init(name: name, values: reader.finish())
        guard reader.faults.isEmpty else { throw DestinationConfigurationError(faults: reader.faults) }
        let faults = api.faults(self)
        guard faults.isEmpty else { throw DestinationConfigurationError(faults: faults) }
    }
}

/// Reads settings from words and collects what is wrong.
private struct SettingsReader {
    private let settings: [PlatformSetting]
    private var values: [String: PlatformSettings.Value] = [:]
    private(set) var faults: [DestinationConfigurationError.Fault] = []

    init(_ settings: [PlatformSetting]) { self.settings = settings }

    mutating func take(_ word: String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return report(parts[0], "needs a value: key=value") }
        let path = parts[0].split(separator: ".", maxSplits: 1).map(String.init)
        guard let setting = settings.first(where: { $0.name == path.first ?? "" }) else {
            let known = settings.map(\.name).joined(separator: ", ")
            return report(parts[0], "is no setting; known are \(known)")
        }
        do throws(Complaint) {
            try put(parts[1], entry: path.count == 2 ? path[1] : nil, setting)
        } catch {
            report(parts[0], error.text)
        }
    }

    /// The values, defaults included.
    mutating func finish() -> [String: PlatformSettings.Value] {
        for setting in settings where values[setting.name] == nil {
            if setting.isRequired { report(setting.name, "is required") }
            values[setting.name] = setting.form.defaultValue
        }
        return values
    }

    private mutating func put(_ text: String, entry: String?, _ setting: PlatformSetting) throws(Complaint) {
        switch (setting.form, entry) {
        case (.map(let rule, let keys), let entry?):
            var map: [String: [String]] = [:]
            if case .map(let present) = values[setting.name] { map = present }
            map[entry] = try text.split(separator: ",").map { part throws(Complaint) in
                try checked(String(part), rule)
            }
            guard map[entry]?.isEmpty == false else { throw Complaint("\(keys) \(entry) has no value") }
            values[setting.name] = .map(map)
        case (.map(_, let keys), nil): throw Complaint("is a map: write \(setting.name).\(keys)=value")
        case (_, .some): throw Complaint("is no map")
        case (.text(let rule), nil): values[setting.name] = .text(try checked(text, rule))
        case (.secret, nil):
            guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw Complaint("is empty or has a character that no secret has")
            }
            values[setting.name] = .text(text)
        case (.flag, nil):
            guard text == "true" || text == "false" else { throw Complaint("use true or false") }
            values[setting.name] = .flag(text == "true")
        case (.choice(let words), nil):
            guard words.contains(text) else {
                throw Complaint("\"\(text)\" is not allowed; use \(words.joined(separator: " or "))")
            }
            values[setting.name] = .text(text)
        case (.number(let range, _), nil):
            guard let number = Int(text), range.contains(number) else {
                throw Complaint("use a number from \(range.lowerBound) to \(range.upperBound)")
            }
            values[setting.name] = .number(number)
        case (.duration(let range), nil):
            guard let duration = DurationText.parse(text), range.contains(duration) else {
                throw Complaint("is no duration in range; write 12h or 7d")
            }
            values[setting.name] = .duration(duration)
        case (.list(let rule), nil):
            values[setting.name] = .texts(
                try text.split(separator: ",").map { part throws(Complaint) in try checked(String(part), rule) })
        }
    }

    private struct Complaint: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    private func checked(_ text: String, _ rule: TextRule) throws(Complaint) -> String {
        guard let fault = rule.fault(text) else { return text }
        throw Complaint("\"\(text)\" \(fault)")
    }

    private mutating func report(_ setting: String, _ message: String) {
        faults.append(DestinationConfigurationError.Fault(setting: setting, message: message))
    }
}

extension PlatformSetting.Form {
    /// What a setting is if nothing is said; nil for nothing.
    public var defaultValue: PlatformSettings.Value? {
        switch self {
        case .flag(let flag): .flag(flag)
        case .choice(let words): words.first.map { .text($0) }
        case .number(_, let number): .number(number)
        case .text, .secret, .duration, .list, .map: nil
        }
    }
}
