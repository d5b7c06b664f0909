import Foundation
import TestSupport

/// A gateway's answer to a post.
struct Reply: Sendable {
    let status: Int
    let response: RawHTTPResponse

    init(_ response: RawHTTPResponse) {
        self.response = response
        status = response.status
    }

    /// The value of the first header field of that name.
    func header(_ name: String) -> String? { response.header(name) }

    /// The body, with the name that the request happened to get replaced by `*`, so that it can be compared whole.
    var text: String {
        response.text.replacing(#/"request_id":"req_[0-9a-f]{16}"/#, with: #""request_id":"*""#)
    }

    /// What the body says; fails the test if it is not an answer's JSON.
    var body: AnswerBody {
        get throws {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(AnswerBody.self, from: Data(response.body))
        }
    }

    /// What the body says of the only item.
    var item: AnswerBody.Item {
        get throws {
            let items = try body.results ?? []
            guard items.count == 1 else { throw UnexpectedItems(text: text) }
            return items[0]
        }
    }
}

/// An answer that should have been about one item.
struct UnexpectedItems: Error {
    let text: String
}

/// The body of an answer (reference inbound, section 0; design, section 8).
struct AnswerBody: Decodable {
    struct Item: Decodable {
        var index: Int
        var messageId: String?
        var status: String
        var code: String?
        var field: String?
        var eventId: String?
        var canonicalEvent: String?
        var identityState: String?
        var downstreamReady: Bool?
        var duplicateOf: String?
        var matchedKey: String?
        var conflict: Bool?
        var notes: [String]?
    }

    struct ItemError: Decodable {
        var index: Int?
        var field: String?
        var code: String
        var message: String
    }

    var success: Bool
    var requestId: String
    var accepted: Int?
    var duplicates: Int?
    var ignored: Int?
    var rejected: Int?
    var results: [Item]?
    var code: String?
    var message: String?
    var errors: [ItemError]?
}
