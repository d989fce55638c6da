"""What the dashboard shows. Each metric in it is explained in `docs/monitoring.md`."""

from scripts.dashboard import GREEN, RED, YELLOW, Panel, Row, annotation

HERE = '{job="concierge",instance=~"$instance"}'
FAILURES = 'outcome=~"bug|timed_out|unavailable"'
OUTCOMES = {
    "ok": GREEN,
    "refused": "blue",
    "denied": "purple",
    "rate_limited": YELLOW,
    "timed_out": "orange",
    "unavailable": "dark-orange",
    "bug": RED,
}
RANGE = "[$__rate_interval]"


def _here(name: str, more: str = "") -> str:
    return name + (HERE.replace("}", f",{more}}}") if more else HERE)


def _rate(name: str, more: str = "") -> str:
    return f"rate({_here(name, more)}{RANGE})"


def _percentile(share: float, name: str, by: str = "", over: str = RANGE) -> str:
    return f"histogram_quantile({share}, sum by (le{by and f', {by}'}) (rate({_here(f'{name}_bucket')}{over})))"


def _share(name: str, bound: str) -> str:
    within = _rate(f"{name}_bucket", f'le="{bound}"')
    return f"sum({within}) / sum({_rate(f'{name}_count')})"


def _during(name: str, more: str = "") -> str:
    return f"increase({_here(name, more)}[$__range])"


NOW = Row(
    "Now",
    [
        Panel(
            "Processes",
            "Whether each process answers Prometheus.",
            [(_here("up"), "{{instance}}")],
            kind="stat",
            width=4,
            height=4,
            steps=((None, RED), (1, GREEN)),
            is_now=True,
            names={"0": "down", "1": "up"},
        ),
        Panel(
            "State",
            "What each process says of itself: ok, degraded, down, or flapping when it changes too often to say.",
            [(f"{_here('concierge_health_state')} == 1", "{{state}}")],
            kind="stat",
            width=4,
            height=4,
            is_now=True,
            colours={"ok": GREEN, "degraded": YELLOW, "flapping": YELLOW, "down": RED},
            extra={"textMode": "name"},
        ),
        Panel(
            "Available",
            "The part of the time shown in which the bot worked: it ran, and had its database and Discord.",
            [(f"avg(avg_over_time({_here('concierge:works')}[$__range]))", "")],
            unit="percentunit",
            kind="stat",
            width=4,
            height=4,
            steps=((None, RED), (0.99, YELLOW), (0.999, GREEN)),
            is_now=True,
            most=1,
        ),
        Panel(
            "Running since",
            "When the process that has run for the shortest time was started.",
            [(f"max({_here('process_start_time_seconds')}) * 1000", "")],
            unit="dateTimeFromNow",
            kind="stat",
            width=4,
            height=4,
            is_now=True,
            least=None,
        ),
        Panel(
            "Servers",
            "How many servers the bot is in.",
            [(f"sum({_here('concierge_guilds')})", "")],
            kind="stat",
            width=4,
            height=4,
            is_now=True,
        ),
        Panel(
            "Alerts",
            "How many alerts fire; they are listed at the bottom.",
            [('count(ALERTS{job="concierge",alertstate="firing"}) or vector(0)', "")],
            kind="stat",
            width=4,
            height=4,
            steps=((None, GREEN), (1, RED)),
            is_now=True,
        ),
    ],
)

