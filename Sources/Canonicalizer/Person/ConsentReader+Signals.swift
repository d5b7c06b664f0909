import EventModel
import JSON

/// The single signals of reference inbound, 7.1, each by the rule of 7.3.
extension ConsentReader {
    // MARK: Consent tools

    private static let provider: JSONKey = "provider"
    private static let allowed: JSONKey = "allowedConsentIds"
    private static let denied: JSONKey = "deniedConsentIds"
    private static let strategy: JSONKey = "resolutionStrategy"

    /// Reads RudderStack's lists of allowed and denied ids (rule 3).
    mutating func readRudderStack(_ management: JSONValue) {
        guard isObject(management, .rudderstack) else { return }
        let provider = management[Self.provider]?.text?.trimmed.string.lowercased() ?? ""
        if let strategy = management[Self.strategy]?.text?.trimmed, !strategy.isEmpty {
            state.resolutionStrategy = strategy.string
        }
        if let ids = management[Self.denied] { readDenied(ids, provider: provider) }
        if let ids = management[Self.allowed] { readAllowed(ids, provider: provider) }
    }

    private mutating func readDenied(_ ids: JSONValue, provider: String) {
        switch ids.kind {
        case .null: return
        case .array:
            for id in ids.elements { readID(id, provider: provider, .denied) }
        case .string:
            // One id without its list: the intent is clear, so that one is denied.
            notes.add(.consentMalformed)
            readID(ids, provider: provider, .denied)
        default: refuse(.consentMalformed, .rudderstack)
        }
    }

    private mutating func readAllowed(_ ids: JSONValue, provider: String) {
        switch ids.kind {
        case .null: return
        case .array:
            for id in ids.elements { readID(id, provider: provider, .granted) }
        case .object:
            for member in ids.members {
                let id = member.nameText.trimmed
                if !id.isEmpty { addCategory(id.string, provider: provider, .granted, .rudderstack) }
            }
        default: refuse(.consentMalformed, .rudderstack)
        }
    }

    private mutating func readID(_ value: JSONValue, provider: String, _ answer: ConsentAnswer) {
        if value.isNull { return }
        guard let id = value.scalarText?.trimmed else {
            refuse(.consentMalformed, .rudderstack)
            return
        }
        if !id.isEmpty { addCategory(id.string, provider: provider, answer, .rudderstack) }
    }

    /// Reads Segment's category preferences.
    mutating func readSegment(_ preferences: JSONValue) {
        guard isObject(preferences, .segment) else { return }
        for member in preferences.members {
            addCategory(member.nameText.string, provider: "", reading: member.value, .segment)
        }
    }

    // MARK: IAB

    private static let tcString: JSONKey = "tcString"
    private static let gppString: JSONKey = "gppString"
    private static let gppSections: JSONKey = "gppSid"

    /// Reads a TC string, alone or in an object.
    mutating func readTCF(_ value: JSONValue) {
        guard let inner = value.kind == .object ? value[Self.tcString] : value, !inner.isNull else { return }
        guard let text = inner.text?.trimmed else { return refuse(.tcfMalformed, .tcf) }
        if !text.isEmpty { readTCF(text, .tcf) }
    }

    /// Applies a TC string (rule 5).
    private mutating func readTCF(_ text: JSONText, _ signal: ConsentSignal) {
        guard let tcf = TCFString(text) else { return refuse(.tcfMalformed, signal) }
        add(tcf.consents(to: 1) ? .granted : .denied, for: .ads, signal)
        add(tcf.consents(to: 1, 7) ? .granted : .denied, for: .adsUserData, signal)
        add(tcf.consents(to: 3, 4) ? .granted : .denied, for: .adsPersonalization, signal)
        add(tcf.consents(to: 1, 8) ? .granted : .denied, for: .analytics, signal)
        if let isGoogleConsented = tcf.isGoogleConsented {
            state.tcfGoogleVendor = (state.tcfGoogleVendor ?? true) && isGoogleConsented
        }
    }

    /// Reads a GPP string (rule 6): the sections for the EU, for US Privacy and for states, of those that apply.
    mutating func readGPP(_ value: JSONValue, sections: JSONValue?) {
        let inner = value.kind == .object ? value[Self.gppString] : value
        guard let inner, !inner.isNull else { return }
        guard let text = inner.text?.trimmed else { return refuse(.consentMalformed, .gpp) }
        if text.isEmpty { return }
        guard let gpp = GPPString(text) else { return refuse(.consentMalformed, .gpp) }
        add(.unknown, for: [], .gpp)
        let applicable = Self.sectionIDs(sections ?? (value.kind == .object ? value[Self.gppSections] : nil))
        if state.gpp == nil, GPPString.isKept(text) {
            state.gpp = ConsentState.GPP(text: text.string, applicableSections: applicable ?? [])
        }
        for section in gpp.sections where applicable?.contains(section.id) ?? true {
            switch section.id {
            case GPPString.tcfEurope: readTCF(section.text, .gpp)
            case GPPString.usPrivacy: readUSPrivacy(section.text, .gpp)
            case let id where USPrivacySection.knows(id: id): readUSSection(section)
            default: notes.add(.gppUndecoded)
            }
        }
    }

    /// Applies a section for the United States or one of them; what cannot be read is an opt-out, as for US Privacy.
    private mutating func readUSSection(_ section: GPPString.Section) {
        guard let read = USPrivacySection(section.text, id: section.id) else {
            notes.add(.consentMalformed)
            state.usOptOut = true
            return
        }
        if read.isOptOut { state.usOptOut = true }
        if read.globalPrivacyControl { state.globalPrivacyControl = true }
    }

