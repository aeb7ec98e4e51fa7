-- Takes or keeps what one process has at a time; answers 1 when it is this one's, else 0. By the server's own clock.
-- KEYS what   ARGV who, milliseconds
local by = redis.call('GET', KEYS[1])
if by and by ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
