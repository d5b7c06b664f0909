import JSON
import Platform

extension LinkedInAPI {
    /// Looks at every rule with the token, or without an account at who the token belongs to (section 1).
    func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        guard let adAccountID else {
            return .request(lookUp("/rest/me", token)) { finding($0, ofRule: nil) }
        }
        return .requests(
            namedRules.map { id, name in
                let path = "/rest/conversions/\(id)?account=urn%3Ali%3AsponsoredAccount%3A\(adAccountID)"
                return (lookUp(path, token), { finding($0, ofRule: name) })
            })
    }

    private func lookUp(_ path: String, _ token: String?) -> PlatformRequest {
        PlatformRequest(method: .get, url: baseURL + path, headers: headers(token), body: [])
    }

    /// The configured rules, each once, with what they are called in messages: the id and the events that count for it.
    private var namedRules: [(id: String, name: String)] {
        var events: [String: [String]] = [:]
        for (event, urns) in rules {
            for id in urns.map(\.linkedInRuleID) { events[id, default: []].append(event) }
        }
        return events.sorted { $0.key < $1.key }.map { id, events in
            (id, "\(id) (\(Set(events).sorted().joined(separator: ", ")))")
        }
    }

    private func finding(_ response: HTTPResponse, ofRule rule: String?) -> CredentialCheck.Finding {
        let answer = PlatformAnswer(response)
        let said = answer["message"]?.string.map(PlatformWords.clean)
        let words = said ?? "\(response.statusCode)"
        switch response.statusCode {
        case 200:
            guard let rule else { return .valid }
            if let method = answer["conversionMethod"]?.string, method != "CONVERSIONS_API" {
                return .invalid("rule \(rule) is for \(PlatformWords.clean(method)), not for the Conversions API")
            }
            return answer["enabled"]?.bool == false ? .invalid("rule \(rule) is switched off") : .valid
        case 401: return .invalid(words)
        case 403:
            return .invalid("\(words) (the token's role on the ad account\(rule.map { ", or rule \($0)" } ?? ""))")
        case 404: return .invalid("\(words) (\(rule.map { "there is no rule \($0)" } ?? "no such resource"))")
        case 426: return .invalid("API version \(version) is retired; raise api_version")
        default:
            let words = said ?? "LinkedIn did not say why"
            return .unknown(rule.map { "\(words) (rule \($0))" } ?? words)
        }
    }
}
