import Inbound

/// One question or order of an operator, taken apart.
struct AdminRequest {
    let method: HTTPMethod
    /// The parts of the path behind `/api/NAME`, decoded.
    let path: [String]
    /// What was sent with it; empty for most.
    let body: [UInt8]
    private let rawQuery: String?

    init(method: HTTPMethod, path: [String], query: String?, body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.body = body
        rawQuery = query
    }

    /// Refuses every other method.
    func demand(_ wanted: HTTPMethod) throws {
        guard method == wanted else {
            throw AdminFailure(405, "method_not_allowed", "use \(wanted.rawValue)", allow: wanted.rawValue)
        }
    }

    /// The parameters, if all of them are among those named.
    func query(_ known: [String]) throws -> AdminQuery { try AdminQuery(rawQuery, known: known) }
}

/// The parameters of a question, none of which is unknown, unreadable or given twice.
///
/// Strict, as a filter that is overlooked would make an order mean more than its sender wanted.
struct AdminQuery {
    private let values: [String: String]

    init(_ text: String?, known: [String]) throws {
        let text = text ?? ""
        let pairs = QueryString(text).pairs
        guard pairs.count == text.split(separator: "&").count else {
            throw AdminFailure(400, "bad_request", "a parameter is not percent-encoded UTF-8")
        }
        var values: [String: String] = [:]
        for (name, value) in pairs {
            guard known.contains(name) else {
                let names = known.isEmpty ? "none" : known.joined(separator: ", ")
                throw AdminFailure.parameter(String(name.prefix(40)), "is not known here; known: \(names)")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw AdminFailure.parameter(name, "give it once")
            }
        }
        self.values = values
    }

    /// The value of a parameter, if it was given.
    subscript(name: String) -> String? { values[name] }

    /// The names of all parameters that were given.
    var names: Set<String> { Set(values.keys) }

    /// A whole number in a range.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw AdminFailure.parameter(
                name, "give a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `true` or `false`, which is also what absence means.
    func flag(_ name: String) throws -> Bool {
        switch values[name] {
        case nil, "false": return false
        case "true": return true
        default: throw AdminFailure.parameter(name, "give true or false")
        }
    }
}

/// Why an operator gets no answer.
struct AdminFailure: Error {
    let status: Int
    /// In snake case; a contract.
    let code: String
    /// What was wrong and what to do.
    let message: String
    /// The method that is allowed, for 405.
    let allow: String?

    init(_ status: Int, _ code: String, _ message: String, allow: String? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.allow = allow
    }

    /// A parameter that cannot be followed.
    static func parameter(_ name: String, _ advice: String) -> AdminFailure {
        AdminFailure(400, "bad_parameter", "\(name): \(advice)")
    }
}

/// One thing that operators ask about, under `/api/NAME`.
///
/// Answers on the admin loop, one request after the other.
protocol AdminResource: Sendable {
    /// The body of the answer: one JSON object.
    ///
    /// - Throws: ``AdminFailure``, or ``StoreError`` if the store fails.
    func answer(_ request: AdminRequest) throws -> [UInt8]
}
