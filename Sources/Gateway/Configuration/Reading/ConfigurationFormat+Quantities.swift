extension ConfigurationFormat where Value == Duration {
    /// A number with a unit: `500ms`, `2s`, `30m`, `12h`, `30d`, or several, `2h40m`.
    static func duration(in range: ClosedRange<Duration>) -> ConfigurationFormat {
        let bounds = "\(Quantity.text(range.lowerBound)) to \(Quantity.text(range.upperBound))"
        return scalar("duration, \(bounds)", show: Quantity.text) { (text) throws(ConfigurationComplaint) in
            guard let duration = Quantity.duration(text.text) else {
                throw ConfigurationComplaint(
                    "is no duration; write a number and a unit, such as 500ms, 2s, 30m, 12h or 30d")
            }
            guard range.contains(duration) else {
                throw ConfigurationComplaint("is out of range; use \(bounds)")
            }
            return duration
        }
    }
}

extension ConfigurationFormat where Value == Int {
    /// A number of bytes with a unit: `512B`, `64KiB`, `8MiB`, `1GiB`.
    static func size(in range: ClosedRange<Int>) -> ConfigurationFormat {
        let bounds = "\(Quantity.text(byteCount: range.lowerBound)) to \(Quantity.text(byteCount: range.upperBound))"
        return scalar("size, \(bounds)", show: Quantity.text(byteCount:)) { (text) throws(ConfigurationComplaint) in
            guard let byteCount = Quantity.byteCount(text.text) else {
                throw ConfigurationComplaint("is no size; write a number and B, KiB, MiB or GiB, such as 64KiB")
            }
            guard range.contains(byteCount) else {
                throw ConfigurationComplaint("is out of range; use \(bounds)")
            }
            return byteCount
        }
    }
}
