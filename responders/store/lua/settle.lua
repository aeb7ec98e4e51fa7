-- Removes what was sent and remembers its sealed message ids; answers the ids that had been cancelled meanwhile.
-- KEYS outbox outbox:due | sent lists   ARGV now | (id, place of its list or 0, sealed message id) an item
local KEPT = 172800000 -- 48 h: after that no platform deletes a message for everyone
local cancelled = {}
for i = 2, #ARGV, 3 do
  local id, list = ARGV[i], tonumber(ARGV[i + 1])
  -- Nothing there is no cancellation: it is a settling whose answer was lost, told again.
  if redis.call('HGET', KEYS[1], id) == '' then cancelled[#cancelled + 1] = id end
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
  if list > 0 then
    redis.call('ZADD', KEYS[list], ARGV[1], ARGV[i + 2])
    redis.call('ZREMRANGEBYSCORE', KEYS[list], '-inf', ARGV[1] - KEPT)
    redis.call('PEXPIRE', KEYS[list], KEPT)
  end
end
return cancelled
