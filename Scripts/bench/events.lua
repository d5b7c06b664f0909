-- wrk script: unique Order Completed events, one a POST or BATCH a POST.
-- Environment: BATCH (default 1), TARGET_PATH (default /rudderstack/events), SECRET.
local batch = tonumber(os.getenv("BATCH") or "1")
local path = os.getenv("TARGET_PATH") or "/rudderstack/events"
local secret = os.getenv("SECRET") or ""

-- Some 810 bytes with 12-digit ids: what RudderStack's webhook destination sends for a small order.
local before = '{"type":"track","event":"Order Completed","messageId":"bench-'
local anonymous = '","anonymousId":"visitor-'
local user = '","userId":"customer-'
local middle = '","channel":"web","originalTimestamp":"2026-04-23T14:12:07.100Z","sentAt":"2026-04-23T14:12:07.124Z",'
    .. '"timestamp":"2026-04-23T14:12:07.534Z","receivedAt":"2026-04-23T14:12:08.558Z",'
    .. '"context":{"ip":"203.0.113.42","locale":"en-US","userAgent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)",'
    .. '"page":{"url":"https://shop.example.com/thanks?gclid=Cj0KCQjw","title":"Thank you"},'
    .. '"traits":{"email":"jane'
local phone = '@example.com","phone":"+49'
local order = '"}},"properties":{"order_id":"order-'
local after = '","revenue":25.5,"shipping":3,"tax":2,"currency":"USD",'
    .. '"products":[{"product_id":"507f1f77","sku":"45790-32","name":"Monopoly","price":19,"quantity":1}]},'
    .. '"integrations":{"All":true}}'

local threads = 0
function setup(thread)
    thread:set("thread_number", threads)
    threads = threads + 1
end

local counter = 0
local prefix
local function event()
    counter = counter + 1
    local id = prefix .. string.format("%09d", counter)
    local person = prefix .. string.format("%09d", counter % 10000)
    return before .. id .. anonymous .. person .. user .. person .. middle .. person .. phone .. person .. order .. id .. after
end

local head
function init(args)
    -- Runs differ by their second, threads by their number, so that no id comes twice.
    prefix = string.format("%02d%d", os.time() % 100, thread_number)
    local length = #event()
    if batch > 1 then length = length * batch + batch + 1 end
    head = "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        .. "X-TrackLayer-Secret: " .. secret .. "\r\nContent-Length: " .. length .. "\r\n\r\n"
end

function request()
    if batch == 1 then return head .. event() end
    local events = {}
    for i = 1, batch do events[i] = event() end
    return head .. "[" .. table.concat(events, ",") .. "]"
end

function done(summary, latency)
    io.write(string.format(
        "RESULT requests=%d seconds=%.3f p50_us=%d p99_us=%d max_us=%d errors=%d\n",
        summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99), latency.max,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status
            + summary.errors.timeout))
end
