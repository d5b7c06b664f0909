public import Platform

/// What a person last said about consent, kept for the person's profile (reference inbound, 7.3 rule 9).
///
/// Only explicit answers are kept, each with the time when it was said. A denial also counts for events that say
/// nothing; a grant is only kept so that it can take a denial back.
public struct ProfileConsent: Sendable, Equatable {
    /// The last answer for one purpose.
    public struct PurposeStatement: Sendable, Equatable {
        /// What it is about.
        public let purpose: ConsentPurpose
        /// Granted or denied.
        public var isDenied: Bool
        /// When it was said, by the event's own time.
        public var saidAt: Timestamp

        /// An answer.
        public init(_ purpose: ConsentPurpose, isDenied: Bool, saidAt: Timestamp) {
            self.purpose = purpose
            self.isDenied = isDenied
            self.saidAt = saidAt
        }
    }

    /// The last answer for one category of a consent tool.
    public struct CategoryStatement: Sendable, Equatable {
        /// Lower-case name of the tool, or empty.
        public let provider: String
        /// The category's id in the tool.
        public let id: String
        /// Granted or denied.
        public var isDenied: Bool
        /// When it was said, by the event's own time.
        public var saidAt: Timestamp

        /// An answer.
        public init(provider: String, id: String, isDenied: Bool, saidAt: Timestamp) {
            self.provider = provider
            self.id = id
            self.isDenied = isDenied
            self.saidAt = saidAt
        }
    }

    /// Answers for purposes, each purpose at most once.
    public private(set) var purposes: [PurposeStatement] = []
    /// Answers for categories, each at most once, at most ``categoryLimit``.
    public private(set) var categories: [CategoryStatement] = []

    /// Categories kept for one profile; beyond it only denials are added, in place of grants.
    public static let categoryLimit = 128

    /// Nothing said.
    public init() {}

    /// Statements as the store kept them.
    public init(purposes: [PurposeStatement], categories: [CategoryStatement]) {
        self.purposes = purposes
        self.categories = categories
    }

    /// What one event says, or nil if it answers nothing.
    public init?(_ state: ConsentState, saidAt: Timestamp) {
        for purpose in ConsentPurpose.allCases where state[purpose] != .unknown {
            purposes.append(PurposeStatement(purpose, isDenied: state[purpose] == .denied, saidAt: saidAt))
        }
        for category in state.categories where category.answer != .unknown {
            categories.append(
                CategoryStatement(
                    provider: category.provider, id: category.id, isDenied: category.answer == .denied, saidAt: saidAt))
        }
        if isEmpty { return nil }
    }

    /// Whether nothing was said.
    public var isEmpty: Bool { purposes.isEmpty && categories.isEmpty }

    /// Whether anything is denied.
    public var hasDenial: Bool { purposes.contains(where: \.isDenied) || categories.contains(where: \.isDenied) }

    /// The last answer for a purpose.
    public subscript(purpose: ConsentPurpose) -> PurposeStatement? { purposes.first { $0.purpose == purpose } }

    /// Takes over what was said later; of answers of one time the denial.
    ///
    /// - Returns: Whether what is kept changed. A grant said again changes nothing, so that it costs no write.
    public mutating func apply(_ newer: ProfileConsent) -> Bool {
        combine(newer) { old, new in
            guard new.saidAt > old.saidAt || new.saidAt == old.saidAt && new.isDenied else { return false }
            return new.isDenied || old.isDenied
        }
    }

    /// Takes in another profile that turned out to be the same person: denied wins, whoever said it when.
    ///
    /// - Returns: Whether what is kept changed.
    public mutating func merge(_ other: ProfileConsent) -> Bool {
        combine(other) { old, new in
            new.isDenied == old.isDenied ? new.saidAt > old.saidAt : new.isDenied
        }
    }

    private typealias Answer = (isDenied: Bool, saidAt: Timestamp)

    private mutating func combine(_ other: ProfileConsent, _ replaces: (_ old: Answer, _ new: Answer) -> Bool) -> Bool {
        let before = self
        for new in other.purposes {
            guard let index = purposes.firstIndex(where: { $0.purpose == new.purpose }) else {
                purposes.append(new)
                continue
            }
            let old = purposes[index]
            if replaces((old.isDenied, old.saidAt), (new.isDenied, new.saidAt)) { purposes[index] = new }
        }
        for new in other.categories {
            guard let index = categories.firstIndex(where: { $0.provider == new.provider && $0.id == new.id }) else {
                addCategory(new)
                continue
            }
            let old = categories[index]
            if replaces((old.isDenied, old.saidAt), (new.isDenied, new.saidAt)) { categories[index] = new }
        }
        return self != before
    }

    private mutating func addCategory(_ new: CategoryStatement) {
        if categories.count < Self.categoryLimit {
            categories.append(new)
        } else if new.isDenied, let index = categories.firstIndex(where: { !$0.isDenied }) {
            categories[index] = new
        }
    }
}

/// Reads what people said about consent.
///
/// May be called from any thread.
public protocol ProfileConsentReader: Sendable {
    /// What the person of a profile has said, or nil.
    ///
    /// - Parameters:
    ///   - profile: Any name that the profile ever had; what was said under today's name counts.
    ///   - account: The account of the profile.
    /// - Returns: The statements as far as they are written; nil if there are none.
    /// - Throws: ``StoreError`` if the store cannot be read.
    func consent(of profile: ProfileID, _ account: AccountNumber) throws(StoreError) -> ProfileConsent?
}
