-- One acknowledgement after the other for wrk: a random task, that task's own reference, a message nobody sent before.
-- soap-20k sends messages of 20 KB instead. Arguments: soap, rest or soap-20k, API key, number of tasks, name of the run. The last line it prints is the result as JSON.
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

local OPERATION = "ProcessInstanceTaskExternalAcknowledgement"
local ENVELOPE = '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><'
  .. OPERATION .. ' xmlns="http://tempuri.org/"><taskId>TSK-%d</taskId><externalReference>INC-%d</externalReference><message>%s-%d-%d</message></'
  .. OPERATION .. '></soap:Body></soap:Envelope>'
local LARGE = "ProcessInstanceTaskExternalUpdateMessage"
local LARGE_ENVELOPE = ENVELOPE:gsub(OPERATION, LARGE)
local FILLER = string.rep("The engineer measured the line again & found nothing. ", 378):gsub("&", "&amp;"):sub(1, 20480)
local JSON = '{"externalReference":"INC-%d","message":"%s-%d-%d"}'

local counter = 0

function init(args)
  kind, key, tasks, run = args[1], args[2], tonumber(args[3]), args[4]
  local seed = 0
  for i = 1, #run do seed = (seed * 31 + run:byte(i)) % 1000003 end
  math.randomseed(seed * 64 + id)
  headers = { ["X-API-Key"] = key }
  if kind ~= "rest" then
    headers["Content-Type"] = "text/xml; charset=utf-8"
    headers["SOAPAction"] = '"http://tempuri.org/' .. (kind == "soap" and OPERATION or LARGE) .. '"'
  else
    headers["Content-Type"] = "application/json"
  end
end

function request()
  counter = counter + 1
  local task = math.random(tasks)
  if kind == "soap" then
    local body = string.format(ENVELOPE, task, task, run, id, counter)
    return wrk.format("POST", "/Workflow/Webservice/WorkflowService.asmx", headers, body)
  end
  if kind == "soap-20k" then
    local body = LARGE_ENVELOPE:format(task, task, FILLER .. run, id, counter)
    return wrk.format("POST", "/Workflow/Webservice/WorkflowService.asmx", headers, body)
  end
  local path = "/v1/tasks/TSK-" .. task .. "/acknowledgement"
  return wrk.format("POST", path, headers, string.format(JSON, task, run, id, counter))
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\n{"answers":%d,"refused":%d,"broken":%d,"micros":%d,"p50":%d,"p99":%d}\n',
    summary.requests, e.status, e.connect + e.read + e.write + e.timeout, summary.duration,
    latency:percentile(50), latency:percentile(99)))
end
