-- Notes the time of whoever looks, and finds out that clocks went back. Then everything that was timed by the wrong
-- one is due as much earlier, once, whoever looks first. Answers {last time or '', milliseconds back, 1 if re-timed, 2 if
-- it would be: a question that lay somewhere while its process stood still looks alike, so it is asked again}.
-- KEYS looked timers outbox:due
-- ARGV now, latest that the looker has used, least that counts, soon, least between two, 1 if this is asked again
local call = redis.call
local now, latest, soon = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
local held = call('HMGET', KEYS[1], 'at', 'back')
local at, back = math.max(tonumber(held[1] or now), latest), tonumber(held[2] or '-inf')
if at - now <= tonumber(ARGV[3]) then
  if not held[1] or now - tonumber(held[1]) >= 1000 then call('HSET', KEYS[1], 'at', ARGV[1]) end
  return {held[1] or '', 0, 0}
end
-- Again so soon: it was done already, or another worker lives with another clock, and every ladder would ring
-- whenever one of them looks.
if now >= back and now - back < tonumber(ARGV[5]) then return {held[1] or '', at - now, 0} end
if ARGV[6] ~= '1' then return {held[1] or '', at - now, 2} end
for place = 2, 3 do
  -- What is due soon was set since the clock went back, or is rung soon anyway.
  local found = call('ZRANGE', KEYS[place], '(' .. now + soon, '+inf', 'BYSCORE', 'WITHSCORES')
  for i = 1, #found, 2 do
    if string.sub(found[i], 1, 7) ~= 'digest:' then -- a digest waits for working time, by any clock
      call('ZADD', KEYS[place], tonumber(found[i + 1]) - (at - now), found[i])
    end
  end
end
call('HSET', KEYS[1], 'at', ARGV[1], 'back', ARGV[1])
return {held[1] or '', at - now, 1}
