import Platform
import Testing

@testable import Gateway

@Suite struct PrometheusTextTests {
    @Test func aMetricHasHelpTypeAndSamples() {
        var text = PrometheusText()
        text.family("a_total", .counter, "Things.")
        text.sample(3)
        text.sample(["name": "x\"y\\z\n"], 4)
        #expect(
            String(decoding: text.bytes, as: UTF8.self)
                == "# HELP a_total Things.\n# TYPE a_total counter\na_total 3\na_total{name=\"x\\\"y\\\\z\\n\"} 4\n")
    }

    @Test func aHistogramIsCumulative() {
        var histogram = Histogram(HistogramBuckets([1_000_000, 2_000_000_000], scale: 1_000_000_000))
        for duration in [Duration.milliseconds(1), .milliseconds(2), .seconds(2), .seconds(3)] {
            histogram.observe(duration)
        }
        var text = PrometheusText()
        text.family("d_seconds", .histogram, "Durations.")
        text.sample(["d": "x"], histogram)
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").dropFirst(2)
        #expect(
            Array(lines) == [
                #"d_seconds_bucket{d="x",le="0.001"} 1"#, #"d_seconds_bucket{d="x",le="2"} 3"#,
                #"d_seconds_bucket{d="x",le="+Inf"} 4"#, #"d_seconds_sum{d="x"} 5.003"#, #"d_seconds_count{d="x"} 4"#,
            ])
    }

    @Test(
        "numbers are exact",
        arguments: [
            (0, "0"), (1, "0.000000001"), (500_000, "0.0005"), (1_000_000_000, "1"), (60_000_000_000, "60"),
            (12_345_678_901, "12.345678901"),
        ] as [(UInt64, String)])
    func decimal(_ nanoseconds: UInt64, _ expected: String) {
        #expect(PrometheusText.decimal(nanoseconds, scale: 1_000_000_000) == expected)
    }

    @Test func theProcessKnowsWhatItTakes() {
        let facts = ProcessFacts.now
        #expect(facts.residentByteCount ?? 0 > 1 << 20)
        #expect(facts.virtualByteCount ?? 0 >= facts.residentByteCount ?? 1)
        #expect((3...100_000).contains(facts.openDescriptorCount ?? 0))
        #expect(facts.processorTime > .zero)
        #expect(facts.descriptorLimit ?? 0 >= 256)
    }
}
