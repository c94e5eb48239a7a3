"""Functions, each by what the user guide says of it, or by the plainest case where it says nothing."""

import pytest

from tests.emulator_unit.logs.insights.answers import T0, WINDOW, ask, records, value_of


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        # Arithmetic operators
        ("2 + 3", "5"),
        ("2 - 3", "-1"),
        ("2 * 3.5", "7"),
        ("7 / 2", "3.5"),
        ("6 / 2", "3"),
        ("2 ^ 3", "8"),
        ("10 % 3", "1"),
        ("-7 % 3", "-1"),
        ("2 + 3 * 4 - 6 / 3", "12"),
        ("(2 + 3) * 4", "20"),
        ("2 ^ 3 ^ 2", "512"),
        ("-2 ^ 2", "-4"),
        ("1 / 3", "0.3333"),
        ("2 / 3", "0.6667"),
        ("1 / 0", None),
        ("1 % 0", None),
        ("9 ^ 9999", None),
        ("-8 ^ 0.5", "-2.8284"),
        ("'12' + 1", "13"),
        ("'a' + 1", None),
        ("missing + 1", None),
        ("128000000 / 1024 / 1024", "122.0703"),
        # Comparison and Boolean operators
        ("2 > 1", "1"),
        ("2 < 1", "0"),
        ("1 = 1 and 2 = 2", "1"),
        ("1 = 2 or 2 = 3", "0"),
        ("not 1 = 2", "1"),
        ("'b' > 'a'", "1"),
        # Numeric operators
        ("abs(-3.5)", "3.5"),
        ("ceil(1.2)", "2"),
        ("floor(-1.2)", "-2"),
        ("greatest(1, '30', 2)", "30"),
        ("least(4, 3, 5)", "3"),
        ("log(1)", "0"),
        ("log(-1)", None),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(3.14159, 2)", "3.14"),
        ("sqrt(16)", "4"),
        ("sqrt(-1)", None),
        ("haversine(0, 0, 0, 90)", "10007.5434"),
        ("toNumber('1.50')", "1.5"),
        ("toNumber('x')", None),
        ("toInt('7.9')", "7"),
        ("toInt(3000000000)", None),
        ("toLong(3000000000)", "3000000000"),
        ("toDouble('2')", "2"),
        # General functions
        ("ispresent(missing)", "0"),
        ("ispresent(@message)", "1"),
        ("coalesce(missing, 'b', 'c')", "b"),
        ("if(1 = 1, 'yes', 'no')", "yes"),
        ("case(1 = 2, 'a', 2 = 2, 'b', 'c')", "b"),
        ("case(1 = 2, 'a', 'c')", "c"),
        ("case(1 = 2, 'a')", None),
        ("isNumeric('1e3')", "1"),
        ("isNumeric('1_000')", "0"),
        ("isNumeric('inf')", "0"),
        ("messageSize('é')", "2"),
        # String functions
        ("isempty('')", "1"),
        ("isempty(missing)", "1"),
        ("isempty(' ')", "0"),
        ("isblank(' ')", "1"),
        ("concat('a', 1, '-', 2.5)", "a1-2.5"),
        ("ltrim('  a ')", "a "),
        ("ltrim('xyZxyfooxyZ', 'xyZ')", "fooxyZ"),
        ("rtrim('xyZfooxyxyZ', 'xyZ')", "xyZfoo"),
        ("trim('xyZxyfooxyxyZ', 'xyZ')", "foo"),
        ("strlen('héllo')", "5"),
        ("toupper('aé')", "AÉ"),
        ("tolower('AB')", "ab"),
        ("substr('xyZfooxyZ', 3)", "fooxyZ"),
        ("substr('xyZfooxyZ', 3, 3)", "foo"),
        ("replace('foo', 'o', '0')", "f00"),
        ("regexReplace('a1b22', '[0-9]+', '#')", "a#b#"),
        ("regexReplace('ab', '(a)(b)', '\\\\2\\\\1')", "ba"),
        ("strcontains('error', 'rr')", "1"),
        ("strcontains('error', 'RR')", "0"),
        ("strcontains('error', 'RR', true)", "1"),
        ("startsWith('error', 'err')", "1"),
        ("endsWith('error', 'err')", "0"),
        ("urlencode('a b/c')", "a%20b%2Fc"),
        ("urldecode('a%20b')", "a b"),
        ("base64encode('héllo')", "aMOpbGxv"),
        ("base64decode('aMOpbGxv')", "héllo"),
        ("base64decode('%')", None),
        ("hexToAscii('48656c6c6f')", "Hello"),
        ("hexToDec('0xff')", "255"),
        ("decToHex(255)", "0xff"),
        ("decToHex(-255)", "-0xff"),
        # JSON functions
        ("jsonStringify(jsonParse('{\"a\": [1, true]}'))", '{"a":[1,true]}'),
        ("jsonParse('nothing')", None),
        ("jsonArraySize('[1, 2, 3]')", "3"),
        ("jsonArraySize('{}')", None),
        ("jsonArrayContains('[\"admin\"]', 'admin')", "1"),
        ("jsonArrayContains('[\"admin\"]', 'Admin')", "0"),
        ("jsonArrayContains('x', 'x')", "0"),
        ("toupper(jsonParse('{\"a\": 1}'))", None),
        ("jsonParse('{\"a\": 1}') = 'x'", "0"),
        ("jsonParse('{\"a\": 1}') != 'x'", "0"),
        # IP address functions
        ("isValidIp('192.0.2.1')", "1"),
        ("isValidIp('2001:db8::1')", "1"),
        ("isValidIp('192.0.2.256')", "0"),
        ("isValidIpV4('2001:db8::1')", "0"),
        ("isValidIpV6('2001:db8::1')", "1"),
        ("isIpInSubnet('192.0.2.7', '192.0.2.0/24')", "1"),
        ("isIpInSubnet('2001:db8::7', '2001:db8::/32')", "1"),
        ("isIpv4InSubnet('192.0.3.7', '192.0.2.0/24')", "0"),
        ("isIpv6InSubnet('192.0.2.7', '192.0.2.0/24')", "0"),
        ("ipv4ToNumber('0.0.1.2')", "258"),
        ("isPrivateIP('172.31.0.1')", "1"),
        ("isPrivateIP('127.0.0.1')", "0"),
        ("isPublicIP('8.8.8.8')", "1"),
        ("isReservedIP('240.0.0.1')", "1"),
    ],
)
def test_a_function_has_its_value(expression: str, value: str | None) -> None:
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("datefloor(fromMillis(1642195111000), 1h)", "2022-01-14 21:00:00.000"),
        ("dateceil(fromMillis(1642195111000), 1h)", "2022-01-14 22:00:00.000"),
        ("dateceil(datefloor(@timestamp, 1h), 1h)", "2026-11-28 09:00:00.000"),
        ("toMillis(fromMillis(1642195111000))", "1642195111000"),
        ("@timestamp", "2026-11-28 09:30:00.000"),
        ("@ingestionTime", "2026-11-28 09:30:00.020"),
        ("bin(1m)", "2026-11-28 09:30:00.000"),
        ("bin(7m)", "2026-11-28 09:24:00.000"),
        ("bin(1hr)", "2026-11-28 09:00:00.000"),
        ("bin(2hours)", "2026-11-28 08:00:00.000"),
        ("BIN(1d)", "2026-11-28 00:00:00.000"),
        ("bin(1w)", "2026-11-23 00:00:00.000"),
        ("bin(1mo)", "2026-11-01 00:00:00.000"),
        ("bin(1q)", "2026-10-01 00:00:00.000"),
        ("bin(1y)", "2026-01-01 00:00:00.000"),
        ("dateceil(@timestamp, 1mon)", "2026-12-01 00:00:00.000"),
        # "The cap for ms is 1000, the caps for s and m are 60, and the cap for h is 24."
        ("datefloor(fromMillis(1642195111000), 300s)", "2022-01-14 21:18:00.000"),
        ("datefloor(fromMillis(1642195111000), 90m)", "2022-01-14 21:00:00.000"),
        ("datefloor(fromMillis(1642195111000), 48h)", "2022-01-14 00:00:00.000"),
        ("datefloor(fromMillis(1642195111999), 2000ms)", "2022-01-14 21:18:31.000"),
        ("datefloor('x', 1h)", None),
        ("now()", str(WINDOW.now // 1000)),
        ("queryStartTime()", str(WINDOW.start)),
        ("queryEndTime()", str(WINDOW.end)),
        ("queryTimeRange()", "3600000"),
        ("coalesce(@timestamp, @ingestionTime)", "2026-11-28 09:30:00.000"),
        ("@timestamp + 0", str(T0)),
    ],
)
def test_a_time_has_its_value(expression: str, value: str | None) -> None:
    assert value_of(expression) == value


def test_structures_are_read_by_dots_brackets_and_backticks() -> None:
    document = '{"users": [{"action": "GetData"}, {"action": "PutData", "user.id": 7}], "ok": true}'
    found = records([document])
    made = "fields jsonParse(@message) as json_message | display "
    assert ask(f"{made} json_message.users[1].action", found) == [{"json_message.users[1].action": "PutData"}]
    assert ask(f"{made} json_message.users[1].`user.id`", found) == [{"json_message.users[1].user.id": "7"}]
    assert ask(f"{made} json_message.ok, json_message.users[7].action", found) == [{"json_message.ok": "1"}]


def test_a_list_comes_of_split_and_is_no_text() -> None:
    found = records(["a,b"])
    assert ask(
        "fields split(@message, ',') as parts | display parts, jsonStringify(parts), parts[1]", found
    ) == [{"jsonStringify(parts)": '["a","b"]', "parts[1]": "b"}]
