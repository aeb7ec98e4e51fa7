-- Changes one field of a hash if it still is as it was seen; answers 1 if it now holds the new value, else 0.
-- KEYS hash   ARGV field, first 12 bytes seen ('' for absent), new value
local now = redis.call('HGET', KEYS[1], ARGV[1])
if now == ARGV[3] then -- this very change, told again after its answer was lost; written again, for WAITAOF
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  return 1
end
if (now and string.sub(now, 1, 12) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
