"""The rules for the English text of the book, as plain functions over read pages."""
