import EventModel
public import JSON

extension PlatformEvent {
    /// The operating system of the person's device, as far as platforms tell them apart.
    public enum OperatingSystem: Sendable, Equatable {
        case ios, android, other
    }

    /// A value of the context by its path, such as `"app", "version"`; nil if it is empty.
    public func context(_ path: JSONKey...) -> JSONValue? {
        var value = context
        for key in path { value = value?[key] }
        return value.ifPresent
    }

    /// Where the person came from, free of personal data.
    public var referrer: JSONValue? {
        context(.page, .referrer).ifText ?? view.property(.referrer).ifText
    }

    /// The page's title.
    public var pageTitle: JSONValue? { context(.page, .title).ifText }

    /// The operating system; nil if it is unknown.
    public var operatingSystem: OperatingSystem? {
        guard let name = context(.os, .nameMember)?.string?.lowercased() else { return nil }
        switch name {
        case "ios", "ipados", "tvos", "iphone os": return .ios
        case "android": return .android
        default: return .other
        }
    }

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
    public var isInStore: Bool { ["offline", "physical_store"].contains(property(.actionSource)?.string) }

    /// Whether both the person's address and browser are known, which together are enough for some platforms.
    public var hasAddressAndBrowser: Bool { self[.clientIP] != nil && self[.userAgent] != nil }

}
