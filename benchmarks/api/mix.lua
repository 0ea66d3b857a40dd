-- The seed's mix, two GETs to one POST, and a DELETE of the oldest student for each POST, so that the table stays as large.
-- Arguments: the oldest id, and what makes this run's e-mails its own.
local turn, oldest, run, added = 0, 0, '', 0

function init(args)
  oldest = tonumber(args[1])
  run = args[2]
end

function request()
  turn = turn + 1
  local step = turn % 4
  if step == 3 then
    added = added + 1
    local email = string.format('testuser%s.%d@example.com', run, added)
    local body = string.format('{"name":"Test User %d","domain":"Engineering","gpa":8.25,"email":"%s"}', added % 9000 + 1000, email)
    return wrk.format('POST', '/students', { ['content-type'] = 'application/json' }, body)
  elseif step == 0 then
    oldest = oldest + 1
    return wrk.format('DELETE', '/students/' .. (oldest - 1))
  end
  return wrk.format('GET', '/students')
end
