"""Make the PDFs of one language by WeasyPrint; runs in the environment of that contender.

python weasy.py OUT HANDOUT_HTML_OR_BOOK_HTML:PAPER:POINTS ...
"""

import logging
import re
import sys
from pathlib import Path

import weasyprint  # type: ignore[import-not-found]  # of another environment

_SCREEN_STYLES = re.compile(r"<link[^>]*stylesheet[^>]*>")
STYLE = """
@page {{ size: {paper}; margin: 2cm }}
html {{ font-size: {points}pt }}
.sidebar-drawer, .toc-drawer, .mobile-header, .related-pages, .content-icon-container,
footer, svg {{ display: none }}
"""


def main() -> None:
    """Write each PDF that the arguments name."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, argument in enumerate(sys.argv[2:]):
        page, paper, points = argument.rsplit(":", 2)
        style = weasyprint.CSS(string=STYLE.format(paper=paper, points=points))
        # Without the styles of the screen: laying out those would take minutes a page.
        text = _SCREEN_STYLES.sub("", Path(page).read_text(encoding="utf-8"))
        document = weasyprint.HTML(string=text, base_url=page)
        document.write_pdf(folder / f"{number}.pdf", stylesheets=[style], pdf_variant="pdf/ua-1")


if __name__ == "__main__":
    main()
