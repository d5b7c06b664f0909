import EventModel

extension HashedField {
    /// The name under which the hash is kept.
    var key: PlatformKey {
        switch self {
        case .email: .emailHash
        case .emailGoogle: .emailGoogleHash
        case .emailMicrosoft: .emailMicrosoftHash
        case .emailReddit: .emailRedditHash
        case .phone: .phoneHash
        case .phonePlus: .phonePlusHash
        case .firstName: .firstNameHash
        case .firstNamePlain: .firstNamePlainHash
        case .firstNameGoogle: .firstNameGoogleHash
        case .firstNameAnalytics: .firstNameAnalyticsHash
        case .lastName: .lastNameHash
        case .lastNamePlain: .lastNamePlainHash
        case .lastNameGoogle: .lastNameGoogleHash
        case .lastNameAnalytics: .lastNameAnalyticsHash
        case .city: .cityHash
        case .state: .stateHash
        case .postalCode: .postalCodeHash
        case .country: .countryHash
        case .street: .streetHash
        case .birthDate: .birthDateHash
        case .gender: .genderHash
        case .genderPinterest: .genderPinterestHash
        case .emailDomain: .emailDomainHash
        }
    }
}

extension ClickIDKind {
    /// The name under which the id is kept.
    var key: PlatformKey {
        switch self {
        case .fbclid: .fbclid
        case .fbc: .fbc
        case .fbp: .fbp
        case .gclid: .gclid
        case .gbraid: .gbraid
        case .wbraid: .wbraid
        case .dclid: .dclid
        case .googleSessionAttributes: .googleSessionAttributes
        case .gaClientID: .gaClientID
        case .gaSessionID: .gaSessionID
        case .ttclid: .ttclid
        case .ttp: .ttp
        case .scClickID: .scClickID
        case .scCookie: .scCookie
        case .epik: .epik
        case .redditClickID: .redditClickID
        case .redditUUID: .redditUUID
        case .twclid: .twclid
        case .msclkid: .msclkid
        case .linkedInFirstParty: .linkedInFirstParty
        case .qclid: .qclid
        case .ndclid: .ndclid
        case .dubID: .dubID
        case .rtid: .rtid
        case .queryID: .queryID
        case .btid: .btid
        case .urid: .urid
        }
    }
}
