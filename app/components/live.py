"""Stopping a fragment's timer from within the fragment.

A fragment drawn with ``run_every`` keeps polling until the next full script run. Asking
for one with ``st.rerun()`` can swallow a click that arrives meanwhile; so the browser is
told to drop the timer instead, with the message Streamlit itself sends for fragments that
have gone. Nothing is redrawn and no click is lost.
"""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx


def stop_polling() -> bool:
    """Stop the timers of the fragments of this script run; False if there are none."""
    context = get_script_run_ctx()
    fragments = context.fragment_ids_this_run if context else None
    if context is None or not fragments:
        return False
    message = ForwardMsg()
    message.stop_auto_rerun.fragment_ids.extend(fragments)
    context.enqueue(message)
    return True
