/// What the router decided for one destination.
public struct RouteVerdict: Sendable, Equatable {
    /// The configured name of the destination.
    public let destination: String
    /// Nil when the event goes there; else the first rule that said no (`filter:event_name`, `disabled`, …).
    public let refusal: String?
    /// What the refusing rule wants instead, in words and without any value of the event; nil where there is no more to say.
    public let detail: String?
    /// What consent came to; nil where the destination demands none or the event did not get that far.
    public let consent: ConsentFinding?

    /// A verdict; without a refusal the event goes to the destination.
    public init(destination: String, refusal: String?, detail: String? = nil, consent: ConsentFinding? = nil) {
        self.destination = destination
        self.refusal = refusal
        self.detail = detail
        self.consent = consent
    }
}

/// What decided about consent for one event and one destination, for people to read.
public struct ConsentFinding: Sendable, Equatable {
    /// Where an answer came from.
    ///
    /// Raw values are contracts.
    public enum Origin: String, Sendable, CaseIterable {
        /// The event itself.
        case event
        /// What the person said before, or later but in time.
        case profile
        /// Nobody: the person's country asks for consent first.
        case optInRegion = "opt_in_region"
        /// Nobody: the person's country does not ask for consent first.
        case optOutRegion = "opt_out_region"
    }

    /// The answer for one purpose.
    public struct Answer: Sendable, Equatable {
        /// What for.
        public let purpose: ConsentPurpose
        /// What was said.
        public let answer: ConsentAnswer
        /// By whom.
        public let origin: Origin

        /// An answer and where it came from.
        public init(_ purpose: ConsentPurpose, _ answer: ConsentAnswer, from origin: Origin) {
            self.purpose = purpose
            self.answer = answer
            self.origin = origin
        }
    }

    /// The answers for the purposes that the destination demands, in its order.
    public var answers: [Answer]
    /// The categories of the destination's list that are denied.
    public var deniedCategories: [String]
    /// What has to be left out or marked if the event is sent.
    public var transformation: ConsentTransformation

    /// A finding; nothing found unless told.
    public init(
        answers: [Answer] = [], deniedCategories: [String] = [], transformation: ConsentTransformation = []
    ) {
        self.answers = answers
        self.deniedCategories = deniedCategories
        self.transformation = transformation
    }
}

/// What consent asks of a request that may be sent (reference inbound, 7.4).
public struct ConsentTransformation: OptionSet, Sendable, Hashable {
    /// One bit for each flag.
    public let rawValue: UInt8

    /// The flags whose bits are set.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `ads_personalization` is denied: send the platform's flag for ads that are not personalized.
    public static let nonPersonalized = ConsentTransformation(rawValue: 1)
    /// `ads_user_data` is denied and not demanded: no hashed e-mail, phone, name or address, only click ids.
    public static let stripUserData = ConsentTransformation(rawValue: 2)

    /// The names of the flags, as in records; contracts.
    public var names: [String] {
        (contains(.nonPersonalized) ? ["non_personalized"] : []) + (contains(.stripUserData) ? ["strip_user_data"] : [])
    }
}
