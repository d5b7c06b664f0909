import EventModel
import Inbound
import Platform

extension SourceConfiguration {
    /// What the authenticator holds requests against.
    var credentials: SourceCredentials {
        var credentials = SourceCredentials(name: name, kind: kind, account: account, environment: environment)
        credentials.secrets = proof.secrets.map(\.sourceSecret)
        credentials.sharedSecrets = proof.sharedSecrets.map(\.sourceSecret)
        credentials.writeKeys = proof.writeKeys.map(\.sourceSecret)
        credentials.signingSecrets = proof.signatureSecrets.map(\.sourceSecret)
        credentials.signature =
            switch proof.signature {
            case .off: .off
            case .optional: .optional
            case .required: .required
            }
        if !proof.origins.isEmpty { credentials.origins = proof.origins.compactMap { OriginRule($0.description) } }
        credentials.requiresOrigin = proof.requiresOrigin
        credentials.allowsPartialSignature = proof.allowsPartialSignature
        credentials.isEnabled = isEnabled
        return credentials
    }

    /// What canonicalization needs to know.
    func profile(of tenant: Tenant) -> SourceProfile {
        var profile = SourceProfile(name: name, kind: kind, tenant: tenant)
        profile.dialect = canonicalization.dialect
        profile.eventOverrides = canonicalization.eventOverrides
        profile.enabledAmbiguousNames = Set(canonicalization.ambiguousNames)
        profile.defaultCurrency = canonicalization.defaultCurrency
        profile.defaultCountry = canonicalization.defaultCountry
        profile.requiresBusinessID = canonicalization.requiresBusinessID
        profile.keepsPlainUserData = !canonicalization.hashesUserData
        profile.blockedEmails = canonicalization.blockedEmails
        profile.consentCategories = canonicalization.consentCategories
        profile.clickIDPlatform = canonicalization.clickIDPlatform?.rawValue
        profile.futureToleranceMilliseconds = canonicalization.futureTolerance.wholeMilliseconds
        return profile
    }
}

extension AcceptedSecret {
    fileprivate var sourceSecret: SourceSecret { SourceSecret(SecretBytes(secret.revealed), validUntil: until) }
}
