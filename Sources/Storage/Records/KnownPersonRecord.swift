import Crypto
package import EventModel

extension KnownPerson: ProfileRecord {
    package static var family: Family { .persons }

    // version · entries (part · time · hashes (field · digest) · places (code · text))
    package init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = try ByteReader(record: bytes)
        self.init(
            entries: try reader.list { reader throws(MalformedRecord) in
                Entry(
                    try reader.personPart(), saidAt: try reader.time(),
                    hashes: try reader.list { reader throws(MalformedRecord) in
                        UserData.Hash(
                            try reader.code(of: HashedField.self, "a hash's field is unknown"), try reader.digest())
                    },
                    places: try reader.list { reader throws(MalformedRecord) in
                        PlaceText(try reader.code(of: Place.self, "a place is unknown"), try reader.text())
                    })
            })
        try reader.finish()
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendList(entries) { bytes, entry in
            bytes.append(entry.part.recordCode)
            bytes.appendTime(entry.saidAt)
            bytes.appendList(entry.hashes) { bytes, hash in
                bytes.append(hash.field.recordCode)
                bytes.appendDigest(hash.digest)
            }
            bytes.appendList(entry.places) { bytes, place in
                bytes.append(place.place.recordCode)
                bytes.appendText(place.text)
            }
        }
    }
}

/// What stands in records as a number, which is never given to anything else.
private protocol RecordCoded: CaseIterable {
    var recordCode: UInt8 { get }
}

extension ByteReader {
    /// The next part of a person.
    mutating func personPart() throws(MalformedRecord) -> KnownPerson.Part {
        try code(of: KnownPerson.Part.self, "a part of a person is unknown")
    }

    fileprivate mutating func code<Coded: RecordCoded>(
        of type: Coded.Type, _ unknown: StaticString
    ) throws(MalformedRecord) -> Coded {
        let code = try integer(UInt8.self)
        guard let value = Coded.allCases.first(where: { $0.recordCode == code }) else {
            throw MalformedRecord(reason: unknown)
        }
        return value
    }
}

extension [UInt8] {
    /// Appends a part of a person.
    mutating func appendPersonPart(_ part: KnownPerson.Part) { append(part.recordCode) }
}

extension KnownPerson.Part: RecordCoded {
    fileprivate var recordCode: UInt8 {
        switch self {
        case .email: 1
        case .phone: 2
        case .name: 3
        case .address: 4
        case .birthDate: 5
        case .gender: 6
        }
    }
}

extension KnownPerson.Place: RecordCoded {
    fileprivate var recordCode: UInt8 {
        switch self {
        case .country: 1
        case .state: 2
        case .postalCode: 3
        case .city: 4
        }
    }
}

extension HashedField: RecordCoded {
    fileprivate var recordCode: UInt8 {
        switch self {
        case .email: 1
        case .emailGoogle: 2
        case .emailMicrosoft: 3
        case .emailReddit: 4
        case .emailDomain: 5
        case .phone: 6
        case .phonePlus: 7
        case .firstName: 8
        case .firstNamePlain: 9
        case .firstNameGoogle: 10
        case .firstNameAnalytics: 11
        case .lastName: 12
        case .lastNamePlain: 13
        case .lastNameGoogle: 14
        case .lastNameAnalytics: 15
        case .city: 16
        case .state: 17
        case .postalCode: 18
        case .country: 19
        case .street: 20
        case .birthDate: 21
        case .gender: 22
        case .genderPinterest: 23
        }
    }
}
