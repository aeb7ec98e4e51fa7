-- Names of open cases whose timer is missing, or was due before ARGV[1] and nobody has claimed it since.
-- KEYS open timers   ARGV latest
local late = {}
local latest = tonumber(ARGV[1])
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local due = redis.call('ZSCORE', KEYS[2], name)
  if not due or tonumber(due) < latest then late[#late + 1] = name end
end
return late
