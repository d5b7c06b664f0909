import EventModel
import JSON
import Testing

@testable import Canonicalizer

@Suite struct PersonPageURLTests {
    func clean(_ json: String) throws -> (url: String?, notes: [Note]) {
        let parsed = try PersonJSON(json)
        var notes = NoteList()
        let url = PageURL.clean(parsed.value, notes: &notes)
        return (url, notes.notes)
    }

    @Test(
        "URLs without anything personal stay as they are",
        arguments: [
            "https://shop.example.com/", "http://example.com", "HTTPS://Example.com/A?b=C",
            "https://example.com/a?b=c&d=e#f",
            "https://example.com/?fbclid=IwAR2_x&utm_source=fb", "https://example.com/#/thanks?gclid=x",
            "https://example.com/?a",
            "https://example.com/path;token=1/x?y=z", "https://example.com/?email=&phone=",
            "https://example.com/@user/post",
            "https://example.com/?q=a%20b&c=%E4%BD%A0", "https://example.com/?x=a?y=b&z#w=v",
        ])
    func untouched(_ url: String) throws {
        let cleaned = try clean(jsonString(url))
        #expect(cleaned.url == url)
        #expect(cleaned.notes.isEmpty)
    }

    @Test(
        "personal parts are taken out",
        arguments: [
            ("https://jane:secret@example.com/a", "https://example.com/a"),
            ("https://jane@example.com", "https://example.com"),
            ("https://a@b@example.com/?x=1", "https://example.com/?x=1"),
            ("https://jane:a&b=c@example.com/?x=1", "https://example.com/?x=1"),
            ("https://&@example.com/?email=x&y=1", "https://example.com/?y=1"),
            ("https://a&b@example.com", "https://example.com"),
            ("https://example.com/?email=jane", "https://example.com/"),
            ("https://example.com/?Email=jane&a=1", "https://example.com/?a=1"),
            ("https://example.com/?a=1&phone=123&b=2", "https://example.com/?a=1&b=2"),
            ("https://example.com/?a=1&user_email=x#f", "https://example.com/?a=1#f"),
            ("https://example.com/?x=jane%40example.com&a=1", "https://example.com/?a=1"),
            ("https://example.com/?x=jane@example.com", "https://example.com/"),
            ("https://example.com/?u=https%3A%2F%2Fy.com%2F%3Fe%3Da%2540b.co&z=1", "https://example.com/?z=1"),
            ("https://example.com/?jane@example.com", "https://example.com/"),
            ("https://example.com/u/jane@example.com/x", "https://example.com/u/removed/x"),
            ("https://example.com/u/jane%40example.com", "https://example.com/u/removed"),
            ("https://example.com/#/a?email=x&b=1", "https://example.com/#/a?b=1"),
            ("https://example.com/#access_token=abc&state=1", "https://example.com/#state=1"),
            ("https://example.com/?customer%5Bemail%5D=x&a=1", "https://example.com/?a=1"),
            ("https://example.com/?customer[phone]=1&a=1", "https://example.com/?a=1"),
            ("https://example.com/?first_name=J&last_name=D&a=1", "https://example.com/?a=1"),
            ("https://example.com/?password=x&token=y&sid=1", "https://example.com/?sid=1"),
            ("https://example.com/?a=1&amp;email=x", "https://example.com/?a=1"),
            ("https://example.com/?email=x?phone=y", "https://example.com/"),
            ("https://example.com?email=x", "https://example.com"),
        ])
    func personal(_ url: String, _ expected: String) throws {
        let cleaned = try clean(jsonString(url))
        #expect(cleaned.url == expected)
        #expect(cleaned.notes == [.personalDataRemoved])
        #expect(try clean(jsonString(expected)).url == expected)
    }

    @Test(
        "other schemes are dropped",
        arguments: [
            #""javascript:alert(1)""#, #""data:text/html,x""#, #""android-app://com.example""#, #""ftp://example.com""#,
            #""//example.com/""#, #""/path""#, #""example.com""#, #""http:/example.com""#, #""https://""#, "7", "true",
            "{}",
            #""mailto:jane@example.com""#, #""file:///etc/passwd""#,
        ])
    func otherSchemes(_ json: String) throws {
        let cleaned = try clean(json)
        #expect(cleaned.url == nil)
        #expect(cleaned.notes == [.pageURLDropped])
    }

    @Test("no URL is none", arguments: ["null", #""""#, #""  ""#])
    func nothing(_ json: String) throws {
        let cleaned = try clean(json)
        #expect(cleaned.url == nil)
        #expect(cleaned.notes.isEmpty)
        var notes = NoteList()
        #expect(PageURL.clean(nil, notes: &notes) == nil)
    }

    @Test(
        "long URLs are cut between characters and escapes",
        arguments: ["a", "é", "€", "😀", "%C3%A9", "x%C3%A9", "xx%C3", "a€", "xé"])
    func long(_ pattern: String) throws {
        let start = "https://e.co/?a="
        let fill = String(repeating: pattern, count: 20_000)
        let cleaned = try clean(jsonString(start + fill))
        let url = try #require(cleaned.url)
        #expect((start + fill).hasPrefix(url))
        #expect(url.utf8.count <= PageURL.byteLimit && url.utf8.count >= PageURL.byteLimit - 3)
        #expect(!url.contains("\u{FFFD}"))
        let tail = url.suffix(2)
        #expect(!tail.contains("%"))
        #expect(cleaned.notes == [.pageURLTruncated])
    }

    @Test func aURLOfTheLimitIsNotCut() throws {
        let url = "https://e.co/?a=" + String(repeating: "a", count: PageURL.byteLimit - 16)
        #expect(try clean(jsonString(url)).url == url)
    }

    @Test func whatIsCutOffCannotHideAnAddress() throws {
        let url = "https://e.co/?x=" + String(repeating: "a", count: 8160) + "&to=jane@example.com&b=1"
        let cleaned = try #require(try clean(jsonString(url)).url)
        #expect(!cleaned.contains("jane"))
    }
}
