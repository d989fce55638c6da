"""The list of cities is what its script makes of its sources, of which the largest is no dependency."""

from app.core.scheduling.cities import FILE, cities_called
from scripts import cities

RIO = {"name": "Rio de Janeiro", "countrycode": "BR", "population": 6_747_815, "timezone": "America/Sao_Paulo"}
SMALL = RIO | {"name": "Paraty", "population": 99_999}


def test_cities_come_with_their_names_in_other_languages_and_the_largest_first():
    sao_paulo = RIO | {"name": "São Paulo", "population": 12_400_232}
    made = dict(line.split("\t") for line in cities.lines([RIO, SMALL, sao_paulo]))
    assert made["America/Sao_Paulo"] == "São Paulo/BR124|Rio de Janeiro/BR67|Rio/BR67"
    # Of Addis Ababa itself nothing is known here; it is in the country of its zone.
    assert made["Africa/Addis_Ababa"] == "Addis Ababa/ET1|Addis Abeba/ET1|Adís Abeba/ET1"
    assert made["Europe/Monaco"] == "Monaco/MC1"


def test_everyday_names_are_those_of_a_city_in_the_list():
    named = [(*key.split(" ", 1), names.split(", ")) for key, names in cities.EVERYDAY.items()]
    missing = [
        name
        for zone, city, names in named
        for name in (city, *names)
        if zone not in {one.zone for one in cities_called(name)}
    ]
    assert not missing


def test_the_list_begins_with_where_it_is_from():
    assert FILE.read_text(encoding="utf-8").startswith(cities.HEADER.partition("Babel")[0])
