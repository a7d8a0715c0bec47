/**
 * Saves one commit, all or nothing, in one step of Redis (WATCH would not do: on a shared connection every racer wins).
 *
 * KEYS: the due index, the outbox, the ledger, the commit's own key, then one key per write.
 * ARGV: how many seconds the commit's key lasts, the numbers of writes, tellings and rows; per write: member of the
 * index, expected version ('' for none), next version, state, due moment ('' for never), how many ms until it is
 * forgotten ('' for never); then the tellings; then the rows; then the member of the index without which nothing is saved
 * ('' for none), and whether it leaves it ('' for no); then, of each check, its due moment and its member. A record is one
 * string, its version, a space and its state: as a hash it would take 100 bytes more.
 *
 * A commit whose answer was lost is sent again by the client: its own key says that it was saved already.
 */
export const COMMIT_LUA = `
local writes, tellings, rows = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local first = 5 + writes * 6
local further = first + tellings + rows
local owed = ARGV[further]

if redis.call('EXISTS', KEYS[4]) == 1 then return 'saved' end
for i = 0, writes - 1 do
  local key, expected = KEYS[5 + i], ARGV[6 + i * 6]
  local exists = redis.call('EXISTS', key) == 1
  if exists ~= (expected ~= '') then return 'raced' end
  if exists and redis.call('GETRANGE', key, 0, #expected) ~= expected .. ' ' then return 'raced' end
end
if owed ~= '' and not redis.call('ZSCORE', KEYS[1], owed) then return 'raced' end
redis.call('SET', KEYS[4], 'saved', 'EX', ARGV[1])

for i = 0, writes - 1 do
  local at = 5 + i * 6
  redis.call('SET', KEYS[5 + i], ARGV[at + 2] .. ' ' .. ARGV[at + 3])
  if ARGV[at + 4] == '' then
    redis.call('ZREM', KEYS[1], ARGV[at])
  else
    redis.call('ZADD', KEYS[1], ARGV[at + 4], ARGV[at])
  end
  if ARGV[at + 5] ~= '' then redis.call('PEXPIRE', KEYS[5 + i], ARGV[at + 5]) end
end

for i = first, first + tellings - 1 do
  redis.call('XADD', KEYS[2], '*', 'telling', ARGV[i])
end
for i = first + tellings, further - 1 do
  redis.call('XADD', KEYS[3], '*', 'row', ARGV[i])
end
if owed ~= '' and ARGV[further + 1] ~= '' then redis.call('ZREM', KEYS[1], owed) end
for i = further + 2, #ARGV, 2 do
  redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1])
end
return 'saved'
`;
