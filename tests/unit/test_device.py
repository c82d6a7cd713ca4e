import pytest

from hidden_units import device


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose device files lie in a folder of the test's."""
    real_path = device.Path
    monkeypatch.setattr(device, "Path", lambda name: tmp_path if name == "/dev" else real_path(name))
    monkeypatch.setattr(device.shutil, "which", lambda name: None)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return tmp_path


def test_auto_is_the_processor_where_no_gpu_is_seen(machine):
    assert device.resolve_device("auto") == "cpu"


def test_auto_is_cuda_where_device_files_are_seen(machine):
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm"):
        (machine / name).touch()
    assert device.gpu_count() == 2
    assert device.resolve_device("auto") == "cuda"


@pytest.mark.parametrize(("visible", "count"), [("", 0), ("-1", 0), ("0", 1), ("2,5", 2)])
def test_visible_devices_limit_the_number(machine, monkeypatch, visible, count):
    (machine / "nvidia0").touch()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert device.gpu_count() == count


@pytest.mark.parametrize("name", ["cpu", "cuda"])
def test_a_named_device_is_taken_at_its_word(machine, name):
    assert device.resolve_device(name) == name
