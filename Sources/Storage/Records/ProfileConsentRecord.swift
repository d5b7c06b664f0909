package import EventModel

extension ProfileConsent: ProfileRecord {
    package static var family: Family { .consents }

    // version · purposes (code · denied · time) · categories (provider · id · denied · time)
    package init(reading bytes: [UInt8]) throws(MalformedRecord) {
        var reader = try ByteReader(record: bytes)
        self.init(
            purposes: try reader.list { reader throws(MalformedRecord) in
                let code = try reader.integer(UInt8.self)
                guard let purpose = ConsentPurpose.allCases.first(where: { $0.recordCode == code }) else {
                    throw MalformedRecord(reason: "a consent purpose is unknown")
                }
                return PurposeStatement(purpose, isDenied: try reader.flag(), saidAt: try reader.time())
            },
            categories: try reader.list { reader throws(MalformedRecord) in
                CategoryStatement(
                    provider: try reader.text(), id: try reader.text(), isDenied: try reader.flag(),
                    saidAt: try reader.time())
            })
        try reader.finish()
    }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(RecordVersion.current)
        bytes.appendList(purposes) { bytes, statement in
            bytes.append(statement.purpose.recordCode)
            bytes.appendFlag(statement.isDenied)
            bytes.appendTime(statement.saidAt)
        }
        bytes.appendList(categories) { bytes, statement in
            bytes.appendText(statement.provider)
            bytes.appendText(statement.id)
            bytes.appendFlag(statement.isDenied)
            bytes.appendTime(statement.saidAt)
        }
    }
}

extension ConsentPurpose {
    /// The value in records, never renumbered.
    fileprivate var recordCode: UInt8 {
        switch self {
        case .analytics: 1
        case .ads: 2
        case .adsUserData: 3
        case .adsPersonalization: 4
        }
    }
}
