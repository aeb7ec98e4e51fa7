-- Counts one process's attempt at a message, once however often it asks: an answer may be lost, and is asked for again.
-- The count is kept as long as the platform may repeat the message (25 h).
-- KEYS attempts   ARGV the process
if redis.call('TYPE', KEYS[1]).ok == 'string' then redis.call('DEL', KEYS[1]) end -- counted by an earlier version
redis.call('HSET', KEYS[1], ARGV[1], '')
redis.call('PEXPIRE', KEYS[1], 90000000)
return redis.call('HLEN', KEYS[1])
