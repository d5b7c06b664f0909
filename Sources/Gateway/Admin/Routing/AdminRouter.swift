import Inbound

/// The table of all routes: finds the one that is meant.
///
/// A pure value, and the only place that routes come from: dispatch, `Allow` and the OpenAPI document cannot differ.
struct AdminRouter: Sendable {
    /// What a method and a path mean.
    enum Match {
        case route(AdminRoute, path: [(name: String, value: String)])
        /// The path is one of ours, for these methods.
        case otherMethod(allowed: [HTTPMethod])
        case unknown
    }

    /// In the order of the document.
    let routes: [AdminRoute]

    /// A table of the routes of all resources, and of the document itself at `/api/openapi.json`.
    ///
    /// Traps when two routes have one name, or one method and path.
    init(_ resources: [any AdminResource]) {
        let routes = resources.flatMap(\.routes)
        // The document describes its own route, which needs to know no more of it than its bytes.
        let document = OpenAPIDocument(routes + [Self.documentRoute([])]).bytes
        self.routes = routes + [Self.documentRoute(document)]
        precondition(Set(self.routes.map(\.name)).count == self.routes.count, "two routes have one name")
        precondition(
            Set(self.routes.map { "\($0.method.rawValue) \($0.path)" }).count == self.routes.count,
            "two routes have one method and path")
    }

    private static func documentRoute(_ bytes: [UInt8]) -> AdminRoute {
        AdminRoute(
            method: .get, path: "/api/openapi.json", name: "get_openapi", role: .read,
            summary: "This document: the whole admin API in OpenAPI 3.1.", answer: .json("OpenAPI 3.1")
        ) { _ in AdminReply(bytes) }
    }

    /// Finds the route for a method and the parts of a path, decoded; words win over names in braces.
    func match(_ method: HTTPMethod, _ parts: [String]) -> Match {
        let found = routes.compactMap { route -> (route: AdminRoute, fit: Fit)? in
            Fit(route, parts).map { (route, $0) }
        }
        guard let best = found.map(\.fit.wordCount).max() else { return .unknown }
        let fitting = found.filter { $0.fit.wordCount == best }
        if let one = fitting.first(where: { $0.route.method == method }) {
            return .route(one.route, path: one.fit.values)
        }
        return .otherMethod(allowed: fitting.map(\.route.method))
    }

    /// The first words behind `/api/`, each once.
    var groups: [String] {
        var groups: [String] = []
        for group in routes.map(\.group) where !groups.contains(group) { groups.append(group) }
        return groups
    }
}

extension AdminRoute {
    /// The parts of the path: words, and names in braces.
    var template: [Substring] { path.dropFirst().split(separator: "/") }

    /// The first word behind `/api/`, under which the document lists the route.
    var group: String { template.dropFirst().first.map(String.init) ?? "" }

    /// The parameters that stand in the path.
    var pathParameters: [AdminParameter] { parameters.filter { template.contains("{\($0.name)}") } }
}

/// How a path fits a route.
private struct Fit {
    /// What stands for the names in braces.
    var values: [(name: String, value: String)] = []
    /// How many parts are the very words of the route.
    var wordCount = 0

    init?(_ route: AdminRoute, _ parts: [String]) {
        var rest = parts[...]
        for part in route.template {
            guard let value = rest.popFirst() else { return nil }
            guard part.first == "{" else {
                guard part == value else { return nil }
                wordCount += 1
                continue
            }
            let name = String(part.dropFirst().dropLast())
            // An id may hold slashes that were not encoded.
            let takesRest = route.parameters.contains { $0.name == name && $0.takesRest }
            values.append((name, takesRest ? ([value] + rest).joined(separator: "/") : value))
            if takesRest { rest = [] }
        }
        guard rest.isEmpty else { return nil }
    }
}
