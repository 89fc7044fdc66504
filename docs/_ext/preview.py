"""Which message of the catalog is this? Marks for the live preview only.

``python -m scripts.preview`` loads this extension into the application that it
keeps; the published site never does. Each text that translators can change gets
a class made from its English message. The server of the preview knows the same
class for each entry of the catalog, and tells the browser file, line and state.
So a page holds nothing that goes stale when lines of the catalog move.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.i18n import Locale
from sphinx.util.nodes import extract_messages

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

# Settings of a page, and nodes that become several elements or none.
_NOT_ON_THE_PAGE = (nodes.meta, addnodes.translatable)


def message_class(msgid: str) -> str:
    """Return the class of the elements that show a message, such as ``message-1f0c22ab09d3``."""
    return f"message-{blake2b(msgid.encode('utf-8'), digest_size=6).hexdigest()}"


class MarkMessages(SphinxTransform):
    """Give each translatable node the class of its message, while it is still English."""

    default_priority = Locale.default_priority - 1

    def apply(self, **kwargs: Any) -> None:
        """Mark the document in place."""
        for node, msgid in extract_messages(self.document):
            if not isinstance(node, _NOT_ON_THE_PAGE):
                node["classes"].append(message_class(msgid))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transform."""
    app.add_transform(MarkMessages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
