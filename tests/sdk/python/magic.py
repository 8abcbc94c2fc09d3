"""Drives Calypso from a notebook's kernel with Kqlmagic, as it comes from PyPI."""

import html
import json
import os
import sys
import tempfile
import traceback

# Kqlmagic keeps files in the home folder, and draws tables with a package whose newest version it doesn't know.
home = tempfile.TemporaryDirectory()
os.environ["HOME"] = home.name
os.environ["IPYTHONDIR"] = home.name

import pandas
from IPython.core.interactiveshell import InteractiveShell

url, token, client_url = sys.argv[1:4]
shell = InteractiveShell.instance()
shown = []


def show(data, metadata=None, **more):
    shown.append(str(data.get("text/html", data)))


shell.display_pub.publish = show
shell.run_line_magic("load_ext", "Kqlmagic")
for setting in ["auto_popup_schema=False", "short_errors=False", "table_package='pandas'"]:
    shell.run_line_magic("config", f"Kqlmagic.{setting}")


def connects():
    shell.run_line_magic("kql", f"azureDataExplorer://anonymous;cluster='{client_url}';database='Samples'")


def data_frame():
    frame = shell.run_line_magic(
        "kql", "Flights | summarize n = count(), at = min(['date']), bag = take_any(dynamic({'a': 1}))"
    ).to_dataframe()
    assert list(frame.columns) == ["n", "at", "bag"], frame.columns
    row = frame.iloc[0]
    assert row["n"] == 600000, row
    assert row["at"] == pandas.Timestamp("2001-01-01T00:01:00Z"), row
    assert row["bag"] == {"a": 1}, row


def errors():
    shown.clear()
    shell.run_line_magic("kql", "Flights | where nope > 1")
    text = html.unescape(" ".join(shown)).replace("\xa0", " ")
    assert "SemanticException" in text and "The name 'nope' does not refer" in text, text


for name, work in [
    ("connects with the address alone", connects),
    ("gives a data frame", data_frame),
    ("shows errors", errors),
]:
    try:
        work()
        verdict = {"case": name, "ok": True}
    except Exception:
        verdict = {"case": name, "ok": False, "error": traceback.format_exc()}
    print("\n" + json.dumps(verdict), flush=True)
