-- SPDX-License-Identifier: Apache-2.0
-- For "make bench-peers": sends one request, METHOD NAME VALUE NAME VALUE ..., and writes what came of it as JSON.

function init(arguments)
    wrk.method = arguments[1]
    for place = 2, #arguments, 2 do
        wrk.headers[arguments[place]] = arguments[place + 1]
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "microseconds": %d, "errors": %d, "p50": %d, "p99": %d}\n',
        summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.timeout + errors.status,
        latency:percentile(50), latency:percentile(99)
    ))
end
