"""A visitor without a screen: speaks the browser's side of Streamlit's protocol.

Thirty real browsers need more processor than a small machine has; to the server these
are the same: a session each, with its own script runs and polling panels.
"""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from urllib.parse import parse_qs

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PATIENCE = 180.0


class LightVisitor:
    """One session on the start page."""

    def __init__(self, url: str) -> None:
        address = url.replace("http://", "ws://") + "/_stcore/stream"
        self._open = ExitStack()
        self._socket: ClientConnection = self._open.enter_context(
            connect(address, max_size=None, open_timeout=PATIENCE, ping_timeout=None)
        )
        self.query = ""
        self.html = ""
        self.polls = 0
        self._buttons: dict[str, str] = {}
        self._panels: dict[str, float] = {}

    def rerun(self, *, press: str | None = None, panel: str = "") -> None:
        """Run the page's script, or one panel of it; wait until it has finished."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.fragment_id = panel
        if press is not None:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = self._buttons[press], True
        self._socket.send(message.SerializeToString())
        while not self._read().HasField("script_finished"):
            pass

    def press(self, label: str, at: float) -> None:
        """Press a button at a moment (unix seconds)."""
        time.sleep(max(0.0, at - time.time()))
        self.rerun(press=label)

    def run_id(self) -> str:
        """The run in the address."""
        return parse_qs(self.query)["run"][0]

    def watch(self, css_class: str) -> str:
        """Poll as a browser does while a run is live; the text of the class once it is there."""
        end = time.monotonic() + PATIENCE
        found = re.compile(rf'class="{css_class}">([^<]+)<')
        while not (match := found.search(self.html)):
            assert time.monotonic() < end, f"no {css_class} was ever shown"
            for panel, interval in list(self._panels.items()):
                time.sleep(interval)
                self.polls += 1
                self.rerun(panel=panel)
        return match.group(1)

    def close(self) -> None:
        """Leave."""
        self._open.close()

    def _read(self) -> ForwardMsg:
        """Take note of one message of the server."""
        message = ForwardMsg()
        message.ParseFromString(self._socket.recv(timeout=PATIENCE))
        if message.HasField("page_info_changed"):
            self.query = message.page_info_changed.query_string
        if message.HasField("auto_rerun"):
            self._panels[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        for stopped in message.stop_auto_rerun.fragment_ids:
            self._panels.pop(stopped, None)
        element = message.delta.new_element
        if element.HasField("button"):
            self._buttons[element.button.label] = element.button.id
        if element.HasField("html"):
            self.html += element.html.body
        return message
