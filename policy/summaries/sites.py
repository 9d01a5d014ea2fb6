"""The URL Report tab: sites visited and the time at each."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from policy.categories import Category
from policy.summaries.period import Period, Person
from policy.summaries.times import Categories


class SiteTimes(Struct, frozen=True):
    """One site over the period, in engaged seconds; `daily` per day of the period, `by_hour` per hour 0-23 of the local day."""

    site: str
    name: str
    category: Category
    classified: bool
    engaged: int
    previous: int
    people: int
    daily: list[int]
    by_hour: list[int]


class Sites(Struct, frozen=True):
    """Sites visited and the engaged seconds at each, most first, agreeing with Applications to the second.

    ```
    sites ---------------)[ rest )[ without_site )      sum of sites + rest + without_site
    browsers -----------------------)[ elsewhere )      = browsers + elsewhere
    ```
    `without_site` is time in browsers whose site is not known (its `site` is empty), `rest` what the `truncated` sites
    left out of the list add up to, `browsers` all time in browsers, `elsewhere` time at sites in apps not known as browsers.
    """

    period: Period
    days: list[date]
    sites: list[SiteTimes]
    without_site: SiteTimes
    rest: int
    truncated: int
    browsers: int
    elsewhere: int
    categories: Categories
    coverage: float | None


class SitePerson(Struct, frozen=True):
    """One person's engaged seconds at one site over the period, in all and per hour 0-23 of the local day."""

    person: Person
    engaged: int
    by_hour: list[int]


class SitePeople(Struct, frozen=True):
    """Who was at one site, most engaged time first; an empty `site` is browsers' time whose site is not known."""

    period: Period
    site: str
    people: list[SitePerson]
