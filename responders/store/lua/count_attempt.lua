-- Counts one attempt at a message and keeps the count as long as the platform may repeat the message (25 h).
-- KEYS attempts
local count = redis.call('INCR', KEYS[1])
redis.call('PEXPIRE', KEYS[1], 90000000)
return count
