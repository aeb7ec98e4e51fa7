-- Puts one arrival into the inbox. Answers 0: it was worked before; 1: it waits now; 2: it was waiting already.
-- KEYS  done inbox
-- ARGV  mark value
local call = redis.call
local KEPT = 691200000 -- 8 days: the transit key of anything older is gone

-- A write on every path: WAITAOF covers only what this connection wrote, and the first answer may have been lost.
if call('EXISTS', KEYS[1]) == 1 then
  call('PEXPIRE', KEYS[1], 90000000)
  return 0
end
local is_new = call('HSETNX', KEYS[2], ARGV[1], ARGV[2])
call('PEXPIRE', KEYS[2], KEPT)
if is_new == 1 or call('HGET', KEYS[2], ARGV[1]) == ARGV[2] then return 1 end
return 2
