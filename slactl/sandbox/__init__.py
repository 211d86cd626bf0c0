"""A local CloudWatch to try everything on and to test everything on.

Nothing of slactl imports it but its command and the tests; the one rule is that it shows what AWS
would show, its limits and its silences included, and that it misbehaves only when told to.

The interface::

    from slactl.sandbox.requests import RequestLog
    log = RequestLog.from_rows([("2026-10-01T00:00:00Z", "GET /missions", 120.0, 200), ...])
                      # (timestamp: RFC 3339 or ms, operation, latency_ms, status[, service[, environment]])
    log = RequestLog.from_csv("october.csv", service="missions-api", environment="lambda:prod")

    from slactl.sandbox.world import Behaviour, World
    world = World(log, gateway=None, now=1793836800, account="123456789012", region="eu-west-1",
                  anchoring="start", values="exact", lambda_style=False, gateway_kind="rest",
                  behaviour=Behaviour(), first_seen=None, linked={})
    world.now = ...; world.behaviour = Behaviour.parse(["throttle=0.1", "forbid=Fault"])
    world.add_series("AWS/DynamoDB", "ThrottledRequests", {"TableName": "t"}, "Count", times_ms, values)

    world.alarms.put("MetricAlarm", {"AlarmName": "a", ...}, at)   # or with boto3
    world.alarms.rings("a", "ALARM", at, "reason")                 # history, and actions where nothing mutes them
    world.alarms.broken[arn] = "why this action fails"

    from slactl.sandbox.evaluation import advance, evaluate_now
    advance(world, to)      # plays the alarms minute by minute from world.now; [Change(at, alarm, before, after)]
    evaluate_now(world)     # once, at world.now; actions set off: world.alarms.fired [Fired(at, alarm, ...)]

    from slactl.sandbox.server import Server
    with Server(world, port=0) as server:      # real boto3: endpoint_url=server.url, any credentials
        server.url; server.world; server.cpu_seconds
        server.calls                           # [Recorded(operation, params, outcome)], "ok" or an old error code
        server.restart(other_world)            # as a new server would, at the same port (fast; for many runs)
        server.tally                           # calls by operation, and "queries", "datapoints" (as the quota counts)

    from slactl.sandbox.app import application
    application(world)                         # the same in process, WSGI
    from slactl.sandbox.inprocess import URL, connect
    connect(client.meta.events, application(world))  # boto3 without a socket; endpoint_url=URL

    from slactl.sandbox.scenario import demo_world, bench_world, demo_files
    demo_world(seed=1, now=..., months=15)     # months of traffic; demo_files(now) is the configuration that fits it
    bench_world(operations=1000, now=..., seed=1)

    from slactl.sandbox.serve import SandboxOptions, serve
    serve(SandboxOptions(...), announce=print) # until SIGINT or SIGTERM

A gateway's log has the operation ``METHOD /resource`` (``""``: unrouted, only in the stage's series), the API's
name as service and the stage as environment.
"""
