"""How many more requests Discord may refuse."""

from app.core.health.budget import MAX_INVALID, RequestBudget


def test_what_counts_towards_a_ban_is_counted_for_ten_minutes():
    now = 1000.0
    budget = RequestBudget(lambda: now)
    for status in (200, 204, 404, 500, 401, 403, 429):
        budget.note(status)
    budget.note(429, is_shared=True)
    assert (budget.recent, budget.rate_limited) == (3, 2)
    now += 599
    assert budget.recent == 3
    now += 11
    assert (budget.recent, budget.rate_limited, budget.refused) == (0, 2, 3)


def test_from_eight_thousand_on_nothing_passes_until_they_are_ten_minutes_old():
    now = 0.0
    budget = RequestBudget(lambda: now)
    for _ in range(MAX_INVALID):
        assert budget.allow()
        budget.note(403)
        now += 0.01
    assert not budget.allow()
    assert budget.held_back == 1
    now += 610
    assert budget.allow()
