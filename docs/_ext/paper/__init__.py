"""What handouts and the book share: Typst source, the design, fonts, and compilation."""
