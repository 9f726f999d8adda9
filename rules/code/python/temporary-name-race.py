import tempfile
import tempfile as scratch
from tempfile import mkdtemp, mktemp


def places(storage):
    # ruleid: python-temporary-name-race
    first = tempfile.mktemp(suffix=".csv")
    # ruleid: python-temporary-name-race
    second = mktemp()
    # ruleid: python-temporary-name-race
    with open(scratch.mktemp(), "w") as file:
        file.write("report")
    # ok: python-temporary-name-race
    handle, third = tempfile.mkstemp()
    # ok: python-temporary-name-race
    fourth = mkdtemp()
    # ok: python-temporary-name-race
    fifth = storage.mktemp("data")
    return first, second, handle, third, fourth, fifth
