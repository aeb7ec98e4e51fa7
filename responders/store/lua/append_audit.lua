-- Appends when the chain still ends where the writer thinks: answers '' done, or the head as it is now.
-- KEYS {audit} {audit}:head {audit}:id:<entry id>   ARGV expected head, link, entry
if redis.call('EXISTS', KEYS[3]) == 1 then
  redis.call('PEXPIRE', KEYS[3], 90000000) -- a write, for WAITAOF
  return ''
end
local head = redis.call('GET', KEYS[2]) or string.rep('\0', 32)
if head ~= ARGV[1] then return head end
redis.call('RPUSH', KEYS[1], ARGV[2] .. ARGV[3])
redis.call('SET', KEYS[2], ARGV[2])
redis.call('SET', KEYS[3], '', 'PX', 90000000)
return ''
