import Platform
import Testing

@Suite struct LoggerTests {
    private struct FixedClock: WallClock {
        let now = Timestamp(milliseconds: 1_776_953_553_004)
    }

    private struct Collector: LogSink {
        let lines = Guarded([String]())
        func write(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("a line is one JSON object with time, level, message and fields")
    func format() {
        let sink = Collector()
        let logger = Logger(level: .debug, sink: sink, clock: FixedClock())
        logger.info("started", ["port": "8080", "quote\"": "a\\b\nc\u{1}é"])
        logger.debug("detail")
        #expect(
            sink.lines.withLock { $0 } == [
                "{\"time\":\"2026-04-23T14:12:33.004Z\",\"level\":\"info\",\"message\":\"started\",\"port\":\"8080\","
                    + "\"quote\\\"\":\"a\\\\b\\nc\\u0001é\"}",
                "{\"time\":\"2026-04-23T14:12:33.004Z\",\"level\":\"debug\",\"message\":\"detail\"}",
            ])
    }

    @Test("lines below the level are not written", arguments: LogLevel.allCases)
    func level(_ level: LogLevel) {
        let sink = Collector()
        let logger = Logger(level: level, sink: sink, clock: FixedClock())
        logger.debug("one")
        logger.info("two")
        logger.warning("three")
        logger.error("four")
        #expect(sink.lines.withLock { $0.count } == 4 - level.rawValue)
    }
}
