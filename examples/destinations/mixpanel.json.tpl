{{!-- time is a number of milliseconds. $insert_id holds 36 letters, digits and dashes at most: another event_id becomes the
      delivery's UUID. distinct_id is always there, empty if nobody is known: without it Mixpanel takes the gateway's
      address, which would make one user of all. --}}
[{
  "event": "{{truncate (default source_event event_name) 255}}",
  "properties": {
    "time": {{date occurred_at "unix_ms"}},
    "distinct_id": "{{#if user_data.external_id}}{{user_data.external_id}}{{else if user_data.anonymous_id}}$device:{{user_data.anonymous_id}}{{/if}}",
    {{#if user_data.external_id}}"$user_id": "{{user_data.external_id}}",{{/if}}
    {{#if user_data.anonymous_id}}"$device_id": "{{user_data.anonymous_id}}",{{/if}}
    "$insert_id": "{{safe_id event_id "mixpanel"}}",
    "ip": "{{default user_data.client_ip "0"}}",
    {{#if page_url}}"$current_url": "{{truncate page_url 255}}",{{/if}}
    {{#if context.page.referrer}}"$referrer": "{{truncate context.page.referrer 255}}",{{/if}}
    {{#if context.campaign.source}}"utm_source": "{{truncate context.campaign.source 255}}",{{/if}}
    {{#if context.campaign.medium}}"utm_medium": "{{truncate context.campaign.medium 255}}",{{/if}}
    {{#if context.campaign.name}}"utm_campaign": "{{truncate context.campaign.name 255}}",{{/if}}
    {{#if properties.order_id}}"order_id": "{{truncate properties.order_id 255}}",{{/if}}
    {{#if properties.coupon}}"coupon": "{{truncate properties.coupon 255}}",{{/if}}
    {{#if properties.value}}"value": {{json properties.value}},{{/if}}
    {{#if custom_data.currency}}"currency": "{{custom_data.currency}}",{{/if}}
    {{#if custom_data.num_items}}"num_items": {{custom_data.num_items}},{{/if}}
    {{#if custom_data.items}}"product_ids": [{{#each custom_data.items}}{{json (default product_id sku)}}{{#unless @last}}, {{/unless}}{{/each}}],
    "products": [{{#each custom_data.items}}{"product_id": {{json product_id}}, "sku": {{json sku}}, "name": {{json (truncate name 255)}}, "price": {{json price}}, "quantity": {{json quantity}}}{{#unless @last}}, {{/unless}}{{/each}}],{{/if}}
    "event_id": "{{truncate event_id 255}}",
    "canonical_event": "{{event_name}}",
    "event_source": "{{source}}",
    "mp_lib": "TrackLayer"
  }
}]
