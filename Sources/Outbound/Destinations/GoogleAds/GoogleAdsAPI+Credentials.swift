import EventModel
import JSON
import Platform

extension GoogleAdsAPI {
    /// Lets the API that is configured check one made-up conversion without keeping it (reference google_ads, 1.1 and 2.2).
    func credentialCheck(token: String?, at time: Timestamp) -> CredentialCheck {
        guard let action = options.actions.sorted(by: { $0.key < $1.key }).first else {
            return .impossible("conversion_actions is empty")
        }
        return options.isLegacy ? uploadCheck(action.value, token, time) : ingestCheck(action, token, time)
    }

    private func ingestCheck(
        _ action: (key: String, value: String), _ token: String?, _ time: Timestamp
    ) -> CredentialCheck {
        var json = JSONWriter()
        json.object { json in
            GoogleAdsIngest.writeHead(action: action.value, reference: action.key, options, to: &json)
            if !options.validatesOnly { json.member("validateOnly", true) }
            json.key("events")
            json.array { json in
                json.object { json in
                    json.member("transactionId", "tracklayer-check")
                    json.time("eventTimestamp", time)
                    json.member("eventSource", "WEB")
                    json.key("adIdentifiers")
                    json.object { $0.member("gclid", "tracklayer-check") }
                }
            }
        }
        let request = PlatformRequest(
            url: options.ingestURL, headers: headers(token, isLegacy: false), body: json.bytes)
        return .request(request) { response in
            let answer = GoogleAdsAnswer(response)
            switch response.statusCode {
            case 200: return .valid
            // The made-up click is what Google should complain of.
            case 400 where answer.isAboutEventsOnly: return .valid
            case 400, 401, 403, 404: return .invalid(answer.words)
            default: return .unknown(answer.words)
            }
        }
    }

    /// The upload itself, as reading the account would not tell whether it is still open to the token.
    private func uploadCheck(_ action: String, _ token: String?, _ time: Timestamp) -> CredentialCheck {
        var json = JSONWriter()
        json.object { json in
            json.key("conversions")
            json.array { json in
                json.object { json in
                    json.member("conversionAction", options.resource(of: action))
                    json.member("conversionDateTime", GoogleAdsUpload.text(of: time))
                    json.member("gclid", "tracklayer-check")
                    json.member("orderId", "tracklayer-check")
                }
            }
            json.member("partialFailure", true)
            json.member("validateOnly", true)
        }
        let request = PlatformRequest(
            url: options.uploadURL, headers: headers(token, isLegacy: true), body: json.bytes)
        return .request(request) { response in
            let answer = GoogleAdsAnswer(response)
            switch response.statusCode {
            // The made-up click may be complained of; the account, the action and the token may not.
            case 200:
                guard let fault = answer.configurationFault else { return .valid }
                return .invalid(fault.words)
            case 400, 401, 403, 404:
                return .invalid(answer.words.isEmpty ? "HTTP \(response.statusCode)" : answer.words)
            default: return .unknown(answer.words)
            }
        }
    }
}
