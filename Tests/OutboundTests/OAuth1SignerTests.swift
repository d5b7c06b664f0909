import Outbound
import Platform
import Testing

@Suite struct OAuth1SignerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var signer: OAuth1Signer
        var method = HTTPMethod.post
        var url: String
        var form: [Field] = []
        var nonce: String
        var seconds: Int64
        var base: String?
        var signature: String
        var testDescription: String { name }
    }

    struct Field: Sendable {
        var name: String
        var value: String
    }

    private static func vendorSample(_ method: OAuth1Signer.SignatureMethod) -> OAuth1Signer {
        // The credentials that X's documentation publishes for trying out a signature.
        OAuth1Signer(
            consumerKey: "xvz1evFS4wEEPTGEFPHBog", consumerSecret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
            token: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
            tokenSecret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE", signatureMethod: method)
    }

    private static func conversions(_ method: OAuth1Signer.SignatureMethod) -> OAuth1Signer {
        OAuth1Signer(
            consumerKey: "example-consumer-key", consumerSecret: "example-consumer-secret",
            token: "example-access-token", tokenSecret: "example-token-secret", signatureMethod: method)
    }

    static let cases = [
        // RFC 5849, 1.2.
        Case(
            name: "the photos of the RFC",
            signer: OAuth1Signer(
                consumerKey: "dpf43f3p2l4k3l03", consumerSecret: "kd94hf93k423kf44", token: "nnch734d00sl2jdk",
                tokenSecret: "pfkkdhi9sl3r4s00", namesVersion: false),
            method: .get, url: "http://photos.example.net/photos?file=vacation.jpg&size=original", nonce: "chapoH",
            seconds: 137_131_202,
            base: "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key"
                + "%3Ddpf43f3p2l4k3l03%26oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA1"
                + "%26oauth_timestamp%3D137131202%26oauth_token%3Dnnch734d00sl2jdk%26size%3Doriginal",
            signature: "MdpQcU8iPSUjWoN/UDMsK2sui9I="),
        Case(
            name: "X's sample, with a form", signer: vendorSample(.hmacSHA1),
            url: "https://api.x.com/1.1/statuses/update.json?include_entities=true",
            form: [Field(name: "status", value: "Hello Ladies + Gentlemen, a signed OAuth request!")],
            nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", seconds: 1_318_622_958,
            signature: "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="),
        Case(
            name: "the same at its old host", signer: vendorSample(.hmacSHA1),
            url: "https://api.twitter.com/1.1/statuses/update.json?include_entities=true",
            form: [Field(name: "status", value: "Hello Ladies + Gentlemen, a signed OAuth request!")],
            nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", seconds: 1_318_622_958,
            signature: "hCtSmYh+iHYCEqBWrE7C7hYmtUk="),
        Case(
            name: "the same with SHA-256, in the query", signer: vendorSample(.hmacSHA256),
            url: "https://api.x.com/1.1/statuses/update.json?include_entities=true"
                + "&status=Hello+Ladies%20%2b%20Gentlemen%2C%20a%20signed%20OAuth%20request%21",
            nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", seconds: 1_318_622_958,
            signature: "Y7BFuDt8vvXhZyL9pCkZgsB6xIoEasWp6ujwtN0HAwo="),
        Case(
            name: "a conversion, whose JSON is not signed", signer: conversions(.hmacSHA1),
            url: "https://ads-api.x.com/12/measurement/conversions/o8z6j", nonce: "6f1d2c3b4a59687766554433221100ff",
            seconds: 1_795_010_605,
            base: "POST&https%3A%2F%2Fads-api.x.com%2F12%2Fmeasurement%2Fconversions%2Fo8z6j&oauth_consumer_key"
                + "%3Dexample-consumer-key%26oauth_nonce%3D6f1d2c3b4a59687766554433221100ff"
                + "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1795010605"
                + "%26oauth_token%3Dexample-access-token%26oauth_version%3D1.0",
            signature: "EK66+WElxp6Dd+yI25cvA+o35y4="),
        Case(
            name: "a conversion with SHA-256", signer: conversions(.hmacSHA256),
            url: "https://ads-api.x.com/12/measurement/conversions/o8z6j", nonce: "6f1d2c3b4a59687766554433221100ff",
            seconds: 1_795_010_605, signature: "rb0GV8MVsAXPdo8JimcMYAhtaVT0i4D0acJlUfhwTns="),
    ]

    @Test(arguments: cases)
    func signs(_ c: Case) {
        let form = c.form.map { (name: $0.name, value: $0.value) }
        let time = Timestamp(seconds: c.seconds)
        if let base = c.base {
            #expect(c.signer.baseString(c.method, c.url, form: form, nonce: c.nonce, at: time) == base)
        }
        #expect(c.signer.signature(c.method, c.url, form: form, nonce: c.nonce, at: time) == c.signature)
    }

    /// RFC 5849, 3.4.1.1; the secrets of this one are not published.
    @Test func theBaseStringOfTheRFC() {
        let signer = OAuth1Signer(
            consumerKey: "9djdj82h48djs9d2", consumerSecret: "", token: "kkk9d7dh3k39sjv7", namesVersion: false)
        let base = signer.baseString(
            .post, "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b#part",
            form: [("c2", ""), ("a3", "2 q")], nonce: "7d8f3e4a", at: Timestamp(seconds: 137_131_201))
        #expect(
            base == "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D"
                + "%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a"
                + "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201"
                + "%26oauth_token%3Dkkk9d7dh3k39sjv7")
    }

    @Test func theHeaderIsEncodedAndInOrder() {
        let header = Self.conversions(.hmacSHA1).authorization(
            .post, "https://ads-api.x.com/12/measurement/conversions/o8z6j", nonce: "6f1d2c3b4a59687766554433221100ff",
            at: Timestamp(seconds: 1_795_010_605))
        #expect(
            header == #"OAuth oauth_consumer_key="example-consumer-key", "#
                + #"oauth_nonce="6f1d2c3b4a59687766554433221100ff", oauth_signature="EK66%2BWElxp6Dd%2ByI25cvA%2Bo35y4%3D", "#
                + #"oauth_signature_method="HMAC-SHA1", oauth_timestamp="1795010605", "#
                + #"oauth_token="example-access-token", oauth_version="1.0""#)
    }

    @Test func noncesDifferAndSecretsDoNotShow() {
        #expect(Set((0..<100).map { _ in OAuth1Signer.freshNonce() }).count == 100)
        #expect(OAuth1Signer.freshNonce().utf8.count == 32)
        let signer = Self.conversions(.hmacSHA1)
        var dumped = ""
        dump(signer, to: &dumped)
        for text in ["\(signer)", String(reflecting: signer), dumped] { #expect(!text.contains("example")) }
    }

    @Test func formsAreEncodedByTheUnreservedCharacters() {
        #expect(FormEncoding.percentEncoded("aZ09-._~") == "aZ09-._~")
        #expect(FormEncoding.percentEncoded("a b+&=/é😀%*") == "a%20b%2B%26%3D%2F%C3%A9%F0%9F%98%80%25%2A")
        #expect(
            FormEncoding.body([("scope", "a/b c"), ("empty", ""), ("x", "1")])
                == Array("scope=a%2Fb%20c&empty=&x=1".utf8))
    }
}
