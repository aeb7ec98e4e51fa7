-- Leases what is due: answers {next due, id, item, id, item, ...}.
-- KEYS outbox outbox:due   ARGV now, lease ends, limit
local ids = redis.call('ZRANGE', KEYS[2], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
local answer = {''}
if #ids > 0 then
  local items = redis.call('HMGET', KEYS[1], unpack(ids))
  for i, id in ipairs(ids) do
    if items[i] and items[i] ~= '' then
      redis.call('ZADD', KEYS[2], ARGV[2], id)
      answer[#answer + 1] = id
      answer[#answer + 1] = items[i]
    else -- cancelled, and nobody holds it any more
      redis.call('HDEL', KEYS[1], id)
      redis.call('ZREM', KEYS[2], id)
    end
  end
end
answer[1] = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2] or ''
return answer
