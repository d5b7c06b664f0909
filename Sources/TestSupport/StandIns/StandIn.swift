/// What a stand-in of one platform's API checks and answers: what the real one does, by its reference.
///
/// For tests only. One file a platform in this folder; ``StandIns/all`` lists them.
public protocol StandInAPI: Sendable {
    /// The kind of destination that it stands for.
    static var kind: String { get }

    /// Settings (`key=value`) with which a destination gets on with it, `base_url` aside.
    static var settings: [String] { get }

    /// Where it hands out tokens, for `token_url`; nil if it does not.
    static var tokenPath: String? { get }

    /// Whether one bad event sinks its whole request.
    static var isAllOrNothing: Bool { get }

    /// The events of a request with what is wrong with each, or the answer to a request that is wrong as a whole:
    /// method, path, headers, credentials, shape, size.
    static func read(_ request: TestReceiver.Request) -> StandInReading

    /// The answer to a request whose events were looked at.
    static func answer(_ events: [StandInEvent]) -> TestReceiver.Answer

    /// The answer to a token that is no good.
    static var badToken: TestReceiver.Answer { get }

    /// The answer to too many requests.
    static var throttled: TestReceiver.Answer { get }
}

extension StandInAPI {
    /// Nil: it hands out none.
    public static var tokenPath: String? { nil }
}

/// One event as a stand-in read it.
public struct StandInEvent: Sendable {
    /// What the platform deduplicates by.
    public var id: String
    /// What is wrong with it, in the platform's words; nil if nothing is.
    public var fault: String?

    /// An event.
    public init(id: String, fault: String? = nil) {
        self.id = id
        self.fault = fault
    }
}

/// What a stand-in made of a request.
public enum StandInReading: Sendable {
    case events([StandInEvent])
    case refused(TestReceiver.Answer)
}

/// A running stand-in on loopback.
public final class StandIn: Sendable {
    /// What it does beside what its API checks.
    public struct Behaviour: Sendable {
        /// Events that it finds fault with, by id.
        public var badEvents: Set<String> = []
        /// Whether it refuses the token.
        public var refusesToken = false
        /// How many requests it answers with "too many" first.
        public var throttleCount = 0
        /// What it answers first, whatever it is asked.
        public var firstAnswers: [TestReceiver.Answer] = []

        /// One that accepts all that is right.
        public init() {}
    }

    private struct State: Sendable {
        var behaviour: Behaviour
        var accepted: [String] = []
        var faults: [String] = []
        var batchSizes: [Int] = []
        var throttled = 0
    }

    /// The words that bad events are refused with.
    public static let badWords = "the stand-in was told to refuse this one"

    /// The API.
    public let api: any StandInAPI.Type
    private let state: Watched<State>
    private let receiver: TestReceiver

    /// Starts one.
    public init(_ api: any StandInAPI.Type, _ behaviour: Behaviour = Behaviour()) {
        self.api = api
        let state = Watched(State(behaviour: behaviour))
        self.state = state
        receiver = TestReceiver { request in Self.answer(request, api, state) }
    }

    /// What to set as `base_url`.
    public var baseURL: String { receiver.url(Self.prefix) }

    /// Settings (`key=value`) with which a destination delivers to it.
    public var settings: [String] {
        api.settings + ["base_url=\(baseURL)"] + (api.tokenPath.map { ["token_url=\(baseURL)\($0)"] } ?? [])
    }

    /// The ids of accepted events, in order.
    public var accepted: [String] { state.withLock { $0.accepted } }

    /// What it found wrong, apart from what it was told to.
    public var faults: [String] { state.withLock { $0.faults } }

    /// How many events each request that was looked at had.
    public var batchSizes: [Int] { state.withLock { $0.batchSizes } }

    /// The requests so far.
    public var requests: [TestReceiver.Request] { receiver.requests }

    /// Changes what it does.
    public func behave(_ change: (inout Behaviour) -> Void) { state.withLock { change(&$0.behaviour) } }

    /// Waits until so many events are accepted; false if they do not come.
    public func waitForAccepted(_ count: Int) -> Bool { state.wait { $0.accepted.count >= count } }

    /// Ends it.
    public func stop() { receiver.stop() }

    /// Where its paths begin: what comes to others is some other test's, whose port it has now.
    private static let prefix = "/stand-in"

    private static func answer(
        _ original: TestReceiver.Request, _ api: any StandInAPI.Type, _ state: Watched<State>
    ) -> TestReceiver.Answer {
        guard original.target.hasPrefix(prefix) else { return .status(404) }
        var request = original
        request.target.removeFirst(prefix.utf8.count)
        let reading = api.read(request)
        return state.withLock { state in
            let isAboutTokens = api.tokenPath.map { $0 == request.target } ?? false
            if isAboutTokens, case .refused(let answer) = reading { return answer }
            if state.behaviour.refusesToken { return api.badToken }
            if !state.behaviour.firstAnswers.isEmpty { return state.behaviour.firstAnswers.removeFirst() }
            if state.throttled < state.behaviour.throttleCount {
                state.throttled += 1
                return api.throttled
            }
            switch reading {
            case .refused(let answer):
                state.faults.append("\(request.method) \(request.target): \(answer)")
                return answer
            case .events(var events):
                state.batchSizes.append(events.count)
                state.faults += events.compactMap { event in event.fault.map { "\(event.id): \($0)" } }
                for index in events.indices where state.behaviour.badEvents.contains(events[index].id) {
                    events[index].fault = badWords
                }
                let isSunk = api.isAllOrNothing && events.contains { $0.fault != nil }
                if !isSunk { state.accepted += events.filter { $0.fault == nil }.map(\.id) }
                return api.answer(events)
            }
        }
    }
}

/// All stand-ins.
public enum StandIns {
    /// One for each platform.
    public static let all: [any StandInAPI.Type] = [
        MetaStandIn.self, TikTokStandIn.self, PinterestStandIn.self, SnapchatStandIn.self, RedditStandIn.self,
        GA4StandIn.self, GoogleAdsStandIn.self, LinkedInStandIn.self, XStandIn.self, MicrosoftStandIn.self,
        QuoraStandIn.self,
    ]
}

// MARK: - What several of them check

extension JSONTree {
    /// Whether this is a SHA-256 in lower-case hexadecimal, and not that of nothing.
    public var isSHA256: Bool {
        guard let text = string, text.utf8.count == 64 else { return false }
        let isHex = text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return isHex && text != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    }

    /// A whole number.
    public var int: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }

    /// A number.
    public var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
}

extension TestReceiver.Request {
    /// The body as JSON; nil if it is none.
    public var json: JSONTree? { try? JSONTree(body) }

    /// The one value of a header; nil if there is none, or more.
    public func value(of name: String) -> String? {
        let found = values(of: name)
        return found.count == 1 ? found[0] : nil
    }
}
