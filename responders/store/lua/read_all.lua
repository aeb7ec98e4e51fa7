-- Every key whose name begins with KEYS[1], as it is at one moment: {name, type, expires or -1, values} each.
-- The walk stops the server for about 10 us a key; a shard at a time keeps that short.
-- KEYS prefix: in a cluster it leads to the primary that has them all
local answer, cursor = {}, '0'
local seen = {}
repeat
  local page = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    if string.sub(key, 1, #KEYS[1]) == KEYS[1] and not seen[key] then
      seen[key] = true
      local kind = redis.call('TYPE', key).ok
      local values
      if kind == 'string' then values = {redis.call('GET', key)}
      elseif kind == 'hash' then values = redis.call('HGETALL', key)
      elseif kind == 'zset' then values = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
      elseif kind == 'list' then values = redis.call('LRANGE', key, 0, -1) end
      answer[#answer + 1] = {key, kind, redis.call('PEXPIRETIME', key), values or {}}
    end
  end
until cursor == '0'
return answer
