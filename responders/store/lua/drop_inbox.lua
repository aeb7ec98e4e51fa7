-- Takes an arrival out of the inbox that no commit took along, and marks it as worked.
-- KEYS  done inbox
-- ARGV  mark
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('SET', KEYS[1], 'inbox', 'PX', 90000000, 'NX')
return 1