COMMANDS = Row(
    "Commands, buttons and forms",
    [
        Panel(
            "Use by outcome",
            "What people did, by how it ended. A refusal is no failure: the bot said what would work.",
            [(f"sum by (outcome) ({_rate('concierge_interactions_total')})", "{{outcome}}")],
            unit="reqps",
            is_stacked=True,
            colours=OUTCOMES,
        ),
        Panel(
            "First answer",
            "How long Discord waited for the first answer. After three seconds it gives up.",
            [
                (_percentile(0.5, "concierge_interaction_first_response_seconds"), "half of them"),
                (_percentile(0.95, "concierge_interaction_first_response_seconds"), "95 of 100"),
                (_percentile(0.99, "concierge_interaction_first_response_seconds"), "99 of 100"),
            ],
            unit="s",
            steps=((None, GREEN), (3, RED)),
        ),
        Panel(
            "Slowest commands (p95)",
            "Until all was done, of the ten slowest at each moment.",
            [(f"topk(10, {_percentile(0.95, 'concierge_interaction_seconds', 'command')})", "{{command}}")],
            unit="s",
        ),
        Panel(
            "Failures by command",
            "Bugs, answers that came too late, and those for which something was away.",
            [
                (
                    f"sum by (command, outcome) ({_rate('concierge_interactions_total', FAILURES)}) > 0",
                    "{{command}}: {{outcome}}",
                )
            ],
            unit="reqps",
            is_stacked=True,
        ),
        Panel(
            "Answered in time",
            "The part of first answers that Discord had within one second, and within the three that it waits for.",
            [
                (_share("concierge_interaction_first_response_seconds", "1.0"), "within 1 s"),
                (_share("concierge_interaction_first_response_seconds", "3.0"), "within 3 s"),
            ],
            unit="percentunit",
            most=1,
            least=None,
        ),
        Panel(
            "Account of what happened",
            "Interactions being answered, those that wait to be written down, and those that were lost.",
            [
                (f"sum({_here('concierge_interactions_under_way')})", "under way"),
                (f"sum({_here('concierge_interactions_waiting')})", "waiting"),
                (f"sum(increase({_here('concierge_interactions_lost_total')}{RANGE}))", "lost"),
            ],
        ),
        Panel(
            "By command, in the time shown",
            "How often, how many failed, and how long half and 95 of 100 took.",
            [
                (f"sum by (command, kind) ({_during('concierge_interactions_total')})", "used"),
                (f"sum by (command, kind) ({_during('concierge_interactions_total', FAILURES)})", "failed"),
                (_percentile(0.5, "concierge_interaction_seconds", "command, kind", "[$__range]"), "p50"),
                (_percentile(0.95, "concierge_interaction_seconds", "command, kind", "[$__range]"), "p95"),
            ],
            kind="table",
            width=24,
            extra={
                "transformations": [
                    {"id": "merge", "options": {}},
                    {
                        "id": "organize",
                        "options": {
                            "excludeByName": {"Time": True},
                            "renameByName": {
                                "Value #A": "used",
                                "Value #B": "failed",
                                "Value #C": "p50",
                                "Value #D": "p95",
                            },
                        },
                    },
                ],
                "overrides": [
                    {
                        "matcher": {"id": "byRegexp", "options": "p50|p95"},
                        "properties": [{"id": "unit", "value": "s"}],
                    },
                    {
                        "matcher": {"id": "byRegexp", "options": "used|failed"},
                        "properties": [{"id": "decimals", "value": 0}],
                    },
                ],
                "sortBy": [{"displayName": "used", "desc": True}],
            },
        ),
    ],
)

DISCORD = Row(
    "Discord",
    [
        Panel(
            "Gateway, by shard",
            "How long Discord took to answer the last heartbeat of each shard. A gap: the shard was not connected.",
            [(_here("concierge_gateway_latency_seconds"), "shard {{shard}}")],
            unit="s",
        ),
        Panel(
            "Shards connected",
            "1 while a shard is connected, and how often shards connected anew.",
            [
                (_here("concierge_gateway_connected"), "shard {{shard}}"),
                (f"sum(increase({_here('concierge_gateway_reconnects_total')}{RANGE}))", "reconnects"),
            ],
        ),
        Panel(
            "Refused requests",
            "Answers 401, 403 and 429 that count against the bot, in ten minutes. At 10,000 Discord bans the address; "
            "at 8,000 the bot sends nothing any more but answers.",
            [
                (_here("concierge_discord_invalid_requests"), "{{instance}}"),
                (f"sum(increase({_here('concierge_discord_rate_limited_total')}[10m]))", "429 in ten minutes"),
            ],
            steps=((None, GREEN), (8000, RED)),
        ),
    ],
)

