"""A browser without a window, controlled by the WebDriver protocol."""

import json
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # key of references to elements, fixed by the protocol
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DIRECTLY = build_opener(ProxyHandler({}))  # the driver runs on this machine
KEYS = {"Enter": "\ue007", "ArrowRight": "\ue014", "End": "\ue010"}


def find_browser():
    """Return the paths of a driver and a browser, either of which may be None."""
    return shutil.which("chromedriver"), next(filter(None, map(shutil.which, BROWSERS)), None)


@contextmanager
def open_browser():
    """Return a Browser for a `with` block."""
    driver, binary = find_browser()
    with subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            ports = (re.search(r"successfully on port (\d+)", line) for line in process.stdout)
            browser = Browser(next(filter(None, ports))[1], binary)
            yield browser
            browser.close()
        finally:
            process.terminate()


class Browser:
    """A session with a browser, given the port of its driver."""

    def __init__(self, port, binary):
        self._address = f"http://127.0.0.1:{port}/session"
        options = {"binary": binary, "args": ["--headless", "--disable-gpu", "--no-sandbox"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = self._send("POST", "", {"capabilities": {"alwaysMatch": wanted}})
        self._address += f"/{session['sessionId']}"

    def close(self):
        """End the session."""
        self._send("DELETE", "")

    def _send(self, method, path, content=None):
        data = None if content is None else json.dumps(content).encode()
        try:
            with DIRECTLY.open(Request(self._address + path, data, method=method), timeout=60) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error

    def show(self, path, width=1_440, height=900):
        """Show a file in a window of some size."""
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        self._send("POST", "/url", {"url": path.as_uri()})

    def run(self, code, *arguments):
        """Return the value of JavaScript code, a function body."""
        return self._send("POST", "/execute/sync", {"script": code, "args": list(arguments)})

    def press(self, selector, key):
        """Press a key on the first element that matches a selector."""
        element = self._send("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT]
        self._send("POST", f"/element/{element}/value", {"text": KEYS.get(key, key)})

    def enter_frame(self):
        """Run what follows in the first frame of the page."""
        self._send("POST", "/frame", {"id": 0})

    def command(self, name, **parameters):
        """Run a command of the Chrome DevTools Protocol."""
        return self._send("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def messages(self):
        """Return the messages of the console since the last call."""
        return [entry["message"] for entry in self._send("POST", "/se/log", {"type": "browser"})]


def reason_to_skip():
    """Return why browsers cannot be tested here, or None if they can."""
    if sys.platform == "win32":
        return "the driver is found by its name on other systems"
    driver, binary = find_browser()
    return None if driver and binary else "no Chromium with its driver is installed"
