-- What is due further away than anything but a case and a digest can be is due now; answers how many.
-- KEYS timers outbox:due   ARGV now, farthest
local call = redis.call
local moved = 0
for place, other in ipairs({'case:', 'digest:'}) do
  for _, name in ipairs(call('ZRANGE', KEYS[place], '(' .. ARGV[2], '+inf', 'BYSCORE')) do
    if string.sub(name, 1, #other) ~= other then
      call('ZADD', KEYS[place], ARGV[1], name)
      moved = moved + 1
    end
  end
end
return moved
