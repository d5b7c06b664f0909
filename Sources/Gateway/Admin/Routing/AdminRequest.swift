import Inbound
import Platform

/// Who asks: the name of a token, never the token.
struct AdminCaller: Sendable, Equatable {
    let tokenName: String
    let role: AdminRole
    /// The client's numeric address, or that of the last proxy.
    let remoteAddress: String
}

/// One call of a route, its parameters checked.
struct AdminRequest {
    let caller: AdminCaller
    /// What was sent; empty unless the route takes a body.
    let body: [UInt8]
    let values: AdminValues

    /// The value of a parameter, if it was given.
    subscript(name: String) -> String? { values[name] }

    /// The names of all parameters that were given, those of the path included.
    var names: Set<String> { values.names }

    /// The value of a parameter that stands in the path or is required.
    func part(_ name: String) -> String { values[name] ?? "" }

    /// A whole number, if it was given.
    func integer(_ name: String) -> Int? { values[name].flatMap { Int($0) } }

    /// `true` or `false`, which is also what absence means.
    func flag(_ name: String) -> Bool { values[name] == "true" }

    /// A time, if it was given.
    func time(_ name: String) -> Timestamp? { values[name].flatMap { AdminTime.timestamp($0) } }

    /// The number of an event, if it was given.
    func sequence(_ name: String = "sequence") -> UInt64? { values[name].flatMap { UInt64($0) } }

    /// The place where a page of `list` begins, if it is not the beginning.
    ///
    /// - Throws: ``AdminFailure`` if the cursor was made for another list.
    func place(in list: String) throws(AdminFailure) -> [UInt8]? {
        guard let text = values["cursor"] else { return nil }
        return try AdminCursor.place(text, in: list)
    }
}

/// What stood in path and query, all of it known and of its kind, and nothing twice.
///
/// Strict, as a filter that is overlooked would make an order mean more than its sender wanted.
struct AdminValues: Equatable {
    private var values: [String: String] = [:]

    /// Checks what was sent against what a route takes.
    ///
    /// - Throws: ``AdminFailure`` for the first part that does not hold.
    init(path: [(name: String, value: String)], query: String?, known: [AdminParameter]) throws(AdminFailure) {
        let text = query ?? ""
        let pairs = QueryString(text).pairs
        guard pairs.count == text.split(separator: "&").count else {
            throw AdminFailure(400, "bad_request", "a parameter is not percent-encoded UTF-8")
        }
        for (name, value) in path { try set(name, value, known) }
        let pathNames = Set(path.map(\.name))
        for (name, value) in pairs {
            guard !pathNames.contains(name) else { throw .parameter(name, "stands in the path already") }
            try set(name, value, known.filter { !pathNames.contains($0.name) })
        }
        for parameter in known where parameter.isRequired && values[parameter.name] == nil {
            throw .parameter(parameter.name, "is required")
        }
    }

    private mutating func set(_ name: String, _ value: String, _ known: [AdminParameter]) throws(AdminFailure) {
        guard let parameter = known.first(where: { $0.name == name }) else {
            let names = known.map(\.name)
            let nearest = Spelling.nearest(to: name, among: names).map { ", did you mean \($0)? " } ?? "; "
            let list = names.isEmpty ? "none" : names.joined(separator: ", ")
            throw .parameter(String(name.prefix(40)), "is not known here\(nearest)known: \(list)")
        }
        try parameter.check(value)
        guard values.updateValue(value, forKey: name) == nil else { throw .parameter(name, "give it once") }
    }

    /// The value of a parameter, if it was given.
    subscript(name: String) -> String? { values[name] }

    /// The names of all that were given.
    var names: Set<String> { Set(values.keys) }

    /// What was given, without personal values, for the audit log: `destination=hook reason=rejected`.
    func summary(_ known: [AdminParameter]) -> String {
        known.compactMap { parameter in
            values[parameter.name].map { "\(parameter.name)=\(parameter.isPersonal ? "***" : $0)" }
        }.joined(separator: " ")
    }
}
