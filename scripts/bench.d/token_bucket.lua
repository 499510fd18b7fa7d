-- A token bucket as one keeps it in Redis: KEYS[1] the user, ARGV[1] tokens a second, ARGV[2] how many there may be at once.
-- Answers whether the request is admitted and how many tokens are left.
local clock = redis.call('TIME')
local now_us = clock[1] * 1000000 + clock[2]
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local stored = redis.call('HMGET', KEYS[1], 'tokens', 'at_us')
local tokens = tonumber(stored[1]) or burst
tokens = math.min(burst, tokens + (now_us - (tonumber(stored[2]) or now_us)) * rate / 1000000)
local admitted = 0
if tokens >= 1 then
    admitted = 1
    tokens = tokens - 1
end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at_us', now_us)
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return {admitted, math.floor(tokens)}
