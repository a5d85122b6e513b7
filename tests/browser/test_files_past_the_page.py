"""A real server does not hold what is sent to it past the page."""

from __future__ import annotations

import http.client
import re
import secrets

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from ppml_core import limits

pytestmark = pytest.mark.browser
BOUNDARY = "b" + secrets.token_hex(8)
BODY = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'
    f"a,b\r\n--{BOUNDARY}--\r\n"
).encode()


def name_of_page(socket):
    """What the server calls the page that this websocket opens."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    socket.send(message.SerializeToString())
    while True:
        told = ForwardMsg()
        told.ParseFromString(socket.recv(timeout=60))
        if told.HasField("new_session"):
            return told.new_session.initialize.session_id


def put(lab, page, xsrf):
    """The status of one more file."""
    line = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=60)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "X-Xsrftoken": xsrf,
        "Cookie": f"_streamlit_xsrf={xsrf}",
    }
    line.request("PUT", f"/_stcore/upload_file/{page}/{secrets.token_hex(8)}", BODY, headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status


def token_of(lab):
    """What every browser of this server is given against forged requests."""
    line = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=60)
    line.request("GET", "/_stcore/health")
    cookies = line.getresponse().getheader("Set-Cookie", "")
    line.close()
    found = re.search(r"_streamlit_xsrf=([^;]+)", cookies)
    return found[1] if found else ""


def test_repeated_files_on_one_open_page_are_refused(lab):
    stream = lab.url.replace("http", "ws") + "/_stcore/stream"
    with connect(stream, max_size=None) as socket:
        page, xsrf = name_of_page(socket), token_of(lab)
        told = [put(lab, page, xsrf) for _ in range(12)]
    allowed = limits.ARRIVING_FILES
    assert told == [204] * allowed + [429] * (12 - allowed)
