import Inbound
import JSON
import Platform
import Testing

@testable import Gateway

/// The table of routes, without a socket.
@Suite struct AdminRouterTests {
    private struct Resource: AdminResource {
        let routes: [AdminRoute]
    }

    private static func route(
        _ method: HTTPMethod, _ path: String, _ name: String, _ parameters: [AdminParameter] = [],
        role: AdminRole = .read
    ) -> AdminRoute {
        AdminRoute(
            method: method, path: path, name: name, role: role, summary: "Does \(name).", parameters: parameters,
            answer: .object("Answer", [AdminField("success", .flag)]),
            perform: { _ in AdminReply(Array("{}".utf8)) })
    }

    private let router = AdminRouter([
        Resource(routes: [
            route(.get, "/api/things", "list"), route(.post, "/api/things", "make", role: .operate),
            route(.get, "/api/things/{name}", "show", [.text("name", "A name.")]),
            route(.post, "/api/things/all", "all", role: .operate),
            route(
                .get, "/api/find/{id}", "find", [AdminParameter("id", .text(limit: 100), "An id.", takesRest: true)]),
        ])
    ])

    private func found(_ method: HTTPMethod, _ path: String) -> String {
        switch router.match(method, path.split(separator: "/").map(String.init)) {
        case .route(let route, let path):
            ([route.name] + path.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
        case .otherMethod(let allowed): "405 " + allowed.map(\.rawValue).joined(separator: ",")
        case .unknown: "404"
        }
    }

    @Test func aPathMeansOneRoute() {
        #expect(found(.get, "api/things") == "list")
        #expect(found(.post, "api/things") == "make")
        #expect(found(.delete, "api/things") == "405 GET,POST")
        #expect(found(.get, "api/things/a b") == "show name=a b")
        #expect(found(.post, "api/things/all") == "all", "words win over names in braces")
        #expect(found(.get, "api/things/all") == "405 POST")
        #expect(found(.head, "api/things/x") == "405 GET")
        #expect(found(.get, "api/things/x/y") == "404")
        #expect(found(.get, "api") == "404")
        #expect(found(.get, "") == "404")
        #expect(found(.get, "api/find/a/b/c") == "find id=a/b/c")
        #expect(found(.get, "api/find") == "404")
        #expect(found(.get, "api/openapi.json") == "get_openapi")
    }

    @Test func theDocumentHasEveryRouteAndItself() throws {
        let document = JSONDocument()
        let root = try document.parse(OpenAPIDocument(router.routes).bytes)
        let paths = try #require(root[name: "paths"])
        let operations = paths.members.flatMap { path in
            path.value.members.map { "\($0.name.uppercased()) \(path.name)" }
        }
        #expect(operations.sorted() == router.routes.map { "\($0.method.rawValue) \($0.path)" }.sorted())
        guard case .route(let route, _) = router.match(.get, ["api", "openapi.json"]) else {
            Issue.record("the document has no route")
            return
        }
        let call = AdminRequest(
            caller: AdminCaller(tokenName: "t", role: .read, remoteAddress: "::1"), body: [],
            values: try AdminValues(path: [], query: nil, known: []))
        #expect(try route.perform(call).body == OpenAPIDocument(router.routes).bytes)
    }

    // MARK: - Parameters

    struct Case: Sendable, CustomTestStringConvertible {
        var query: String
        /// Nil if it is taken.
        var refusal: String?
        var testDescription: String { query }

        init(_ query: String, _ refusal: String? = nil) {
            self.query = query
            self.refusal = refusal
        }
    }

    private static let known: [AdminParameter] = [
        .text("destination", "A name."), .limit(10, most: 20), .sequence, .cursor,
        AdminParameter("all", .flag, "All."), AdminParameter("from", .time, "From."),
        AdminParameter("status", .choice(["queued", "delivered"]), "A status."),
        .text("person", "Who.", isPersonal: true), AdminParameter("id", .delivery, "Which."),
    ]

    private static let names = "destination, limit, sequence, cursor, all, from, status, person, id"

    @Test(
        arguments: [
            Case(""), Case("destination=a%20b"), Case("limit=20"), Case("limit=1"),
            Case("sequence=9999999999999999999"),
            Case("all=true"), Case("all=false"), Case("from=2026-01-31T12:00:00.125Z"), Case("status=queued"),
            Case("from=2026-01-31T12:00:00%2B01:00"),
            Case("limit=0", "limit: give a whole number from 1 to 20"),
            Case("limit=21", "limit: give a whole number from 1 to 20"),
            Case("limit=+5", "limit: give a whole number from 1 to 20"),
            Case("limit=%2B5", "limit: give a whole number from 1 to 20"),
            Case("limit=", "limit: give a whole number from 1 to 20"),
            Case("limit=2&limit=2", "limit: give it once"),
            Case("sequence=10000000000000000000", "sequence: give the number of an event, as lists show it"),
            Case("sequence=-1", "sequence: give the number of an event, as lists show it"),
            Case("id=42/hook"), Case("id=42/a/b"),
            Case("id=42/", "id: give SEQUENCE/DESTINATION, as the list shows it"),
            Case("id=/hook", "id: give SEQUENCE/DESTINATION, as the list shows it"),
            Case("id=x42/hook", "id: give SEQUENCE/DESTINATION, as the list shows it"),
            Case("all=yes", "all: give true or false"),
            Case("from=2026-13-31T12:00:00Z", "from: write a time as 2026-01-31T12:00:00Z; in a URL a plus is %2B"),
            Case("status=qeued", "status: did you mean queued? known are queued, delivered"),
            Case("status=lost", "status: known are queued, delivered"),
            Case("destination=", "destination: give a text of 1 to 512 characters"),
            Case("destinatoin=x", "destinatoin: is not known here, did you mean destination? known: \(names)"),
            Case("other=x", "other: is not known here; known: \(names)"),
            Case("cursor=00", "cursor: give next_cursor of the page before as it is, to the same list"),
            Case("destination=%zz", "a parameter is not percent-encoded UTF-8"),
        ]
    )
    func parametersAreStrict(_ c: Case) {
        do throws(AdminFailure) {
            _ = try AdminValues(path: [], query: c.query, known: Self.known)
            #expect(c.refusal == nil)
        } catch {
            #expect(error.message == c.refusal)
            #expect(error.kind.status == 400)
        }
    }

    @Test func whatIsRequiredMustBeThere() throws {
        let known = [AdminParameter("to", .text(limit: 9), "To.", isRequired: true)]
        #expect(throws: AdminFailure.self) { _ = try AdminValues(path: [], query: nil, known: known) }
        #expect(try AdminValues(path: [], query: "to=x", known: known)["to"] == "x")
    }

    @Test func aPartOfThePathIsNotTakenFromTheQuery() {
        #expect(throws: AdminFailure.self) {
            _ = try AdminValues(path: [("sequence", "1")], query: "sequence=2", known: Self.known)
        }
    }

