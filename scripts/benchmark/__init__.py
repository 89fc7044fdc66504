"""Measure how fast the book is built, against other tools, on a book made for it."""
