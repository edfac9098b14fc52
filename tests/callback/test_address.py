"""What a public address must be like."""

from __future__ import annotations

import pytest

from botkit.callback import address_of, unfit


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("https://bot.example.com", "https://bot.example.com/webhook/main"),
        ("https://bot.example.com/", "https://bot.example.com/webhook/main"),
        (" bot.example.com ", "https://bot.example.com/webhook/main"),
        ("https://bot.example.com/in/9f2c?a=1", "https://bot.example.com/in/9f2c?a=1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/webhook/main"),
    ],
)
def test_the_path_may_be_left_out(given: str, whole: str) -> None:
    assert address_of(given, "main") == whole


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://bot.example.com/webhook/main", "https://"),
        ("https://bot.example.com:8443/webhook/main", "port, 8443"),
        ("https://my_bot.example.com/webhook/main", "underscore"),
        ("https://user:word@bot.example.com/webhook/main", "password"),
        ("https://bot.example.com/webhook/main#x", "browser"),
        ("https://localhost/webhook/main", "no name"),
        ("https://203.0.113.7/webhook/main", "no name"),
        ("https://bot/webhook/main", "no name"),
        ("https:///webhook/main", "no address"),
        ("https://bot.example.com:many/webhook/main", "no address"),
        ("https://bot.example.com/web hook", "no address"),
    ],
)
def test_what_is_not_taken_is_told_with_its_remedy(url: str, word: str) -> None:
    ((told, remedy),) = unfit(url, "dialog360")
    assert word in told and remedy


def test_several_things_are_told_at_once_and_what_is_right_is_let_pass() -> None:
    assert len(unfit("http://my_bot.example.com:80/webhook/main", "dialog360")) == 3
    assert unfit("https://bot.example.com/webhook/main", "dialog360") == []


def test_meta_takes_no_long_addresses_and_360dialog_does() -> None:
    url = f"https://bot.example.com/{'x' * 177}"
    assert len(url) == 201
    assert unfit(url, "dialog360") == [] and "201 characters" in unfit(url, "cloud")[0][0]


def test_a_provider_on_this_machine_takes_any_address_of_it_and_no_other() -> None:
    assert unfit("http://127.0.0.1:8080/webhook/main", "dialog360", here=True) == []
    assert unfit("http://bot.example.com:8080/webhook/main", "dialog360", here=True) != []
