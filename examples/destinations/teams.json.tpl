{{!-- An Adaptive Card 1.4 in a message: anything else gets 202 and then fails in the flow. --}}
{
  "type": "message",
  "attachments": [{
    "contentType": "application/vnd.microsoft.card.adaptive",
    "contentUrl": null,
    "content": {
      "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
      "type": "AdaptiveCard",
      "version": "1.4",
      "msteams": {"width": "Full"},
      "body": [
        {"type": "TextBlock", "text": "{{markdown (truncate (concat event_name " " (default properties.order_id event_id)) 300)}}", "weight": "Bolder", "size": "Medium", "wrap": true},
        {"type": "FactSet", "facts": [
          {{#if properties.value}}{"title": "Value", "value": "{{properties.value}} {{custom_data.currency}}"},{{/if}}
          {{#if custom_data.num_items}}{"title": "Items", "value": "{{custom_data.num_items}}"},{{/if}}
          {"title": "From", "value": "{{markdown (truncate (default platform source) 100)}}"},
          {"title": "Time", "value": "{{date occurred_at "%Y-%m-%d %H:%M"}} UTC"}
        ]}
      ]
    }
  }]
}
