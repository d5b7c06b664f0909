import Platform

extension ConfigurationFormat where Value == Timestamp {
    /// A date and time with its offset from UTC (RFC 3339).
    static var timestamp: ConfigurationFormat {
        scalar("time", show: \.rfc3339) { (text) throws(ConfigurationComplaint) in
            guard let time = RFC3339.timestamp(text.text) else {
                throw ConfigurationComplaint("is no time; write it as 2026-01-31T12:00:00Z or with +01:00")
            }
            return time
        }
    }
}
