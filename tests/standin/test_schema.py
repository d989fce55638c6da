"""Discord's description as a yardstick: its reduction, and the places where it is read more widely."""

import gzip
import json
import re

import pytest

from standin import schema
from standin.locales import LOCALES
from standin.reference.reduce import main, reduce

COMMANDS = "/applications/{application_id}/commands"
MESSAGES = "/channels/{channel_id}/messages"


def codes(method: str, path: str, body: object) -> list[tuple[tuple, str]]:
    return [(problem.path, problem.code) for problem in schema.problems(method, path, body)]


def test_ids_may_be_numbers_but_not_words():
    def mentioning(user: object) -> list:
        return codes("POST", MESSAGES, {"content": "x", "allowed_mentions": {"users": [user]}})

    assert mentioning("80351110224678912") == mentioning(80351110224678912) == []
    for wrong in ("alice", "-1", -1, 2**64, 1.5, True):
        assert mentioning(wrong)


def test_permission_sets_may_be_text():
    def with_permissions(value: object) -> list:
        return codes("POST", COMMANDS, {"name": "x", "default_member_permissions": value})

    assert with_permissions("32") == with_permissions(32) == with_permissions(None) == []
    for wrong in ("many", "-1", -1, [32]):
        assert with_permissions(wrong)


def test_what_is_wrong_is_said_of_the_branch_that_was_meant():
    button = {"type": 2, "style": 1, "label": "x" * 81, "custom_id": "x"}
    body = {"content": "x", "components": [{"type": 1, "components": [button]}]}
    assert codes("POST", MESSAGES, body) == [
        (("components", 0, "components", 0, "label"), "BASE_TYPE_MAX_LENGTH"),
    ]
    body = {"content": "x", "embeds": [{"footer": {"text": "x" * 2049}}]}
    assert codes("POST", MESSAGES, body) == [(("embeds", 0, "footer", "text"), "BASE_TYPE_MAX_LENGTH")]
    assert codes("POST", MESSAGES, {"content": "x", "components": [{"type": 99}]})


def test_the_reduction_keeps_what_is_served_and_what_that_needs(tmp_path):
    def body(name: str) -> dict:
        return {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}

    full = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "10", "license": {"name": "MIT"}, "description": "long"},
        "paths": {
            "/kept": {
                "post": {
                    "description": "long",
                    "security": [{"BotToken": []}],
                    "requestBody": body("Asked"),
                    "responses": {"200": body("Told"), "204": {}},
                },
                "get": {"responses": {"200": body("Unused")}},
            }
        },
        "components": {
            "schemas": {
                "Asked": {
                    "type": "object",
                    "description": "long",
                    "properties": {"title": {"type": "string"}, "inner": {"$ref": "#/components/schemas/Inner"}},
                },
                "Inner": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Inner"}]},
                "Told": {"type": "string"},
                "Unused": {"type": "string"},
            }
        },
    }
    reduced = reduce(full, [("POST", "/kept")])
    assert reduced["paths"] == {
        "/kept": {
            "post": {
                "security": [{"BotToken": []}],
                "request": {"$ref": "#/components/schemas/Asked"},
                "answers": {"200": {"$ref": "#/components/schemas/Told"}},
            }
        }
    }
    assert reduced["components"]["schemas"].keys() == {"Asked", "Inner", "Told"}
    assert reduced["components"]["schemas"]["Asked"]["properties"].keys() == {"title", "inner"}
    assert "long" not in json.dumps(reduced)
    with pytest.raises(LookupError, match="Discord has no GET /lost"):
        reduce(full, [("GET", "/lost")])
    (tmp_path / "full.json").write_text(json.dumps(full))
    with pytest.raises(LookupError):
        main([str(tmp_path / "full.json"), str(tmp_path / "out.json.gz")])


def test_the_committed_reduction_is_licensed_and_complete():
    description = json.loads(gzip.decompress(schema.DESCRIPTION.read_bytes()))
    assert description["info"]["license"]["name"] == "MIT"
    used = re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(description))
    assert set(used) == set(description["components"]["schemas"])


def test_the_languages_are_those_of_the_description():
    description = json.loads(gzip.decompress(schema.DESCRIPTION.read_bytes()))
    described = description["components"]["schemas"]["AvailableLocalesEnum"]["oneOf"]
    assert {each["const"] for each in described} == set(LOCALES)