    @Test func theAuditLogSeesNoPersonalValue() throws {
        let values = try AdminValues(
            path: [("destination", "hook")], query: "person=ada@example.com&all=true", known: Self.known)
        #expect(values.summary(Self.known) == "destination=hook all=true person=***")
    }

    @Test func timesCountToTheMillisecond() {
        let base = Timestamp(CivilTime(year: 2026, month: 1, day: 31, hour: 12))
        #expect(AdminTime.timestamp("2026-01-31T12:00:00Z") == base)
        #expect(AdminTime.timestamp("2026-01-31T12:00:00.5Z") == base + .milliseconds(500))
        #expect(AdminTime.timestamp("2026-01-31T13:00:00.0419+01:00") == base + .milliseconds(41))
        #expect(AdminTime.timestamp("2026-01-31 12:00:00Z") == nil)
    }

    // MARK: - Cursors

    @Test func aCursorComesBackWholeAndForItsOwnListOnly() throws {
        for place in [[], [0], Array(repeating: UInt8(255), count: 40), Array(0..<200)] {
            let text = AdminCursor.text(place, in: "events")
            #expect(try AdminCursor.place(text, in: "events") == place)
            #expect(text.utf8.allSatisfy { $0.isASCIILetterOrDigit || "-_".utf8.contains($0) })
            #expect(throws: AdminFailure.self) { _ = try AdminCursor.place(text, in: "deliveries") }
            #expect(throws: AdminFailure.self) { _ = try AdminCursor.place(String(text.dropLast()), in: "events") }
            #expect(throws: AdminFailure.self) { _ = try AdminCursor.place(text + "A", in: "events") }
        }
        for text in ["", "x", "\u{1F600}", "!!!!", String(repeating: "A", count: 4096)] {
            #expect(throws: AdminFailure.self, "\(text.prefix(8))") { _ = try AdminCursor.place(text, in: "events") }
        }
    }
}
