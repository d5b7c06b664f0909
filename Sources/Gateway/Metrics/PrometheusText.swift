import Platform

/// Writes metrics as Prometheus reads them (exposition format 0.0.4,
/// https://prometheus.io/docs/instrumenting/exposition_formats/).
struct PrometheusText {
    /// What a metric is; decides how Prometheus treats it.
    enum Kind: String {
        case counter, gauge, histogram
    }

    /// A label and its value.
    typealias Labels = KeyValuePairs<String, String>

    private(set) var bytes: [UInt8] = []
    private var name = ""

    /// A text without metrics.
    init() { bytes.reserveCapacity(16 << 10) }

    /// Begins a metric, whose samples follow.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        line("# HELP \(name) \(help)")
        line("# TYPE \(name) \(kind.rawValue)")
    }

    /// Writes a sample of the metric begun last.
    mutating func sample(_ value: some BinaryInteger) { sample([:], value) }

    /// Writes a sample of the metric begun last.
    mutating func sample(_ labels: Labels, _ value: some BinaryInteger) { sample("", labels, "\(value)") }

    /// Writes a sample of the metric begun last.
    mutating func sample(_ labels: Labels = [:], seconds value: Duration) {
        sample("", labels, Self.decimal(value.wholeNanoseconds, scale: 1_000_000_000))
    }

    /// Writes a histogram of the metric begun last.
    mutating func sample(_ histogram: Histogram) { sample([:], histogram) }

    /// Writes a histogram of the metric begun last.
    mutating func sample(_ labels: Labels, _ histogram: Histogram) {
        var total: UInt64 = 0
        for (bound, count) in zip(histogram.buckets.bounds, histogram.counts) {
            total += count
            let text = Self.decimal(bound, scale: histogram.buckets.scale)
            sample("_bucket", labels, "\(total)", ("le", text))
        }
        // From the same counts, so that the last bucket and the count are always equal.
        sample("_bucket", labels, "\(histogram.count)", ("le", "+Inf"))
        sample("_sum", labels, Self.decimal(histogram.sum, scale: histogram.buckets.scale))
        sample("_count", labels, "\(histogram.count)")
    }

    private mutating func sample(
        _ suffix: String, _ labels: Labels, _ value: String, _ more: (name: String, value: String)? = nil
    ) {
        var text = name + suffix
        var separator = "{"
        func append(_ name: String, _ value: String) {
            text += separator + name + "=\"" + Self.escaped(value) + "\""
            separator = ","
        }
        for (name, value) in labels { append(name, value) }
        if let more { append(more.name, more.value) }
        if separator == "," { text += "}" }
        line(text + " " + value)
    }

    private mutating func line(_ line: String) {
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A number divided by a power of ten, exactly and without trailing zeros.
    static func decimal(_ value: UInt64, scale: UInt64) -> String {
        let (whole, part) = value.quotientAndRemainder(dividingBy: scale)
        guard part > 0 else { return "\(whole)" }
        // One digit more than the scale has zeros, and then without the one in front.
        var digits = Substring("\(part + scale)").dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// A label's value as it stands between quotes.
    static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == 0x5C || $0 == 0x22 || $0 == 0x0A }) else { return value }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
