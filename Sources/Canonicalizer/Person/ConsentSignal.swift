/// The kinds of consent signal, in the order of reference inbound, 7.1.
enum ConsentSignal: Int, CaseIterable, Sendable {
    case rudderstack, segment, google, tcf, gpp, usPrivacy, globalPrivacyControl, metaLimitedDataUse
    case tiktokLimitedDataUse, mobile, optOut, plain

    /// The name in ``ConsentState/sources``.
    var name: String {
        switch self {
        case .rudderstack: "rudderstack"
        case .segment: "segment"
        case .google: "google_consent_mode"
        case .tcf: "iab_tcf"
        case .gpp: "iab_gpp"
        case .usPrivacy: "us_privacy"
        case .globalPrivacyControl: "gpc"
        case .metaLimitedDataUse: "meta_ldu"
        case .tiktokLimitedDataUse: "tiktok_ldu"
        case .mobile: "mobile"
        case .optOut: "opt_out"
        case .plain: "consent"
        }
    }
}
