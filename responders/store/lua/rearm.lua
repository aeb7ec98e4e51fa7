-- Sets the timer of each named case that is still open; a case that was closed meanwhile stays closed.
-- KEYS open timers   ARGV due, names
local armed = 0
for i = 2, #ARGV do
  if redis.call('ZSCORE', KEYS[1], ARGV[i]) then
    redis.call('ZADD', KEYS[2], ARGV[1], ARGV[i])
    armed = armed + 1
  end
end
return armed
