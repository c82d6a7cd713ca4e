from pathlib import Path

from hidden_units.report.comparability import COMPUTATION, COUNTING_PROTOCOL, NOT_STATED, PROTOCOL, settings
from hidden_units.report.protocol import is_published, read_settings

PUBLISHED = read_settings(Path(__file__).resolve().parents[3] / "report/published/protocol.yaml")


def test_every_published_setting_has_a_name_in_the_report():
    assert set(PROTOCOL) == set(PUBLISHED["characters"])
    assert set(COUNTING_PROTOCOL) == set(PUBLISHED["sequences"])


def test_another_setting_is_noticed_and_how_it_is_computed_is_free():
    used = {**PUBLISHED["characters"], "channels_last": False, "threads": 2}
    assert is_published(used, PUBLISHED["characters"])
    assert not is_published({**used, "epochs": 9}, PUBLISHED["characters"])
    computed = settings(COMPUTATION, used, PUBLISHED["characters"])
    assert [setting.published for setting in computed] == [NOT_STATED] * 2
    assert not any(setting.is_changed for setting in computed)
