/// How many events in a second or a minute.
public struct RateConfiguration: Sendable, Equatable {
    /// Events.
    public let count: Int
    /// A second or a minute.
    public let period: Duration

    /// As it is written: `25/s`, `90/m`.
    var text: String { "\(count)/\(period == .seconds(1) ? "s" : "m")" }

    /// Reads `25/s` or `90/m`; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), parts[0].utf8.count <= 9,
            let count = Int(parts[0])
        else { return nil }
        switch parts[1] {
        case "s": period = .seconds(1)
        case "m": period = .seconds(60)
        default: return nil
        }
        self.count = count
    }
}

extension ConfigurationFormat where Value == RateConfiguration {
    /// A number of events in a second or minute.
    static var rate: ConfigurationFormat {
        scalar("rate, 1/m to 100000/s", show: \.text) { (text) throws(ConfigurationComplaint) in
            guard let rate = RateConfiguration(text.text) else {
                throw ConfigurationComplaint("is no rate; write a number, a slash and s or m, such as 25/s or 90/m")
            }
            guard (1...100_000).contains(rate.count) else {
                throw ConfigurationComplaint("is out of range; use 1/m to 100000/s")
            }
            return rate
        }
    }
}
