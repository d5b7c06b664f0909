import EventModel
public import JSON

extension PlatformEvent {
    /// The operating system of the person's device, as far as platforms tell them apart.
    public enum OperatingSystem: Sendable, Equatable {
        case ios, android, other
    }

    /// A value of the context by its path, such as `.timezone`; nil if it is empty.
    func context(_ key: PlatformKey) -> JSONValue? { value(.context, key).ifPresent }

    /// A value of the context by its path; nil if it is empty.
    func context(_ key: PlatformKey, _ inner: PlatformKey) -> JSONValue? {
        value(.context, key)?[inner].ifPresent
    }

    /// A value of the context by its path; nil if it is empty.
    func context(_ key: PlatformKey, _ inner: PlatformKey, _ innermost: PlatformKey) -> JSONValue? {
        value(.context, key)?[inner]?[innermost].ifPresent
    }

    /// A trait by a name of the operator's; nil if it is empty.
    func trait(_ key: JSONKey) -> JSONValue? { value(.context, .traits)?[key].ifPresent }

    /// Where the person came from, free of personal data.
    public var referrer: JSONValue? {
        context(.page, .referrer).ifText ?? property(.referrer).ifText
    }

    /// The page's title.
    public var pageTitle: JSONValue? { context(.page, .title).ifText }

    /// Whether the person lets the app track: on iOS only when asked and allowed, elsewhere unless it was refused.
    public var allowsAppTracking: Bool {
        if operatingSystem == .ios { return trackingStatus == 3 }
        return context(.device, .adTrackingEnabled)?.flag ?? true
    }

    /// `attTrackingStatus` of iOS: 0 not determined, 1 restricted, 2 denied, 3 authorized.
    public var trackingStatus: Int? {
        consent?[.trackingStatusMember]?.int64.map(Int.init)
            ?? context(.device, .attTrackingStatus)?.int64.map(Int.init(clamping:))
    }

    /// Whether the event asks for limited data use: by a platform's own flag, a US opt-out, or as its ads must not be
    /// personalized.
    public var isDataUseLimited: Bool {
        if consent?[.limitedUse]?[.options]?.count ?? 0 > 0 { return true }
        return hasLimitedUseFlag || consentTransformation.contains(.nonPersonalized)
    }

    /// Whether `limited_data_use` was said to be true, or is by a US opt-out.
    public var hasLimitedUseFlag: Bool { consent?[.limitedDataUse]?.bool == true }

    /// Whether the person opted out of being measured.
    public var hasOptedOut: Bool { consent?[.optOut]?.bool == true }

    /// Whether the device limits ad tracking: said to be so in an app's event.
    public var limitsAdTracking: Bool {
        surface == .app && context(.device, .adTrackingEnabled)?.flag == false
    }

    /// Whether the sender said that it was in a shop.
    public var isInStore: Bool {
        guard let source = property(.actionSource) else { return false }
        return source.isText("offline") || source.isText("physical_store")
    }

    /// Whether both the person's address and browser are known, which together are enough for some platforms.
    public var hasAddressAndBrowser: Bool { self[.clientIP] != nil && self[.userAgent] != nil }

}

extension PlatformEvent.OperatingSystem {
    /// By the name that a device gave; nil if that is no text.
    init?(_ name: JSONValue) {
        guard let bytes = name.utf8Bytes, !bytes.isEmpty else { return nil }
        if Self.iosNames.contains(where: { bytes.isASCII($0) }) {
            self = .ios
        } else {
            self = bytes.isASCII("android") ? .android : .other
        }
    }

    private static let iosNames: [StaticString] = ["ios", "ipados", "tvos", "iphone os"]
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these are the bytes of a lower-case text, in whichever case.
    fileprivate func isASCII(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices {
            let byte = self[index]
            guard (byte.isASCIIUpper ? byte | 0x20 : byte) == text.utf8Start[index] else { return false }
        }
        return true
    }
}
