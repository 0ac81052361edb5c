"""P-values of two shares and of one case among a few others, on figures worked by hand."""

import numpy as np
import pandas as pd
import pytest

from ternois_analysis.methods.contrasts import case_among, two_shares


def test_two_equal_shares_have_a_p_value_of_one():
    assert float(two_shares(30, 100, 300, 1000)) == pytest.approx(1.0)


def test_the_p_value_of_two_shares_is_that_of_pearsons_chi_square():
    # 15 of 100 against 30 of 100: chi2 = 200 (15×70 − 85×30)² / (100·100·45·155) = 6.451613.
    assert float(two_shares(15, 100, 30, 100)) == pytest.approx(0.011085, abs=1e-6)


def test_a_share_of_nobody_is_not_compared():
    assert np.isnan(float(two_shares(0, 0, 30, 100)))


def test_a_case_among_few_others_is_judged_by_students_law():
    # z = 2.267329 (worked example of 3.17); t = z / √1.1 = 2.161801 on 9 degrees of freedom.
    others = pd.Series([150.0, 162, 171, 175, 180, 184, 190, 196, 205, 220])
    found = case_among(230, others)
    assert found.z == pytest.approx(2.267329, abs=1e-6)
    assert found.p == pytest.approx(0.058935, abs=2e-4)
    normal = 0.023371
    assert found.p > normal


def test_four_others_are_too_few_to_judge_a_case():
    assert np.isnan(case_among(9.0, pd.Series([1.0, 2.0, 3.0, 2.0])).p)
    assert case_among(9.0, pd.Series([1.0, 2.0, 3.0, 2.0, 1.0])).p < 0.01
