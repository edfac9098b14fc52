"""What is wrong with an expression: where, in which words, and how to mend it."""

from __future__ import annotations

import pytest

from botkit.expressions import Fault, parse_expression, parse_text


def only(found: object) -> Fault:
    assert isinstance(found, list), found
    assert len(found) == 1, found
    return found[0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("source", "code", "word", "message", "hint"),
    [
        ("age = 18", "condition", "=", 'one "=" does not compare', "age == 18"),
        ("(age = 18) and x", "condition", "=", 'one "=" does not compare', "(age == 18) and x"),
        ("age === 18", "condition", "===", 'there is no "==="', "age == 18"),
        ("a && b", "expression", "&&", 'there is no "&&"', 'write "and"'),
        ("a || b", "expression", "||", 'there is no "||"', 'write "or"'),
        ("!a", "expression", "!", 'there is no "!"', 'write "not"'),
        ("a ? b : c", "expression", "?", '"?" cannot stand in an expression', "write: this if condition else that"),
        ("age => 18", "condition", "=>", 'there is no "=>"', "age >= 18"),
        ("age =< 18", "condition", "=<", 'there is no "=<"', "age <= 18"),
        ("age <> 18", "condition", "<>", 'there is no "<>"', "age != 18"),
        ("age ≥ 18", "expression", "≥", 'there is no "≥"', 'write ">="'),
        ("a AND b", "expression", "AND", 'there is no "AND"', 'write "and"'),
        ("NOT a", "expression", "NOT", 'there is no "NOT"', 'write "not"'),
        ("age is 18", "expression", "is", '"is" does not compare values', 'write "=="'),
        ("name is not 'Ana'", "expression", "is not", '"is not" does not compare values', 'write "!="'),
        ("age equals 18", "expression", "equals", 'there is no "equals"', 'write "=="'),
        (" {{ age == 18 }}", "expression", "{{ age", "no braces belong here: only a text has them", "write age == 18"),
        ("{{ a }} and {{ b }}", "expression", "{{ a", "no braces belong here: only a text has them", "take out every {{ and }}"),
        ("str(age)", "unknown-function", "str", 'there is no function "str"', "\"~\" makes a text of anything: value ~ ''"),
        ("date.today()", "unknown-function", "today", 'there is no method "today"', "write today()"),
        ("name | uper", "unknown-filter", "uper", 'there is no filter "uper"', 'did you mean "upper"?'),
        ("tody()", "unknown-function", "tody", 'there is no function "tody"', 'did you mean "today"?'),
        ("len(name)", "unknown-function", "len", 'there is no function "len"', "write it behind the value: value | length"),
        ("name.uper()", "unknown-function", "uper", 'there is no method "uper"', 'did you mean "upper"?'),
        ("bucket('a')", "expression", "(", "bucket takes 2 arguments; here it is given 1", "bucket(name: text, n: integer) -> integer"),
        ("name | replace(old='a', now='b')", "expression", "'b'", 'replace takes no "now"', None),
        ("a ** 2", "expression", "**", 'there is no "**"', "write the multiplication out: x * x"),
        ("(a + b", "unclosed", "(", "this bracket is never closed", 'add ")" where it ends'),
        ("a + b)", "expression", ")", '")" closes a bracket that was never opened', None),
        ("[a)", "unclosed", "[", "this bracket is never closed", 'add "]" where it ends'),
        ("'abc", "unclosed", "'", "this quote is never closed", "add ' at the end of the text"),
        ("“abc”", "expression", "“", "“ is a typographic quote", "write ' or \""),
        ("a b", "expression", "b", '"b" cannot stand here', "an operator is missing between two values, or quotes around a text"),
        ("age >", "expression", ">", "something is missing at the end of this expression", None),
        ("a._b", "expression", "_b", '"_b" begins with "_"; an attribute does not', None),
        ("day | date('%d')", "expression", "'%d'", "'%d' is no date pattern: it is written like 'EEEE d MMMM' or 'dd/MM/y HH:mm'", None),
        ("at(day, '9')", "expression", "'9'", "a time of day is written like '09:00'", None),
        ("a }} b", "expression", "}}", '"}}" cannot stand in an expression', None),
        ("lambda: 1", "expression", ":", '":" cannot stand here', None),
    ],
)
def test_an_expression_is_wrong(source: str, code: str, word: str, message: str, hint: str | None) -> None:
    fault = only(parse_expression(source))
    if hint is None:
        assert (fault.code, fault.message) == (code, message)
    else:
        assert (fault.code, fault.message, fault.hint) == (code, message, hint)
    assert source.startswith(word, fault.offset), source[fault.offset :]


@pytest.mark.parametrize(
    ("source", "code", "word", "message"),
    [
        ("Hi {{ name", "unclosed", "{{", 'this "{{" is never closed'),
        ("Hi {{ name, how are you?", "unclosed", "{{", 'this "{{" is never closed'),
        ("Hi {{ name }, bye {{ x }}", "unclosed", "{{ name }", "{{ name } begins with two braces, and does not end with two"),
        ("Hi { name }}", "unclosed", "{ name }}", "{ name }} does not begin with two braces, and ends with two"),
        ("{{ }}", "expression", "{{", 'there is nothing between "{{" and "}}"'),
        ("{{ a + }}", "expression", "+", 'something is missing before "}}"'),
        ("{% if a %}x", "unclosed", "if", 'this "if" has no end'),
        ("x{% endif %}", "unclosed", "endif", '"endif" ends nothing: no "if" is open here'),
        ("{% if a %}{% endfor %}", "unclosed", "endfor", '"endfor" ends nothing: no "for" is open here'),
        ("{% else %}", "unclosed", "else", '"else" stands outside of an "if"'),
        ("{% set x = 1 %}", "expression", "set", 'a text has no "{% set %}"'),
        ("{% include 'x' %}", "expression", "include", 'a text has no "{% include %}"'),
        ("a {# b", "unclosed", "{#", 'this "{#" is never closed'),
        ("{{ (a }}", "unclosed", "(a", "this bracket is never closed"),
        ("{% for loop in x %}{% endfor %}", "expression", "loop", '"loop" cannot be the name of a loop\'s element'),
        ("{% for x in y %}{{ loop }}{% endfor %}", "expression", "loop", '"loop" alone is no value'),
        ("{% for x in y %}{{ loop.idx }}{% endfor %}", "expression", "idx", '"loop" has no "idx"'),
    ],
)
def test_a_text_is_wrong(source: str, code: str, word: str, message: str) -> None:
    fault = only(parse_text(source))
    assert (fault.code, fault.message) == (code, message)
    assert source.startswith(word, fault.offset), source[fault.offset :]


def test_the_hint_for_a_single_equals_sign_works_when_followed() -> None:
    fault = only(parse_text("{% if age = 18 %}x{% endif %}"))
    assert fault.hint == "if age == 18"
    assert not isinstance(parse_text(f"{{% {fault.hint} %}}x{{% endif %}}"), list)


def test_several_faults_are_told_at_once() -> None:
    found = parse_text("{{ a | uper }} {{ b | lowr }}")
    assert isinstance(found, list)
    assert [fault.code for fault in found] == ["unknown-filter", "unknown-filter"]
