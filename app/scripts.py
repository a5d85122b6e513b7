"""The few scripts of our own that stand inside a page. The browser runs no others: the
content security policy lists them by their hashes (``app/guard.py``)."""

from __future__ import annotations

HOME = "window.__streamlit = { BACKEND_BASE_URL: window.location.origin + '/' }"
"""Where the server lives, for Streamlit's client."""

# Streamlit gives the drop zone a name and takes its role away, which contradict each other:
# screen readers differ in what they make of it. A named group is what it is.
DROPZONE = """
if (!window.labDropzone) {
  const name = () => document
    .querySelectorAll('[data-testid="stFileUploaderDropzone"][role="presentation"]')
    .forEach((zone) => zone.setAttribute("role", "group"));
  window.labDropzone = new MutationObserver(name);
  window.labDropzone.observe(document.body, { childList: true, subtree: true });
  name();
}
"""


def tag(script: str) -> str:
    """The script as it stands in a page."""
    return f"<script>{script}</script>"
