-- One turn, applied completely or not at all. Answers 1 applied, 0 done before, or the records as they are now (stale).
-- KEYS  done outbox outbox:due timers open | records | hashes | sent lists
-- ARGV  counts nonce | (how value) a record | (how field value) a field | (score id item) a queued item
--       | cancelled ids | (name score) a timer | (name score) an open case
-- how, of a record: a(bsent) n(o matter) t(ag), then w(rite) d(elete) c(heck), the 12-byte tag, milliseconds to keep
local call, sub = redis.call, string.sub
local marked, records, fields, queued, cancelled, timers, open, lists = struct.unpack('>BHHHHHHH', ARGV[1])
local MARK_KEPT = 90000000 -- 25 h, one more than a platform repeats a message

if marked == 1 then
  local by = call('GET', KEYS[1])
  if by then
    -- A write even here: WAITAOF covers only what this connection wrote, and the first answer may have been lost.
    call('PEXPIRE', KEYS[1], MARK_KEPT)
    if by == ARGV[2] then return 1 end
    return 0
  end
end

local stale, ours = false, false
for i = 1, records do
  local how = ARGV[1 + 2 * i]
  local expected = sub(how, 1, 1)
  if expected ~= 'n' then
    local tag = call('GETRANGE', KEYS[5 + i], 0, 11)
    if (expected == 'a' and tag ~= '') or (expected == 't' and tag ~= sub(how, 3, 14)) then
      stale = true
      -- A tag is a random nonce: finding the new one means that this very commit was applied and its answer lost.
      if sub(how, 2, 2) == 'w' and tag == sub(ARGV[2 + 2 * i], 1, 12) then ours = true end
    end
  end
end
if ours then
  if marked == 0 then call('SET', KEYS[1], '', 'PX', 1) end -- a write, for WAITAOF; there is nothing else to touch
  return 1
end
if stale then return call('MGET', unpack(KEYS, 6, 5 + records)) end

local key, arg = 6, 3
for _ = 1, records do
  local how, act = ARGV[arg], sub(ARGV[arg], 2, 2)
  if act == 'w' then
    local kept = sub(how, 15)
    if kept == '' then call('SET', KEYS[key], ARGV[arg + 1]) else call('SET', KEYS[key], ARGV[arg + 1], 'PX', kept) end
  elseif act == 'd' then
    call('DEL', KEYS[key])
  end
  key, arg = key + 1, arg + 2
end
for _ = 1, fields do
  local how = ARGV[arg]
  if how == 's' then call('HSET', KEYS[key], ARGV[arg + 1], ARGV[arg + 2])
  elseif how == 'd' then call('HDEL', KEYS[key], ARGV[arg + 1])
  else call('HINCRBY', KEYS[key], ARGV[arg + 1], ARGV[arg + 2]) end
  key, arg = key + 1, arg + 3
end
for _ = 1, queued do
  call('HSET', KEYS[2], ARGV[arg + 1], ARGV[arg + 2])
  call('ZADD', KEYS[3], ARGV[arg], ARGV[arg + 1])
  arg = arg + 3
end
for _ = 1, cancelled do
  -- An empty item stays until its lease ends, so that a sender who holds it learns that it was cancelled.
  if call('HEXISTS', KEYS[2], ARGV[arg]) == 1 then call('HSET', KEYS[2], ARGV[arg], '') end
  arg = arg + 1
end
for set = 4, 5 do
  for _ = 1, (set == 4) and timers or open do
    if ARGV[arg + 1] == '' then call('ZREM', KEYS[set], ARGV[arg]) else call('ZADD', KEYS[set], ARGV[arg + 1], ARGV[arg]) end
    arg = arg + 2
  end
end
for _ = 1, lists do
  call('DEL', KEYS[key])
  key = key + 1
end
if marked == 1 then call('SET', KEYS[1], ARGV[2], 'PX', MARK_KEPT) end
return 1
