"""Numbers on their way out are what they were, without the noise of binary fractions."""

from __future__ import annotations

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.work.numbers import plain_number

ANY = st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False)


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_a_number_reads_in_json_as_it_was_written(value: Decimal) -> None:
    assert Decimal(json.dumps(plain_number(value))) == value


@given(ANY)
def test_no_number_has_more_digits_than_it_is_worth(value: Decimal) -> None:
    written = Decimal(json.dumps(plain_number(value)))
    assert len(written.normalize().as_tuple().digits) <= 15 or value == value.to_integral_value()
    assert abs(written - value) <= value * Decimal("1e-14")


def test_a_whole_number_has_no_fraction() -> None:
    assert [repr(plain_number(Decimal(each))) for each in ("80.00", "0", "1E+3", "33.3333333333333333333")] == [
        "80",
        "0",
        "1000",
        "33.3333333333333",
    ]