    /// The ids of the sections that apply: a list, one number, or text with commas or underscores between; nil if not said.
    private static func sectionIDs(_ value: JSONValue?) -> [Int]? {
        guard let value else { return nil }
        if value.kind == .array {
            return value.elements.compactMap { element in
                element.scalarText.flatMap { Int(String(decoding: $0.trimmed, as: UTF8.self)) }
            }
        }
        guard let text = value.scalarText?.trimmed, !text.isEmpty else { return nil }
        let parts = text.split { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "_") }
        return parts.compactMap { Int(String(decoding: $0.trimmed, as: UTF8.self)) }
    }

    mutating func readUSPrivacy(_ value: JSONValue) {
        guard let text = value.text?.trimmed else {
            notes.add(.consentMalformed)
            state.usOptOut = true
            return add(.unknown, for: [], .usPrivacy)
        }
        if !text.isEmpty { readUSPrivacy(text, .usPrivacy) }
    }

    /// Applies a US Privacy string: `1`, then notice, opt-out of sale and signatory as `Y`, `N` or `-`.
    private mutating func readUSPrivacy(_ text: JSONText, _ signal: ConsentSignal) {
        add(.unknown, for: [], signal)
        let isRight =
            text.count == 4 && text.first == UInt8(ascii: "1") && text.dropFirst().allSatisfy(Self.isUSPAnswer)
        if !isRight { notes.add(.consentMalformed) }
        let isOptOut = !isRight || text[text.startIndex + 2] | 0x20 == UInt8(ascii: "y")
        if isOptOut { state.usOptOut = true }
    }

    private static func isUSPAnswer(_ byte: UInt8) -> Bool {
        byte | 0x20 == UInt8(ascii: "y") || byte | 0x20 == UInt8(ascii: "n") || byte == UInt8(ascii: "-")
    }

    // MARK: Browsers and phones

    mutating func setGlobalPrivacyControl() {
        state.globalPrivacyControl = true
        add(.unknown, for: [], .globalPrivacyControl)
    }

    mutating func readGlobalPrivacyControl(_ value: JSONValue) {
        switch ConsentAnswer(reading: value) {
        case .granted: setGlobalPrivacyControl()
        case .denied: add(.unknown, for: [], .globalPrivacyControl)
        case .unknown: return
        case nil:
            notes.add(.consentMalformed)
            setGlobalPrivacyControl()
        }
    }

    mutating func readAdTracking(_ value: JSONValue) {
        guard let answer = ConsentAnswer(reading: value) else {
            return refuse(.consentMalformed, .mobile, for: .adsPersonalization)
        }
        add(answer == .denied ? .denied : .unknown, for: .adsPersonalization, .mobile)
    }

    mutating func readTrackingStatus(_ value: JSONValue) {
        guard let status = TrackingStatus(value) else {
            return refuse(.consentMalformed, .mobile, for: .adsPersonalization)
        }
        state.trackingStatus = status.rawValue
        let isRefused = status == .restricted || status == .denied
        add(isRefused ? .denied : .unknown, for: .adsPersonalization, .mobile)
    }

    // MARK: Platforms' own flags

    /// Reads `[options, country, state]`.
    mutating func readMetaTriple(_ value: JSONValue) {
        guard value.kind == .array else { return setMeta(options: ["LDU"], isMalformed: true) }
        let parts = Array(value.elements.prefix(3))
        guard let options = parts.first else { return setMeta(options: []) }
        // `["LDU"]` alone is the inner list without the outer one.
        readMeta(
            options: options, country: parts.count > 1 ? parts[1] : nil, state: parts.count > 2 ? parts[2] : nil)
    }

    mutating func readMeta(options: JSONValue, country: JSONValue?, state region: JSONValue?) {
        var names: [String] = []
        var isMalformed = false
        switch options.kind {
        case .array:
            for element in options.elements {
                guard let text = element.text?.trimmed else {
                    isMalformed = true
                    continue
                }
                if !text.isEmpty { names.append(text.string) }
            }
        case .string: if let text = options.text?.trimmed, !text.isEmpty { names = [text.string] }
        default: isMalformed = true
        }
        if isMalformed { names = ["LDU"] }
        let numbers = [country, region].map { value -> Int? in
            guard let value, !value.isNull else { return 0 }
            return value.scalarText.flatMap { Int(String(decoding: $0.trimmed, as: UTF8.self)) }
        }
        setMeta(
            options: names, country: numbers[0] ?? 0, state: numbers[1] ?? 0,
            isMalformed: isMalformed || numbers.contains(nil))
    }

    /// Keeps Meta's triple; of two, the one that limits.
    private mutating func setMeta(
        options: [String], country: Int = 0, state region: Int = 0, isMalformed: Bool = false
    ) {
        if isMalformed { notes.add(.consentMalformed) }
        add(.unknown, for: [], .metaLimitedDataUse)
        if let present = state.limitedDataUse, !present.options.isEmpty { return }
        state.limitedDataUse = ConsentState.LimitedDataUse(options: options, country: country, state: region)
    }

    mutating func readTikTok(_ value: JSONValue) {
        guard let flag = readFlag(value, .tiktokLimitedDataUse) else { return }
        state.hasLimitedDataUse = (state.hasLimitedDataUse ?? false) || flag
    }

    mutating func readOptOut(_ value: JSONValue) {
        guard let flag = readFlag(value, .optOut) else { return }
        state.optOut = (state.optOut ?? false) || flag
    }

    /// A flag whose "yes" limits; nil if it is not said, true if it cannot be read.
    private mutating func readFlag(_ value: JSONValue, _ signal: ConsentSignal) -> Bool? {
        add(.unknown, for: [], signal)
        switch ConsentAnswer(reading: value) {
        case .granted: return true
        case .denied: return false
        case .unknown: return nil
        case nil:
            notes.add(.consentMalformed)
            return true
        }
    }
}
