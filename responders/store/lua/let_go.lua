-- Gives back what this process had, so that the next one need not wait.   KEYS what   ARGV who
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
