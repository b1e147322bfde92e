"""Pictures of Airflow's pages, taken by Chromium over its DevTools protocol: the graph view is chosen by what the page keeps, not by an address."""

import base64
import itertools
import json
import subprocess
import time
import urllib.request
from contextlib import contextmanager

from websockets.sync.client import connect

DRAWN = 10  # seconds that a page gets to fetch and draw


@contextmanager
def browser(chromium, profile, port):
    """Yields a function that asks the browser's one page, by method and parameters."""
    process = subprocess.Popen([chromium, "--headless=new", "--no-sandbox", "--disable-gpu", f"--remote-debugging-port={port}", "--remote-allow-origins=*", "--window-size=1600,1000",
                                f"--user-data-dir={profile}", "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(page(port), max_size=None) as socket:
            numbers = itertools.count(1)

            def ask(method, **parameters):
                number = next(numbers)
                socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
                while True:
                    answer = json.loads(socket.recv(timeout=60))
                    if answer.get("id") == number:
                        return answer["result"]

            yield ask
    finally:
        process.terminate()
        process.wait(timeout=30)


def page(port):
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as answer:
                return next(target["webSocketDebuggerUrl"] for target in json.load(answer) if target["type"] == "page")
        except (OSError, StopIteration):
            assert time.monotonic() < deadline, "Chromium did not start"
            time.sleep(0.3)


def take(ask, base, path, file, view="grid"):
    """Draws a page in grid or graph view and writes its PNG."""
    ask("Page.navigate", url=base + "/")
    time.sleep(1)
    ask("Runtime.evaluate", expression=f"localStorage.setItem('default_dag_view', '\"{view}\"')")
    ask("Page.navigate", url=base + path)
    time.sleep(DRAWN)
    file.write_bytes(base64.b64decode(ask("Page.captureScreenshot", format="png")["data"]))
