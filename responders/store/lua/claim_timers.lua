-- Leases the timers that are due: answers {next due, name, ...}. Only a commit sets or removes a timer.
-- KEYS timers   ARGV now, lease ends, limit
local answer = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, name in ipairs(answer) do redis.call('ZADD', KEYS[1], ARGV[2], name) end
table.insert(answer, 1, redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or '')
return answer