DATABASE = Row(
    "Database",
    [
        Panel(
            "Round trip",
            "How long the database took to answer the simplest question. A gap: it did not.",
            [(_here("concierge_database_round_trip_seconds"), "{{instance}}")],
            unit="s",
        ),
        Panel(
            "Connections",
            "In use, at most, and who waits for one.",
            [
                (f"sum({_here('concierge_database_connections_in_use')})", "in use"),
                (f"sum({_here('concierge_database_connections_limit')})", "at most"),
                (f"sum({_here('concierge_database_connections_waiting')})", "waiting"),
            ],
        ),
        Panel(
            "Queues",
            "How much waits to be written or looked at.",
            [(f"sum by (queue) ({_here('concierge_queue_length')})", "{{queue}}")],
        ),
    ],
)

PROCESS = Row(
    "Process",
    [
        Panel(
            "Event loop",
            "By how much the event loop was late, on average and at most, in the last minute.",
            [
                (_here("concierge_event_loop_lag_seconds"), "mean {{instance}}"),
                (_here("concierge_event_loop_lag_max_seconds"), "most {{instance}}"),
            ],
            unit="s",
        ),
        Panel(
            "Memory",
            "What the process holds in memory.",
            [(_here("process_resident_memory_bytes"), "{{instance}}")],
            unit="bytes",
        ),
        Panel(
            "Processor",
            "Of one processor.",
            [(_rate("process_cpu_seconds_total"), "{{instance}}")],
            unit="percentunit",
        ),
    ],
)

WORK = Row(
    "Reminders, tickets, onboarding, FAQ",
    [
        Panel(
            "Lateness of reminders",
            "From when a reminder was due until Discord had it; and how long the oldest that waits has been due.",
            [
                (_percentile(0.5, "concierge_reminder_delay_seconds"), "half of them"),
                (_percentile(0.95, "concierge_reminder_delay_seconds"), "95 of 100"),
                (f"max({_here('concierge_reminders_overdue_seconds')})", "oldest that waits"),
            ],
            unit="s",
            steps=((None, GREEN), (60, RED)),
        ),
        Panel(
            "Reminders by outcome",
            "What became of those that were due.",
            [(f"sum by (outcome) ({_rate('concierge_reminders_total')})", "{{outcome}}")],
            unit="ops",
            is_stacked=True,
        ),
        Panel(
            "Under way",
            "What the bot is working on at the moment.",
            [
                (f"sum({_here('concierge_reminders_under_way')})", "reminders"),
                (f"sum({_here('concierge_tickets_under_way')})", "tickets"),
                (f"sum({_here('concierge_onboarding_under_way')})", "members on their way"),
                (f"sum({_here('concierge_faq_automatic_waiting')})", "questions that others may still answer"),
            ],
        ),
        Panel(
            "Suggested answers",
            "Messages in channels with suggested answers, by what became of them.",
            [(f"sum by (outcome) ({_rate('concierge_faq_automatic_total')})", "{{outcome}}")],
            unit="ops",
            is_stacked=True,
        ),
        Panel(
            "Alerts",
            "What fires or is about to.",
            [('ALERTS{job="concierge"}', "{{alertname}}")],
            kind="table",
            width=16,
            extra={
                "transformations": [
                    {
                        "id": "organize",
                        "options": {
                            "excludeByName": {"Time": True, "Value": True, "__name__": True, "job": True},
                            "indexByName": {"alertname": 0, "alertstate": 1, "severity": 2, "instance": 3},
                        },
                    }
                ]
            },
        ),
    ],
)

ROWS = [NOW, COMMANDS, DISCORD, DATABASE, PROCESS, WORK]

_RELEASE = f"on (job, instance) group_left (release) {_here('concierge_build_info')}"
STARTED = f"({_here('process_start_time_seconds')} * {_RELEASE}) * 1000"
ANNOTATIONS = [
    annotation("Started", STARTED, "blue", "release {{release}} ({{instance}})", useValueForTime=True),
    annotation("Did not work", f"1 - {_here('concierge:works')}", RED, "{{instance}}"),
]
